"""Snapshots in an object store that several machines share: the worker puts a version there, each web process fetches it.

``HUB_SNAPSHOTS`` names the place, such as ``s3://bucket/hub``. A version is a folder there as it is on a disk
(:mod:`hub.storage.snapshot`), and ``CURRENT`` names the one that all show. It moves by a conditional put: of two workers that
began with the same version one publishes, and the other is told. The data folder of each machine is a copy, so that pages map
their files as ever. Credentials and the endpoint are those of every S3 client: ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``,
``AWS_REGION``, ``AWS_ENDPOINT_URL`` and, for a server without TLS, ``AWS_ALLOW_HTTP=true``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from hub.errors import HubError, SharedDataError, SnapshotError
from hub.i18n.messages import Said
from hub.settings import settings
from hub.storage import integrity
from hub.storage.snapshot import VERSION, pointed, since, versions
from hub.storage.unchanged import link

log = logging.getLogger(__name__)
CURRENT, META, MODELS = "CURRENT", "meta.json", "models"
EVERY_S = 5.0
"""Seconds between two looks of a web process for a newer version."""
TRIES: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
MISSING = "HUB_SNAPSHOTS needs packages that are not installed ({why}): pip install 'academichub[cluster]'."
NO_ANSWER = (
    "The object store of HUB_SNAPSHOTS cannot be used ({why}). Check its address, AWS_ENDPOINT_URL and the credentials (AWS_...)."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the object store's ``CURRENT`` says, and by what it is known again; both empty where it is not there."""

    version: str = ""
    mark: str = ""


def is_shared() -> bool:
    """Return whether Snapshots lie in an object store."""
    return bool(settings().snapshots)


def shown() -> Shown:
    """Return the version that all machines show now.

    Raises
    ------
    SharedDataError
        When the object store cannot be used.
    """
    with _told():
        try:
            found = _store().get(CURRENT)
        except FileNotFoundError:
            return Shown()
        version = bytes(found.bytes()).decode("utf-8", "replace").strip()
        return Shown(version if VERSION.fullmatch(version) else "", str(found.meta["e_tag"] or ""))


def push(home: Path, version: str, former: Shown, keep: int, same: Collection[str] = ()) -> None:
    """Put a version that lies in the data folder into the object store, and have all machines show it.

    Parameters
    ----------
    former
        What they showed when this version was begun.
    keep
        How many versions stay there.
    same
        Names of the files that are as the former version has them: the store copies those, and they are not sent again.

    Raises
    ------
    SnapshotError
        When another worker published meanwhile; nothing of this version stays there then.
    SharedDataError
        When the object store cannot be used.
    """
    store = _store()
    with _told():
        for file in sorted((home / "snapshots" / version).iterdir(), key=lambda file: file.name == META):
            if not (file.name in same and former.version and _copied(store, f"{former.version}/{file.name}", version, file)):
                store.put(f"{version}/{file.name}", file)
        _push_models(home, store)
        mode: Any = {"e_tag": former.mark} if former.mark else "create"
        try:
            store.put(CURRENT, version.encode(), mode=mode)
        except Exception as e:
            _remove(store, version)
            if _refused(e):
                raise SnapshotError(
                    Said("Another worker published meanwhile, and nothing of this run is shown. Run it again: it begins there.")
                ) from e
            raise
        for old in sorted(_versions(store))[:-keep]:
            if old != version:
                _remove(store, old)


def pull(home: Path) -> str:
    """Fetch the version that all machines show where the data folder lacks it, and show it here; return it, empty for none.

    Raises
    ------
    SharedDataError
        When the object store cannot be used, or the version there is damaged.
    """
    version = shown().version
    if not version:
        return ""
    root = home / "snapshots"
    if not (root / version / META).exists():
        root.mkdir(parents=True, exist_ok=True)
        draft = root / f".pull-{version}.{secrets.token_hex(4)}.tmp"
        try:
            _fetch(home, version, draft)
            if not (root / version).exists():  # another process of this machine has it already
                draft.rename(root / version)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        integrity.sync(root)
        with _told():
            _pull_models(home, _store())
    if pointed(home) != version:
        integrity.write(root / CURRENT, version)
        log.info("shows %s of the object store", version)
    return version


