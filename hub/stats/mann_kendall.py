"""Mann-Kendall and Sen for all topics at once.

pymannkendall has both, one series at a time: 2 s for 300 topics of 65 periods on 2 busy cores. This is the
same computation on a matrix; tests hold it against pymannkendall.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]


def mann_kendall(series: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return Z, two-sided p and Sen's slope of each row (Mann 1945, Kendall 1975, Sen 1968), ties corrected.

    Parameters
    ----------
    series
        (n_series, n_periods); periods that are NaN in every row should be left out by the caller.

    Examples
    --------
    >>> z, p, slope = mann_kendall([[3, 4, 6, 5, 8, 9, 12, 15]])
    >>> round(float(z[0]), 3), round(float(p[0]), 5), float(slope[0])
    (3.093, 0.00198, 1.55)
    """
    x = np.asarray(series, dtype=float)
    n_series, n = x.shape
    if n < 3 or n_series == 0:
        return np.zeros(n_series), np.ones(n_series), np.zeros(n_series)
    earlier, later = np.triu_indices(n, 1)
    steps = x[:, later] - x[:, earlier]
    s = np.sign(steps).sum(1)
    ordered = np.sort(x, axis=1)
    variance = (n * (n - 1) * (2 * n + 5) - _ties(ordered)) / 18
    z = np.where(s == 0, 0.0, (s - np.sign(s)) / np.sqrt(np.maximum(variance, 1e-12)))
    slope = np.median(steps / (later - earlier), axis=1)
    return z, 2 * stats.norm.sf(np.abs(z)), slope


def _ties(ordered: Floats) -> Floats:
    new = np.ones(ordered.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    run = np.cumsum(new, axis=1) - 1 + np.arange(len(ordered))[:, None] * ordered.shape[1]
    size = np.bincount(run.ravel(), minlength=ordered.size).reshape(ordered.shape).astype(float)
    return (size * (size - 1) * (2 * size + 5)).sum(1)
