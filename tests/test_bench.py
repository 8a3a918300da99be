"""All measurements in one go end in their time and leave a page that says what came of each room."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from bench import __main__ as bench_main
from bench import _report
from bench import _scaling_growth as growth
from bench._report import Room, measured
from hub.papers import identifiers

LEAVES = """
import pathlib, sys, tempfile, time
with tempfile.TemporaryDirectory(dir=sys.argv[1]) as folder:
    print("half of it", flush=True)
    time.sleep(600)
"""


def python(code: str, *given: str) -> tuple[list[str], dict[str, str]]:
    return [sys.executable, "-c", code, *given], {"HUB_BENCH_PAPERS": "7"}


def test_each_room_is_run_told_of_and_ended_in_its_share(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    page = tmp_path / "RESULTS.md"
    calls = {
        "fast": python("import os; print('speed, ratio 2.5'); print(os.environ['HUB_BENCH_PAPERS'])"),
        "broken": python("print('begun'); raise ValueError('no such thing')"),
        "away": python("print('the papers of ../shared are not on this machine: nothing measured')"),
        "endless": python(LEAVES, str(tmp_path / "made")),
    }
    done = {room.name: room for room in measured(calls, time.monotonic() + _report.END_S + 12, page)}
    assert [room.became.split(" after")[0] for room in done.values()] == [
        "done", "failed: ValueError: no such thing", "nothing measured", "cut off",
    ]  # fmt: skip
    assert done["fast"].lines == ("speed, ratio 2.5", "7") and done["endless"].lines == ("half of it",)
    assert not list((tmp_path / "made").iterdir()), "a room that is cut off cleans up after itself"
    text = page.read_text("utf-8")
    assert "- fast: speed, ratio 2.5" in text and "- away: the papers of ../shared" in text
    assert "| broken | failed: ValueError: no such thing |" in text and "| papers 7 |" in text
    for what in ("- machine: ", "- commit: ", "numpy ", "- began: "):
        assert what in text


def test_a_room_for_which_no_time_is_left_is_named(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    assert measured({"late": python("print(1)")}, time.monotonic(), page) == [Room("late", "not begun: the time was over", 0.0)]
    assert "| late | not begun: the time was over |" in page.read_text("utf-8")


def test_sizes_are_of_rooms_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_main.main(["nothing-of-that-name"]) == 2
    rooms = capsys.readouterr().err.partition("there are: ")[2].strip().split(", ")
    assert {*bench_main.SMALL, *bench_main.LATE} <= set(rooms)


def test_papers_beyond_the_real_ones_share_no_more_with_one_of_them_than_real_ones_do(tmp_path: Path) -> None:
    base = [
        {"id": f"arXiv:2601.{n:05}", "title": " ".join(f"{letter}{n}" for letter in "abcdefghijkl"), "abstract": f"d{n} e{n}",
         "authors": [f"Given{n}{k} Family{n}{k}" for k in range(3)], "url": f"u{n}", "field": "ab"[n % 2]}
        for n in range(50)
    ]  # fmt: skip
    (tmp_path / "base.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in base), "utf-8")
    made = list(growth._papers(tmp_path, 0, 170))
    assert made[:50] == base and len({paper["title"] for paper in made}) == len({paper["id"] for paper in made}) == 170
    people = {name for paper in base for name in paper["authors"]}
    for paper in made[50:]:
        match = growth.COPY.fullmatch(paper["url"])
        assert match
        one, other = base[int(match[2])], base[growth._other(int(match[2]), int(match[1]), 50)]
        assert paper["abstract"] == f"{one['abstract'].split()[0]} {other['abstract'].split()[-1]}"
        assert identifiers.arxiv_id(paper["id"]) == (paper["id"].removeprefix("arXiv:"), 0)
        assert [word[0] for word in paper["title"].split()] == [*"abcdefghijkl"]  # each word where it stands in its own title
        came_from = [base[int(word[1:])] for word in paper["title"].split()]
        assert {given["field"] for given in came_from} == {paper["field"]} and len({given["id"] for given in came_from}) > 1
        assert len(paper["authors"]) == 3 and len(people & {*paper["authors"]}) < 2  # one may draw both names of a person
    assert list(growth._papers(tmp_path, 60, 70)) == made[60:70]


def test_growth_is_told_as_exponents_and_a_run_that_was_stopped_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun: list[tuple[str, int]] = []

    def step(name: str, cost: float, fails_at: int = 0) -> None:
        def run(work: Path, home: Path, n: int) -> dict[str, float]:
            begun.append((name, n))
            if n == fails_at:
                raise KeyboardInterrupt
            return {f"{name.strip('_')}_cpu_s": n**cost}

        run.__name__ = name
        monkeypatch.setattr(growth, name, run)

    for name in ("_import", "_vectors", "_come", "_place", "_pages"):
        step(name, 1.0)
    step("_fit", 1.5, fails_at=100)
    monkeypatch.setattr(growth, "_prepare", lambda work, most: None)
    monkeypatch.setenv("HUB_BENCH_SIZES", "10,100")
    monkeypatch.setenv("HUB_BENCH_WORK", str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        growth.main()
    step("_fit", 1.5)
    begun.clear()
    growth.main()
    assert begun == [("_fit", 100), ("_come", 100), ("_place", 100), ("_pages", 100)]
    assert "exponents over 10 to 100 papers: import_cpu_s 1.00, fit_cpu_s 1.50, place_cpu_s 1.00" in capsys.readouterr().out
