"""What the worker does for every reader's radars once papers were published: check for changes, mail the digests that are due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hub.errors import HubError
from hub.i18n.messages import packed, said_by, unpacked
from hub.permissions import Action, require
from hub.radar.delivery.address import to
from hub.radar.delivery.changes import Alert, Signals
from hub.radar.delivery.digest import as_html, due, fresh, heading, markdown, remember
from hub.radar.delivery.mail import send
from hub.radar.listing import Listing, first_day
from hub.radar.model import EVERY, Radar
from hub.radar.service import alerts, listed, recap_text, signals
from hub.radar.store import RadarStore, readers
from hub.settings import Settings
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot

log = logging.getLogger(__name__)
MAILED = 25
"""Papers of one mailed digest at most."""


def look_after(home: Path, snapshot: Snapshot, corpus: Corpus, config: Settings) -> dict[str, Any]:
    """Check the alerts of all radars of all readers, and mail the digests that are due.

    What fails for one radar is told to its reader (:func:`trouble`) and in the log, and stops no other, whatever it is.

    Returns
    -------
    dict
        ``radars`` looked after, ``alerts`` raised, ``mailed`` digests, ``failed`` (each with its radar's reader and why).
    """
    known = cache(lambda: signals(snapshot))
    done: dict[str, Any] = {"radars": 0, "alerts": 0, "mailed": 0, "failed": []}
    for reader in readers(home):
        store = RadarStore(home, reader)
        for token in store.tokens():
            name = token[:6]  # of a file that cannot be read, enough to find it by: the whole is the feed's secret
            try:
                radar = store.named(token)
                if radar is None or radar.is_empty:
                    continue
                name = radar.name
                done["radars"] += 1
                found = listed(store, radar, snapshot, corpus, home)
                done["alerts"] += len(alerts(store, radar, snapshot, found, known))
                done["mailed"] += mail_due(store, radar, snapshot, corpus, home, config, known)
                _note(store, name, "")
            except Exception as e:  # noqa: BLE001 - one reader's radar, whatever is wrong with it, stops no other's
                done["failed"].append({"reader": reader, "radar": name, "why": said_by(e)})
                _told(store, name, e)
    return done


def _told(store: RadarStore, name: str, error: Exception) -> None:
    """Tell the log and, where their folder can be written to, the reader."""
    log.warning("radar %r of reader %s: %s", name, store.reader, error, exc_info=not isinstance(error, HubError))
    try:
        _note(store, name, said_by(error))
    except Exception as e:  # noqa: BLE001 - what is wrong with the folder is already told above
        log.warning("radar %r of reader %s cannot be noted upon: %s", name, store.reader, e)


def mail_due(
    store: RadarStore, radar: Radar, snapshot: Snapshot, corpus: Corpus, home: Path, config: Settings,
    known: Callable[[], Signals],
) -> bool:  # fmt: skip
    """Mail the radar's digest when the radar asks for one and its time has come; return whether one went out.

    Raises
    ------
    HubError
        When it could not be sent; it stays due.
    """
    if not radar.mail or not due(store, radar):
        return False
    since = _since(store, radar, snapshot)
    found = listed(store, radar, snapshot, corpus, home, since=since, hidden=("archived", "read"), limit=MAILED)
    new = fresh(store, radar.name, found)
    changed = recent(store, radar, snapshot, found, known)
    if new.papers or changed:
        post(store, radar, new, changed, config, recap_text(radar, snapshot, since, known))
    remember(store, radar.name, new)
    return bool(new.papers or changed)


def post(store: RadarStore, radar: Radar, found: Listing, changed: list[Alert], config: Settings, recap: str = "") -> None:
    """Mail a digest to the radar's address, in the radar's language.

    Raises
    ------
    NotAllowed
        When whoever asks may not have this reader's digests mailed.
    RadarError
        When the address is not its reader's own, or the mail was refused.
    """
    require(Action.MAIL, of=store.reader)
    address = to(store, radar)
    text = markdown(found, changed, radar.language, recap)
    subject = heading(found, radar.language)
    page = as_html(text, subject, radar.language)
    send(config.smtp_url.get_secret_value(), address, subject, text, page, sender=config.contact)


def recent(
    store: RadarStore, radar: Radar, snapshot: Snapshot, found: Listing, known: Callable[[], Signals] | None = None
) -> list[Alert]:
    """Return the alerts that no digest of this radar told yet; checks for new ones first."""
    from hub.radar.delivery.alerts import raised

    alerts(store, radar, snapshot, found, known)
    last = store.state(f"{store.token(radar.name)}.digest").get("at", "")
    return [alert for alert in raised(store, radar.name) if alert.at > last]


def trouble(store: RadarStore, name: str) -> str:
    """Return why the worker could not look after a radar the last time, as it was said; empty when it could."""
    why: str = unpacked(store.state(f"{store.token(name)}.morning").get("why", ""))
    return why


def _note(store: RadarStore, name: str, why: str) -> None:
    if why == trouble(store, name):
        return

    def edit(state: dict[str, Any]) -> None:
        state |= {"why": packed(why), "at": datetime.now(UTC).isoformat(timespec="seconds")}

    store.change_state(f"{store.token(name)}.morning", edit)


def _since(store: RadarStore, radar: Radar, snapshot: Snapshot) -> date:
    """The first day of a digest: the last day or week, or longer when no digest was made meanwhile."""
    first = first_day(snapshot, EVERY[radar.every])
    last = store.state(f"{store.token(radar.name)}.digest").get("at", "")
    return min(first, datetime.fromisoformat(last).date() - timedelta(days=1)) if last else first
