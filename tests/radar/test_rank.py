"""What a radar lists: the reader's themes first, rules kept, nothing twice, exploration marked, reasons that are true."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from hub.errors import RadarError
from hub.radar.listing import Listing, listing
from hub.radar.model import OwnPaper, Radar
from hub.radar.ranking import rules
from hub.radar.ranking.lesson import learned, lesson
from hub.radar.ranking.rank import rank
from hub.radar.ranking.telling import telling
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot, Terms
from tests.radar.conftest import THEMES, papers, publish, vectors_of


def fields(snapshot: Snapshot, found: Listing, n: int = 9) -> list[str]:
    return [paper.field for paper in found.papers if not paper.explore][:n]


@pytest.mark.parametrize(
    ("radar", "field"),
    [
        (Radar("x", liked=("arXiv:2606.10035",)), "proteins"),
        (Radar("x", seeds=("arXiv:2606.00035", "arXiv:2606.00036")), "glaciers"),
        (Radar("x", topics=(3,)), "galaxies"),
        (Radar("x", should=("volatility", "hedge")), "markets"),
        (Radar("x", text="a robot gripper with tactile sensing"), "robots"),
        (Radar("x", own=(OwnPaper("k", "Planar graph colouring", "Every vertex and edge of a clique."),)), "graphs"),
        (Radar("x", authors=("Coauthor Glaciers",)), "glaciers"),
    ],
)
def test_any_kind_of_signal_brings_its_theme_to_the_top(snapshot: Snapshot, corpus: Corpus, radar: Radar, field: str) -> None:
    found = listing(snapshot, radar, search=corpus.search_ids, embed=lambda texts: vectors_of(list(texts)), limit=20)
    assert fields(snapshot, found) == [field] * 9


def test_words_count_without_an_embedder(snapshot: Snapshot, corpus: Corpus) -> None:
    found = listing(snapshot, Radar("x", text="robot gripper torque"), search=corpus.search_ids, limit=20)
    assert fields(snapshot, found, 5) == ["robots"] * 5


def test_a_dislike_lowers_what_is_like_it(snapshot: Snapshot) -> None:
    liked = Radar("x", liked=("arXiv:2606.00035", "arXiv:2606.10035"))
    disliked = liked.replace(disliked=("arXiv:2606.10036", "arXiv:2606.10037"))
    places = []
    for radar in (liked, disliked):
        found = listing(snapshot, radar, limit=500, explore_every=0).papers
        places.append(np.mean([place for place, paper in enumerate(found) if paper.field == "proteins"]))
    assert places[1] > places[0] + 1


def test_rules_let_pass_what_they_say(snapshot: Snapshot, corpus: Corpus) -> None:
    radar = Radar("x", topics=(1,), must=("enzyme",), never=("helix",), sources=("arXiv",))
    found = listing(snapshot, radar, search=corpus.search_ids)
    text = {paper.id: paper for paper in papers()}
    assert found.papers
    for paper in found.papers:
        words = text[paper.id].text.lower()
        assert "enzyme" in words and "helix" not in words and paper.source == "arXiv"


def test_rated_papers_are_not_listed_again(snapshot: Snapshot) -> None:
    radar = Radar("x", liked=("arXiv:2606.00001",), disliked=("arXiv:2606.00002",))
    assert {"arXiv:2606.00001", "arXiv:2606.00002"}.isdisjoint(paper.id for paper in listing(snapshot, radar, limit=500).papers)


def test_the_order_of_signals_does_not_matter(snapshot: Snapshot) -> None:
    ids = ("arXiv:2606.00035", "arXiv:2606.10035", "arXiv:2606.20035")
    one, other = (rank(snapshot, Radar("x", liked=liked), np.arange(len(snapshot))) for liked in (ids, ids[::-1]))
    assert one.rows.tolist() == other.rows.tolist()


def test_a_paper_in_two_records_is_listed_once(tmp_path: Path) -> None:
    made = papers()
    twins = [p.replace(id=f"doi:10.1/{i}", title=p.title.upper() + ".", source="Nature") for i, p in enumerate(made[:20])]
    same_doi = [p.replace(id=f"url:{i}", title=f"Other words {i}", doi=f"10.9/{i}") for i, p in enumerate(made[40:50])]
    made[40:50] = [p.replace(doi=f"10.9/{i}") for i, p in enumerate(made[40:50])]
    doubled = publish(tmp_path, [*made, *twins, *same_doi])
    found = listing(doubled, Radar("x", topics=(0, 1)), limit=60)
    titles = [paper.title.lower().rstrip(".") for paper in found.papers]
    assert len(titles) == len(set(titles))
    dois = [doi for doi in doubled.papers.set_index("id").loc[[p.id for p in found.papers], "doi"] if doi]
    assert len(dois) == len(set(dois))
    liked_twin = listing(doubled, Radar("x", liked=("doi:10.1/3",)), limit=60)
    assert made[3].id not in {paper.id for paper in liked_twin.papers}


def test_exploration_is_marked_and_from_outside(snapshot: Snapshot) -> None:
    found = listing(snapshot, Radar("x", liked=("arXiv:2606.00035",), should=()), limit=20, explore_every=10, since=None)
    explored = [paper for paper in found.papers if paper.explore]
    assert all(paper.field != "glaciers" and paper.reasons[0].kind == "explore" for paper in explored)
    none = listing(snapshot, Radar("x", liked=("arXiv:2606.00035",)), limit=20, explore_every=0)
    assert not any(paper.explore for paper in none.papers)


def test_reasons_name_what_is_true_of_the_paper(snapshot: Snapshot, corpus: Corpus) -> None:
    radar = Radar("x", liked=("arXiv:2606.10035",), disliked=("arXiv:2606.00035",), should=("enzyme",), authors=("Ada Lovelace",))
    found = listing(snapshot, radar, search=corpus.search_ids, limit=30)
    text = {paper.id: paper.text.lower() for paper in papers()}
    kinds = set()
    for paper in found.papers:
        assert paper.reasons
        for reason in paper.reasons:
            kinds.add(reason.kind)
            if reason.kind == "words":
                assert all(word in text[paper.id] for word in (*reason.details["for"], *reason.details["against"]))
                assert all(weight > 0 for weight in reason.details["for"].values())
                assert not any(character.isdigit() for character in reason.text), "words, not weights"
            if reason.kind == "near":
                near = reason.details["papers"][0]
                assert near["id"] in radar.positives and f"“{near['title']}”, which you liked" in reason.text
                assert all(word in text[paper.id] and word in text[near["id"]] for word in reason.details["words"])
            if reason.kind == "rule" and reason.details["rule"] == "should":
                assert "enzyme" in text[paper.id]
    assert {"words", "near", "rule", "topic"} <= kinds


def test_papers_of_a_followed_journal_rise_and_say_so(snapshot: Snapshot, corpus: Corpus) -> None:
    radar = Radar("x", topics=(1,))
    followed = radar.replace(venues=("bioRxiv",))
    places = []
    for wanted in (radar, followed):
        found = listing(snapshot, wanted, limit=500, explore_every=0).papers
        places.append(np.mean([place for place, paper in enumerate(found) if paper.source == "bioRxiv"]))
    assert places[1] < places[0] - 5
    alone = listing(snapshot, Radar("x", venues=("bioRxiv",)), limit=20, explore_every=0)
    assert sum(paper.source == "bioRxiv" for paper in alone.papers[:10]) > 5, "a third of all papers are"
    told = next(paper for paper in alone.papers if paper.source == "bioRxiv").reasons
    assert any("bioRxiv, which you follow" in reason.text for reason in told)
    unknown = listing(snapshot, radar.replace(venues=("Nature",)), limit=5)
    assert "No paper here is from 'Nature'" in " ".join(unknown.notices)


def test_papers_of_a_followed_institution_rise_and_say_so_and_how_many_can(snapshot: Snapshot) -> None:
    radar = Radar("x", topics=(1,))
    followed = radar.replace(institutions=("the ETH Zurich", "York University"))
    there = {paper.id for paper in papers() if "ETH Zürich" in paper.institutions}
    places = []
    for wanted in (radar, followed):
        found = listing(snapshot, wanted, limit=500, explore_every=0)
        places.append(np.mean([place for place, paper in enumerate(found.papers) if paper.id in there]))
    assert places[1] < places[0] - 5
    for paper in found.papers:
        says = any(reason.text == "From the ETH Zurich, which you follow." for reason in paper.reasons)
        assert says == (paper.id in there)
    assert found.notices == (
        "No author here works at 'York University', as far as papers tell (54 of 240 do): check the spelling, or take the name "
        "that papers use.",
    )
    assert rules.how_many_tell(snapshot).startswith("54 of 240 papers say where their authors work")
    alone = listing(snapshot, Radar("x", institutions=("ETH Zurich",)), limit=20, explore_every=0)
    assert all(paper.id in there for paper in alone.papers), "of whatever subject: an institution is of all"


def test_a_thumb_says_what_it_taught(snapshot: Snapshot) -> None:
    liked, disliked = "arXiv:2606.10035", "arXiv:2606.00035"
    text = {paper.id: paper.text.lower() for paper in papers()}
    radar = Radar("x", liked=(liked,), disliked=(disliked,))
    assert lesson(snapshot, radar, "arXiv:2606.20001") == []
    for paper_id in (liked, disliked):
        assert lesson(snapshot, radar, paper_id) and all(word in text[paper_id] for word in lesson(snapshot, radar, paper_id))
    both = Radar("x", liked=("arXiv:2606.10035",), disliked=("arXiv:2606.10036",))
    assert not any(word in text[liked] for word in lesson(snapshot, both, "arXiv:2606.10036")), "a word of both tells nothing"
    wanted, unwanted = learned(snapshot, radar)
    assert any(word in THEMES["proteins"].split() for word in wanted) and set(unwanted) <= {
        *THEMES["glaciers"].split(),
        "ice sheet",
    }


def test_an_empty_radar_says_how_to_begin(snapshot: Snapshot) -> None:
    with pytest.raises(RadarError, match="no interest yet"):
        rank(snapshot, Radar("x", never=("a",)), np.arange(10))


def test_a_list_is_never_empty_without_a_reason(snapshot: Snapshot, corpus: Corpus) -> None:
    nothing = listing(snapshot, Radar("x", must=("glacier", "quasar")), search=corpus.search_ids)
    assert not nothing.papers and "0 of them hold 'quasar'" in " ".join(nothing.notices)
    spelled = listing(snapshot, Radar("x", must=("glaceir",)), search=corpus.search_ids)
    assert "check its spelling" in " ".join(spelled.notices)
    done = {str(i): "archived" for i in snapshot.papers["id"]}
    assert "archived" in " ".join(listing(snapshot, Radar("x", topics=(1,)), statuses=done).notices)


def test_an_author_name_that_is_everyones_is_said(snapshot: Snapshot, corpus: Corpus) -> None:
    radar = Radar("x", authors=("Wei Wang",), topics=(1,))
    found = listing(snapshot, radar, search=corpus.search_ids)
    assert "too many to be one person's" in " ".join(found.notices)
    assert not any(reason.kind == "rule" for paper in found.papers for reason in paper.reasons)
    alone = listing(snapshot, radar.replace(topics=()), search=corpus.search_ids)
    assert "too many" in " ".join(alone.notices)


def test_names_agree_as_far_as_both_go(snapshot: Snapshot) -> None:
    for name in ("Ada Lovelace", "Lovelace, Ada", "A. Lovelace", "Lovelace"):
        assert len(rules.rows_by(snapshot, name)) == 6, name
    assert len(rules.rows_by(snapshot, "Ann Lovelace")) == 0


def test_rated_papers_that_are_gone_are_said(snapshot: Snapshot) -> None:
    found = listing(snapshot, Radar("x", liked=("arXiv:gone", "arXiv:2606.10035")))
    assert "1 of the papers you rated are not in the corpus" in " ".join(found.notices)


def test_reasons_name_terms_of_the_matter_and_no_word_of_every_abstract(snapshot: Snapshot) -> None:
    said = (
        "days",
        "matched",
        "quickly",
        "investigating",
        "tidal",
        "symbolic",
        "matched enzyme",
        "enzyme matched",
        "gripper days",
        "usual",
    )
    terms, rng = snapshot.terms, np.random.default_rng(0)
    some = np.ones((len(snapshot), len(said)), dtype=np.float32)
    some[:, -1] = rng.random(len(snapshot)) < 0.04  # seldom, and in every subject alike
    counts = sparse.hstack([terms.counts, sparse.csr_matrix(some)]).tocsr()
    made = dataclasses.replace(snapshot, _terms=Terms(counts, np.array([*terms.words, *said])))
    names = dict(zip(made.terms.words.tolist(), telling(made).tolist(), strict=True))
    assert not any(names[word] for word in said)
    assert {"glacier", "enzyme", "tactile", "quasar"} <= {word for word, tells in names.items() if tells}
    found = listing(made, Radar("x", liked=("arXiv:2606.10035",), disliked=("arXiv:2606.00035",)), limit=30)
    told = " ".join(reason.text for paper in found.papers for reason in paper.reasons)
    assert "both on" in told and not any(f" {word}" in told for word in said)
    assert not set(said) & {*lesson(made, Radar("x", liked=("arXiv:2606.10035",)), "arXiv:2606.10035")}
