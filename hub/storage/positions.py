"""Where ids stand among other ids: by Arrow, since a dictionary of a million strings takes seconds to make and to ask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Strings = Sequence[str] | pd.Series | npt.NDArray[np.object_]


def positions(wanted: Strings, among: Strings) -> npt.NDArray[np.int64]:
    """Return where each string (n,) of ``wanted`` first stands ``among`` others, -1 where it does not.

    >>> positions(["b", "x"], ["a", "b"]).tolist(), positions([], ["a"]).tolist(), positions(["a"], []).tolist()
    ([1, -1], [], [-1])
    """
    found = pc.index_in(_strings(wanted), value_set=_strings(among))
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _strings(values: Strings) -> pa.Array:
    made = pa.array(values, type=pa.large_string())
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
