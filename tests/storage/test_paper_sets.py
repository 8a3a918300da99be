"""Sets of marked papers: named by what they hold, kept while they are used, refused when they are not what they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.errors import SelectionError
from hub.i18n.messages import spoken
from hub.storage import paper_sets
from hub.storage.paper_sets import PaperSetMissing, keep, load, names, paper_set


def test_a_set_is_named_by_its_papers_alone(tmp_path: Path) -> None:
    made = keep(tmp_path, ["b", "a", "b"])
    assert made == paper_set(["a", "b"])
    assert made.key != paper_set(["a", "c"]).key != paper_set(["ab"]).key
    assert load(tmp_path, made.key).ids == ("a", "b")
    assert keep(tmp_path, ["a", "b"]).key == made.key
    assert names(tmp_path) == [made.key]
    assert not list((tmp_path / "sets").glob("*.draft"))


def test_ids_of_any_script_come_back(tmp_path: Path) -> None:
    ids = ("doi:10.1/é", "论文:1", "x y")
    assert load(tmp_path, keep(tmp_path, ids).key).ids == tuple(sorted(ids))


def test_a_set_without_papers_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="at least one paper") as refused:
        keep(tmp_path, [])
    assert "论文" in spoken(refused.value, "zh")
    assert names(tmp_path) == []


@pytest.mark.parametrize("key", ["", "0" * 16, "0" * 15, "A" * 16, "../../../etc/passwd", "0" * 17, "0" * 16 + "\n"])
def test_a_name_of_no_set_reads_no_file(tmp_path: Path, key: str) -> None:
    keep(tmp_path, ["a"])
    with pytest.raises(PaperSetMissing, match="not kept here any more"):
        load(tmp_path, key)


def test_a_damaged_file_and_one_of_other_papers_are_told_apart_from_none(tmp_path: Path) -> None:
    made, other = keep(tmp_path, ["a", "b"]), keep(tmp_path, ["c"])
    file = tmp_path / "sets" / f"{made.key}.txt.gz"
    whole = file.read_bytes()
    for broken in (whole[:9], b"", b"no gzip at all", whole[:-4] + b"0000"):
        file.write_bytes(broken)
        with pytest.raises(SelectionError) as refused:
            load(tmp_path, made.key)
        assert not isinstance(refused.value, PaperSetMissing)
        assert f"sets/{made.key}.txt.gz" in str(refused.value)
    file.write_bytes((tmp_path / "sets" / f"{other.key}.txt.gz").read_bytes())
    with pytest.raises(SelectionError, match="does not hold what its name says"):
        load(tmp_path, made.key)


def test_the_last_used_sets_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_sets, "KEPT", 3)
    made = []
    for age, paper in enumerate("abc"):
        made.append(keep(tmp_path, [paper]).key)
        os.utime(tmp_path / "sets" / f"{made[-1]}.txt.gz", (1000 + age, 1000 + age))
    assert names(tmp_path) == made[::-1]
    load(tmp_path, made[0])  # the oldest is used again
    newest = keep(tmp_path, ["d"]).key
    assert set(names(tmp_path)) == {newest, made[0], made[2]}
