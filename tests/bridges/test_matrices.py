from __future__ import annotations

import numpy as np
import pytest

from hub import demo
from hub.bridges import field_by_field, topic_by_field
from hub.bridges.evidence import groups
from hub.bridges.matrices import cell_rows, link_rows
from hub.storage.snapshot import Snapshot, empty


def every(snapshot: Snapshot) -> np.ndarray:
    return np.arange(len(snapshot))


@pytest.mark.parametrize("by", ["domain", "field"])
def test_topic_by_field_counts_every_placed_paper_once(planted: Snapshot, by: str) -> None:
    table = topic_by_field(planted, every(planted), by)
    assert table["papers"].sum() == (groups(planted, by).codes >= 0).sum()
    assert ((table["q"] >= table["p"] - 1e-12) & (table["q"] <= 1)).all()
    expected = table.groupby("topic")["expected"].sum()
    assert (expected <= table.groupby("topic")["papers"].sum() + 1e-6).all()


def test_a_topics_home_is_above_chance_and_each_cell_lists_its_papers(planted: Snapshot) -> None:
    table = topic_by_field(planted, every(planted))
    truth = demo.truth()
    home = truth[truth["topic"] == "avian-flu"]["domain"].mode()[0]
    cell = table[(table["name"] == "avian-flu") & (table["group"] == home)].iloc[0]
    assert cell["ratio"] > 3
    assert cell["q"] < 0.001
    rows = cell_rows(planted, every(planted), int(cell["topic"]), home)
    assert len(rows) == cell["papers"]
    assert set(planted.papers["domain"].iloc[rows]) == {home}


def test_the_order_of_rows_does_not_matter(planted: Snapshot) -> None:
    rows = np.random.default_rng(0).permutation(len(planted))
    assert topic_by_field(planted, rows).equals(topic_by_field(planted, every(planted)))
    assert field_by_field(planted, rows)["papers"].tolist() == field_by_field(planted, every(planted))["papers"].tolist()


def test_fields_that_share_topics_are_linked_more_than_those_that_share_none(planted: Snapshot) -> None:
    table = field_by_field(planted, every(planted)).set_index(["source", "target"])
    assert table.loc[("Social science", "Physics"), "ratio"] > 1  # polarisation is in both
    assert table.loc[("Social science", "Physics"), "q"] < 0.05
    assert table.loc[("Social science", "Biology"), "ratio"] < 0.3
    rows = link_rows(planted, every(planted), "Social science", "Physics")
    assert len(rows) == table.loc[("Social science", "Physics"), "linked"] > 0
    assert set(planted.papers["domain"].iloc[rows]) == {"Social science"}


def test_nothing_selected_gives_empty_tables_with_their_columns(planted: Snapshot) -> None:
    none = np.zeros(0, dtype=np.int64)
    assert topic_by_field(planted, none).empty
    assert "ratio" in field_by_field(planted, none)
    assert topic_by_field(empty(), none).empty
