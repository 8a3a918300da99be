"""What a kill left is swept away at the next start; what somebody is still writing stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from hub.storage.corpus import Corpus
from hub.storage.leftovers import OLD_S, drafts, sweep

LEFT = ("snapshots/.draft-1/x.arrow", "snapshots/.CURRENT-a1.tmp", "sets/x.draft", "briefings/.b.json-a1.tmp",
        "briefings/ada/.b.json-a1.tmp", "radars/local/.t.json.0a1b.tmp", ".sources.json-a1.tmp", ".probe-1")  # fmt: skip
KEPT = ("snapshots/CURRENT", "radars/local/t.json", "briefings/b.json", "sources.json", "radars/local/.lock")


def make(home: Path, name: str, age_s: float) -> Path:
    file = home / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    for place in (file, file.parent) if ".draft-" in name else (file,):
        os.utime(place, (time.time() - age_s,) * 2)
    return file


def test_only_old_drafts_go(tmp_path: Path) -> None:
    old = [make(tmp_path / "a", name, 2 * OLD_S) for name in (*LEFT, *KEPT)]
    new = [make(tmp_path / "b", name, 0) for name in LEFT]
    sweep(tmp_path / "a")
    sweep(tmp_path / "b")
    assert [str(file.relative_to(tmp_path / "a")) for file in old if file.exists()] == list(KEPT)
    assert drafts(tmp_path / "a") == [] and all(file.exists() for file in new)


def test_a_draft_folder_whose_file_grows_is_not_old(tmp_path: Path) -> None:
    file = make(tmp_path, LEFT[0], 2 * OLD_S)
    os.utime(file)
    assert sweep(tmp_path) == [] and file.exists()


@pytest.mark.parametrize("runs", [40])
def test_tables_of_vectors_and_notes_do_not_grow_by_a_fragment_a_gather(tmp_path: Path, runs: int) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    for i in range(runs):
        corpus.add_vectors("x", [str(i)], np.eye(8, dtype=np.float32)[[i % 8]])
        corpus.note("last", str(i))
    corpus.optimize()
    tables = [corpus._db.open_table(name) for name in ("vectors-x", "notes")]
    assert [table.stats()["fragment_stats"]["num_fragments"] for table in tables] == [1, 1]
    rows, vectors = corpus.vectors("x")
    assert corpus.noted("last") == str(runs - 1) and len(rows) == runs and vectors[rows["7"]].tolist() == [0.0] * 7 + [1.0]
