"""Where ids stand among others, whatever holds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hub.storage.positions import positions

IDS = ["arXiv:2101.00001", "", "中文", "doi:10.1/é"]


@pytest.mark.parametrize(
    "held", [list, pd.Series, lambda ids: np.array(ids, dtype=object), lambda ids: pd.Series(ids, dtype="string[pyarrow]")]
)
def test_positions_are_those_of_the_first_equal(held) -> None:
    wanted = held(["中文", "nowhere", "", "doi:10.1/é", "arXiv:2101.00001"])
    assert positions(wanted, held([*IDS, *IDS])).tolist() == [2, -1, 1, 3, 0]
    assert positions(held([]), held(IDS)).tolist() == []
    assert positions(held(IDS), held([])).tolist() == [-1] * 4
