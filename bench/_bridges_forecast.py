"""Which terms will meet: the forecast beside common neighbours and preferential attachment, on the papers of ../shared."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from hub.bridges.forecast import record
from hub.bridges.forecast.links import MEETS, RULES, features, learn
from hub.bridges.forecast.network import met, network
from hub.bridges.forecast.vocabulary import Vocabulary, vocabulary
from hub.stats.neighbours import unit
from hub.storage import snapshot
from hub.storage.snapshot import Snapshot, Terms
from hub.topics.naming.terms import count_terms

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora"
YEAR = {"sample_arxiv_multifield_2018_2019": "2019-01", "journals_picnic_2024_2026": "2025-09"}
"""Corpora with two years, and the month from which the second is forecast: weights from the half year before it."""
QUARTER = {"arxiv_2025_2026": "2026-07"}
"""Corpora with one year, and the month up to which it is replayed, three months ahead."""
AXES = 100


def forecasts() -> None:
    """Print the record and the calibration of each corpus that HUB_BENCH_CORPORA names, or of all."""
    wanted = os.environ.get("HUB_BENCH_CORPORA", ",".join([*YEAR, *QUARTER])).split(",")
    for name in wanted:
        turn = _month({**YEAR, **QUARTER}[name])
        begin = turn - 6 if name in YEAR else turn - 9
        made = _snapshot(name, begin)
        if name in YEAR:
            words = vocabulary(made, known=_papers_before(made, turn))
            origins = [_year(words, made.vectors, turn)]
        else:
            words = vocabulary(made)
            found = record.forecast(words, made.vectors, turn, 3)
            origins = found.origins if found else []
        print(f"{name}: {'12' if name in YEAR else '3'} months ahead, terms {[len(o.known.terms) for o in origins]}")
        print(record.table(origins).round(4).to_string(index=False))
        for origin in origins:
            once = origin.papers >= 1
            area = record.area(origin.chance, np.flatnonzero(once), np.flatnonzero(~once))
            print(f"  one paper instead of {MEETS} counts as a meeting: AUC {area:.4f} ({int(once.sum())} pairs)")
        print(record.calibration(origins).round(4).to_string(index=False), flush=True)


def _year(words: Vocabulary, vectors: np.ndarray, turn: int) -> record.Origin:
    """One year ahead from a month, with the weights of half a year before and its half year."""
    before = network(words, vectors, turn - 6)
    model = learn(features(before), met(words, before, turn) >= MEETS)
    known = network(words, vectors, turn)
    found = features(known)
    chance = model.chance(found) if model else np.zeros(len(known.pairs[0]))
    scores = {rule: found[rule].astype(np.float64) for rule in RULES}
    return record.Origin(turn, known, {record.OURS: chance} | scores, chance, met(words, known, turn + 12))


def _snapshot(name: str, begin: int) -> Snapshot:
    """A corpus with vectors that know nothing of papers from month ``begin`` on: TF-IDF and SVD of those before."""
    with gzip.open(SHARED / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    terms = count_terms([" ".join(f"{p['title']}. {p['abstract'] or ''}".split()) for p in papers])
    day = pd.to_datetime(pd.Series([str(p["published"])[:10] for p in papers]))
    early = day.to_numpy().astype("datetime64[M]").astype(np.int64) < begin
    counts = sparse.csr_matrix(terms.counts)
    weight = counts.copy()
    weight.data = 1 + np.log(weight.data)
    used = np.bincount(counts[early].indices, minlength=counts.shape[1])
    weight = weight @ sparse.diags((np.log((1 + early.sum()) / (1 + used)) * (used >= 5)).astype(np.float32))
    _, _, axes = randomized_svd(weight[early], AXES, random_state=0)
    frame = pd.DataFrame({"id": [str(p["id"]) for p in papers], "title": [p["title"] for p in papers],
                          "published": day, "kind": "paper"})  # fmt: skip
    none = snapshot.empty()
    vectors = unit(np.asarray(weight @ axes.T))
    return Snapshot("", frame, none.topics, none.themes, {}, None, vectors, Terms(counts, terms.words))


def _papers_before(made: Snapshot, month: int) -> int:
    return int((made.papers["published"].to_numpy().astype("datetime64[M]").astype(np.int64) < month).sum())


def _month(text: str) -> int:
    return int(np.datetime64(text, "M").astype(np.int64))
