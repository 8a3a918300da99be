"""Cards of evidence: a phrase planted across two domains is found, with its papers; a word of two meanings is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hub.bridges.cards import cards, cards_for
from hub.storage import snapshot
from hub.storage.snapshot import Snapshot
from hub.topics.naming.terms import count_terms

DOMAINS = ("Physics", "Biology", "Economics", "Chemistry")
PHRASE = "Optimal transport"


def planted(meets: bool = True, one_meaning: bool = True, each: int = 60) -> Snapshot:
    """Four topics and domains; ten papers of the first and six of the second use the phrase, drawn to each other or not."""
    rng = np.random.default_rng(0)
    centres = np.eye(4, 24)
    rows, vectors = [], []
    for t, domain in enumerate(DOMAINS):
        for i in range(each):
            uses = (t == 0 and i < 10) or (t == 1 and i < 6 and meets)
            own = f"Subject{t} matter of kind{t}: {'a case study' if i % 3 else 'some open questions'}"
            rows.append((f"p{t}{i:03d}", f"{PHRASE} of {own}" if uses else own, domain, t, i))
            pull = 0.5 * centres[1 - t] if uses and one_meaning else 0.0
            vectors.append(centres[t] + pull + rng.normal(0, 0.12, 24))
    none = snapshot.empty()
    frame = pd.DataFrame(dict.fromkeys(snapshot.PAPER_COLUMNS, ""), index=range(len(rows))).assign(
        id=[r[0] for r in rows], title=[r[1] for r in rows], domain=[r[2] for r in rows], kind="paper",
        published=[pd.Timestamp("2026-01-01") + pd.Timedelta(days=r[4]) for r in rows], updated=pd.NaT, added=pd.NaT, source="s",
        topic=[r[3] for r in rows],
                field="f", version=1, second=-1, confidence=1.0, unplaced=False, x=0.0, y=0.0, status="", subtopic=-1,
    )  # fmt: skip
    topics = pd.DataFrame({"topic": range(4), "name": [f"Topic {t}" for t in range(4)], "words": [[] for _ in range(4)]})
    made = np.asarray(vectors, dtype=np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    terms = count_terms(frame["title"].tolist())
    return Snapshot("", snapshot.typed(frame), topics, none.themes, {}, None, made, terms)


def test_a_phrase_of_two_domains_is_a_card_with_the_papers_of_both_sides() -> None:
    made = planted()
    card = cards(made).set_index("phrase").loc[PHRASE]
    assert (card["home"], card["guest"], card["home_papers"], card["guest_papers"]) == (0, 1, 10, 6)
    assert set(card["home_ids"]) == {f"p0{i:03d}" for i in range(10)}
    assert set(card["guest_ids"]) == {f"p1{i:03d}" for i in range(6)}
    assert card["guest_since"] == pd.Timestamp("2026-01-02")  # of the second paper: one may be an accident
    assert card["expected"] == pytest.approx(6 * 60 / 180)
    assert card["q"] < 0.01


@pytest.mark.parametrize(("meets", "one_meaning"), [(False, True), (True, False)])
def test_a_phrase_of_one_domain_or_of_two_meanings_is_none(meets: bool, one_meaning: bool) -> None:
    assert PHRASE not in set(cards(planted(meets, one_meaning))["phrase"])


def test_a_selection_keeps_the_cards_that_have_papers_of_both_sides_in_it() -> None:
    made = planted()
    table = cards(made)
    physics = np.flatnonzero((made.papers["domain"] == "Physics").to_numpy())
    assert cards_for(table, made, physics).empty
    some = np.flatnonzero(made.papers["id"].isin(["p0000", "p1001"]).to_numpy())
    kept = cards_for(table, made, some)
    assert kept.loc[0, "home_ids"] == ["p0000"]
    assert kept.loc[0, "guest_ids"] == ["p1001"]


def test_without_topics_or_vectors_there_are_none() -> None:
    assert cards(snapshot.empty()).empty
