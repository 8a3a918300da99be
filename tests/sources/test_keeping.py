"""Signatures that were kept of records are taken only as they were written, of records that were not written since."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from hub.papers.model import Kind, Paper
from hub.sources.linkage import keeping, merging
from hub.sources.linkage.blocking import Signatures, signatures
from hub.sources.linkage.matching import Facts
from hub.sources.linkage.merging import facts_of, join
from hub.storage.corpus import Corpus

TITLE = "A deep network predicts how proteins fold in living cells"
OTHERS = [
    Paper(
        f"arXiv:2601.1{n:04}",
        f"Another subject altogether, number {n}",
        "",
        ("Ada Berg", f"Bo Chen{n}"),
        date(2026, 1, 5),
        "arXiv",
    )
    for n in range(30)
]
EARLY = Paper("arXiv:2601.00001", TITLE, "", ("Ada Berg", "Bo Chen"), date(2026, 1, 5), "arXiv")
LATE = Paper("doi:10.1038/s1-2", TITLE, "", ("Ada Berg", "Bo Chen"), date(2026, 3, 1), "Nature", doi="10.1038/s1-2")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def aged(corpus: Corpus) -> None:
    """Have all papers written long ago: what is written in the second of a reading is not trusted."""
    corpus._table.update(values={"changed": LONG_AGO})


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Return a corpus that was joined, with what that keeps."""
    made = Corpus(str(tmp_path))
    made.upsert([EARLY, *OTHERS])
    aged(made)
    join(made)
    return made


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the ids of records whose signatures are made, as they are."""
    made: list[str] = []

    def told(records: list[Facts]) -> Signatures:
        records = list(records)
        made.extend(record.id for record in records)
        return signatures(records)

    monkeypatch.setattr(merging, "signatures", told)
    return made


def test_only_new_records_are_signed_and_they_find_the_old(corpus: Corpus, signed: list[str]) -> None:
    corpus.upsert([LATE])
    assert join(corpus) == 1 and signed == [LATE.id]
    assert {paper.id: paper.kind for paper in corpus.papers([EARLY.id, LATE.id])} == {EARLY.id: Kind.VERSION, LATE.id: Kind.PAPER}


def test_a_record_that_was_written_since_is_signed_anew(corpus: Corpus, signed: list[str]) -> None:
    corpus.put([OTHERS[3].replace(title=TITLE, authors=EARLY.authors)])
    assert join(corpus) == 1 and signed == [OTHERS[3].id]


def test_what_was_written_while_it_was_read_is_not_trusted(corpus: Corpus, signed: list[str]) -> None:
    kept = keeping.read(corpus)
    assert kept is not None
    after = np.full(len(kept.ids), kept.until)
    assert (keeping.Kept(kept.ids, after, kept.until, kept.marks).rows(kept.ids, after) == -1).all()
    assert kept.rows(kept.ids, kept.changed).tolist() == list(range(len(kept.ids)))
    assert (kept.rows(kept.ids, kept.changed - 1) == -1).all(), "of a table that was brought back"


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "gone", "other keys"])
def test_what_is_damaged_or_of_other_keys_is_made_again(
    harm: str, corpus: Corpus, signed: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = Path(corpus.path) / keeping.FILE
    data = file.read_bytes()
    if harm == "other keys":
        monkeypatch.setattr(keeping, "KEYS", 0)
    elif harm == "gone":
        file.unlink()
    else:
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        file.write_bytes({"flipped": flipped, "cut": data[:middle], "empty": b""}[harm])
    corpus.upsert([LATE])
    with caplog.at_level(logging.WARNING):
        assert join(corpus) == 1
    assert sorted(signed) == sorted(paper.id for paper in [EARLY, LATE, *OTHERS])
    assert keeping.read(corpus) is not None, "it is kept as of now"


def test_joining_anew_signs_all(corpus: Corpus, signed: list[str]) -> None:
    join(corpus, anew=True)
    assert len(signed) == len(OTHERS) + 1


def test_records_that_are_gone_and_a_table_in_another_order_change_nothing(corpus: Corpus, signed: list[str]) -> None:
    corpus.remove_prefix(OTHERS[0].id)
    corpus.put([OTHERS[1]])  # it is written behind all others
    corpus.upsert([LATE])
    corpus.optimize()
    assert join(corpus) == 1 and sorted(signed) == sorted([OTHERS[1].id, LATE.id])


def test_new_records_may_stand_before_the_old(corpus: Corpus, signed: list[str]) -> None:
    corpus.upsert([LATE])
    corpus._table.update(where=f"id != '{LATE.id}'", values={"changed": LONG_AGO})  # these are written behind it
    assert next(corpus.scan(["id"]))["id"][0].as_py() == LATE.id
    assert join(corpus) == 1 and signed == [LATE.id]
    assert {paper.id for paper in corpus.papers([LATE.id, EARLY.id]) if paper.kind == Kind.VERSION} == {EARLY.id}


def test_a_file_that_cannot_be_written_costs_time_only(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    file = Path(corpus.path) / keeping.FILE
    file.unlink()
    file.mkdir()
    (file / "in the way").touch()
    corpus.upsert([LATE])
    assert join(corpus) == 1 and "made again" in caplog.text


def test_taken_signatures_find_the_pairs_of_all() -> None:
    records = [facts_of(paper) for paper in [EARLY, *OTHERS[:5], LATE, *OTHERS[5:]]]
    marks, order = signatures(records), np.random.default_rng(1).permutation(len(records))
    every = np.ones(len(records), dtype=bool)
    as_sets = {frozenset(order[pair].tolist()) for pair in marks.take(order).pairs(every)}
    assert as_sets == {frozenset(pair.tolist()) for pair in marks.pairs(every)} and frozenset((0, 6)) in as_sets
    only = np.arange(len(records)) == 6
    assert [pair.tolist() for pair in marks.pairs(only)] == [pair.tolist() for pair in marks.pairs(every) if 6 in pair]
