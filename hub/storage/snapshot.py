"""A Snapshot: the columns every page needs, in memory, one immutable version at a time.

The worker publishes a folder ``snapshots/<version>/`` and then moves the pointer file ``snapshots/CURRENT`` onto it in
one rename, so that a reader sees the old version or the new one and nothing between. Layout of a version:

====================  ==============================================================================================
``papers.arrow``      one row a paper, newest first, then by id
``<table>.arrow``     topics, themes, subtopics and the tables of the rooms: :mod:`hub.storage.schema` tells every column
``vectors.npy``       (n_papers, dim) float32, rows L2-normalised, in the order of the papers; zero where none yet
``terms.npz``         (n_papers, n_terms) CSR of term counts; ``terms.json`` names the terms
``meta.json``         version, when and from what it was made, the embedder, the seed, counts, and a digest of each file
====================  ==============================================================================================
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
from scipy import sparse

from hub.errors import SnapshotError
from hub.i18n.messages import Said
from hub.papers.fields import canonical_field
from hub.storage import integrity, schema

PAPER_COLUMNS = schema.tables()["papers"].required
"""``authors`` joined by "; ", ``categories`` by " "; ``published``, ``updated``, ``added`` datetime64; source, field, domain,
announce and kind categorical. One more column, ``subtopic``, need not be given."""
TOPIC_COLUMNS = schema.tables()["topics"].required
THEME_COLUMNS = schema.tables()["themes"].required
SUBTOPIC_COLUMNS = schema.tables()["subtopics"].required
LATER_COLUMNS: dict[str, Any] = {"subtopic": -1, "status": "", "institutions": ""}
"""Columns of papers that Snapshots of former releases lack, and what stands in them then."""
CATEGORICAL = ("source", "field", "domain", "announce", "kind")
VERSION = re.compile(r"\d{8}T\d{12}")


@dataclass(frozen=True)
class Terms:
    """Which terms a paper uses: ``counts`` CSR (n_papers, n_terms), ``words`` the n_terms terms."""

    counts: sparse.csr_matrix
    words: npt.NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One version of everything a page shows. Read it; never write to it."""

    version: str
    papers: pd.DataFrame
    topics: pd.DataFrame
    themes: pd.DataFrame
    meta: Mapping[str, Any]
    path: Path | None = None
    _vectors: npt.NDArray[np.float32] | None = field(default=None, repr=False)
    _terms: Terms | None = field(default=None, repr=False)
    _subtopics: pd.DataFrame | None = field(default=None, repr=False)
    instead_of: str = ""
    """The version that pages should show and that cannot be read: this older one is shown. Empty where it is that one."""
    damaged: tuple[str, ...] = ()
    """Files that are damaged or gone and are left out, where no other version is whole."""

    def __len__(self) -> int:
        return len(self.papers)

    @cached_property
    def vectors(self) -> npt.NDArray[np.float32]:
        """Vectors (n_papers, dim) float32, rows L2-normalised, mapped from the file; dim 0 when there are none."""
        if self._vectors is not None:
            return self._vectors
        file = self._file("vectors.npy")
        if file is None:
            return np.zeros((len(self), 0), dtype=np.float32)
        return np.load(file, mmap_mode="r")  # type: ignore[no-any-return]

    @cached_property
    def terms(self) -> Terms:
        """The terms of each paper, uni- and bigrams as the fit counted them; no columns when there was no fit."""
        if self._terms is not None:
            return self._terms
        file = self._file("terms.npz")
        if file is None or self._file("terms.json") is None:
            return Terms(sparse.csr_matrix((len(self), 0), dtype=np.float32), np.array([], dtype=str))
        words = json.loads(file.with_suffix(".json").read_text("utf-8"))
        return Terms(sparse.csr_matrix(sparse.load_npz(file)), np.array(words))

    @cached_property
    def subtopics(self) -> pd.DataFrame:
        """Parts of topics, columns :data:`SUBTOPIC_COLUMNS`; a paper's is in ``papers["subtopic"]``. No rows without any."""
        table = self.table("subtopics") if self._subtopics is None else self._subtopics
        return pd.DataFrame({c: pd.Series(dtype="object") for c in SUBTOPIC_COLUMNS}) if table is None else table

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row number of each paper id."""
        return {paper_id: row for row, paper_id in enumerate(self.papers["id"])}

    @cached_property
    def days(self) -> npt.NDArray[np.int32]:
        """Day of publication of each paper, in days since 1970-01-01."""
        return self.papers["published"].to_numpy("datetime64[D]").astype(np.int32)  # type: ignore[no-any-return]

    @cached_property
    def topic_names(self) -> dict[int, str]:
        """Name of each topic id."""
        return dict(zip(self.topics["topic"].tolist(), self.topics["name"].tolist(), strict=True))

    @cached_property
    def theme_names(self) -> dict[int, str]:
        """Name of each theme; one that no phrase holds for goes by its two largest topics, which are all that it says.

        A theme above others is called by the largest topic of each of its two largest themes, so that no theme is called like
        one below it. Empty where a theme holds a single topic, whose name says it all.
        """
        topics = self.topics.sort_values("papers", ascending=False, kind="stable")
        below: dict[int, list[tuple[int, str, str]]] = {}
        for parent, papers, name in zip(*(topics[c].tolist() for c in ("parent", "papers", "name")), strict=True):
            below.setdefault(parent, []).append((papers, name, ""))
        found: dict[int, str] = {}
        for row in self.themes.sort_values("level", kind="stable").to_dict("records"):
            parts = sorted(below.get(row["node"], []), key=lambda part: -part[0])
            alone = parts[0][2] if len(parts) == 1 else ""
            found[row["node"]] = str(row["name"]) or alone or (_beside(parts[0][1], parts[1][1]) if len(parts) > 1 else "")
            if parts:
                below.setdefault(row["parent"], []).append((sum(p[0] for p in parts), parts[0][1], found[row["node"]]))
        return found

    def named_in(self, lang: str) -> Snapshot:
        """Return the Snapshot with its topics, themes and subtopics named in a language where it has such names; else itself."""
        column = f"name_{lang}"
        tables = (self.topics, self.themes, self.subtopics)
        if not any(column in table and (table[column] != "").any() for table in tables):
            return self
        topics, themes, subtopics = (
            table.assign(name=table[column].where(table[column] != "", table["name"])) if column in table else table
            for table in tables
        )
        return replace(self, topics=topics, themes=themes, _subtopics=subtopics, _vectors=self.vectors, _terms=self.terms)

    def codes(self, column: str) -> tuple[npt.NDArray[np.int32], list[str]]:
        """Return a categorical column as codes (n_papers,) int32 and the values that the codes stand for."""
        values = self.papers[column].cat
        return values.codes.to_numpy().astype(np.int32), [str(value) for value in values.categories]

    def has(self, name: str) -> bool:
        """Return whether a further table was published with this version, without reading it."""
        return self._file(f"{name}.arrow") is not None

    def table(self, name: str) -> pd.DataFrame | None:
        """Return a further table published with this version, or None when it has none of that name."""
        file = self._file(f"{name}.arrow")
        return schema.complete(name, feather.read_feather(file), self.meta) if file is not None else None

    def _file(self, name: str) -> Path | None:
        file = self.path / name if self.path and name not in self.damaged else None
        if file is None or file.exists():
            return file
        if name in self.meta.get("files", ()):
            raise SnapshotError(
                Said("The Snapshot {version} is gone; a newer one is there: load the page anew.", version=self.version)
            )
        return None


def empty() -> Snapshot:
    """Return the Snapshot of a hub with no papers: every column is there, no row is."""
    papers = pd.DataFrame({c: pd.Series(dtype="str") for c in PAPER_COLUMNS})
    topics = pd.DataFrame({c: pd.Series(dtype="object") for c in TOPIC_COLUMNS})
    themes = pd.DataFrame({c: pd.Series(dtype="object") for c in THEME_COLUMNS})
    return Snapshot("", typed(papers), topics, themes, {"papers": 0})


def typed(papers: pd.DataFrame) -> pd.DataFrame:
    """Return ``papers`` with the columns of :data:`PAPER_COLUMNS` in order and in their types, and :data:`LATER_COLUMNS`."""
    dates = dict.fromkeys(("published", "updated", "added"), "datetime64[s]")
    kinds = dict.fromkeys(CATEGORICAL, "category")
    numbers = {"topic": "int32", "second": "int32", "version": "int32", "confidence": "float32", "x": "float32", "y": "float32"}
    papers = papers.assign(**{name: value for name, value in LATER_COLUMNS.items() if name not in papers})
    columns = [*PAPER_COLUMNS, *LATER_COLUMNS]
    papers = papers.assign(field=papers["field"].astype(str).map(canonical_field))
    return papers.loc[:, columns].astype({**dates, **kinds, **numbers, "subtopic": "int32", "unplaced": "bool"})


def paper_schema() -> pa.Schema:
    """Return the types of the papers' columns in their file."""
    types = dict.fromkeys(("published", "updated", "added"), pa.timestamp("s"))
    types |= dict.fromkeys(CATEGORICAL, pa.dictionary(pa.int32(), pa.large_string()))
    types |= dict.fromkeys(("version", "topic", "second", "subtopic"), pa.int32())
    types |= {**dict.fromkeys(("confidence", "x", "y"), pa.float32()), "unplaced": pa.bool_()}
    return pa.schema([(name, types.get(name, pa.large_string())) for name in (*PAPER_COLUMNS, *LATER_COLUMNS)])


