"""Out of the page: the feed, the digest, the mail."""

from __future__ import annotations

import email
import email.policy
import hmac
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from aiosmtpd.controller import Controller
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.errors import RadarError, SettingsError
from hub.radar.delivery.digest import as_html, fresh, markdown, remember
from hub.radar.delivery.feed import atom
from hub.radar.delivery.mail import send
from hub.radar.listing import listing
from hub.radar.model import Radar
from hub.radar.store import RadarStore
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot

RADAR = Radar("Ice & <b>snow</b>", topics=(0,), mail="ada@example.org")


def test_the_feed_is_atom_that_a_reader_reads(snapshot: Snapshot, corpus: Corpus) -> None:
    found = listing(snapshot, RADAR, limit=8, abstracts=corpus.abstracts)
    feed = feedparser.parse(atom(found, "t" * 32, address="https://hub.example.org/radar/t.xml"))
    assert not feed.bozo and feed.version == "atom10"
    assert feed.feed.title == "Radar: Ice & <b>snow</b>"
    assert [entry.title for entry in feed.entries] == [paper.title for paper in found.papers]
    assert all(entry.summary and entry.link and entry.content[0].value for entry in feed.entries)


def test_the_feed_survives_text_that_xml_forbids(snapshot: Snapshot) -> None:
    assert not feedparser.parse(atom(listing(snapshot, RADAR.replace(name="a\x0bb \ud800"), limit=2), "t")).bozo


@pytest.fixture
def served(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    from hub.ui.routes import routes

    monkeypatch.setenv("HUB_HOME", str(home))
    with TestClient(Starlette(routes=routes)) as client:
        yield client


def test_a_feed_answers_to_its_token_alone(served: TestClient, home: Path) -> None:
    token = RadarStore(home, "a" * 32).save(RADAR.replace(name="ice"))
    answer = served.get(f"/radar/{token}.xml")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/atom+xml")
    assert len(feedparser.parse(answer.content).entries) > 5
    assert served.get(f"/radar/ice.xml?token={token}").status_code == 200
    refused = [f"/radar/{name}" for name in ("ice.xml", "x.xml", f"{token[:-1]}.xml", f"other.xml?token={token}", "..%2Fa.xml")]
    assert {served.get(address).status_code for address in refused} == {404}


def test_every_token_that_there_is_is_compared_whole(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.radar import store

    held = [RadarStore(home, reader * 32).save(RADAR.replace(name=reader)) for reader in "abc"]
    compared: list[bytes] = []
    constant = hmac.compare_digest

    def compare(known: bytes, given: bytes) -> bool:
        compared.append(known)
        return constant(known, given)

    monkeypatch.setattr(store.hmac, "compare_digest", compare)
    for guess in (held[0], held[0][:-1] + ("A" if held[0][-1] != "A" else "B"), "x" * 32, held[2].swapcase()):
        compared.clear()
        found = store.find(home, guess)
        assert (found is not None) is (guess == held[0])
        assert {name.decode().removesuffix(".json") for name in compared} == set(held)


def test_a_digest_holds_nothing_that_one_before_it_held(home: Path, snapshot: Snapshot) -> None:
    store = RadarStore(home)
    store.save(RADAR)
    first = fresh(store, RADAR.name, listing(snapshot, RADAR, limit=10))
    remember(store, RADAR.name, first)
    second = fresh(store, RADAR.name, listing(snapshot, RADAR, limit=20))
    assert len(first.papers) == 10 and second.papers
    assert {paper.id for paper in first.papers}.isdisjoint(paper.id for paper in second.papers)
    remember(store, RADAR.name, second)
    third = fresh(store, RADAR.name, listing(snapshot, RADAR, limit=20))
    assert not third.papers and "Nothing new" in " ".join(third.notices)


def test_a_title_cannot_break_out_of_the_digest(snapshot: Snapshot) -> None:
    import dataclasses

    found = listing(snapshot, RADAR, limit=1)
    evil = "</h2><script>alert(1)</script> [x](javascript:alert(1)) # *b*"
    paper = dataclasses.replace(found.papers[0], title=evil, url="javascript:alert(1)")
    page = as_html(markdown(dataclasses.replace(found, papers=(paper,))), "<title>")
    assert "<script" not in page and 'href="javascript' not in page and "<em>b" not in page
    assert "[x](javascript:alert(1))" in page


class Inbox:
    """Keeps what a local SMTP server takes; refuses one recipient."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such reader"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[tuple[str, Inbox]]:
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}", inbox
    controller.stop()


def test_a_digest_arrives_as_text_and_html(smtp: tuple[str, Inbox], snapshot: Snapshot) -> None:
    url, inbox = smtp
    text = markdown(listing(snapshot, RADAR, limit=3))
    send(url, "ada@example.org", "Radar\nBcc: evil@example.org", text, as_html(text, "Radar"), sender="hub@example.org")
    (envelope,) = inbox.taken
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert envelope.rcpt_tos == ["ada@example.org"] and message["Bcc"] is None
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "Glaciers" in message.get_body(("plain",)).get_content()


def test_mail_that_cannot_go_says_why_and_never_the_password(smtp: tuple[str, Inbox]) -> None:
    url, _inbox = smtp
    with pytest.raises(RadarError, match="no such reader"):
        send(url, "nobody@example.org", "s", "t", "h", sender="hub@example.org")
    with pytest.raises(RadarError) as unreachable:
        send("smtp://u:secret@127.0.0.1:9", "ada@example.org", "s", "t", "h", sender="hub@example.org")
    assert "secret" not in str(unreachable.value)
    with pytest.raises(SettingsError, match="HUB_SMTP_URL"):
        send("", "ada@example.org", "s", "t", "h")
    with pytest.raises(SettingsError, match="HUB_CONTACT"):
        send(url, "ada@example.org", "s", "t", "h")
    with pytest.raises(RadarError, match="not one mail address"):
        send(url, "ada", "s", "t", "h", sender="hub@example.org")
