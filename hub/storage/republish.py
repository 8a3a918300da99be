"""From the corpus to a new Snapshot: the papers as they are now, with the topics as they were last placed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import SnapshotError
from hub.papers.fields import canonical_field
from hub.papers.institutions import BETWEEN
from hub.storage import publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot

PLACED = ("topic", "second", "confidence", "unplaced", "x", "y", "subtopic")
"""What the worker adds to a paper; a new version of it keeps its place until it is placed anew."""
UNPLACED = {"topic": -1, "second": -1, "confidence": 0.0, "unplaced": False, "x": np.nan, "y": np.nan, "subtopic": -1}

LISTS = {"authors": "; ", "categories": " ", "institutions": BETWEEN}
"""Lists of the paper table, and what joins them in a Snapshot."""
STORED = tuple(name for name in (*snapshot.PAPER_COLUMNS, *snapshot.LATER_COLUMNS) if name not in PLACED)
BATCH = 20_000


def papers_frame(corpus: Corpus) -> pd.DataFrame:
    """Return the Snapshot's paper columns for all papers, newest first, then by id; none of them placed."""
    papers = corpus.columns(STORED)
    for name, between in LISTS.items():
        papers[name] = ["" if names is None else between.join(names) for names in papers[name]]
    for name in ("published", "updated"):
        papers[name] = pd.to_datetime(papers[name])
    papers["added"] = pd.to_datetime(papers["added"], utc=True).dt.tz_localize(None)
    papers = papers.sort_values(["published", "id"], ascending=[False, True], ignore_index=True)
    return snapshot.typed(papers.assign(**UNPLACED))


def republish(home: Path, corpus: Corpus) -> str:
    """Publish the corpus as it is now, each paper where the current Snapshot has it; return the new version.

    Papers that are new stay unplaced until the worker embeds them; no topic is fitted here. Papers go from the table to the
    Snapshot a batch at a time, so that two million need no more memory than their ids and days.
    """
    corpus.flush()
    try:
        now = snapshot.load(home, columns=("id", *PLACED))
    except SnapshotError:
        now = snapshot.empty()
    order = _order(corpus)
    rows = _former_rows(now, order.ids)
    dim = now.vectors.shape[1]
    vectors = publishing.Blocks((len(rows), dim), (_vectors(now, part) for part in _blocks(rows)))
    meta = {key: value for key, value in now.meta.items() if key not in ("version", "papers", "topics", "files")}
    return publishing.publish(
        home, _paper_batches(corpus, order, now, rows), now.topics, now.themes,
        vectors=vectors, terms=_terms(now, rows), meta=meta, extra=further_tables(now),
    )  # fmt: skip


class _Order(NamedTuple):
    """All papers newest first, then by id: where the table has them, their ids, and the values of each categorical column."""

    row_ids: npt.NDArray[np.int64]
    ids: pa.ChunkedArray
    values: dict[str, pa.Array]


def _order(corpus: Corpus) -> _Order:
    names = ["id", "published", *snapshot.CATEGORICAL]
    batches = list(_without_texts(corpus, names))
    table = (
        pa.Table.from_batches(batches) if batches else pa.table({name: pa.array([], pa.string()) for name in [*names, "_rowid"]})
    )
    order = pc.sort_indices(table, sort_keys=[("published", "descending"), ("id", "ascending")])
    values = {name: pc.unique(table[name].cast(pa.large_string())) for name in snapshot.CATEGORICAL}
    values["field"] = pc.unique(_named(values["field"]))
    return _Order(
        table["_rowid"].cast(pa.int64()).to_numpy()[order.to_numpy()],
        table["id"].cast(pa.large_string()).take(order),
        {name: found.take(pc.sort_indices(found)) for name, found in values.items()},
    )


def _without_texts(corpus: Corpus, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for batch in corpus.scan(names, BATCH):
        columns = [
            batch[name].dictionary_encode() if name in snapshot.CATEGORICAL else batch[name] for name in (*names, "_rowid")
        ]
        yield pa.RecordBatch.from_arrays(columns, names=[*names, "_rowid"])


def _former_rows(now: Snapshot, ids: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return the row of each id in a Snapshot, -1 where it is not there: by their hashes, then by the ids themselves."""
    former = pa.chunked_array([pa.array(now.papers["id"], pa.large_string())])
    if not len(former):
        return np.full(len(ids), -1, dtype=np.int64)
    known, wanted = (np.fromiter((hash(i.as_py()) for i in names), dtype=np.int64, count=len(names)) for names in (former, ids))
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
    same = pc.equal(former.take(pa.array(at)), ids).to_numpy(zero_copy_only=False)
    return np.where(same, at, -1)


def _paper_batches(corpus: Corpus, order: _Order, now: Snapshot, rows: npt.NDArray[np.int64]) -> pa.RecordBatchReader:
    """Return the Snapshot's paper columns, a batch at a time."""
    schema = snapshot.paper_schema()
    placed = {
        name: np.append(now.papers[name].to_numpy(), np.array(UNPLACED[name], dtype=schema.field(name).type.to_pandas_dtype()))
        for name in PLACED
    }

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(rows), BATCH):
            wanted, former = order.row_ids[start : start + BATCH], rows[start : start + BATCH]
            read = corpus.rows(wanted.tolist(), STORED)
            given = read["_rowid"].cast(pa.int64()).to_numpy()
            by_row = np.argsort(given)
            read = read.take(pa.array(by_row[np.searchsorted(given, wanted, sorter=by_row)])).combine_chunks()
            columns = [
                pa.array(placed[name][former], type=schema.field(name).type)
                if name in placed
                else _column(read[name], name, order, schema)
                for name in schema.names
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _column(values: pa.ChunkedArray, name: str, order: _Order, schema: pa.Schema) -> pa.Array:
    if name in LISTS:
        values = pc.binary_join(values, LISTS[name])
    if name in snapshot.CATEGORICAL:
        known = order.values[name]
        values = values.cast(pa.large_string())
        codes = pc.index_in(_named(values) if name == "field" else values, value_set=known)
        codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
        return pa.DictionaryArray.from_arrays(codes, known)
    if name in snapshot.LATER_COLUMNS:  # null in tables of former releases
        values = pc.fill_null(values, "")
    made = values.cast(schema.field(name).type)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _named(fields: pa.ChunkedArray | pa.Array) -> pa.Array:
    return pa.array([canonical_field(field) for field in fields.to_pylist()], pa.large_string())


def _blocks(rows: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _vectors(now: Snapshot, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    made = np.zeros((len(rows), now.vectors.shape[1]), dtype=np.float32)
    made[rows >= 0] = now.vectors[rows[rows >= 0]]
    return made


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