def versions(home: Path) -> list[str]:
    """Return the versions that lie on the disk, the newest first."""
    root = home / "snapshots"
    found = [place.name for place in root.iterdir() if VERSION.fullmatch(place.name)] if root.is_dir() else []
    return sorted(found, reverse=True)


def current_version(home: Path) -> str | None:
    """Return the version that pages show now, or None before the first was published.

    It is the one that ``CURRENT`` names; the newest there is where that file is gone or damaged or names one that is gone.
    """
    said = pointed(home)
    if said and (home / "snapshots" / said).is_dir():
        return said
    return next(iter(versions(home)), None) or said or None


def pointed(home: Path) -> str:
    """Return the version that ``CURRENT`` names, whether it is there or not; empty where that file is gone or damaged."""
    try:
        said = (home / "snapshots" / "CURRENT").read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""
    return said if VERSION.fullmatch(said) else ""


def since(path: Path, name: str) -> str:
    """Return the version that wrote a file of the version in a folder; versions of one ``since`` hold the same file."""
    try:
        return str(json.loads((path / "meta.json").read_text("utf-8"))["since"].get(name, path.name))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return path.name


def told(home: Path) -> dict[str, int]:
    """Return how many ``papers`` and ``topics`` the Snapshot of now has, by the newest version that still tells; 0 for none."""
    for version in _from(home, current_version(home)):
        try:
            meta = json.loads((home / "snapshots" / version / "meta.json").read_text("utf-8"))
            return {"papers": int(meta["papers"]), "topics": int(meta["topics"])}
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return {"papers": 0, "topics": 0}


