"""Retracted, withdrawn and corrected papers: marked whichever of paper and notice came first, and out of what is counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hub.papers.kinds import kind_of
from hub.papers.model import Paper
from hub.papers.status import Status, notice, status_of
from hub.radar.delivery.changes import papers_changed
from hub.sources.importing import take
from hub.sources.linkage.merging import join
from hub.sources.recleaning import reclean
from hub.sources.record import Record
from hub.storage import republish, snapshot
from hub.storage.corpus import Corpus
from hub.storage.selection import Selection

BEES = Record("f: entry 1", title="Bees that dance on heated floors", abstract="They dance.", published="2026-01-02",
              doi="10.5555/bees.1", source="Hive")  # fmt: skip
BY_DOI = Record("f: entry 2", title="A statement", published="2026-02-02", doi="10.5555/bees.2", source="Hive",
                relations=("retracted doi:10.5555/bees.1",))  # fmt: skip
BY_TITLE = Record("f: entry 3", title="Retraction notice to: Bees that dance on heated floors", published="2026-02-03",
                  doi="10.5555/bees.3", source="Hive")  # fmt: skip
STATES = [
    ("[RETRACTED] Bees dance", "", (), "", Status.RETRACTED),
    ("Bees dance (Retracted article. See vol. 3, p. 1)", "", (), "", Status.RETRACTED),
    ("WITHDRAWN: Bees dance", "", (), "", Status.WITHDRAWN),
    ("【撤稿】蜜蜂的舞蹈研究", "", (), "", Status.RETRACTED),
    ("Bees dance", "The authors have withdrawn their manuscript because the hive was empty.", (), "", Status.WITHDRAWN),
    ("Bees dance", "This article has been retracted at the request of the editors.", (), "", Status.RETRACTED),
    ("Bees dance", "They dance.", (), "4 pages; this submission has been withdrawn by arXiv administrators", Status.WITHDRAWN),
    ("Bees dance", "They dance.", ("Journal Article", "Retracted Publication"), "", Status.RETRACTED),
    ("Why retracted papers go on being cited", "Retracted papers are cited. We ask why.", (), "", Status.STANDS),
    ("Withdrawn children at school", "Withdrawn children speak less.", (), "", Status.STANDS),
    ("Bees dance", "They dance.", (), "supersedes an earlier version that was withdrawn", Status.STANDS),
]
NOTICES = [
    ("Retraction Note: Bees dance", Status.RETRACTED, "Bees dance"),
    ("Erratum to “Bees dance on floors” [Hive 3 (2020) 1]", Status.CORRECTED, "Bees dance on floors"),
    ("Expression of Concern: Bees dance", Status.CONCERN, "Bees dance"),
    ("关于《蜜蜂的舞蹈研究》一文的撤稿声明", Status.RETRACTED, "蜜蜂的舞蹈研究"),
]
NO_PAPERS = [
    "Call for papers: bees",
    "征稿启事",
    "学术会议通知",
    "Publisher's note: Bees",
    "Correction to Bees and floors",
    "主编寄语",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(str(tmp_path / "corpus"))


@pytest.mark.parametrize(("title", "abstract", "types", "comment", "expected"), STATES)
def test_a_record_says_what_became_of_its_paper(
    title: str, abstract: str, types: tuple[str, ...], comment: str, expected: Status
) -> None:
    assert status_of(title, abstract, types, comment) == expected


@pytest.mark.parametrize(("title", "status", "about"), NOTICES)
def test_a_notice_says_which_paper_it_is_about(title: str, status: Status, about: str) -> None:
    assert (notice(title).status, notice(title).title) == (status, about)


@pytest.mark.parametrize("title", NO_PAPERS)
def test_notices_and_calls_are_no_papers(title: str) -> None:
    assert kind_of(title) != "paper"


def test_a_paper_about_corrections_stays_a_paper() -> None:
    assert kind_of("Correction to Scaling in Percolation", abstract="We correct scaling laws.") == "paper"


@pytest.mark.parametrize("order", [(BEES, BY_DOI), (BY_DOI, BEES), (BEES, BY_TITLE), (BY_TITLE, BEES)])
def test_a_notice_marks_its_paper_whichever_came_first(corpus: Corpus, order: tuple[Record, ...]) -> None:
    for record in order:
        take([record], corpus)
        join(corpus)
    [paper] = corpus.papers(["doi:10.5555/bees.1"])
    assert (paper.status, paper.kind) == (Status.RETRACTED, "retracted")
    take([BEES], corpus)  # the feed that lists it as if nothing had happened does not bring it back
    assert corpus.papers(["doi:10.5555/bees.1"])[0].status == Status.RETRACTED


def test_it_leaves_what_is_counted_and_keeps_its_mark_for_the_page(corpus: Corpus, tmp_path: Path) -> None:
    other = Record("f: entry 4", title="Wasps", abstract="They hum.", published="2026-01-03", doi="10.5555/wasps", source="Hive")
    take([BEES, BY_DOI, other], corpus)
    join(corpus)
    republish.republish(tmp_path, corpus)
    now = snapshot.load(tmp_path)
    assert now.papers["id"].iloc[Selection().rows(now)].tolist() == ["doi:10.5555/wasps"]
    assert now.papers.set_index("id")["status"].to_dict() == {
        "doi:10.5555/bees.1": "retracted", "doi:10.5555/bees.2": "", "doi:10.5555/wasps": "",
    }  # fmt: skip


def test_who_kept_it_is_told_once(corpus: Corpus, tmp_path: Path) -> None:
    def alerts(state: dict[str, object]) -> Iterator[str]:
        republish.republish(tmp_path, corpus)
        return (alert.title["en"] for alert in papers_changed(state, snapshot.load(tmp_path), ["doi:10.5555/bees.1"]))

    state: dict[str, object] = {}
    take([BEES], corpus)
    assert list(alerts(state)) == []
    take([BY_DOI], corpus)
    join(corpus)
    assert list(alerts(state)) == ["Retracted: Bees that dance on heated floors"]
    assert list(alerts(state)) == []


def test_a_version_after_a_withdrawn_one_stands_again(corpus: Corpus) -> None:
    first = Record(
        "f: entry 1", title="Bees", abstract="They dance.", published="2026-01-02", id="arXiv:2601.00001v1", source="arXiv"
    )
    gone = Record("f: entry 1", title="Bees", abstract="This paper has been withdrawn.", published="2026-01-02",
                  id="arXiv:2601.00001v2", source="arXiv")  # fmt: skip
    again = Record(
        "f: entry 1", title="Bees", abstract="They do dance.", published="2026-01-02", id="arXiv:2601.00001v3", source="arXiv"
    )
    found = []
    for record in (first, gone, again):
        take([record], corpus)
        [paper] = corpus.papers(["arXiv:2601.00001"])
        found.append((str(paper.status), paper.kind))
    assert found == [("", "paper"), ("withdrawn", "retracted"), ("", "paper")]


def test_what_a_former_release_stored_is_cleaned_once(corpus: Corpus) -> None:
    old = Paper("doi:10.5555/a", "On \\textbf{bees}", "Abstract We watch ( n = 3 ) bees .", (), date(2026, 1, 1), "Hive")
    void = old.replace(id="doi:10.5555/b", title="RETRACTED: On wasps", abstract="")
    fine = old.replace(id="doi:10.5555/c", title="On ants", abstract="They walk.")
    corpus.upsert([old, void, fine])
    counts = reclean(corpus)
    assert (counts["looked at"], counts["changed"], counts["abstract"], counts["status"]) == (3, 2, 1, 1)
    by_id = {paper.id: paper for paper in corpus.papers([old.id, void.id, fine.id])}
    assert (by_id[old.id].title, by_id[old.id].abstract) == ("On bees", "We watch (n = 3) bees.")
    assert by_id[void.id].kind == "retracted"
    assert reclean(corpus)["changed"] == 0