async def follow(home: Path, every_s: float = EVERY_S) -> None:
    """Fetch whatever is published, for as long as the app runs; what fails is told in the log and tried again."""
    while True:
        try:
            await asyncio.to_thread(pull, home)
        except (HubError, OSError) as e:
            log.warning("what other machines show was not fetched: %s", e)
        await asyncio.sleep(every_s)


def _fetch(home: Path, version: str, draft: Path) -> None:
    """Copy a version into a folder and compare it with its digests; a file that another version here has is linked."""
    store = _store()
    draft.mkdir()
    with _told():
        meta = json.loads(bytes(store.get(f"{version}/{META}").bytes()))
        written = dict.fromkeys(meta["files"], version) | meta.get("since", {})
        for name, seal in meta["files"].items():
            if not _linked(home, draft, Path(name).name, written[name], seal):
                _copy(store, f"{version}/{Path(name).name}", draft / Path(name).name)
        _copy(store, f"{version}/{META}", draft / META)
    if broken := integrity.damaged(draft, meta["files"]):
        raise SharedDataError(Said(NO_ANSWER, why=f"{version}: {', '.join(broken)}"))


def _linked(home: Path, draft: Path, name: str, written: str, seal: Any) -> bool:
    """Link a file to that of a version that is here, where it has the one that the version ``written`` wrote, whole."""
    for place in (home / "snapshots" / version for version in versions(home)):
        if since(place, name) == written and not integrity.damaged(place, {name: seal}):
            link(place / name, draft / name)
            return True
    return False


def _copy(store: Any, name: str, file: Path) -> None:
    with file.open("wb") as out:
        for part in store.get(name).stream():
            out.write(part)


def _copied(store: Any, source: str, version: str, file: Path) -> bool:
    """Have the store copy a file of another version where it has it whole; return whether it did."""
    try:
        if store.head(source)["size"] != file.stat().st_size:
            return False
        store.copy(source, f"{version}/{file.name}")
    except (FileNotFoundError, NotImplementedError):
        return False
    return True


def _push_models(home: Path, store: Any) -> None:
    """Put what embeds queries there once, so that a web process needs no torch to make it."""
    there = {item["path"]: item["size"] for item in _listed(store, MODELS)}
    for file in sorted((home / MODELS).iterdir()) if (home / MODELS).is_dir() else []:
        if file.is_file() and not file.name.startswith(".") and there.get(f"{MODELS}/{file.name}") != file.stat().st_size:
            store.put(f"{MODELS}/{file.name}", file)


def _pull_models(home: Path, store: Any) -> None:
    (home / MODELS).mkdir(exist_ok=True)
    for item in _listed(store, MODELS):
        file = home / MODELS / Path(item["path"]).name
        if not file.exists() or file.stat().st_size != item["size"]:
            draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
            _copy(store, item["path"], draft)
            draft.replace(file)


def _listed(store: Any, folder: str) -> list[Any]:
    return [item for part in store.list(folder) for item in part]


def _versions(store: Any) -> set[str]:
    names = {Path(place).name for place in store.list_with_delimiter()["common_prefixes"]}
    return {name for name in names if VERSION.fullmatch(name)}


def _remove(store: Any, version: str) -> None:
    """Remove a version, its meta.json first, so that none that is half gone looks whole."""
    paths = [item["path"] for item in _listed(store, version)]
    for path in sorted(paths, key=lambda path: Path(path).name != META):
        store.delete(path)


def _refused(error: Exception) -> bool:
    from obstore.exceptions import AlreadyExistsError, PreconditionError

    return isinstance(error, AlreadyExistsError | PreconditionError)


def _store() -> Any:
    return _opened(settings().snapshots)


@lru_cache(maxsize=4)
def _opened(address: str) -> Any:
    try:
        from obstore.store import from_url
    except ImportError as e:
        raise SharedDataError(Said(MISSING, why=e)) from e
    try:
        return from_url(address, retry_config=TRIES)
    except Exception as e:
        raise SharedDataError(Said(NO_ANSWER, why=_first_line(e))) from e


@contextmanager
def _told() -> Iterator[None]:
    """Say in a sentence what the object store said."""
    try:
        yield
    except HubError:
        raise
    except Exception as e:  # obstore's errors have no class of their own for what the network did
        if isinstance(e, OSError) and not type(e).__module__.startswith("obstore") and e.filename:
            raise  # a file of this machine
        raise SharedDataError(Said(NO_ANSWER, why=_first_line(e))) from e


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
