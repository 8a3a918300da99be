"""The figures of the Topics page: what they draw and say, and that nothing untrusted is markup in them."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from hub import figures
from hub.figures.days import strip
from hub.figures.lines import wrapped
from hub.figures.map import COLOR_BY, STEPS, anchors, atlas, coloured, groups, inside, message, positions
from hub.figures.tree import KINDS, sparkline, topic_tree, tree_table
from hub.storage.snapshot import Snapshot
from tests.figures.atlas import CENTRES, atlas_snapshot


def test_an_atlas_holds_each_placed_paper_once_where_it_lies() -> None:
    snapshot = atlas_snapshot(200, unplaced=20)
    made = atlas(snapshot)
    assert sorted(made.order) == list(range(180))
    x0, x1, y0, y1 = made.bounds
    x, y = positions(snapshot)
    back = made.xy / STEPS * [x1 - x0, y1 - y0] + [x0, y0]
    assert np.abs(back - np.column_stack([x, y])[made.order]).max() < 2 * (x1 - x0) / STEPS
    assert made.xy.dtype == np.uint16
    assert np.array_equal(atlas(snapshot).order, made.order)


def test_the_first_points_of_an_atlas_are_a_fair_sample() -> None:
    snapshot = atlas_snapshot(3000)
    first = snapshot.papers["topic"].to_numpy()[atlas(snapshot).order[:300]]
    whole = snapshot.papers["topic"].to_numpy()
    for topic in range(3):
        assert abs((first == topic).mean() - (whole == topic).mean()) < 0.1


def test_an_atlas_of_nothing_is_empty() -> None:
    made = atlas(atlas_snapshot(50, unplaced=50))
    assert len(made.order) == 0
    assert made.xy.shape == (0, 2)


@pytest.mark.parametrize("by", COLOR_BY)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_paper_has_a_colour_that_is_named(by: str, theme: figures.Theme) -> None:
    made = coloured(atlas_snapshot(200, unplaced=20), by, theme)
    assert len(made.codes) == 200
    assert made.codes.max() < len(made.names) == len(made.colors)
    assert len(set(made.colors)) == len(made.colors)


def test_rare_values_share_one_colour() -> None:
    made = coloured(atlas_snapshot(400), "field")
    assert len(made.names) == 11
    assert made.names[made.rest] == "all others"
    assert made.colors[:10] == figures.HUES["light"]
    by_domain = coloured(atlas_snapshot(400), "domain")
    assert dict(zip(by_domain.names, by_domain.colors, strict=True)) == {
        name: figures.domain_color(name) for name in ("Computer science", "Biology", "Physics")
    }
    assert by_domain.rest == -1


def test_themes_colour_their_topics_and_one_without_a_name_goes_by_its_two_largest() -> None:
    made = atlas_snapshot(300)
    codes, names = groups(made)
    topic = made.papers["topic"].to_numpy()
    assert [names[codes[topic == t][0]] for t in range(3)] == ["Computing", "Nature", "Nature"]
    unnamed = dataclasses.replace(made, themes=made.themes.assign(name=["Computing", "", ""]))
    two = made.topics[made.topics["parent"] == 1].sort_values("papers", ascending=False)["name"].tolist()
    assert groups(unnamed)[1][1:] == [" · ".join(two)] or groups(unnamed)[1][:1] == [" · ".join(two)]
    assert unnamed.theme_names == {0: "Computing", 1: " · ".join(two), 2: " · ".join(_leading(made))}
    chinese = dataclasses.replace(unnamed, topics=made.topics.assign(name=[f"生物学 · {name}" for name in made.topics["name"]]))
    assert chinese.theme_names[1] == " + ".join(f"生物学 · {name}" for name in two)
    without = dataclasses.replace(made, themes=made.themes.assign(name=""))
    assert without.theme_names[0] == ""  # of one topic, whose name says it
    assert "n0" not in set(tree_table(without, np.arange(300))["id"])
    alone = dataclasses.replace(made, themes=made.themes.iloc[:0])
    assert sorted(groups(alone)[1]) == ["dark <matter>", "gene expression", "language models"]


def test_names_stand_in_the_middle_of_their_selected_papers() -> None:
    snapshot = atlas_snapshot(300, unplaced=30)
    rows = np.arange(0, 300, 3)
    named = anchors(snapshot, rows, coloured(snapshot, "theme"))
    assert named["papers"].tolist() == sorted(named["papers"], reverse=True)
    assert named["papers"].sum() == 90
    assert named["share"].sum() == pytest.approx(1)
    for row in named.itertuples():
        assert np.hypot(*(np.array([row.x, row.y]) - CENTRES[row.topic])) < 0.5
    assert 0 not in anchors(snapshot, rows, coloured(snapshot, "theme"), hidden=[0])["topic"].tolist()
    assert not len(anchors(snapshot, np.array([], dtype=np.int64), coloured(snapshot, "theme")))


def _leading(made: Snapshot) -> list[str]:
    """The largest topic of each of the two themes below the widest, the larger theme first."""
    topics = made.topics.sort_values("papers", ascending=False)
    sizes = topics.groupby("parent")["papers"].sum().sort_values(ascending=False)
    return [topics.loc[topics["parent"] == node, "name"].iloc[0] for node in sizes.index]


def test_the_message_of_the_map_is_true_under_any_shuffle() -> None:
    snapshot = atlas_snapshot(300)
    colours = coloured(snapshot, "theme")
    for seed in range(20):
        rows = np.sort(np.random.default_rng(seed).choice(300, 31, replace=False))
        told = message(anchors(snapshot, rows, colours))
        count = np.bincount(snapshot.papers["topic"].to_numpy()[rows], minlength=3)
        first, second = np.sort(count)[::-1][:2]
        if first == second:
            assert told == ""
        else:
            name = snapshot.topic_names[int(count.argmax())]
            assert told == f"The largest topic is {name} with {100 * first / 31:.0f} % of the papers"


def test_an_area_holds_what_lies_inside() -> None:
    snapshot = atlas_snapshot(400)
    rows = np.arange(400)
    x, y = positions(snapshot)
    held = inside(snapshot, rows, [-1.0, 1.0, 1.0, -1.0], [-1.0, -1.0, 1.0, 1.0])
    assert np.array_equal(held, np.flatnonzero((abs(x) <= 1) & (abs(y) <= 1)))
    triangle = inside(snapshot, rows, [-1.0, 1.0, 0.0], [-1.0, -1.0, 1.0])
    assert set(triangle) == {i for i in held if y[i] >= -1 and abs(x[i]) < (1 - y[i]) / 2}
    hollow = inside(snapshot, rows, [-1, 1, 1, -1, -1, 0.5, 0.5, -0.5], [-1, -1, 1, 1, -0.5, -0.5, 0.5, 0.5])
    assert set(hollow) < set(held)


def test_a_name_of_two_scripts_breaks_between_words_only() -> None:
    assert wrapped("计算机科学 · Communication systems", 20) == ["计算机科学 ·", "Communication", "systems"]
    assert wrapped("大语言模型的推理与对齐", 14) == ["大语言模型的推", "理与对齐"]
    assert wrapped("", 10) == []


def test_names_in_a_tree_are_no_markup() -> None:
    labels = topic_tree(atlas_snapshot(300), np.arange(300)).data[0].labels
    assert {"dark &lt;matter&gt;", "language<br>models"} <= set(labels)


def test_on_a_phone_an_icicle_breaks_names_into_lines_and_no_text_is_too_small_to_read() -> None:
    snapshot = atlas_snapshot(300)
    snapshot = dataclasses.replace(snapshot, themes=snapshot.themes.assign(name="A theme of a long name"))
    table = tree_table(snapshot, np.arange(300))
    for narrow in (False, True):
        fig = topic_tree(snapshot, np.arange(300), kind="icicle", narrow=narrow)
        broken = {kind for kind, label in zip(table["kind"], fig.data[0].labels, strict=True) if "<br>" in label}
        assert broken == ({"theme", "topic"} if narrow else set())
        assert fig.data[0].maxdepth == (3 if narrow else 4)
        tree = topic_tree(snapshot, np.arange(300), narrow=narrow)
        assert tree.layout.uniformtext.mode == fig.layout.uniformtext.mode == ("hide" if narrow else None)
        assert not narrow or tree.layout.uniformtext.minsize >= 8
        assert tree.layout.height == (960 if narrow else 640)


def test_the_tree_adds_up() -> None:
    snapshot = atlas_snapshot(300, unplaced=30)
    table = tree_table(snapshot, np.arange(300))
    count = dict(zip(table["id"], table["papers"], strict=True))
    assert count["all"] == 270
    for node, papers in count.items():
        children = table.loc[table["parent"] == node, "papers"]
        assert not len(children) or children.sum() == papers
    assert table.loc[table["topic"] >= 0, "share"].sum() == pytest.approx(1)
    assert set(table["parent"]) <= {"", *table["id"]}
    assert table["depth"].tolist() == sorted(table["depth"])[:1] + table["depth"].tolist()[1:]
    assert table.set_index("id").loc["t0", "depth"] == 3


def test_a_hidden_topic_leaves_the_tree_and_an_emptied_theme_with_it() -> None:
    snapshot = atlas_snapshot(300)
    assert not {"t0", "n0"} & set(tree_table(snapshot, np.arange(300), hidden=[0])["id"])


def test_a_theme_that_is_all_of_the_one_above_it_under_the_same_name_is_shown_once() -> None:
    made = atlas_snapshot(300)
    rows = np.flatnonzero(made.papers["topic"] == 0)
    same = dataclasses.replace(made, themes=made.themes.assign(name=["Everything", "Nature", "Everything"]))
    assert "n0" not in set(tree_table(same, rows)["id"])
    table = tree_table(same, rows).set_index("id")
    assert table.loc["t0", ["parent", "depth", "papers"]].tolist() == ["n2", 2, len(rows)]
    assert "n0" in set(tree_table(made, rows)["id"])
    assert "n0" in set(tree_table(same, np.arange(300))["id"])  # here it is a part only


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_trees_show_all_nodes_in_both_themes(kind: str, theme: figures.Theme) -> None:
    fig = topic_tree(atlas_snapshot(300), np.arange(300), kind=kind, theme=theme)
    assert fig.data[0].type == kind
    assert len(fig.data[0].ids) == 7
    assert "300 papers in 3 topics" in figures.alt(fig)
    assert topic_tree(atlas_snapshot(300), np.array([], dtype=np.int64), kind=kind, theme=theme).data[0].values.tolist() == [0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_message_of_a_tree_is_true_under_any_shuffle(kind: str) -> None:
    snapshot = atlas_snapshot(300)
    for seed in range(8):
        rows = np.sort(np.random.default_rng(seed).choice(300, 10, replace=False))
        told = figures.told(topic_tree(snapshot, rows, kind=kind))
        count = np.bincount(snapshot.papers["topic"].to_numpy()[rows], minlength=3)
        if (count == count.max()).sum() > 1:
            assert told == ""
        else:
            name = snapshot.topic_names[int(count.argmax())]
            assert told == f"The largest topic is {name} with {10 * count.max()} % of the papers"


def test_a_sparkline_tells_a_move_and_none_of_shares_in_another_order() -> None:
    weeks = np.datetime64("2026-01-05") + 7 * np.arange(20)
    totals = np.full(20, 100)
    rising = np.where(np.arange(20) < 10, 0.1, 0.2)
    told = figures.told(sparkline(weeks, rising, totals, color="#0b79bd"))
    assert told == "from 10.0% in the first half to 20.0% in the second"
    assert told in figures.alt(sparkline(weeks, rising, totals, color="#0b79bd"))
    assert figures.told(sparkline(weeks, rising, totals // 10, color="#0b79bd")) == ""  # of ten papers a week none is sure
    assert figures.told(sparkline(weeks[:1], rising[:1], totals[:1], color="#0b79bd")) == ""
    for seed in range(8):
        shuffled = np.random.default_rng(seed).permutation(rising)
        told = figures.told(sparkline(weeks, shuffled, totals, color="#0b79bd"))
        early, late = shuffled[:10].mean(), shuffled[10:].mean()
        assert told in ("", f"from {early:.1%} in the first half to {late:.1%} in the second")
        sides = binomtest(round(1000 * late), round(1000 * (early + late))).proportion_ci()
        assert (told == "") == (sides.low <= 0.5 <= sides.high)


@pytest.mark.parametrize("seed", range(6))
def test_the_message_of_the_days_is_true_under_any_shuffle(seed: int) -> None:
    random = np.random.default_rng(seed)
    days = [date(2026, 3, 1 + k) for k in range(6)]
    table = pd.DataFrame(
        [
            {"day": day, "domain": domain, "papers": int(random.integers(0, 4))}
            for day in days
            for domain in ("Physics", "Biology")
        ]
    )
    total = {day: int(table.loc[table["day"] == day, "papers"].sum()) for day in days}
    most = [day for day, papers in total.items() if papers == max(total.values())]
    told = figures.told(strip(table, days[0], days[1]))
    assert told == f"{sum(total.values())} papers" + (f", most on {most[0]}" if len(most) == 1 else "")
