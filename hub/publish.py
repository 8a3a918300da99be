"""From the corpus to a new Snapshot: the papers as they are now, with the topics as they were last placed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from hub import snapshot
from hub.corpus import Corpus
from hub.errors import SnapshotError
from hub.snapshot import Snapshot

PLACED = ("topic", "second", "confidence", "unplaced", "x", "y", "subtopic")
"""What the worker adds to a paper; a new version of it keeps its place until it is placed anew."""
UNPLACED = {"topic": -1, "second": -1, "confidence": 0.0, "unplaced": False, "x": np.nan, "y": np.nan, "subtopic": -1}


def papers_frame(corpus: Corpus) -> pd.DataFrame:
    """Return the Snapshot's paper columns for all papers, newest first, then by id; none of them placed."""
    columns = [c for c in snapshot.PAPER_COLUMNS if c not in PLACED]
    papers = corpus.columns(columns)
    papers["authors"] = ["; ".join(names) for names in papers["authors"]]
    papers["categories"] = [" ".join(names) for names in papers["categories"]]
    for name in ("published", "updated"):
        papers[name] = pd.to_datetime(papers[name])
    papers["added"] = pd.to_datetime(papers["added"], utc=True).dt.tz_localize(None)
    papers = papers.sort_values(["published", "id"], ascending=[False, True], ignore_index=True)
    return snapshot.typed(papers.assign(**UNPLACED))


def republish(home: Path, corpus: Corpus) -> str:
    """Publish the corpus as it is now, each paper where the current Snapshot has it; return the new version.

    Papers that are new stay unplaced until the worker embeds them; no topic is fitted here.
    """
    papers = papers_frame(corpus)
    try:
        now = snapshot.load(home)
    except SnapshotError:
        now = snapshot.empty()
    rows = np.array([now.row_of.get(paper_id, -1) for paper_id in papers["id"]], dtype=np.int64)
    known = rows >= 0
    for name in PLACED:
        column = papers[name].to_numpy().copy()
        column[known] = now.papers[name].to_numpy()[rows[known]]
        papers[name] = column
    vectors = np.zeros((len(papers), now.vectors.shape[1]), dtype=np.float32)
    vectors[known] = now.vectors[rows[known]]
    meta = {key: value for key, value in now.meta.items() if key not in ("version", "papers", "topics")}
    return snapshot.publish(
        home, papers, now.topics, now.themes, vectors=vectors, terms=_terms(now, rows), meta=meta, extra=further_tables(now)
    )


def _terms(now: Snapshot, rows: np.ndarray) -> snapshot.Terms:
    from scipy import sparse

    counts = now.terms.counts
    blank = sparse.csr_matrix((1, counts.shape[1]), dtype=counts.dtype)
    stacked = sparse.vstack([counts, blank], format="csr")
    return snapshot.Terms(stacked[np.where(rows < 0, len(now), rows)], now.terms.words)


def further_tables(now: Snapshot) -> dict[str, pd.DataFrame]:
    """Return the tables that rooms published with a Snapshot, to carry them over."""
    names = {file.stem for file in now.path.glob("*.arrow")} if now.path else set()
    tables = {name: now.table(name) for name in names - {"papers", "topics", "themes"}}
    return {name: table for name, table in tables.items() if table is not None}
