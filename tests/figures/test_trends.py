"""The figures of the Trends page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hub.figures import harmless
from hub.figures.trends import bump, burst_timeline, movers, small_multiples
from hub.trends.movers import Sure


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


LONG = "Galaxy formation and stellar populations at high redshift"
NO_BREAKS = pd.DataFrame({"day": pd.to_datetime([])})


def test_on_a_phone_no_line_runs_through_a_name() -> None:
    n = 6
    table = pd.DataFrame(
        {"topic": range(n), "row": range(n), "name": [LONG] * n, "change": [4, 3, 2, 0.5, 0.4, 0.3], "low": 0.2, "high": 5.0,
         "papers_now": 9, "papers_before": 4, "sure": [Sure.SURE] * n}
    )  # fmt: skip
    fig = movers(table, np.full((n, 3), 0.1), list(pd.date_range("2026-01-01", periods=3)), titled=False, narrow=True)
    row = (fig.layout.height - 48) / n
    names = {note.y: note.yshift / row for note in fig.layout.annotations if note.text.startswith("Galaxy")}
    assert len(names) == n
    lines = [(shape.y0, shape.y1) for shape in fig.layout.shapes if shape.x0 == shape.x1 == 1]
    assert len(lines) == n and not fig.layout.xaxis.showgrid
    for at, above in names.items():
        bottom, top = at + above - 8 / row, at + above + 8 / row
        assert not [line for line in lines if line[0] < top and line[1] > bottom]


def test_names_of_ranks_are_cut_between_words_and_told_in_full_where_one_looks() -> None:
    starts = pd.date_range("2026-01-01", periods=3, freq="MS")
    ranks = pd.DataFrame(
        [{"topic": t, "name": name, "start": start, "rank": t + 1, "complete": True}
         for t, name in enumerate((LONG, "<i>Memes</i>", "Graphs")) for start in starts]
    )  # fmt: skip
    for narrow, told in ((True, "Galaxy formation<br>and stellar…"), (False, "Galaxy formation and stellar…")):
        fig = bump(ranks, NO_BREAKS, narrow=narrow)
        first = fig.layout.annotations[0]
        assert (first.text, first.hovertext) == (told, LONG)
        assert all(line in LONG for line in first.text.rstrip("…").split("<br>"))
    foreign = bump(ranks.assign(name="<a href='https://e.example'>x</a>"), NO_BREAKS)
    assert all("<a" not in note.hovertext for note in harmless.harmless(foreign).layout.annotations)


def test_bursts_of_topics_whose_names_begin_alike_stay_apart() -> None:
    day = pd.Timestamp("2026-01-01")
    names = ["Graph neural networks for drugs", "Graph neural networks for roads", "Memes", "Memes"]
    bursts = pd.DataFrame(
        {"topic": [1, 2, 3, 3], "name": names, "since": day, "until": day + pd.Timedelta(days=30), "weight": [4.0, 3, 2, 1]}
    )
    drawn = burst_timeline(bursts, NO_BREAKS, narrow=True).data[0].y
    assert len(set(drawn)) == 3
