"""The paper table, in LanceDB: upsert, full text, vectors."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hub.errors import CorpusError, NotIndexed
from hub.i18n.messages import Said
from hub.papers.chinese import HAN, without_asking
from hub.papers.cleaning import unaccented
from hub.papers.identifiers import part_id
from hub.papers.identity import are_two
from hub.papers.model import Paper
from hub.storage import further, integrity, memory, quick, seals
from hub.storage.layout import ADDED, NOTES, PAPER_FIELDS, SCHEMA, columns_of, paper_of
from hub.storage.merging import merged_version

if TYPE_CHECKING:
    import pandas as pd
    from lancedb.table import Table

T = TypeVar("T")

BATCH, SCANNED = 5000, 20_000
INDEX_MB = 64
"""Memory that building the full-text index may take beside the rest."""
LANCE_MEMORY = {
    "LANCE_DEFAULT_IO_BUFFER_SIZE": str(128 << 20), "LANCE_DEFAULT_BATCH_SIZE": "1024", "LANCE_DEFAULT_FRAGMENT_READAHEAD": "1",
}  # fmt: skip
"""How far LanceDB reads ahead, unless the environment says otherwise: merging two million papers took 2 GB, so it takes 0.6."""
LARGE = 300_000
"""From this many papers on, joining and the first merging and indexing have a process of their own."""
KEPT_VERSIONS = timedelta(hours=6)
"""How long former versions of the table stay: a reader who began before has long come to an end."""
OFF = 0.02
"""How far the square of a vector's length may be from 1."""
MANY = 1000
"""From this many papers on, a batch is compared with the hashes of all ids rather than looked up one by one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What an upsert did; the three add up to the papers given."""

    added: int = 0
    updated: int = 0
    duplicates: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.added + other.added, self.updated + other.updated, self.duplicates + other.duplicates)


