"""All that cannot be made again, in one file: written while the worker works, and brought back whole or not at all.

The file is a tar archive: each thing of :data:`KEPT` under its name in the data folder, and last :data:`CONTENTS`, which gives
the SHA-256 of every file, so that a backup that was cut short or changed is known before anything is brought back.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from hub import __version__
from hub.errors import BackupError
from hub.storage import integrity, inventory, seals, snapshot

CORPUS, SNAPSHOTS, TABLE = "corpus", "snapshots", "cache.db"
KEPT = (CORPUS, SNAPSHOTS, "radars", "briefings", "sets", "curation.json", "sources.json", "sources", "abstracts", "llm")
"""What a backup holds. The rest comes anew: weights, what servers said of their pages, what the worker did last."""
PASSING = (seals.FILE, "*.lock", "*.tmp", "*.draft", ".probe-*", "*-wal", "*-shm", "*-journal")
CONTENTS, FORMAT = "backup.json", 1
ASIDE = ".replaced-"
"""How the folder's name begins, within the data folder, that holds what a backup took the place of."""


class Backup(NamedTuple):
    """What a backup holds: papers, files, bytes, and the version that its pages show."""

    papers: int
    files: int
    bytes: int
    version: str
    left_out: str = ""
    """The address of the paper table, where that is not on this machine and so not in the backup."""


def backup(home: Path, corpus_path: str, file: Path) -> Backup:
    """Write what cannot be made again into one file, whole or not at all; gzipped where its name ends in ``.gz`` or ``.tgz``.

    The worker may be at work: of the paper table the versions are copied before what they name, of a Snapshot the one that
    pages show, of a SQLite table a state between two writes.

    Raises
    ------
    BackupError
        When there is nothing to keep, or the file cannot be written.
    """
    apart = "://" in corpus_path
    kept = Path(corpus_path) if not apart else None
    if not snapshot.current_version(home) and not (kept and kept.exists()):
        raise BackupError(f"There is nothing in {home} to keep yet.")
    target = Path(os.path.realpath(file))
    try:
        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:80]}-", suffix=".tmp")
    except OSError as e:
        raise BackupError(f"{file} cannot be written: {e.strerror}. Name a folder that is there and yours.") from e
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as out:
            done = _write(out, home, kept, "gz" if target.suffix in (".gz", ".tgz") else "")
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    except OSError as e:
        raise BackupError(f"{file} was not written: {e.strerror or e}.") from e
    finally:
        draft.unlink(missing_ok=True)
    integrity.sync(target.parent)
    return done._replace(left_out=corpus_path if apart else "")


def restore(home: Path, corpus_path: str, file: Path, *, replace: bool = False) -> Backup:
    """Bring back what a backup holds; the worker must not be at work.

    Everything is unpacked beside and compared with its digest first. With ``replace`` what is there moves into a folder
    :data:`ASIDE` of the data folder, and stays until somebody removes it.

    Raises
    ------
    BackupError
        When the file is no backup or is damaged, or the data folder holds papers, radars or briefings and ``replace`` is not
        given; nothing is changed then.
    """
    there = [place for name in KEPT if (place := _place(home, corpus_path, name)) and place.exists() and _holds_files(place)]
    if there and not replace:
        names = ", ".join(place.name for place in there)
        raise BackupError(f"{home} already holds {names}. Name another folder by HUB_HOME, or add --replace to move these aside.")
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    draft = home / f".restored-{now}.tmp"
    try:
        done = _unpack(file, draft)
        found = [name for name in KEPT if (draft / name).exists()]
        if CORPUS in found and "://" in corpus_path:
            raise BackupError(
                f"The backup holds a paper table, and HUB_CORPUS names {corpus_path}: unset it to bring the table back."
            )
        for place in there:
            (home / f"{ASIDE}{now}").mkdir(exist_ok=True)
            shutil.move(place, home / f"{ASIDE}{now}" / place.name)
        for name in sorted(found, key=lambda name: name == SNAPSHOTS):  # what pages show comes last
            target = _place(home, corpus_path, name)
            assert target is not None
            if target.is_dir():
                shutil.rmtree(target)  # it holds no file, or it was moved aside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(draft / name, target)
        inventory.renew(home, forget=True)  # of what was there before, not of what came back
        return done
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _place(home: Path, corpus_path: str, name: str) -> Path | None:
    if name != CORPUS:
        return home / name
    return None if "://" in corpus_path else Path(corpus_path)


def _holds_files(place: Path) -> bool:
    return place.is_file() or any(file.is_file() and not file.name.endswith(".lock") for file in place.rglob("*"))


