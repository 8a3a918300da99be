"""What a query finds: exactly what passes it, in an order that answers it, and what was perhaps meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.papers.model import Paper
from hub.search.facets import facets
from hub.search.find import Found, find
from hub.search.query import And, Field, Not, Or, Phrase, Word, leaves, parse
from hub.search.similar import similar
from hub.search.spelling import did_you_mean, vocabulary
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.storage.snapshot import Snapshot

TITLES = (
    "Speculative decoding with small drafts", "Decoding speech from the cortex", "Mean field games of many agents",
    "The Schrödinger bridge", "Field notes on the mean", "Sparse attention for long texts", "Proteins that fold twice",
    "Sparse attention for long texts, revisited",
)  # fmt: skip
ABSTRACTS = (
    "We draft tokens and verify them.", "Electrodes listen.", "Agents meet an average.", "A path of least entropy.",
    "No games here.", "Attention costs less.", "Folding is shown by attention to detail.", "Once more.",
)  # fmt: skip


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Corpus]:
    corpus = Corpus(str(tmp_path_factory.mktemp("search") / "corpus"))
    fields = ("cs.CL", "q-bio.NC", "math.OC", "math.PR", "macro", "cs.CL", "Genomics", "cs.LG")
    corpus.upsert(
        Paper(
            f"arXiv:2601.0000{i}", title, abstract, ("Ada Byron", "Yoshua Li") if i % 2 else ("Yoshua Bengio",),
            date(2025 + i % 2, 1, 1 + i), "arXiv" if i < 6 else "bioRxiv", fields[i], "Biology" if i in (1, 6) else "Mathematics",
            doi="10.1000/x.6" if i == 6 else "",
            institutions=("New York University", "清华大学") if i in (2, 3) else ("York University",) if i == 4 else (),
        )
        for i, (title, abstract) in enumerate(zip(TITLES, ABSTRACTS, strict=True))
    )  # fmt: skip
    frame = papers_frame(corpus).assign(topic=np.int32(0))
    vectors = np.eye(8, dtype=np.float32)[[TITLES.index(t) for t in frame["title"]]] * 0.8
    near = [list(frame["title"]).index(TITLES[i]) for i in (5, 7)]
    vectors[near[1]] = vectors[near[0]]
    vectors += 0.05
    topics = snapshot.empty().topics
    made = Snapshot("v", frame, topics, snapshot.empty().themes, {}, None, vectors / np.linalg.norm(vectors, axis=1)[:, None])
    return made, corpus


def found(here: tuple[Snapshot, Corpus], query: str) -> Found:
    return find(query, *here)


def names(here: tuple[Snapshot, Corpus], query: str) -> set[int]:
    titles = here[0].papers["title"]
    return {TITLES.index(titles.iloc[row]) for row in found(here, query).rows}


@pytest.mark.parametrize(
    ("query", "papers"),
    [
        ("decoding", {0, 1}),
        ("decoded", {0, 1}),
        ("decoding -speech", {0}),
        ("decoding NOT speculative", {1}),
        ("mean field", {2, 4}),
        ('"mean field"', {2}),
        ("mean-field", {2}),
        ("games OR proteins", {2, 4, 6}),
        ("(games OR proteins) -agents", {4, 6}),
        ("schrodinger", {3}),
        ("author:bengio", {0, 2, 4, 6}),
        ('author:"y bengio"', {0, 2, 4, 6}),
        ('author:"ada li"', set()),
        ("title:attention", {5, 7}),
        ('title:"long texts"', {5, 7}),
        ("attention title:fold", {6}),
        ("source:biorxiv", {6, 7}),
        ("field:cs", {0, 5, 7}),
        ("field:macroeconomics", {4}),
        ('field:"computation and language"', {0, 5}),
        ("field:biology", {1, 6}),
        ("topic:0 tokens", {0}),
        ('institution:"york univ."', {4}),
        ('affiliation:"New York University" -mean', {3}),
        ("机构:清华大学", {2, 3}),
        ("institution:清华", set()),
        ('institution:"--"', set()),
        ("topic:²", set()),
        ('author:"--"', set()),
        ('title:"!!"', set()),
        ("doi:10.1000/x.6", {6}),
        ("https://doi.org/10.1000/X.6", {6}),
        ("https://arxiv.org/pdf/2601.00003v2", {3}),
        ("zyzzyva", set()),
        ("the of and", set(range(8))),
        ("", set(range(8))),
    ],
)
def test_a_query_passes_exactly_what_it_names(here: tuple[Snapshot, Corpus], query: str, papers: set[int]) -> None:
    assert names(here, query) == papers


@pytest.mark.parametrize("title", TITLES)
def test_a_title_finds_its_paper_first_and_is_not_widened(here: tuple[Snapshot, Corpus], title: str) -> None:
    answer = found(here, title)
    first = answer.by_relevance(answer.rows)[0]
    assert here[0].papers["title"].iloc[first] == title
    assert not answer.widened


def test_a_question_that_nothing_holds_is_widened_and_says_so(here: tuple[Snapshot, Corpus]) -> None:
    answer = found(here, "how do agents verify the cost of attention")
    assert answer.widened
    assert len(answer.rows) > 2
    assert not answer.every.any()
    assert not found(here, '"agents verify the cost of attention"').rows.size
    assert not found(here, "agents verify author:nobody").rows.size


def test_what_is_near_in_meaning_without_the_words_is_named_apart(here: tuple[Snapshot, Corpus]) -> None:
    answer = found(here, "revisited")
    titles = here[0].papers["title"].to_numpy()
    assert titles[answer.rows].tolist() == [TITLES[7]]
    assert titles[answer.near[0]] == TITLES[5]


def test_order_is_kept_within_the_selection(here: tuple[Snapshot, Corpus]) -> None:
    answer = found(here, "attention")
    some = answer.rows[:2]
    assert set(answer.by_relevance(some)) == set(some)
    assert answer.by_relevance(np.zeros(0, dtype=np.int64)).size == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("speculatve decoding", "speculative decoding"), ("Sparse atention", "Sparse attention"), ("protiens", "proteins"),
     ("decoding", ""), ("zyzzyva", ""), ("author:benigo mean", "")],
)  # fmt: skip
def test_a_slip_is_put_right_and_nothing_else(here: tuple[Snapshot, Corpus], typed: str, meant: str) -> None:
    assert did_you_mean(found(here, typed), *here) == meant


def test_similar_papers_stand_by_field_and_elsewhere(here: tuple[Snapshot, Corpus]) -> None:
    shown = here[0]
    row = list(shown.papers["title"]).index(TITLES[5])
    near = similar(shown, row)
    assert row not in {*near.same, *near.other}
    assert set(shown.papers["field"].iloc[near.same]) <= {"cs.CL"}
    assert set(shown.papers["domain"].iloc[near.other]) == {"Biology"}


def test_facets_count_what_is_there(here: tuple[Snapshot, Corpus]) -> None:
    counted = facets(here[0], np.arange(8))
    assert dict(counted["source"]) == {"arXiv": 6, "bioRxiv": 2}
    assert dict(counted["field"])["Macroeconomics"] == 1
    assert [year for year, _n in counted["year"]] == ["2026", "2025"]
    assert facets(here[0], np.zeros(0, dtype=np.int64)) == {}


@given(st.text(alphabet='ab "-():ORNAD|\n“”.é1', max_size=40))
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    tree = parse(text)
    assert isinstance(tree, And | Or | Not | Word | Phrase | Field)
    assert all(leaf.text.strip() for leaf in leaves(tree))
    assert parse(text) == tree


def test_what_is_made_of_the_papers_is_kept_when_only_names_change(here: tuple[Snapshot, Corpus]) -> None:
    shown, _index = here
    other = replace(shown, topics=shown.topics.copy(), version="renamed")
    assert vocabulary(other) is vocabulary(shown)
    assert vocabulary(replace(shown, papers=shown.papers.copy())) is not vocabulary(shown)
