"""What is made of an object once: kept as long as the object lives, as the folded titles of a table, or a table's figure."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_KEPT: dict[int, tuple[weakref.ref[Any], dict[str, Any]]] = {}


def kept(of: object, name: str, make: Callable[[], T]) -> T:
    """Return ``make()``, called once for an object and a name; what comes back is shared: look at it, never write to it."""
    at = id(of)
    ref, made = _KEPT.get(at, (None, {}))
    if ref is None or ref() is not of:
        ref, made = weakref.ref(of, lambda _gone: _KEPT.pop(at, None)), {}
        _KEPT[at] = ref, made
    if name not in made:
        made[name] = make()
    found: T = made[name]
    return found
