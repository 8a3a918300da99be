"""A new version for pages: written beside, checked against what pages show now, and made the current one in one rename."""

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
from hub.storage.snapshot import VERSION, Terms, current_version, load, told, typed

KEPT_VERSIONS = 3


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
    try:
        count = _write_papers(papers, draft / "papers.arrow")
        _check_losses(home, draft / "papers.arrow", len(topics))
        for name, table in tables.items():
            feather.write_feather(table, draft / f"{name}.arrow", compression="uncompressed")
        if vectors is not None:
            _write_vectors(vectors, draft / "vectors.npy")
        if terms is not None:
            sparse.save_npz(draft / "terms.npz", terms.counts, compressed=False)
            (draft / "terms.json").write_text(json.dumps(terms.words.tolist(), ensure_ascii=False), "utf-8")
        about = {**(meta or {}), "version": version, "format": schema.FORMAT, "papers": count, "topics": len(topics)}
        about["files"] = integrity.sealed(draft)
        integrity.write(draft / "meta.json", json.dumps(about, ensure_ascii=False, indent=1, default=str))
        draft.rename(root / version)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    integrity.sync(root)
    if remote.is_shared():
        try:
            remote.push(home, version, former, KEPT_VERSIONS)
        except BaseException:
            shutil.rmtree(root / version, ignore_errors=True)
            raise
    integrity.write(root / "CURRENT", version)
    _remove_old(root, keep=version)
    return version


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


def _write_papers(papers: pd.DataFrame | pa.RecordBatchReader, file: Path) -> int:
    if isinstance(papers, pd.DataFrame):
        feather.write_feather(pa.Table.from_pandas(typed(papers), preserve_index=False), file, compression="uncompressed")
        return len(papers)
    count = 0
    with pa.ipc.new_file(str(file), papers.schema) as writer:
        for batch in papers:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _write_vectors(vectors: npt.NDArray[np.float32] | Blocks, file: Path) -> None:
    if not isinstance(vectors, Blocks):
        np.save(file, np.ascontiguousarray(vectors, dtype=np.float32))
        return
    with file.open("wb") as out:
        np.lib.format.write_array_header_1_0(out, {"descr": "<f4", "fortran_order": False, "shape": vectors.shape})
        for part in vectors.parts:
            part.astype("<f4", copy=False).tofile(out)


def _remove_old(root: Path, keep: str) -> None:
    for unfinished in root.glob(".draft-*"):  # of a worker that was killed: there is one at a time
        shutil.rmtree(unfinished, ignore_errors=True)
    versions: Iterable[Path] = sorted(p for p in root.iterdir() if p.is_dir() and VERSION.fullmatch(p.name))
    for old in list(versions)[:-KEPT_VERSIONS]:
        if old.name != keep:
            shutil.rmtree(old, ignore_errors=True)  # a reader on another system may hold a file; the next publish tries again
