"""A few kills of the harness that docs/RELIABILITY.md tells of, and what its reader of traces takes for out of order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.flushes import checked

ROOT = Path(__file__).resolve().parents[1]
WRITE, RENAME = 'write(3</h/home/{}>, ""..., 9) = 9', 'rename("/h/home/{}", "/h/home/{}") = 0'
FLUSH = "fsync(3</h/home/{}>) = 0"


def of_file(written: str, name: str) -> list[str]:
    return [WRITE.format(written), FLUSH.format(written), RENAME.format(written, name), "fsync(3</h/home>) = 0"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")
def test_what_was_acknowledged_before_a_kill_is_there() -> None:
    environment = {**os.environ, "HUB_BENCH_KILLS": "4", "HUB_BENCH_PAPERS": "20", "HUB_BENCH_PARTS": "thumbs,publish"}
    environment["HUB_BENCH_EMBEDDER"] = "tfidf-svd"
    run = [sys.executable, "-m", "bench", "kills"]
    done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])["all"]
    assert told["kills"] == 4 and told["inside"] > 0
    assert (told["lost"], told["leftovers"], told["faults"]) == (0, 0, 0), done.stdout


def test_a_trace_in_order_has_no_fault() -> None:
    faults, counted = checked(of_file(".a.tmp", "a.json"), Path("/h"))
    assert faults == [] and dict(counted) == {"writes": 1, "flushes": 2, "renames": 1}


@pytest.mark.parametrize(("left_out", "said"), [(1, "renamed before"), (3, "a name in home was not flushed")])
def test_a_flush_that_is_left_out_is_found(left_out: int, said: str) -> None:
    lines = of_file(".a.tmp", "a.json")
    del lines[left_out]
    faults, _ = checked(lines, Path("/h"))
    assert any(said in fault for fault in faults)


def test_calls_that_were_told_in_halves_count_where_they_ended() -> None:
    lines = [f"7 {line}" for line in of_file(".a.tmp", "a.json")]
    lines[1:2] = ["7 fsync(3</h/home/.a.tmp> <unfinished ...>", "8 fsync(4</x>) = 0", "7 <... fsync resumed>) = 0"]
    assert checked(lines, Path("/h"))[0] == []
