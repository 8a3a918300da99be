"""``hub near``: what is near a text from a file or stdin, the newest of that, and who works on it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main
from hub.cli.common import emit
from hub.storage import snapshot
from hub.storage.corpus import Corpus


def test_a_file_and_stdin_find_the_same_papers(
    demo: Path, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = snapshot.load(demo).papers
    paper = papers.iloc[0]
    text = f"{paper['title']}. {Corpus(str(demo / 'corpus')).abstracts([paper['id']])[paper['id']]}"
    file = tmp_path / "draft.md"
    file.write_text(text, "utf-8")
    found = run("near", str(file), "--limit", "5")
    assert found["by"] == "words" and found["passages"] == 1 and not found["cut"]  # the demo's vectors hold for it alone
    assert found["nearest"][0]["id"] == paper["id"] and found["nearest"][0]["similarity"] is None
    assert len(found["nearest"]) == len(found["newest"]) == 5
    days = [one["published"] for one in found["newest"]]
    assert days == sorted(days, reverse=True)
    assert found["authors"] and all(set(one["papers"]) <= set(papers["id"]) for one in found["authors"])
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert run("near", "-", "--limit", "5") == found
    source = str(papers["source"].iloc[-1])
    assert {one["source"] for one in run("near", str(file), "--source", source)["nearest"]} == {source}
    assert main(["near", str(file)]) == 0
    said = capsys.readouterr()
    assert (
        "compared by its words" in said.err.replace("\n", " ") and "Newest of the near ones" in said.err and "author" in said.out
    )
    assert "None" not in said.out and "similarity" not in said.out


def test_a_table_shows_nothing_for_none_and_a_list_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    emit([{"title": "On eels", "score": None, "why": ["Like X", "New"]}], False, ("title", "score", "why"))
    said = capsys.readouterr().out
    assert "Like X; New" in said and "None" not in said and "[" not in said
