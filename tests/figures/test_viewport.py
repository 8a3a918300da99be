"""What of a map is drawn: the level of detail, labels that do not overlap, what a lasso holds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.figures import viewport
from hub.figures.viewport import Label, View
from tests.figures.atlas import atlas_snapshot


def rows_of(snapshot: object) -> np.ndarray:
    return np.arange(len(snapshot))  # type: ignore[arg-type]


def test_a_view_draws_at_most_so_many_papers_and_counts_all() -> None:
    snapshot = atlas_snapshot(2000, unplaced=100)
    view = viewport.whole(snapshot, rows_of(snapshot))
    some = viewport.drawn(snapshot, rows_of(snapshot), view, most=300)
    assert len(some.rows) == 300
    assert some.in_view == 1900
    assert np.array_equal(some.rows, viewport.drawn(snapshot, rows_of(snapshot), view, most=300).rows)
    assert some.density.max() == 255


def test_zooming_in_only_adds_papers() -> None:
    snapshot = atlas_snapshot(2000)
    far = viewport.drawn(snapshot, rows_of(snapshot), viewport.whole(snapshot, rows_of(snapshot)), most=300)
    near_view = View(-1, 1, -1, 1)
    near = viewport.drawn(snapshot, rows_of(snapshot), near_view, most=300)
    x, y = viewport.positions(snapshot)
    assert near_view.holds(x[near.rows], y[near.rows]).all()
    assert set(far.rows[near_view.holds(x[far.rows], y[far.rows])]) <= set(near.rows)
    assert len(near.rows) > near_view.holds(x[far.rows], y[far.rows]).sum()


def test_density_lies_where_the_papers_lie() -> None:
    snapshot = atlas_snapshot(500)
    grid = viewport.density(snapshot, View(-3, 9, -3, 9))
    assert grid.shape == (120, 180)
    assert grid[30, 45] > 100  # the topic at (0, 0): a quarter of the way across and up
    assert grid[110, 10] == 0


def test_papers_that_were_not_placed_are_left_out() -> None:
    snapshot = atlas_snapshot(50, unplaced=50)
    assert len(viewport.placed(snapshot, rows_of(snapshot))) == 0
    view = viewport.whole(snapshot, rows_of(snapshot))
    nothing = viewport.drawn(snapshot, rows_of(snapshot), view)
    assert nothing.in_view == 0
    assert not nothing.density.any()
    assert viewport.labels(snapshot, rows_of(snapshot), view, view) == []


def test_themes_are_named_from_afar_and_topics_alone_close_by() -> None:
    snapshot = atlas_snapshot(600)
    everything = viewport.whole(snapshot, rows_of(snapshot))
    far = viewport.labels(snapshot, rows_of(snapshot), everything, everything)
    assert [label.text for label in far if label.level] == ["Nature"]  # the other theme has one topic, which names it
    near = viewport.labels(snapshot, rows_of(snapshot), View(-2, 2, -2, 2), everything)
    assert [(label.level, label.text) for label in near] == [(0, "language models")]


def test_a_hidden_topic_is_not_named() -> None:
    snapshot = atlas_snapshot(600)
    everything = viewport.whole(snapshot, rows_of(snapshot))
    assert "language models" not in [
        la.text for la in viewport.labels(snapshot, rows_of(snapshot), everything, everything, hidden=[0])
    ]


def box(label: Label, view: View) -> tuple[float, float, float, float]:
    lines = label.text.split("\n")
    wide = max(sum(0.58 if c.isascii() else 1.0 for c in line) for line in lines) * label.size
    high = len(lines) * label.size * 1.25
    cx, cy = (label.x - view.x0) / (view.x1 - view.x0) * view.width, (label.y - view.y0) / (view.y1 - view.y0) * view.height
    return cx - wide / 2, cx + wide / 2, cy - high / 2, cy + high / 2


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["a", "two words", "two\nlines", "单细胞测序", "x" * 30])),
        max_size=60,
    ),
    st.sampled_from([(1000.0, 640.0), (360.0, 480.0), (60.0, 40.0)]),
)
def test_no_label_lies_over_another_or_outside(wanted: list[tuple[float, float, str]], size: tuple[float, float]) -> None:
    view = View(0, 1, 0, 1, *size)
    kept = viewport.fitting([Label(i, 0, text, x, y, 12) for i, (x, y, text) in enumerate(wanted)], view)
    boxes = [box(label, view) for label in kept]
    for (a, b, c, d), (e, f, g, h) in itertools.combinations(boxes, 2):
        assert a >= f or b <= e or c >= h or d <= g
    assert all(a >= -1 and b <= size[0] + 1 for a, b, _c, _d in boxes)
    assert len(kept) <= viewport.MOST_LABELS


def test_the_first_label_wins_the_place() -> None:
    view = View(0, 1, 0, 1, 100, 30)
    kept = viewport.fitting([Label(1, 0, "first one", 0.5, 0.5, 12), Label(2, 0, "second one", 0.5, 0.5, 12)], view)
    assert [label.node for label in kept] == [1]


def test_a_box_and_a_lasso_hold_what_lies_inside() -> None:
    snapshot = atlas_snapshot(400)
    x, y = viewport.positions(snapshot)
    held = viewport.inside(snapshot, rows_of(snapshot), [-1.0, 1.0], [-1.0, 1.0])
    assert np.array_equal(held, np.flatnonzero((abs(x) <= 1) & (abs(y) <= 1)))
    triangle = viewport.inside(snapshot, rows_of(snapshot), [-1.0, 1.0, 0.0], [-1.0, -1.0, 1.0])
    assert set(triangle) < set(held)
    assert set(triangle) == {i for i in held if y[i] >= -1 and abs(x[i]) < (1 - y[i]) / 2}
    hollow = viewport.inside(
        snapshot, rows_of(snapshot), [-1, 1, 1, -1, -1, 0.5, 0.5, -0.5], [-1, -1, 1, 1, -0.5, -0.5, 0.5, 0.5]
    )
    assert set(hollow) < set(held)


@pytest.mark.parametrize("corner", [[2.0, 2.0], [1.0, -1.0]])
def test_a_box_may_be_drawn_from_any_corner_and_may_be_empty(corner: list[float]) -> None:
    snapshot = atlas_snapshot(200)
    held = viewport.inside(snapshot, rows_of(snapshot), corner, [-1.0, 1.0])
    assert len(held) == (
        0 if corner[0] == corner[1] else len(viewport.inside(snapshot, rows_of(snapshot), corner[::-1], [1.0, -1.0]))
    )


def test_a_name_of_two_scripts_breaks_between_words_only() -> None:
    from hub.figures.lines import wrapped

    assert wrapped("计算机科学 · Communication systems", 20) == ["计算机科学 ·", "Communication", "systems"]
    assert wrapped("大语言模型的推理与对齐", 14) == ["大语言模型的推", "理与对齐"]
    assert wrapped("", 10) == []
