"""The one address that a signed-in reader's digests go to: theirs once they opened the link that was mailed to it.

The owner of a machine without login needs no link: whoever sits there has the mail server's password too.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from hub.errors import RadarError
from hub.i18n.messages import Said, speaker
from hub.permissions import LOCAL, Action, require
from hub.radar.delivery.mail import one, send
from hub.radar.model import Radar
from hub.radar.store import RadarStore, readers
from hub.settings import Settings
from hub.storage.shelf import Shelf

log = logging.getLogger(__name__)
FILE = "address"
"""The reader's state that holds the confirmed address and the one that waits."""
DAY_S = 86_400.0
LASTS_S = DAY_S
"""Seconds for which a link can be opened."""
ASKED, ASKED_BY_ALL = 3, 50
"""Links that one reader, and all readers together, may have mailed in a day: what strangers at other addresses may get."""
COUNTED = ".asked"
"""The document that says who asked for a link today."""
PATH = "/mail/confirm"
NOT_CONFIRMED = (
    "{to} was not confirmed, so nothing goes there: open the link that was mailed to it, or save the radar for another."
)
ASKS = (
    "Somebody who is signed in at AcademicHub asked to have digests of new papers mailed to this address. If it was you, open "
    "this link within a day:\n\n{link}\n\nElse do nothing: no other mail will come."
)


def confirmed(store: RadarStore) -> str:
    """Return the address that this reader confirmed, empty before they did."""
    return str(store.state(FILE).get("address", ""))


def waiting(store: RadarStore) -> str:
    """Return the address to which a link was mailed that can still be opened, empty when there is none."""
    pending = store.state(FILE).get("pending", {})
    return str(pending["address"]) if pending and pending["until"] > time.time() else ""


def to(store: RadarStore, radar: Radar) -> str:
    """Return where a radar's digest goes.

    Raises
    ------
    RadarError
        When its address is none, or not the one that this reader confirmed.
    """
    address = one(radar.mail)
    if store.reader != LOCAL and address.casefold() != confirmed(store).casefold():
        raise RadarError(Said(NOT_CONFIRMED, to=address))
    return address


def ask(store: RadarStore, address: str, base: str, config: Settings, *, lang: str = "en", now: float | None = None) -> bool:
    """Mail a link to ``address`` that makes it the reader's own once it is opened; return whether one was needed.

    Parameters
    ----------
    base
        Where readers reach this hub, such as ``https://hub.example.org``.

    Raises
    ------
    NotAllowed
        When whoever asks may not have mail sent.
    RadarError
        When it is no single address, or when too many links were asked for today.
    """
    require(Action.MAIL, of=store.reader)
    address, at = one(address), time.time() if now is None else now
    if store.reader == LOCAL or address.casefold() == confirmed(store).casefold():
        return False
    token = secrets.token_urlsafe(24)
    _count(store.of_all, store.reader, at)

    def edit(state: dict[str, Any]) -> None:
        state["pending"] = {"address": address, "token": _digest(token), "until": at + LASTS_S}

    store.change_state(FILE, edit)
    say = speaker(lang)
    link = f"{base.rstrip('/')}{PATH}?{urlencode({'token': token})}"
    text = say(ASKS, link=link)
    html = "".join(f"<p>{part.replace(link, f'<a href={chr(34)}{link}{chr(34)}>{link}</a>')}</p>" for part in text.split("\n\n"))
    send(config.smtp_url.get_secret_value(), address, say("Confirm this address for AcademicHub"), text, html,
         sender=config.contact)  # fmt: skip
    return True


def confirm(home: Path, token: str, *, now: float | None = None) -> str:
    """Make the address of a link its reader's own and return it; empty when the link is none, was used or is too old."""
    at, given = time.time() if now is None else now, _digest(token)
    for store in (RadarStore(home, reader) for reader in readers(home)):
        try:
            pending = store.state(FILE).get("pending", {})
            asked, until = str(pending.get("token", "")), float(pending.get("until", 0))
        except (RadarError, AttributeError, TypeError, ValueError) as e:  # one reader's damaged file stops no other's link
            log.warning("the address of reader %s cannot be read: %s", store.reader, e)
            continue
        if hmac.compare_digest(asked.encode(), given.encode()) and until > at:
            return store.change_state(FILE, _settled(given))
    return ""


def _settled(given: str) -> Callable[[dict[str, Any]], str]:
    def edit(state: dict[str, Any]) -> str:
        pending = state.pop("pending", {})
        if pending.get("token") != given:
            return ""
        state["address"] = pending["address"]
        return str(pending["address"])

    return edit


def _digest(token: str) -> str:
    return blake2b(token.encode("utf-8", "replace"), digest_size=20).hexdigest()


def _count(shelf: Shelf, reader: str, at: float) -> None:
    """Note that a reader asks for a link, or say that there were too many today."""
    with shelf.lock():
        lines = [line.split() for line in (shelf.read(COUNTED) or b"").decode().splitlines()]
        today = [(who, when) for who, when in lines if float(when) > at - DAY_S]
        if sum(who == reader for who, _when in today) >= ASKED or len(today) >= ASKED_BY_ALL:
            raise RadarError(Said("Enough links were mailed for today: open the last one, or ask again tomorrow."))
        shelf.write(COUNTED, "".join(f"{who} {when}\n" for who, when in (*today, (reader, f"{at:.0f}"))).encode())
