"""A reader's test of the Bridges figures: a sentence is borne out by the cells, and gone where the papers are dealt anew."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from hub import figures
from hub.bridges import field_by_field, topic_by_field
from hub.figures import bridges as drawn
from hub.storage.snapshot import Snapshot

SEEDS = range(4)


def dealt(snapshot: Snapshot, seed: int) -> Snapshot:
    """Return a Snapshot whose papers have swapped their topics."""
    order = np.random.default_rng(seed).permutation(len(snapshot))
    return dataclasses.replace(
        snapshot, papers=snapshot.papers.assign(topic=snapshot.papers["topic"].to_numpy()[order]), _vectors=snapshot.vectors
    )


def test_what_stands_out_does_and_is_no_accident(planted: Snapshot) -> None:
    cells = topic_by_field(planted, np.arange(len(planted)))
    found = re.fullmatch(r"(.+) stands out most in (.+)", figures.told(drawn.topic_matrix(cells)))
    assert found is not None
    row = cells[(cells["name"] == found[1]) & (cells["group"] == found[2])].iloc[0]
    assert row["q"] < 0.05
    assert row["papers"] >= drawn.FEW
    largest = cells.groupby("topic")["papers"].sum().nlargest(drawn.TOPICS_SHOWN).index
    rivals = cells[cells["topic"].isin(largest) & (cells["papers"] >= drawn.FEW) & (cells["q"] < 0.05)]
    assert row["ratio"] == rivals["ratio"].max()


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_stands_out_where_topics_are_dealt_by_lot(planted: Snapshot, seed: int) -> None:
    cells = topic_by_field(dealt(planted, seed), np.arange(len(planted)))
    assert len(cells)
    assert figures.told(drawn.topic_matrix(cells)) == ""


@pytest.fixture(scope="module")
def links(planted: Snapshot) -> pd.DataFrame:
    return field_by_field(planted, np.arange(len(planted)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_closest_fields_are(links: pd.DataFrame, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(links)) if seed else np.arange(len(links))
    cells = links.assign(**{c: links[c].to_numpy()[order] for c in ("ratio", "q", "linked")})
    sure = cells[(cells["q"] < 0.05) & (cells["linked"] >= drawn.FEW) & (cells["ratio"] > 1)]
    top = sure.loc[sure["ratio"].idxmax()]
    assert figures.told(drawn.field_matrix(cells)) == f"{top['source']} and {top['target']} are closest for their size"
    assert figures.told(drawn.field_matrix(cells.assign(q=0.5))) == ""
    assert figures.told(drawn.field_matrix(cells.assign(linked=drawn.FEW - 1))) == ""
    assert figures.told(drawn.field_matrix(cells.assign(ratio=2.0))) == ""


def test_a_cell_of_few_papers_stands_between_strokes(links: pd.DataFrame) -> None:
    cells = links.assign(share=0.1, q=0.5)
    for n, text in ((0, "10%<br>/"), (drawn.FEW - 1, f"10%<br>/{drawn.FEW - 1}/"), (drawn.FEW, f"10%<br>{drawn.FEW}")):
        shown = {cell for row in drawn.field_matrix(cells.assign(linked=n)).data[0].text for cell in row}
        assert shown == {"", text}


def test_the_widest_flow_is_told_where_it_is_alone_and_beyond_chance(links: pd.DataFrame) -> None:
    top = links.sort_values("linked").iloc[-1]
    sure = links.assign(q=0.001, ratio=2.0)
    assert figures.told(drawn.flows(sure)) == f"the most, {top['linked']:,}, lead from {top['source']} to {top['target']}"
    assert figures.told(drawn.flows(sure.assign(linked=7))) == ""
    assert figures.told(drawn.flows(sure.assign(q=0.5))) == ""
    assert figures.told(drawn.flows(sure.assign(ratio=0.5))) == ""


def test_the_widest_spread_lies_apart_from_the_others() -> None:
    table = pd.DataFrame({
        "topic": [0, 1, 2], "name": ["a", "b", "c"], "papers": 50, "fields": 4, "call": "steady", "rao_stirling": [0.3, 0.5, 0.2],
        "rao_stirling_low": [0.25, 0.45, 0.1], "rao_stirling_high": [0.35, 0.55, 0.4],
    })  # fmt: skip
    assert figures.told(drawn.diversity(table)) == "b is spread most widely"
    assert figures.told(drawn.diversity(table.assign(rao_stirling_low=0.1))) == ""
    assert figures.told(drawn.diversity(table.assign(rao_stirling=[0.5, 0.3, 0.2]))) == ""  # a leads, within b's interval


def test_a_chance_is_judged_where_many_pairs_were_given_it() -> None:
    table = pd.DataFrame({"stated": [0.02, 0.15, 0.4], "true": [0.01, 0.14, 1.0], "n": [900, 60, 2]})
    assert figures.told(drawn.calibration(table)) == "of the pairs given 15% or so, 14% met"
    assert figures.told(drawn.calibration(table.assign(n=3))) == ""
