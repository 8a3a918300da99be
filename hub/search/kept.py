"""What search makes of the papers once: kept as long as their table lives, whatever their topics are called meanwhile."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

import pandas as pd

T = TypeVar("T")
_KEPT: dict[int, tuple[weakref.ref[pd.DataFrame], dict[str, Any]]] = {}


def kept(papers: pd.DataFrame, name: str, make: Callable[[], T]) -> T:
    """Return ``make()``, called once for a table of papers; Snapshots that differ in names or language share one."""
    at = id(papers)
    of, made = _KEPT.get(at, (None, {}))
    if of is None or of() is not papers:
        of, made = weakref.ref(papers, lambda _gone: _KEPT.pop(at, None)), {}
        _KEPT[at] = of, made
    if name not in made:
        made[name] = make()
    found: T = made[name]
    return found
