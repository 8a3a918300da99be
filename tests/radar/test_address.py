"""Digests of a signed-in reader go to one address of their own, and nowhere before its link was opened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from hub import permissions
from hub.errors import RadarError
from hub.radar.daily import look_after, trouble
from hub.radar.delivery import address
from hub.radar.model import Radar
from hub.radar.store import RadarStore
from hub.settings import Settings
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot
from tests.radar.test_morning import body
from tests.radar.test_out import Inbox, smtp

__all__ = ["smtp"]
RADAR = Radar("ice", topics=(0,), mail="ada@example.org", every="day")
BASE = "https://hub.example.org"


def configured(home: Path, url: str) -> Settings:
    return Settings(HUB_HOME=home, HUB_SMTP_URL=url, HUB_CONTACT="hub@example.org")


def token(inbox: Inbox, number: int) -> str:
    found = re.search(r"token=([\w-]{32})", body(inbox, number))
    assert found
    return found[1]


def test_nothing_is_mailed_to_an_address_before_its_link_was_opened(
    home: Path, snapshot: Snapshot, corpus: Corpus, smtp: tuple[str, Inbox]
) -> None:
    config, store = configured(home, smtp[0]), RadarStore(home, "a" * 32)
    store.save(RADAR)
    assert look_after(home, snapshot, corpus, config)["mailed"] == 0 and not smtp[1].taken
    assert "not confirmed" in trouble(store, "ice")
    assert address.ask(store, "ada@example.org", BASE, config) and f"{BASE}/mail/confirm?" in body(smtp[1], 0)
    assert address.confirm(home, "x" * 32) == "" and address.confirmed(store) == ""
    assert address.confirm(home, token(smtp[1], 0)) == "ada@example.org"
    assert address.confirm(home, token(smtp[1], 0)) == "", "a link opens once"
    assert look_after(home, snapshot, corpus, config)["mailed"] == 1 and smtp[1].taken[1].rcpt_tos == ["ada@example.org"]
    store.save(RADAR.replace(mail="victim@example.org"))
    look_after(home, snapshot, corpus, config)
    assert len(smtp[1].taken) == 2, "an address of somebody else's gets nothing in place of the confirmed one"
    assert not address.ask(store, "ADA@example.org", BASE, config)


def test_links_are_few_and_grow_old(home: Path, smtp: tuple[str, Inbox], monkeypatch: pytest.MonkeyPatch) -> None:
    config, ada, ben = configured(home, smtp[0]), RadarStore(home, "a" * 32), RadarStore(home, "b" * 32)
    for n in range(address.ASKED):
        address.ask(ada, f"v{n}@example.org", BASE, config, now=1e9)
    with pytest.raises(RadarError, match="Enough links"):
        address.ask(ada, "w@example.org", BASE, config, now=1e9 + 60)
    monkeypatch.setattr(address, "ASKED_BY_ALL", address.ASKED)
    with pytest.raises(RadarError, match="Enough links"):
        address.ask(ben, "w@example.org", BASE, config, now=1e9 + 60)
    assert len(smtp[1].taken) == address.ASKED
    assert address.confirm(home, token(smtp[1], 2), now=1e9 + address.LASTS_S + 1) == ""
    address.ask(ben, "b@example.org", BASE, config, now=1e9 + address.DAY_S + 1)
    assert address.confirm(home, token(smtp[1], 0), now=1e9) == "", "only the last link opens"


@pytest.mark.parametrize("text", [
    '"x"@', "a@b", "a@b.org, c@d.org", "a@b.org;c@d.org", "a@b.org\nBcc: c@d.org", "<a@b.org>", "a b@c.org", "a@@b.org", "@b.org",
    "a@b.org\r\nRCPT TO:<c@d.org>", "x" * 65 + "@b.org", "a@" + "b." * 130 + "org", "é@b.org", "a@bé.org", "a@-b.org", "",
])  # fmt: skip
def test_what_is_not_one_plain_address_is_sent_nothing(text: str, home: Path, smtp: tuple[str, Inbox]) -> None:
    store = RadarStore(home)
    with pytest.raises(RadarError, match="not one mail address"):
        address.to(store, RADAR.replace(mail=text))
    with pytest.raises(RadarError, match="not one mail address"):
        address.ask(RadarStore(home, "a"), text, BASE, configured(home, smtp[0]))
    assert not smtp[1].taken


def test_one_readers_odd_address_or_broken_file_stops_no_other(
    home: Path, snapshot: Snapshot, corpus: Corpus, smtp: tuple[str, Inbox], caplog: pytest.LogCaptureFixture
) -> None:
    config, odd, broken, well = configured(home, smtp[0]), *(RadarStore(home, name * 32) for name in "abc")
    odd.save(RADAR.replace(mail='"x"@'))
    odd.write_bytes("address.state", lambda out: out.write(b"[1, 2"))
    broken.save(RADAR.replace(name="lost"))
    (name,) = broken.tokens()
    broken.write_bytes(f"{name}.json", lambda out: out.write(b"\xff\xfe{"))
    well.save(RADAR.replace(mail="c@example.org"))
    well.change_state(address.FILE, lambda state: state.update(address="c@example.org"))
    done = look_after(home, snapshot, corpus, config)
    assert done["mailed"] == 1 and [message.rcpt_tos for message in smtp[1].taken] == [["c@example.org"]]
    assert {failed["reader"][0] for failed in done["failed"]} == {"a", "b"}
    assert "of reader aaaa" in caplog.text and "of reader bbbb" in caplog.text
    assert name not in caplog.text, "the file's name is the feed's secret"


def test_one_readers_damaged_address_stops_no_others_link(home: Path, smtp: tuple[str, Inbox]) -> None:
    config, damaged, well = configured(home, smtp[0]), RadarStore(home, "a" * 32), RadarStore(home, "b" * 32)
    address.ask(well, "b@example.org", BASE, config)
    for content in (
        b"[1, 2",
        b"[1]",
        b"7",
        b"\xff\xfe",
        b"[" * 5000,
        b'{"pending": 3}',
        b'{"pending": {"token": 5, "until": "x"}}',
        b"",
    ):
        damaged.write_bytes("address.state", lambda out, content=content: out.write(content))  # type: ignore[misc]
        assert address.confirm(home, "x" * 32) == ""
    assert address.confirm(home, token(smtp[1], 0)) == "b@example.org"


def test_the_link_of_a_mail_is_a_button_and_the_button_confirms_once(
    home: Path, smtp: tuple[str, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.ui.doors import Doors
    from hub.ui.reader import asking
    from hub.ui.routes import routes

    monkeypatch.setenv("HUB_HOME", str(home))
    monkeypatch.setattr(permissions._who, "ask", asking)
    ada = RadarStore(home, "a" * 32)
    with permissions.acting(permissions.OWNER):
        address.ask(ada, "ada@example.org", BASE, configured(home, smtp[0]))
    link = f"{address.PATH}?token={token(smtp[1], 0)}"
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(Doors)]), base_url="http://127.0.0.1:8501")
    looked = client.get(link)
    assert looked.status_code == 200 and "<form method=post>" in looked.text and "<script" not in looked.text
    assert looked.headers["cache-control"] == "no-store" and looked.headers["referrer-policy"] == "no-referrer"
    assert client.head(link).status_code == 200 and address.confirmed(ada) == "", "looking confirms nothing"
    assert client.post(link, headers={"origin": "http://evil.example"}).status_code == 403 and address.confirmed(ada) == ""
    for wrong in ("", "?token=", "?token=x", f"?token={'x' * 32}", "?token=%00%ff", f"?token={'y' * 10_000}"):
        answer = client.post(f"{address.PATH}{wrong}")
        assert answer.status_code == 404 and "already or is too old" in answer.text
    assert client.post(link).status_code == 200 and address.confirmed(ada) == "ada@example.org"
    assert client.post(link).status_code == 404, "a link opens once"
    assert "ada@example.org" not in looked.text, "whoever has a link learns no address"


def test_files_of_radars_are_their_owners_alone(home: Path) -> None:
    store = RadarStore(home, "a" * 32)
    store.save(RADAR)
    store.change_state("reading", lambda state: None)
    folder = home / "radars" / store.reader
    modes = {file.name: file.stat().st_mode & 0o077 for file in folder.glob("*.*") if file.name != ".lock"}
    assert len(modes) == 2 and not any(modes.values()) and not folder.stat().st_mode & 0o077
