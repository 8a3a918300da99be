"""A new version for pages: written beside, checked against what pages show now, and made the current one in one rename.

A file that the current version has as it is would be is linked rather than written (:mod:`hub.storage.unchanged`), and the key
``since`` of the meta names the version that wrote it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
from scipy import sparse

from hub.errors import SnapshotError
from hub.i18n.messages import Said
from hub.storage import integrity, losses, remote, schema
from hub.storage.snapshot import VERSION, Terms, current_version, load, since, told, typed
from hub.storage.unchanged import Draft

KEPT_VERSIONS = 3
OWN = {f"{name}.arrow" for name in ("papers", "topics", "themes", "subtopics", "model_papers", "model_topics", "lineage")}
"""What each version writes for itself: a harmed file of these is made up for by that of an older version, and by nothing else."""
BLOCK = 20_000
"""Papers whose vectors are written in one go."""


class Blocks(NamedTuple):
    """Vectors that are made a part at a time: the shape of them all, and the parts in order."""

    shape: tuple[int, int]
    parts: Iterable[npt.NDArray[np.float32]]


def publish(
    home: Path,
    papers: pd.DataFrame | pa.RecordBatchReader,
    topics: pd.DataFrame,
    themes: pd.DataFrame,
    *,
    vectors: npt.NDArray[np.float32] | Blocks | None = None,
    terms: Terms | None = None,
    meta: Mapping[str, Any] | None = None,
    extra: Mapping[str, pd.DataFrame] | None = None,
) -> str:
    """Write a new version and make it the current one; return its name.

    Readers of the former version keep what they have open; the last :data:`KEPT_VERSIONS` stay on disk.

    Raises
    ------
    SnapshotError
        When a table is not as :mod:`hub.storage.schema` tells, or papers or all topics that pages show would be gone
        (:mod:`hub.storage.losses`), or when another worker published meanwhile; nothing is published then.
    SharedDataError
        When Snapshots lie in an object store that cannot be used.
    """
    tables = {
        name: pa.Table.from_pandas(frame, preserve_index=False)
        for name, frame in {"topics": topics, "themes": themes, **(extra or {})}.items()
    }
    for name, table in tables.items():
        schema.check(name, table)
    schema.check_meta([*(meta or {})])
    root = home / "snapshots"
    former = _former(home)
    version = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    draft = root / f".draft-{version}"
    draft.mkdir(parents=True)
    files = _Files(draft, root / before if (before := current_version(home)) else None)
    try:
        with files.opened("papers.arrow") as out:
            count = _write_papers(papers, out)
        _check_losses(home, draft / "papers.arrow", len(topics))
        for name, table in tables.items():
            with files.opened(f"{name}.arrow") as out:
                feather.write_feather(table, out, compression="uncompressed")
        if vectors is not None:
            with files.opened("vectors.npy") as out:
                _write_vectors(vectors, out)
        if terms is not None:
            with files.opened("terms.npz") as out:
                sparse.save_npz(out, terms.counts, compressed=False)
            with files.opened("terms.json") as out:
                out.write(json.dumps(terms.words.tolist(), ensure_ascii=False).encode())
        about = {**(meta or {}), "version": version, "format": schema.FORMAT, "papers": count, "topics": len(topics)}
        about |= {"files": integrity.sealed(draft), "since": files.since()}
        integrity.write(draft / "meta.json", json.dumps(about, ensure_ascii=False, indent=1, default=str))
        draft.rename(root / version)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    integrity.sync(root)
    if remote.is_shared():
        try:
            remote.push(home, version, former, KEPT_VERSIONS, about["since"])
        except BaseException:
            shutil.rmtree(root / version, ignore_errors=True)
            raise
    integrity.write(root / "CURRENT", version)
    _remove_old(root, keep=version)
    return version


class _Files:
    """The files of a draft, each beside the one of that name in the version before."""

    def __init__(self, draft: Path, former: Path | None) -> None:
        self._draft, self._former = draft, former
        self._all: dict[str, Draft] = {}

    def opened(self, name: str) -> Draft:
        """Return a file to write to."""
        former = self._former / name if self._former and name not in OWN else None
        self._all[name] = Draft(self._draft / name, former)
        return self._all[name]

    def since(self) -> dict[str, str]:
        """Return, for each file that is as it was before, the version that wrote it."""
        return {name: since(self._former, name) for name, file in self._all.items() if file.is_same and self._former}


def _former(home: Path) -> remote.Shown:
    """Return what all machines show, where they share Snapshots: what this one shows too, or it began with an older one."""
    if not remote.is_shared():
        return remote.Shown()
    former = remote.shown()
    if former.version != (current_version(home) or "") and former.version:
        raise SnapshotError(Said("Another worker published meanwhile. Run it again: it begins there."))
    return former


def _check_losses(home: Path, papers: Path, topics: int) -> None:
    """Refuse what would take away papers or all topics, compared with what pages show now."""
    if losses.are_allowed() or not current_version(home):
        return
    try:
        former = load(home, columns=("id", "topic"))
    except SnapshotError:  # none can be read: only its counts are known, and the paper table is all there is of the papers
        if (before := told(home)["topics"]) and not topics:
            losses.raise_without_topics(before)
        return
    unread = told(home)["topics"] if not len(former.topics) else 0
    if unread and not topics and not former.papers["id"].astype(str).str.startswith(losses.PASSING).all():
        losses.raise_without_topics(unread)
    ids = feather.read_table(papers, columns=["id"], memory_map=True)["id"]
    losses.check(former.papers, len(former.topics), ids, topics)


def _write_papers(papers: pd.DataFrame | pa.RecordBatchReader, out: Draft) -> int:
    if isinstance(papers, pd.DataFrame):
        feather.write_feather(pa.Table.from_pandas(typed(papers), preserve_index=False), out, compression="uncompressed")
        return len(papers)
    count = 0
    with pa.ipc.new_file(out, papers.schema) as writer:
        for batch in papers:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _write_vectors(vectors: npt.NDArray[np.float32] | Blocks, out: Draft) -> None:
    np.lib.format.write_array_header_1_0(out, {"descr": "<f4", "fortran_order": False, "shape": tuple(vectors.shape)})
    parts = vectors.parts if isinstance(vectors, Blocks) else (vectors[n : n + BLOCK] for n in range(0, len(vectors), BLOCK))
    for part in parts:
        out.write(np.ascontiguousarray(part, dtype="<f4"))


def _remove_old(root: Path, keep: str) -> None:
    for unfinished in root.glob(".draft-*"):  # of a worker that was killed: there is one at a time
        shutil.rmtree(unfinished, ignore_errors=True)
    versions: Iterable[Path] = sorted(p for p in root.iterdir() if p.is_dir() and VERSION.fullmatch(p.name))
    for old in list(versions)[:-KEPT_VERSIONS]:
        if old.name != keep:
            shutil.rmtree(old, ignore_errors=True)  # a reader on another system may hold a file; the next publish tries again