def _write(out: IO[bytes], home: Path, corpus: Path | None, packed: str) -> Backup:
    files: dict[str, tuple[int, str]] = {}
    version = snapshot.current_version(home) or ""
    options: dict[str, Any] = {"compresslevel": 1} if packed else {}
    with tarfile.open(fileobj=out, mode=f"w:{packed}", format=tarfile.PAX_FORMAT, **options) as archive:  # type: ignore[call-overload]
        for name, file in _members(home, corpus, version):
            try:
                files[name] = _add(archive, name, file)
            except FileNotFoundError:
                if name.startswith(f"{SNAPSHOTS}/"):
                    raise
        told: dict[str, Any] = {"format": FORMAT, "release": __version__, "made": datetime.now(UTC).isoformat(timespec="seconds"),
                "papers": snapshot.told(home)["papers"], "version": version, "files": files}  # fmt: skip
        data = json.dumps(told, indent=1).encode()
        about = tarfile.TarInfo(CONTENTS)
        about.size, about.mode = len(data), 0o600
        archive.addfile(about, io.BytesIO(data))
    return Backup(told["papers"], len(files), sum(size for size, _ in files.values()), version)


def _members(home: Path, corpus: Path | None, version: str) -> Iterator[tuple[str, Path]]:
    """Yield the name in the archive and the file of all that is kept, in an order in which it can be copied as it changes."""
    for table in sorted(corpus.glob("*.lance")) if corpus else ():
        # what a version names is written before it, and stays for hours after the next: versions first, then all they may name
        for folder in (table / "_versions", table):
            for file in sorted(folder.rglob("*")):
                if _stays(file) and (folder is not table or "_versions" not in file.relative_to(table).parts):
                    yield f"{CORPUS}/{file.relative_to(corpus)}", file  # type: ignore[arg-type]
    if version:
        for file in sorted((home / SNAPSHOTS / version).iterdir()):
            yield f"{SNAPSHOTS}/{version}/{file.name}", file
    for name in KEPT[2:]:
        place = home / name
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in files:
            if _stays(file) and not file.is_symlink():
                yield file.relative_to(home).as_posix(), file


def _stays(file: Path) -> bool:
    return file.is_file() and not any(fnmatch(file.name, pattern) for pattern in PASSING)


def _add(archive: tarfile.TarFile, name: str, file: Path) -> tuple[int, str]:
    """Add a file; return its size and SHA-256."""
    if file.name == TABLE:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / TABLE
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as now, closing(sqlite3.connect(copy)) as then:
                now.backup(then)
            return _add_as_is(archive, name, copy)
    return _add_as_is(archive, name, file)


def _add_as_is(archive: tarfile.TarFile, name: str, file: Path) -> tuple[int, str]:
    with file.open("rb") as data:
        about = archive.gettarinfo(arcname=name, fileobj=data)
        about.uid = about.gid = 0
        about.uname = about.gname = ""
        read = _Digesting(data)
        archive.addfile(about, read)  # type: ignore[arg-type]
        return about.size, read.digest.hexdigest()


class _Digesting:
    """Reads a file and digests what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next ``size`` bytes."""
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _unpack(file: Path, folder: Path) -> Backup:
    """Unpack a backup into a new folder and compare every file with its digest."""
    unchanged = "Nothing was changed."
    folder.mkdir()
    try:
        with tarfile.open(file) as archive:
            digests = {member.name: _extract(archive, member, folder) for member in archive}
    except (OSError, EOFError, tarfile.TarError, zlib.error) as e:
        raise BackupError(f"{file} is no backup, or was cut short or changed: {e}. {unchanged}") from e
    try:
        told = json.loads((folder / CONTENTS).read_text("utf-8"))
        done = Backup(
            int(told["papers"]), len(told["files"]), sum(size for size, _ in told["files"].values()), str(told["version"])
        )
        wanted, made_by = {name: seal for name, (_, seal) in told["files"].items()}, int(told["format"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise BackupError(f"{file} is no backup of AcademicHub: it has no list of contents. {unchanged}") from e
    if made_by > FORMAT:
        raise BackupError(f"{file} is of a newer release: install that one. {unchanged}")
    del digests[CONTENTS]
    if wrong := sorted(name for name in {*wanted, *digests} if wanted.get(name) != digests.get(name)):
        raise BackupError(f"{file} is damaged: {wrong[0]} is not as it was written. {unchanged}")
    if done.version:
        integrity.write(folder / SNAPSHOTS / "CURRENT", done.version)
    return done


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """Write a file of a backup, which goes below ``folder`` whatever it is called; return its SHA-256."""
    parts = PurePosixPath(member.name).parts
    data = archive.extractfile(member) if member.isfile() else None
    if data is None or ".." in parts or parts[0] not in (*KEPT, CONTENTS):
        raise tarfile.TarError(f"it holds {member.name!r}, which no backup does")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    read = _Digesting(data)
    with target.open("xb") as out:
        shutil.copyfileobj(read, out)  # type: ignore[misc]
        out.flush()
        os.fsync(out.fileno())
    target.chmod(member.mode & 0o700 | 0o600)
    return read.digest.hexdigest()
