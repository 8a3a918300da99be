"""What the figures of the Trends page share."""

from __future__ import annotations

from hub.figures import Theme

CALL_COLORS: dict[Theme, dict[str, str]] = {
    "light": {
        "emerging": "#0b79bd",
        "rising": "#1c7c04",
        "bursting": "#c9730a",
        "steady": "#8a8a8a",
        "fading": "#a54384",
        "gone": "#8a0d61",
    },
    "dark": {
        "emerging": "#5ac1f1",
        "rising": "#63b56f",
        "bursting": "#e9a13b",
        "steady": "#8f8f8f",
        "fading": "#cf6cce",
        "gone": "#c04a98",
    },
}
MOST_MARKS = 6
PERCENT = ".2~%"


def short(name: str, length: int) -> str:
    """Return a name cut to ``length`` characters."""
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"
