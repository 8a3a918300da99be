"""The one menu by which papers leave as a file: every format through hub/storage/export.py, which guards spreadsheets."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from hub.storage.export import exported
from hub.ui import data
from hub.ui.i18n import _
from hub.ui.papers.cards import Rows


def export_menu(rows: Rows, key: str, *, name: str = "papers") -> None:
    """Draw the menu that exports these rows of the Snapshot; a file is made when it is asked for.

    Parameters
    ----------
    key
        Names the list on its page.
    name
        Of the file, without its ending.
    """
    rows = np.asarray(rows, dtype=np.int64)
    with st.container(key=f"{key}-menu".replace(".", "-"), width="content"), st.popover(
        _("Export"), icon=":material/download:", disabled=not len(rows), help=_("{n:,} papers as a file", n=len(rows))
    ):  # fmt: skip
        for form, (label, suffix, mime) in FILES.items():
            st.download_button(
                label, partial(_file, rows, form), f"{name}.{suffix}", mime, key=f"{key}.{form}", on_click="ignore",
                type="tertiary", width="stretch",
            )  # fmt: skip


FILES = {
    "csv": ("CSV", "csv", "text/csv"),
    "bibtex": ("BibTeX", "bib", "application/x-bibtex"),
    "ris": ("RIS", "ris", "application/x-research-info-systems"),
    "jsonl": ("JSON lines", "jsonl", "application/x-ndjson"),
    "parquet": ("Parquet", "parquet", "application/vnd.apache.parquet"),
    "markdown": ("Markdown", "md", "text/markdown"),
}
"""Label, ending and media type of each format of :data:`hub.storage.export.FORMATS`."""


def _file(rows: Rows, form: str) -> bytes:
    table = data.snapshot().papers.iloc[list(rows)]
    abstracts = data.corpus().abstracts(table["id"].tolist())
    return exported(table.assign(abstract=table["id"].map(abstracts).fillna("")), form)
