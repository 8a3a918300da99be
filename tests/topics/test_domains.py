"""Papers of journals of every field get a domain from words, neighbours and topic, or stay without one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from hub.papers.model import Paper
from hub.storage import publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame, republish
from hub.storage.selection import Selection
from hub.storage.snapshot import Terms
from hub.topics.domains import SURE, guessed

WORDS = np.array(["protein", "genes", "election", "voters", "thing"])


def evidence(n_cs: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Terms]:
    """Return ids, domains, topics, vectors and terms: few papers of biology, many of computer science, three of Other."""
    domain = np.array(["Biology"] * 20 + ["Computer science"] * n_cs + ["Other"] * 3, dtype=object)
    n = len(domain)
    draw = np.random.default_rng(0)
    vectors = draw.normal(0, 0.05, (n, 8)).astype(np.float32)
    vectors[:20, 0] += 1
    vectors[20:-3, 1] += 1
    vectors[-3, 0] += 1  # among biology
    vectors[-2, 1] += 1  # among computer science
    vectors[-1, :] = 0  # no vector yet
    counts = np.zeros((n, len(WORDS)), dtype=np.float32)
    counts[-3, [0, 1]] = 2
    topic = np.array([0] * 20 + [1] * n_cs + [0, 1, -1], dtype=np.int32)
    ids = np.array([f"arXiv:2601.{i:05}" for i in range(n)], dtype=object)
    return ids, domain, topic, vectors / np.maximum(np.linalg.norm(vectors, axis=1), 1e-9)[:, None], Terms(
        sparse.csr_matrix(counts), WORDS
    )  # fmt: skip


def test_the_few_of_a_domain_are_not_outvoted_by_the_many_of_another() -> None:
    ids, domain, topic, vectors, terms = evidence(n_cs=400)
    found = guessed(ids, domain, topic, vectors, terms, np.ones(len(ids), dtype=bool)).set_index("id")
    assert found["domain"].to_dict() == {ids[-3]: "Biology", ids[-2]: "Computer science"}
    assert ((found["confidence"] >= SURE) & (found["confidence"] <= 1)).all()
    assert found.loc[ids[-3], "confidence"] > 0.9


def test_a_paper_without_evidence_stays_without_a_domain() -> None:
    ids, domain, topic, vectors, terms = evidence()
    nothing = guessed(ids, domain, topic, vectors, terms, np.zeros(len(ids), dtype=bool))
    assert len(nothing) == 0
    assert guessed(ids, domain, topic, vectors[:, :0], terms, np.ones(len(ids), dtype=bool)).empty


def test_words_alone_tell_where_no_paper_has_a_domain() -> None:
    ids, _domain, topic, vectors, terms = evidence()
    found = guessed(ids, np.full(len(ids), "Other", dtype=object), topic, vectors, terms, np.ones(len(ids), dtype=bool))
    assert found[["id", "domain"]].to_numpy().tolist() == [[ids[-3], "Biology"]]


def test_found_domains_show_after_new_papers_came_and_fields_have_one_name(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    journals = [("Nature", "multidisciplinary"), ("AEJ", "macro"), ("JMCB", "macroeconomics"), ("arXiv", "cs.CL")]
    corpus.upsert(
        Paper(f"url:{i}", f"Paper {i}", "", ("A",), date(2026, 1, 1 + i), source, field)
        for i, (source, field) in enumerate(journals)
    )
    found = pd.DataFrame({"id": ["url:0"], "domain": ["Biology"], "confidence": np.array([0.7], np.float32)})
    none = snapshot.empty()
    publishing.publish(tmp_path, papers_frame(corpus), none.topics, none.themes, extra={"found_domains": found})
    corpus.upsert([Paper("url:9", "New", "", ("A",), date(2026, 2, 1), "Nature", "multidisciplinary")])
    for _ in range(2):
        republish(tmp_path, corpus)
        now = snapshot.load(tmp_path)
        assert now.papers.set_index("id")["domain"].astype(str).to_dict() == {
            "url:0": "Biology", **dict.fromkeys(("url:1", "url:2", "url:3", "url:9"), "Other"),
        }  # fmt: skip
        assert set(now.papers["field"].astype(str)) == {"Multidisciplinary", "Macroeconomics", "cs.CL"}
        assert len(Selection(fields=("macro",)).rows(now)) == len(Selection(fields=("Macroeconomics",)).rows(now)) == 2