class Corpus:
    """The papers of one hub.

    Parameters
    ----------
    path
        A folder, or an address that LanceDB takes (``s3://...``). Made when it is not there.
    """

    def __init__(self, path: str, *, builds_index: bool = True) -> None:
        self.builds_index = builds_index
        """Whether a search may build the index where there is none: not in the web process, beside the worker."""
        for name, value in LANCE_MEMORY.items():
            os.environ.setdefault(name, value)
        quick.without_clients()
        import lancedb  # a second or two, which the pages need not wait for before they draw

        try:
            self.path = str(Path(path).resolve()) if "://" not in path else path
            if "://" not in path:
                seals.compare(Path(self.path) / "papers.lance")
            self._db = lancedb.connect(path)
            there = "papers" in self._db.list_tables().tables  # one of a former release has another schema
            self._table: Table = (
                self._db.open_table("papers") if there else self._db.create_table("papers", schema=SCHEMA, exist_ok=True)
            )
        except (OSError, ValueError, RuntimeError) as e:
            raise CorpusError(
                f"The paper table at {path} cannot be opened ({e}). Check HUB_HOME and HUB_CORPUS, or restore a backup."
            ) from e
        for name in ADDED:
            if name not in self._table.schema.names:  # tables made by a release that did not know it
                self._table.add_columns(SCHEMA.field(name))
        self._known: npt.NDArray[np.int64] | None = None
        """The sorted hashes of all ids, as of ``_known_version``; made when the first large batch comes."""
        self._known_version = -1
        self._flushed = 0.0
        """When all that had been written by then was put on the disk, in seconds since 1970."""
        missing = set(SCHEMA.names) - set(self._table.schema.names)
        if missing:
            raise CorpusError(f"The paper table at {path} lacks {', '.join(sorted(missing))}: it is of another version.")

    def __len__(self) -> int:
        return int(self._table.count_rows())

    @property
    def version(self) -> int:
        """Grows with every write by any process."""
        self._table.checkout_latest()
        return int(self._table.version)

    # -- writing ---------------------------------------------------------------------------------------------------

    def upsert(self, papers: Iterable[Paper]) -> Counts:
        """Add papers, update those that have a newer version or more fields here, leave the rest alone.

        Each batch is one atomic write: after a kill, whole batches are in or not. Taking the same papers twice changes
        nothing the second time.
        """
        total = Counts()
        for batch in parts(papers, BATCH):
            total += self._upsert_batch(batch)
        return total

    def put(self, papers: Sequence[Paper]) -> None:
        """Write papers that are here as they are given, without merging (what joining and curation decide)."""
        for batch in parts(papers, BATCH):
            self._write(batch, set())

    def _upsert_batch(self, batch: Sequence[Paper]) -> Counts:
        looked = self.version
        stored = {paper.id: paper for paper in self.papers(self._perhaps_here({paper.id for paper in batch}))}
        changed: dict[str, Paper] = {}
        new: set[str] = set()
        duplicates = updated = 0
        for paper in batch:
            known = changed.get(paper.id) or stored.get(paper.id)
            if known is not None and are_two(known, paper):
                paper, known = self._apart(paper, changed, stored)
            if known is None:
                changed[paper.id] = paper
                new.add(paper.id)
                continue
            merged = merged_version(known, paper)
            if merged == known:
                duplicates += 1
            else:
                updated += 1
                changed[paper.id] = merged
        if changed:
            self._write(list(changed.values()), new, looked)
        return Counts(len(new), updated, duplicates)

    def _apart(self, paper: Paper, changed: dict[str, Paper], stored: dict[str, Paper]) -> tuple[Paper, Paper | None]:
        """Return a paper whose id another has under an id of its own, and what is known of it."""
        paper = paper.replace(id=part_id(paper.id, paper.title))
        if paper.id not in changed and paper.id not in stored:
            stored.update({found.id: found for found in self.papers([paper.id])})
        return paper, changed.get(paper.id) or stored.get(paper.id)

    def _perhaps_here(self, ids: set[str]) -> set[str]:
        """Return the ids that may be here: of a large batch only those whose hash is, since most of an import is new."""
        if len(ids) < MANY:
            return ids
        if self._known is None or self._known_version != self.version:
            parts_ = [_hashes(batch["id"].to_pylist()) for batch in self.scan(["id"], 100_000)]
            self._known, self._known_version = _sorted(parts_), int(self._table.version)
        names = list(ids)
        at = np.searchsorted(self._known, hashed := _hashes(names))
        here = (
            self._known[np.minimum(at, len(self._known) - 1)] == hashed if len(self._known) else np.zeros(len(names), dtype=bool)
        )
        return {name for name, maybe in zip(names, here.tolist(), strict=True) if maybe}

    def _write(self, papers: Sequence[Paper], new: set[str], looked: int = -1) -> None:
        """Write papers, of which ``new`` were not here at version ``looked``: where all are, none of the others is compared."""
        now = datetime.now(UTC).replace(microsecond=0)
        old = [paper.id for paper in papers if paper.id not in new]
        added = dict(zip(*self._added(old), strict=True)) if old else {}
        columns = columns_of(papers) | {"added": [added.get(paper.id, now) for paper in papers], "changed": [now] * len(papers)}
        rows = pa.Table.from_pydict(columns, schema=SCHEMA)
        before = self.version
        if before == looked and len(new) == len(papers):
            self._table.add(rows)
        else:
            self._table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all().execute(rows)
        if self._known is not None and self._known_version == before and int(self._table.version) == before + 1:
            self._known, self._known_version = _sorted([self._known, _hashes(list(new))]), before + 1

    def _added(self, ids: Sequence[str]) -> tuple[list[str], list[datetime]]:
        rows = self._where_ids(ids, ["id", "added"])
        return rows["id"].to_pylist(), rows["added"].to_pylist()

    def remove_prefix(self, prefix: str) -> int:
        """Remove the papers whose id starts with ``prefix`` (the demo corpus, when real papers have come); return how many."""
        chosen = f"starts_with(id, {_quoted(prefix)})"
        self._table.checkout_latest()
        there = int(self._table.count_rows(chosen))
        if there:
            self._table.delete(chosen)
        return there

    def optimize(self) -> None:
        """Bring the indices up to date and merge small fragments: after an import, not after each batch."""
        from lancedb.index import FTS, BTree

        have = {index.columns[0] for index in self._table.list_indices()}
        if "text" not in have and len(self) > LARGE and not memory.is_apart():
            memory.apart(f"from hub.storage.corpus import Corpus; Corpus({self.path!r}).optimize()")
            self._table.checkout_latest()
            return
        self._optimize_others()
        # merged before they are indexed: an index would have to be written anew for the merged rows
        self._table.optimize(cleanup_older_than=KEPT_VERSIONS)
        if len(self) and "text" not in have:
            memory.release()
            config = FTS(with_position=True, stem=True, ascii_folding=True, memory_limit=INDEX_MB, num_workers=1)
            self._table.create_index("text", config=config)
        if len(self) and "id" not in have:
            self._table.create_index("id", config=BTree())

    @property
    def is_indexed(self) -> bool:
        """Whether both indices are there, or there is nothing to index."""
        return not len(self) or {"text", "id"} <= {index.columns[0] for index in self._table.list_indices()}

    def index_fault(self) -> str:
        """Return why the indices cannot be used, empty where they can, or are not there yet."""
        try:
            there = {index.columns[0] for index in self._table.list_indices()}
            if "text" in there:
                self.holding("science", every=False, limit=1)
            if "id" in there:
                self.papers(["none"])
        except Exception as e:  # noqa: BLE001  # LanceDB's errors have no common class
            return str(e).splitlines()[0][:200]
        return ""

    def reindex(self) -> None:
        """Make the indices anew."""
        for index in list(self._table.list_indices()):
            self._table.drop_index(index.name)
        self.optimize()

    def damaged_tables(self) -> list[str]:
        """Return the tables beside the papers that cannot be read; what they hold is made again."""
        return [*further.damaged(self._db)]

    def move_damaged_aside(self) -> list[str]:
        """Move these tables aside; return their names."""
        return further.move_aside(self._db, self.path)

    def _optimize_others(self) -> None:
        """Merge the fragments of the notes and vectors, of which every gather leaves one, and drop old versions."""
        for name in self._db.list_tables().tables:
            if name != "papers":
                further.used(self._db, self.path, name, lambda table: table.optimize(cleanup_older_than=KEPT_VERSIONS), None)

    def flush(self) -> None:
        """Put on the disk what was written, which LanceDB leaves to the system: before anything names it, or is acknowledged."""
        if "://" in self.path:
            return
        began, places = time.time(), [Path(self.path)]
        for place in places:
            try:
                places += [below for below in place.iterdir() if below.is_dir()]
                changed = [file for file in place.iterdir() if file.is_file() and file.stat().st_mtime >= self._flushed]
                for file in changed:
                    integrity.sync(file)
                integrity.sync(place)
            except FileNotFoundError:  # a version that another process cleans away
                continue
        self._flushed = began - 1
        seals.seal(Path(self.path) / "papers.lance")

    # -- reading ---------------------------------------------------------------------------------------------------

    def papers(self, ids: Iterable[str]) -> list[Paper]:
        """Return the papers of these ids that are here, in no particular order."""
        rows = self._where_ids(list(ids), list(PAPER_FIELDS)).to_pylist()
        return [paper_of(row) for row in rows]

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Return columns of all papers, sorted by id so that the order of import leaves no trace."""
        self._table.checkout_latest()
        rows = self._table.search().select(list(names)).to_arrow() if len(self) else SCHEMA.empty_table().select(names)
        return rows.sort_by("id").to_pandas(ignore_metadata=True) if "id" in names else rows.to_pandas()

    def scan(self, names: Sequence[str], size: int = SCANNED) -> Iterator[pa.RecordBatch]:
        """Yield columns of all papers by batches, with ``_rowid``, by which :meth:`rows` finds a row until the next write."""
        self._table.checkout_latest()
        if len(self):
            yield from self._table.search().select(list(names)).with_row_id(True).to_batches(batch_size=size)

    def rows(self, row_ids: Sequence[int], names: Sequence[str]) -> pa.Table:
        """Return columns of the rows that :meth:`scan` found under ``row_ids``, with ``_rowid``, in no particular order."""
        return self._table.take_row_ids(list(row_ids)).select(list(names)).with_row_id().to_arrow()

    def some(self, ids: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
        """Return columns of the papers of these ids that are here, in no particular order."""
        return self._where_ids(ids, list(names)).to_pandas(ignore_metadata=True)

    def abstracts(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the abstract of each of these ids that is here."""
        rows = self._where_ids(ids, ["id", "abstract"])
        return dict(zip(rows["id"].to_pylist(), rows["abstract"].to_pylist(), strict=True))

    def search_ids(self, query: str, limit: int = 1_000_000) -> list[str]:
        """Return the ids of papers that hold every word of ``query`` (a "quoted part" as a phrase), best first."""
        phrase = query.strip().strip('"') if query.strip().startswith('"') and query.strip().endswith('"') else ""
        return self.holding(phrase or query.replace('"', " "), phrase=bool(phrase), limit=limit)[0]

    def holding(
        self, words: str, *, phrase: bool = False, every: bool = True, limit: int = 1_000_000
    ) -> tuple[list[str], npt.NDArray[np.float32]]:
        """Return the ids of papers that hold ``words`` in title, abstract or authors, best first, and their BM25 scores.

        ``phrase``: one after the other; else ``every`` word, or any of them.
        """
        words = " ".join(words.split())
        self._table.checkout_latest()
        if not words or not len(self):
            return [], np.zeros(0, dtype=np.float32)
        if not any(index.columns[0] == "text" for index in self._table.list_indices()):
            if not self.builds_index:
                raise NotIndexed(
                    Said("The words of these papers are not indexed yet: the worker does it with the next update. Until then,"
                         " take the search away.")
                )  # fmt: skip
            self.optimize()
        from lancedb.query import FullTextOperator, MatchQuery, PhraseQuery

        operator = FullTextOperator.AND if every else FullTextOperator.OR
        tables = []
        # papers that a former release wrote kept their accents, and their Chinese words together
        for form in dict.fromkeys([without_asking(unaccented(words)), unaccented(words), words]):
            asked = PhraseQuery(form, "text") if phrase and not HAN.search(form) else MatchQuery(form, "text", operator=operator)  # type: ignore[call-arg]
            tables.append(self._table.search(asked, query_type="fts").select(["id", "_score"]).limit(limit).to_arrow())
        if len(tables) == 1:
            return tables[0]["id"].to_pylist(), tables[0]["_score"].to_numpy()
        best = pa.concat_tables(tables).group_by("id").aggregate([("_score", "max")])
        best = best.sort_by([("_score_max", "descending"), ("id", "ascending")]).slice(0, limit)
        return best["id"].to_pylist(), best["_score_max"].to_numpy()

    def _where_ids(self, ids: Sequence[str], columns: list[str]) -> pa.Table:
        self._table.checkout_latest()
        return _where(self._table, "id", ids, columns)

    # -- notes -----------------------------------------------------------------------------------------------------

    def note(self, name: str, value: str) -> None:
        """Keep a line of text about the corpus under ``name``."""
        row = pa.Table.from_pylist([{"name": name, "value": value}], schema=NOTES)

        def put() -> None:
            table = self._db.create_table("notes", schema=NOTES, exist_ok=True)
            table.merge_insert("name").when_matched_update_all().when_not_matched_insert_all().execute(row)

        further.write(self._db, self.path, "notes", put)

    def noted(self, name: str) -> str:
        """Return the line of text that is kept under ``name``, or an empty one."""
        none: list[dict[str, str]] = []
        rows = further.used(self._db, self.path, "notes", lambda table: table.to_arrow().to_pylist(), none)
        return next((row["value"] for row in rows if row["name"] == name), "")

    # -- vectors ---------------------------------------------------------------------------------------------------

    def add_vectors(self, embedder: str, hashes: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Keep vectors (n, dim) float32 by the digest of the text that they were made of."""
        column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.astype(np.float32).ravel()), vectors.shape[1])
        rows = pa.table({"text_hash": pa.array(hashes), "vector": column})
        name = f"vectors-{embedder}"

        def put() -> None:
            table = self._db.create_table(name, schema=rows.schema, exist_ok=True)
            merge = table.merge_insert("text_hash").when_matched_update_all().when_not_matched_insert_all()  # a garbled one too
            merge.execute(rows)

        further.write(self._db, self.path, name, put)

    def embedded(self, embedder: str) -> list[str]:
        """Return the digests of the texts that this embedder has made vectors of."""

        def hashes(table: Table) -> list[str]:
            return table.search().select(["text_hash"]).to_arrow()["text_hash"].to_pylist()  # type: ignore[no-any-return]

        return further.used(self._db, self.path, f"vectors-{embedder}", hashes, [])

    def vectors(self, embedder: str, among: Sequence[str] | None = None) -> tuple[dict[str, int], npt.NDArray[np.float32]]:
        """Return the row of each text digest, and the vectors (n, dim) float32 that this embedder has made, rows L2-normalised.

        One that is not normalised was garbled on the disk, which LanceDB does not notice: its digest is left out.

        ``among`` names the digests that are wanted, for a few of many: reading 100,000 vectors takes a second.
        """

        def wanted(table: Table) -> pa.Table | None:
            return table.to_arrow() if among is None else _where(table, "text_hash", list(dict.fromkeys(among)))

        rows = further.used(self._db, self.path, f"vectors-{embedder}", wanted, None)
        if rows is None:
            return {}, np.zeros((0, 0), dtype=np.float32)
        flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        made = flat.reshape(len(rows), rows.schema.field("vector").type.list_size).astype(np.float32, copy=False)
        whole = np.abs(np.einsum("ij,ij->i", made, made) - 1) < OFF  # nan is none
        return {h: i for i, h in enumerate(rows["text_hash"].to_pylist()) if whole[i]}, made


def _hashes(ids: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.fromiter(map(hash, ids), dtype=np.int64, count=len(ids))


def _sorted(parts_: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    merged = np.concatenate([np.empty(0, dtype=np.int64), *parts_])
    merged.sort(kind="stable")  # what is sorted already is merged in one pass
    return merged


def _where(table: Table, column: str, values: Sequence[str], names: Sequence[str] | None = None) -> pa.Table:
    """Return the rows whose ``column`` has one of the values, once each; all columns unless they are named."""
    names = list(names or table.schema.names)
    found = [
        table.search().where(f"{column} IN ({', '.join(map(_quoted, part))})").select(names).limit(len(part)).to_arrow()
        for part in parts(values, BATCH)
    ]
    return pa.concat_tables(found) if found else pa.schema([table.schema.field(name) for name in names]).empty_table()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield ``items`` in lists of ``size``, the last one shorter (Python 3.12 has ``itertools.batched``)."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
