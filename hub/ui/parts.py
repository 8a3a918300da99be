"""Parts that pages share: the rows that are selected, or a plain reason why there are none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from hub.ui import data
from hub.ui.i18n import _


def selected_rows() -> npt.NDArray[np.int64]:
    """Return the row numbers (n_selected,) of the selection; where it is empty, say why and end the page."""
    rows = data.rows()
    if len(rows):
        return rows
    if len(data.snapshot()):
        st.info(_("No paper passes these filters. Take one away, or widen the dates."), icon=":material/filter_alt_off:")
    else:
        st.info(
            _("There are no papers yet. They show here as soon as the first source has answered."),
            icon=":material/hourglass_top:",
        )
    st.stop()
