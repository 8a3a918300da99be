"""Where a Snapshot's authors work: which names there are, how many papers tell, which papers a name finds."""

from __future__ import annotations

from pathlib import Path

from hub.papers.model import Paper
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.storage.snapshot import empty, load
from hub.storage.workplaces import rows_at, workplaces
from tests.storage.test_corpus import paper

TOLD = [("Zhejiang University",), ("CERN", "University of Oslo"), (), ("Univ. Oslo", "CERN"), ("CERN",), ("Oslo University",)]


def made(number: int) -> Paper:
    return paper(number, f"Study {number}").replace(institutions=TOLD[number], kind="paper" if number < 5 else "editorial")


def test_names_stand_by_their_papers_and_each_finds_its_own(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    corpus.upsert(map(made, range(len(TOLD))))
    republish(tmp_path, corpus)
    snapshot = load(tmp_path)
    places = workplaces(snapshot)
    assert (places.names[0], places.told, places.papers) == ("CERN", 4, 5)
    titles = snapshot.papers["title"].to_numpy()
    found = {
        name: sorted(title[-1] for title in titles[rows_at(snapshot, name)]) for name in ("cern", "University of Oslo", "Oslo")
    }
    assert found == {"cern": ["1", "3", "4"], "University of Oslo": ["1", "3"], "Oslo": []}
    assert not len(rows_at(snapshot, "")) and not len(rows_at(empty(), "CERN"))
    assert workplaces(empty()).told == 0
