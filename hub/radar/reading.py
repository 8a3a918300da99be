"""What a reader did with papers (unread, read, saved, archived; notes), and when each radar was last looked at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from hub.errors import RadarError
from hub.i18n.messages import Said
from hub.radar.store import RadarStore

T = TypeVar("T")
log = logging.getLogger(__name__)
STATUSES = ("unread", "read", "saved", "archived")
"""``archived`` papers are never listed again; ``saved`` ones are listed by themselves."""
FILE = "reading"
SEEN = 20_000
"""Opened papers that are remembered."""


class Reading:
    """What one reader did with papers, over all radars: a paper read in one is read in the others.

    Parameters
    ----------
    store
        The reader's radars.
    """

    def __init__(self, store: RadarStore) -> None:
        self._store = store

    def statuses(self) -> dict[str, str]:
        """Return the status of every paper that has one other than ``unread``."""
        return dict(self._store.state(FILE).get("status", {}))

    def mark(self, ids: Iterable[str], status: str) -> None:
        """Give papers a status.

        Raises
        ------
        RadarError
            When ``status`` is not one of :data:`STATUSES`.
        """
        if status not in STATUSES:
            raise RadarError(
                Said("{status!r} is not a status of a paper: use one of {known}.", status=status, known=", ".join(STATUSES))
            )
        wanted = list(ids)

        def edit(state: dict[str, Any]) -> None:
            statuses = state.setdefault("status", {})
            for paper_id in wanted:
                if status == "unread":
                    statuses.pop(paper_id, None)
                else:
                    statuses[paper_id] = status

        self._store.change_state(FILE, edit)

    def saved(self) -> list[str]:
        """Return the ids of the saved papers, the last saved one first."""
        return [paper_id for paper_id, status in reversed(self.statuses().items()) if status == "saved"]

    def notes(self) -> dict[str, str]:
        """Return the reader's own notes, by paper."""
        return dict(self._store.state(FILE).get("notes", {}))

    def note(self, paper_id: str, text: str) -> None:
        """Keep a note on a paper; an empty one takes it away."""

        def edit(state: dict[str, Any]) -> None:
            notes = state.setdefault("notes", {})
            notes.pop(paper_id, None)
            if text.strip():
                notes[paper_id] = text.strip()

        self._store.change_state(FILE, edit)

    def see(self, paper_id: str, day: date | None = None) -> None:
        """Note that the reader opened a paper; the first day counts, and the last :data:`SEEN` papers are kept."""
        if paper_id in self._store.state(FILE).get("seen", {}):
            return

        def edit(state: dict[str, Any]) -> None:
            seen = state.setdefault("seen", {})
            seen[paper_id] = (day or datetime.now(UTC).date()).isoformat()
            for old in list(seen)[:-SEEN]:
                del seen[old]

        self._note_by_itself(edit)

    def seen(self) -> dict[str, str]:
        """Return the day on which each paper was first opened, as an ISO date, by paper."""
        return dict(self._store.state(FILE).get("seen", {}))

    def open(self) -> str:
        """Return the name of the radar that was opened last, empty before any was or when it is gone."""
        token = self._store.state(FILE).get("open", "")
        radar = self._store.named(token) if token else None
        return radar.name if radar else ""

    def turn_to(self, name: str) -> None:
        """Note that this radar was opened: thumbs on other pages go to it."""
        token = self._store.token(name)
        if self._store.state(FILE).get("open") != token:
            self._note_by_itself(lambda state: state.update(open=token))

    def last_visit(self, name: str) -> datetime | None:
        """Return when this radar was visited before the present visit, None at the first."""
        seen = self._store.state(FILE).get("visits", {}).get(self._store.token(name), {})
        return datetime.fromisoformat(seen["before"]) if seen.get("before") else None

    def visit(self, name: str, now: datetime | None = None, *, pause_hours: float = 4.0) -> datetime | None:
        """Note a visit and return when the visit before it was, None at the first.

        Looking again within ``pause_hours`` continues the same visit, so that turning a page does not make what was
        new a minute ago old.
        """
        return self.look(self._store.token(name), now, pause_hours=pause_hours)

    def look(self, place: str, now: datetime | None = None, *, pause_hours: float = 4.0) -> datetime | None:
        """Note that the reader looked at ``place`` (a radar's token, ``today``); return as :meth:`visit` does."""
        now = now or datetime.now(UTC)

        def edit(state: dict[str, Any]) -> datetime | None:
            visits = state.setdefault("visits", {})
            seen = visits.setdefault(place, {"before": "", "last": ""})
            last = datetime.fromisoformat(seen["last"]) if seen["last"] else None
            if last is not None and (now - last).total_seconds() > pause_hours * 3600:
                seen["before"] = seen["last"]
            seen["last"] = now.isoformat()
            return datetime.fromisoformat(seen["before"]) if seen["before"] else None

        return self._note_by_itself(edit)

    def _note_by_itself(self, edit: Callable[[dict[str, Any]], T]) -> T:
        """Keep what nobody asked to be kept; where nothing can be written, whoever only reads goes on."""
        try:
            return self._store.change_state(FILE, edit)
        except OSError as e:
            log.warning("what was looked at is not kept: %s", e)
            return edit(self._store.state(FILE))


def shown(ids: Iterable[str], statuses: Mapping[str, str], wanted: Collection[str]) -> list[str]:
    """Return the ids whose status is in ``wanted``, in order; a paper without one is unread.

    >>> shown(["a", "b"], {"b": "archived"}, ("unread", "read"))
    ['a']
    """
    return [paper_id for paper_id in ids if statuses.get(paper_id, "unread") in wanted]
