"""``--set``: marked papers as the selection of every command that has filters; a clear refusal where there is no such set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main
from hub.cli import common
from hub.storage import paper_sets, snapshot


@pytest.fixture
def home(demo: Path) -> Path:
    """Return the demo papers and one set of forty of them."""
    paper_sets.keep(demo, snapshot.load(demo).papers["id"].iloc[5:45])
    return demo


def test_a_set_is_a_filter_among_the_others(home: Path, run: Callable[..., Any]) -> None:
    (name,) = paper_sets.names(home)
    marked = set(paper_sets.load(home, name).ids)
    listed = run("papers", "--set", name, "--limit", "999")
    assert {paper["id"] for paper in listed} == marked
    source = listed[0]["source"]
    narrower = run("papers", "--set", name, "--source", source, "--limit", "999")
    assert {paper["id"] for paper in narrower} == {paper["id"] for paper in listed if paper["source"] == source}


def test_every_command_with_filters_looks_at_the_set_alone(home: Path, run: Callable[..., Any], tmp_path: Path) -> None:
    (name,) = paper_sets.names(home)
    assert sum(row["papers"] for row in run("topics", "--set", name)) == 40
    assert run("brief", "--set", name, "--no-llm", "--dry-run")["selected"] == 40
    assert run("trends", "--set", name) != run("trends")
    assert run("bridges", "--set", name)["found"] != run("bridges")["found"]
    assert main(["export", "jsonl", "--set", name, "-o", str(tmp_path / "out.jsonl")]) == 0
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == 40


def test_a_set_that_is_not_there_is_refused_with_those_that_are(home: Path, run: Callable[..., Any]) -> None:
    (name,) = paper_sets.names(home)
    for command in (("papers",), ("topics",), ("trends",), ("emerging",), ("bridges",), ("brief", "--dry-run")):
        said = run(*command, "--set", "no such set")
        assert "no set of marked papers 'no such set'" in said
        assert name in said


def test_many_sets_are_not_all_named_and_none_is_said_to_be_none(
    home: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = paper_sets.names(home)[0]
    monkeypatch.setattr(common, "SETS_NAMED", 2)
    made = [paper_sets.keep(home, [f"p{i}"]).key for i in range(3)]
    said = run("papers", "--set", "0" * 16)
    assert sum(key in said for key in [first, *made]) == 2
    assert "and 2 more" in said
    for key in [first, *made]:
        (home / "sets" / f"{key}.txt.gz").unlink()
    assert "None is kept here" in run("papers", "--set", "0" * 16)


def test_a_damaged_set_is_said_to_be_damaged(home: Path, run: Callable[..., Any]) -> None:
    (name,) = paper_sets.names(home)
    (home / "sets" / f"{name}.txt.gz").write_bytes(b"nothing of the kind")
    assert "is damaged" in run("papers", "--set", name)
