"""Tables beside the papers whose content is made again: vectors of texts, and by which rules papers were joined and cleaned.

One that cannot be read is moved aside, with a word in the log; what it held is then made as on the first day.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hub.errors import CorpusError
from hub.plain_disk import ASIDE

if TYPE_CHECKING:
    from lancedb import DBConnection
    from lancedb.table import Table

T = TypeVar("T")
log = logging.getLogger(__name__)


def used(db: DBConnection, path: str, name: str, use: Callable[[Table], T], none: T) -> T:
    """Return what ``use`` makes of a table, ``none`` where there is none or it had to be moved aside.

    Raises
    ------
    CorpusError
        When it is closed to us, or lies where nothing can be moved.
    """
    if name not in db.list_tables().tables:
        return none
    try:
        return use(db.open_table(name))
    except Exception as e:  # LanceDB's errors have no common class
        if _is_whole(db, name):
            raise  # it is not the table that is wrong
        _move_aside(path, name, e)
        return none


def write(db: DBConnection, path: str, name: str, put: Callable[[], None]) -> None:
    """Call ``put``, which makes a table or writes to it; once more where a damaged one was moved out of its way."""
    try:
        put()
    except Exception as e:
        if name not in db.list_tables().tables or _is_whole(db, name):
            raise
        _move_aside(path, name, e)
        put()


def damaged(db: DBConnection) -> dict[str, Exception]:
    """Return the tables beside the papers that cannot be read, and why."""
    found = {name: _fault(db, name) for name in db.list_tables().tables if name != "papers"}
    return {name: why for name, why in found.items() if why is not None}


def move_aside(db: DBConnection, path: str) -> list[str]:
    """Move the damaged ones aside; return their names."""
    found = damaged(db)
    for name, why in found.items():
        _move_aside(path, name, why)
    return [*found]


def _is_whole(db: DBConnection, name: str) -> bool:
    return _fault(db, name) is None


def _fault(db: DBConnection, name: str) -> Exception | None:
    try:
        db.open_table(name).to_arrow()
    except Exception as e:  # noqa: BLE001 - whatever a broken table raises is what is asked for
        return e
    return None


def _move_aside(path: str, name: str, why: Exception) -> None:
    said = str(why).splitlines()[0][:200] if str(why) else type(why).__name__
    folder = Path(path) / f"{name}.lance"
    aside = folder.with_name(f"{name}{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    if "://" in path or "ermission denied" in str(why):
        raise CorpusError(
            f"The table {name} of {path} cannot be read ({said}): `python -m hub doctor` says what is wrong."
        ) from why
    folder.rename(aside)
    log.warning("%s is damaged (%s): it was moved to %s, and what it held is made again", folder, said, aside.name)
