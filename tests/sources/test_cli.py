"""The commands of this room as a user gives them, mistakes included."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from hub.__main__ import main
from hub.sources import visits
from hub.sources.catalogue import Source
from tests.servers.feeds import fixed, item, publisher, rss


class Result(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def run(hub_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    monkeypatch.setenv("HUB_ALLOW_PRIVATE_URLS", "1")

    def command(*arguments: str) -> Result:
        code = main(list(arguments))
        return Result(code, *capsys.readouterr())

    return command


def said(result: Result) -> str:
    return " ".join(f"{result.stdout} {result.stderr}".split())


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("refresh", "--source", "nope"), "no source 'nope'"),
        (("refresh", "--since", "tomorrow"), "takes a day such as"),
        (("refresh", "--since", "2999-01-01"), "has not come"),
        (("import", "/nope"), "check the path"),
        (("sources", "--on", "nope"), "no source 'nope'"),
        (("sources", "--add", "file:///etc/passwd"), "no web address"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_done(arguments: tuple[str, ...], why: str, run: Callable[..., Result]) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert why in said(result)


def test_sources_are_turned_on_and_off_and_a_feed_is_added(run: Callable[..., Result]) -> None:
    pages = {"/feed": fixed(rss(item(1))), "/page": fixed(b"<html></html>"), "/bad": fixed(rss(item(2, title=" ")))}
    with publisher(pages) as server:
        result = run("sources", "--on", "prl", "--off", "nature", "--add", f"{server.url}/feed", "--json")
        refused = [said(run("sources", "--add", f"{server.url}/{name}")) for name in ("bad", "page", "feed")]
    assert result.exit_code == 0, said(result)
    on = {row["id"] for row in json.loads(result.stdout)}
    assert {"prl", "journal-of-tests"} <= on and "nature" not in on
    for text, why in zip(refused, ("brings no papers: it has no title", "web page", "already, as journal-of-tests"), strict=True):
        assert why in text


def test_a_file_of_rejects_only_is_a_failure_with_reasons(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello", "utf-8")
    result = run("import", str(file))
    assert result.exit_code == 1
    assert "no papers in a form that is known" in said(result)
    summary = json.loads(run("import", str(file), "--json").stdout)
    assert summary["seen"] == len(summary["rejected"]) == 1


def test_health_names_the_source_that_is_in_trouble(run: Callable[..., Result], hub_home: Path) -> None:
    visit = {"rejected": [], "error": "it is down", "unchanged": False, "seen": 0, "listed": 0}
    for _ in range(3):
        visits.record(hub_home, Source("nature", "Nature", "feed"), visit)
    rows = {row["source"]: row for row in json.loads(run("sources", "--health", "--json").stdout)}
    assert rows["nature"]["notice"] == "failed 3 times in a row"
    assert rows["nature"]["last_error"] == "it is down"
    assert rows["science"]["notice"] == ""