def _from(home: Path, version: str | None) -> list[str]:
    return [version, *(older for older in versions(home) if older < version)] if version else []


def load(home: Path, version: str | None = None, *, columns: Sequence[str] | None = None) -> Snapshot:
    """Read a Snapshot, the current one unless ``version`` names another; of its papers only ``columns``, when they are named.

    Where the current one is not whole, it is the newest older one that is (``instead_of`` says so); where none is, the newest
    whose papers and topics can be read, without what is ``damaged``.

    Raises
    ------
    SnapshotError
        When none was published yet, or none can be read, or ``version`` is gone or damaged.
    """
    if version is not None:
        return _read(home, version, columns)
    current = current_version(home)
    if current is None:
        raise SnapshotError(f"There is no snapshot in {home} yet: import or refresh papers first.")
    return newest_whole(home, current, columns=columns)


def newest_whole(home: Path, version: str, *, columns: Sequence[str] | None = None) -> Snapshot:
    """Read ``version``, or what :func:`load` reads in its place."""
    first: SnapshotError | None = None
    topics = told(home)["topics"]
    for partly, bare in ((False, False), (True, False), (True, True)):
        for known in _from(home, version):
            try:
                found = _read(home, known, columns, partly=partly)
            except SnapshotError as e:
                first = first or e
                continue
            if bare or len(found.topics) or not topics:  # one from before the topics comes last
                return found if known == version else replace(found, instead_of=version)
    raise first or SnapshotError(f"There is no snapshot {version} in {home}.")


def _read(home: Path, version: str, columns: Sequence[str] | None, *, partly: bool = False) -> Snapshot:
    path = home / "snapshots" / version
    try:
        meta = json.loads((path / "meta.json").read_text("utf-8"))
        broken = integrity.damaged(path, meta.get("files", {}))
        if broken and not partly:
            raise ValueError(f"damaged or gone: {', '.join(broken)}")
        topics, themes = (
            schema.complete(name, feather.read_feather(path / f"{name}.arrow"), meta) for name in ("topics", "themes")
        )
        there = feather.read_table(path / "papers.arrow", memory_map=True).schema.names
        papers = feather.read_feather(path / "papers.arrow", columns=[c for c in columns or there if c in there])
    except (OSError, ValueError, AttributeError, TypeError, pa.ArrowException) as e:
        raise SnapshotError(f"The snapshot {version} cannot be read ({e}). Run `python -m hub fit` to make it anew.") from e
    papers = schema.complete("papers", papers, meta, columns).astype({"subtopic": "int32"} if "subtopic" in papers else {})
    found = _with_field_names(papers)
    found = found if "found_domains.arrow" in broken else _with_domains(found, path)
    return Snapshot(version, found, topics, themes, meta=meta, path=path, damaged=tuple(broken))


def _with_field_names(papers: pd.DataFrame) -> pd.DataFrame:
    """Fields by the one name of each: former releases kept the collectors' folders."""
    if "field" not in papers:
        return papers
    values = papers["field"].cat
    names = [canonical_field(str(value)) for value in values.categories]
    if names == list(values.categories):
        return papers
    known = sorted(set(names))
    place = np.array([known.index(name) for name in names] + [-1])
    return papers.assign(field=pd.Categorical.from_codes(place[values.codes.to_numpy()], pd.Index(known)))


def _with_domains(papers: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Domains that the worker found for papers of journals of every field, in place of none."""
    file = path / "found_domains.arrow"
    if not file.exists() or not {"id", "domain"} <= set(papers.columns):
        return papers
    found = feather.read_feather(file)
    at = pd.Index(papers["id"]).get_indexer(found["id"])
    domain = papers["domain"].astype(object).to_numpy(copy=True)
    domain[at[at >= 0]] = found["domain"].astype(object).to_numpy()[at >= 0]
    return papers.assign(domain=pd.Categorical(domain))


def _beside(one: str, other: str) -> str:
    """Two names as one; a Chinese reader's names have the dot in them ("数学 · Random walks")."""
    return f"{one} + {other}" if " · " in one + other else f"{one} · {other}"
