"""The colours of the app, in one place: ink and paper, domains, ten hues for what has no colour of its own, scales, calls.

``.streamlit/config.toml`` states the same ink, paper and hues for what Streamlit draws itself; tests/figures holds the two
together, and measures that hues can be told apart and that words can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.papers.model import DOMAINS

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of all that is no data: text, faint text, lines, what lies behind them (beside it: the sidebar), what invites a
    click, and what is written on that.
    """

    text: str
    faint: str
    grid: str
    paper: str
    side: str
    accent: str
    on_accent: str


INKS: dict[Theme, Ink] = {
    "light": Ink("#1d1c19", "#5f5a51", "rgba(29,28,25,0.13)", "#fdfcf9", "#f6f3ec", "#0f5c6e", "#ffffff"),
    "dark": Ink("#ece8e0", "#a9a296", "rgba(236,232,224,0.14)", "#151413", "#1c1a18", "#6fc3d3", "#151413"),
}

DOMAIN_COLORS: dict[Theme, dict[str, str]] = {
    "light": dict(zip(DOMAINS, (
        "#0b79bd", "#2a0b8f", "#5ac1f1", "#1c7c04", "#c75252", "#e5b43f",
        "#57b5a8", "#fa7215", "#93a15e", "#a54384", "#8a0d61", "#8a8a8a"), strict=True)),
    "dark": dict(zip(DOMAINS, (
        "#3e9cfa", "#814ede", "#aee7ec", "#428751", "#eaa49d", "#e0e082",
        "#40cfd3", "#e18414", "#c1c346", "#cf6cce", "#af368a", "#8f8f8f"), strict=True)),
}  # fmt: skip
"""One colour a domain, of like hue in both themes. Spread apart by search from Paul Tol's and Okabe and Ito's palettes, so that
any two differ (0.07 or more in OKLab) to normal, deuteranope and protanope eyes (Machado 2009); tests/figures measures it."""

HUES: dict[Theme, tuple[str, ...]] = {
    "light": ("#0b79bd", "#fa7215", "#1c7c04", "#c75252", "#2a0b8f", "#57b5a8", "#a54384", "#e5b43f", "#93a15e", "#5ac1f1"),
    "dark": ("#3e9cfa", "#e18414", "#428751", "#eaa49d", "#814ede", "#40cfd3", "#cf6cce", "#e0e082", "#c1c346", "#aee7ec"),
}
"""Ten hues in a fixed order, for series that are neither domains nor topics; out of those of the domains."""

SEQUENTIAL: dict[Theme, tuple[str, ...]] = {
    "light": ("#eef3f2", "#d8e7e8", "#bfdadd", "#a3cbd0", "#85bac2", "#65a7b2", "#46929f", "#2a7c8b", "#0f5c6e", "#0a4250"),
    "dark": ("#1a2326", "#1c3338", "#1e444b", "#215660", "#266976", "#307d8b", "#4092a1", "#57a8b6", "#6fc3d3", "#a3dde7"),
}
"""From none to most, in ten steps of the accent's hue: pale to deep on light paper, deep to pale on dark."""

DIVERGING: dict[Theme, list[list[object]]] = {
    "light": [[0, "#f3dcc3"], [0.25, "#f7e9da"], [0.5, "#f7f7f7"], [0.75, "#74add1"], [1, "#2b5d9b"]],
    "dark": [[0, "#3d2d1b"], [0.25, "#2f2a25"], [0.5, "#20262d"], [0.75, "#31699c"], [1, "#6db3f2"]],
}
"""Blue for more than chance, a faint orange for less."""

CALL_COLORS: dict[Theme, dict[str, str]] = {
    "light": {
        "emerging": "#0b79bd", "rising": "#1c7c04", "bursting": "#c9730a", "steady": "#8a8a8a", "fading": "#a54384",
        "gone": "#8a0d61",
    },
    "dark": {
        "emerging": "#5ac1f1", "rising": "#63b56f", "bursting": "#e9a13b", "steady": "#8f8f8f", "fading": "#cf6cce",
        "gone": "#c04a98",
    },
}  # fmt: skip
"""What a trend is called."""

FOUND = "#e8590c"
"""Points that a search found, on both themes."""


def domain_color(domain: str, theme: Theme = "light") -> str:
    """Return the colour of a domain, that of Other for one we do not know."""
    return DOMAIN_COLORS[theme].get(domain, DOMAIN_COLORS[theme]["Other"])
