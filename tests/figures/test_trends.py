"""The figures of the Trends page."""

from __future__ import annotations

import pandas as pd

from hub.figures.trends import small_multiples


def test_every_panel_has_every_break_and_every_incomplete_period() -> None:
    starts = pd.date_range("2026-01-01", periods=6, freq="MS")
    rows = [
        {"topic": t, "name": f"topic {t}", "start": start, "papers": 9, "share": 0.1, "shrunk": 0.1, "low": 0.05, "high": 0.2,
         "complete": start != starts[-1]}
        for t in range(4)
        for start in starts
    ]  # fmt: skip
    breaks = pd.DataFrame({"day": [starts[1], starts[3], pd.Timestamp("2020-01-01")]})
    fig = small_multiples(pd.DataFrame(rows), {}, breaks)
    marked = [(shape.xref, shape.type) for shape in fig.layout.shapes]
    for panel in ("x", "x2", "x3", "x4"):
        assert [kind for where, kind in marked if where == panel] == ["rect", "line", "line"]
    assert [note.text for note in fig.layout.annotations] == [f"topic {t}" for t in range(4)]
