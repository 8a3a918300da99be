"""The shared look: colours that colour-blind readers can tell apart, alt text, transparent figures."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from hub import figures
from hub.figures import palette
from hub.papers.model import DOMAINS

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "normal": np.eye(3),
    "deuteranope": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "protanope": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
}


def linear(color: str) -> np.ndarray:
    rgb = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    lms = np.cbrt(np.array([[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]]) @ rgb)
    return np.array([[0.21045, 0.79362, -0.00407], [1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]]) @ lms


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_any_two_domains_can_be_told_apart(theme: figures.Theme, eye: str) -> None:
    seen = {d: oklab(np.clip(EYES[eye] @ linear(c), 0, 1)) for d, c in figures.DOMAIN_COLORS[theme].items()}
    assert set(seen) == set(DOMAINS)
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen.values(), 2))
    assert nearest >= 0.07


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable_on_its_ground(theme: figures.Theme) -> None:
    ink = figures.INKS[theme]
    ground, *texts = (float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (ink.paper, ink.text, ink.faint))
    for text in texts:
        light, dark = max(text, ground), min(text, ground)
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG AA


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_streamlit_draws_in_the_colours_of_the_figures(theme: figures.Theme) -> None:
    config = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][
        theme
    ]
    ink = figures.INKS[theme]
    assert (config["backgroundColor"], config["textColor"], config["primaryColor"]) == (ink.paper, ink.text, ink.accent)
    assert config["sidebar"]["backgroundColor"] == ink.side
    assert tuple(config["chartCategoricalColors"]) == palette.HUES[theme]
    assert tuple(config["chartSequentialColors"]) == palette.SEQUENTIAL[theme]


def test_a_topic_keeps_its_colour_and_neighbours_differ() -> None:
    colors = [figures.topic_color(t) for t in range(150)]
    assert len(set(colors)) == 150
    assert colors == [figures.topic_color(np.int32(t)) for t in range(150)]
    assert figures.topic_color(-1) == figures.domain_color("no such domain")


def test_base_is_transparent_and_leaves_room_for_title_and_subtitle() -> None:
    plain = figures.base(go.Figure(go.Bar(y=[1])), theme="dark")
    titled = figures.base(go.Figure(go.Bar(y=[1])), "Papers", "a week", theme="dark")
    for fig in (plain, titled):
        look = fig.layout.template.layout
        assert look.paper_bgcolor == look.plot_bgcolor == "rgba(0,0,0,0)"
        assert look.font.color == figures.INKS["dark"].text
        assert "CJK" in look.font.family
    assert titled.layout.margin.t > plain.layout.margin.t + 30
    assert titled.layout.title.subtitle.text == "a week"


def test_a_figure_without_alt_text_is_refused() -> None:
    with pytest.raises(ValueError, match="describe"):
        figures.alt(go.Figure())
    assert figures.alt(figures.empty("No papers.")) == "No papers."
    assert figures.alt(figures.describe(go.Figure(), "Map", "3 papers。")) == "Map: 3 papers."
