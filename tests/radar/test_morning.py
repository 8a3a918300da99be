"""What the worker does for radars once papers were published: alerts, digests by mail that are due, in the radar's language."""

from __future__ import annotations

import dataclasses
import email
import email.policy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.radar import service
from hub.radar.daily import look_after, trouble
from hub.radar.delivery import address
from hub.radar.delivery.alerts import raised
from hub.radar.delivery.digest import as_html, due, markdown, remember
from hub.radar.delivery.feed import atom
from hub.radar.listing import listing
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.settings import Settings
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot
from tests.radar.conftest import NEWEST
from tests.radar.test_out import Inbox, smtp

__all__ = ["smtp"]
RADAR = Radar("冰 ice", topics=(0,), mail="ada@example.org", every="day", language="zh")


def confirmed(store: RadarStore, mail: str = RADAR.mail) -> None:
    """Let a reader have opened the link that was mailed to their address."""
    store.change_state(address.FILE, lambda state: state.update(address=mail))


def later(snapshot: Snapshot) -> Snapshot:
    papers = snapshot.papers.copy()
    papers.loc[papers["id"] == "arXiv:2606.00001", "journal"] = "Nature"
    return dataclasses.replace(snapshot, version="later", papers=papers)


def body(inbox: Inbox, number: int) -> str:
    message = email.message_from_bytes(inbox.taken[number].content, policy=email.policy.default)
    return str(message["Subject"]) + message.get_body(("plain",)).get_content()


def test_the_morning_raises_alerts_and_mails_what_is_due(
    home: Path, snapshot: Snapshot, corpus: Corpus, smtp: tuple[str, Inbox]
) -> None:
    url, inbox = smtp
    config = Settings(HUB_HOME=home, HUB_SMTP_URL=url, HUB_CONTACT="hub@example.org")
    ada, ben = RadarStore(home, "a" * 32), RadarStore(home, "b" * 32)
    ada.save(RADAR)
    confirmed(ada)
    ben.save(Radar("quiet", topics=(1,)))
    Reading(ada).mark(["arXiv:2606.00001"], "saved")
    first = look_after(home, snapshot, corpus, config)
    assert first == {"radars": 2, "alerts": 0, "mailed": 1, "failed": []}
    nothing = dataclasses.replace(listing(snapshot, RADAR), papers=())
    remember(ada, RADAR.name, nothing, datetime.now(UTC) - timedelta(hours=2))
    again = look_after(home, later(snapshot), corpus, config)
    assert (again["alerts"], again["mailed"]) == (1, 0), "a digest a day, and this one was just sent"
    assert [alert.kind for alert in raised(ada, RADAR.name)] == ["published"]
    assert "雷达" in body(inbox, 0) and "篇论文" in body(inbox, 0) and "Glaciers study" in body(inbox, 0)

    remember(ada, RADAR.name, nothing, datetime.now(UTC) - timedelta(days=1))
    third = look_after(home, later(snapshot), corpus, config)
    assert third["mailed"] == 1
    assert "已发表" in body(inbox, 1), "the change is told though it was raised by an earlier look"


def test_what_fails_for_one_reader_is_told_to_them_and_stops_no_other(
    home: Path, snapshot: Snapshot, corpus: Corpus, smtp: tuple[str, Inbox]
) -> None:
    url, inbox = smtp
    config = Settings(HUB_HOME=home, HUB_SMTP_URL=url, HUB_CONTACT="hub@example.org")
    ada, ben = RadarStore(home, "a" * 32), RadarStore(home, "b" * 32)
    ada.save(RADAR.replace(mail="nobody@example.org"))
    ben.save(RADAR)
    confirmed(ada, "nobody@example.org")
    confirmed(ben)
    done = look_after(home, snapshot, corpus, config)
    assert done["mailed"] == 1 and len(inbox.taken) == 1
    assert [failed["reader"] for failed in done["failed"]] == ["a" * 32]
    assert "no such reader" in trouble(ada, RADAR.name) and trouble(ben, RADAR.name) == ""
    ada.save(RADAR)
    confirmed(ada)
    assert look_after(home, snapshot, corpus, config)["mailed"] == 1
    assert trouble(ada, RADAR.name) == ""


@pytest.mark.parametrize(
    ("every", "days", "expected"), [("day", 0.5, False), ("day", 1, True), ("week", 6, False), ("week", 7, True), ("", 99, False)]
)
def test_a_digest_comes_as_often_as_it_was_asked_for(
    home: Path, snapshot: Snapshot, every: str, days: float, expected: bool
) -> None:
    store, now = RadarStore(home), datetime(2026, 7, 1, 6, tzinfo=UTC)
    radar = RADAR.replace(every=every)
    store.save(radar)
    assert due(store, radar, now) is bool(every), "the first one comes at once"
    remember(store, radar.name, listing(snapshot, radar, limit=1), now)
    assert due(store, radar, now + timedelta(days=days)) is expected


def test_a_week_looks_further_back_than_a_day(home: Path, snapshot: Snapshot, corpus: Corpus, smtp: tuple[str, Inbox]) -> None:
    url, inbox = smtp
    config = Settings(HUB_HOME=home, HUB_SMTP_URL=url, HUB_CONTACT="hub@example.org")
    for reader, every in (("a", "day"), ("b", "week")):
        RadarStore(home, reader).save(RADAR.replace(every=every))
        confirmed(RadarStore(home, reader))
    look_after(home, snapshot, corpus, config)
    day, week = (body(inbox, i).count("\n## ") for i in (0, 1))
    assert 0 < day < week
    assert str(NEWEST - timedelta(days=7)) in body(inbox, 1)


def test_feed_and_digest_speak_the_radars_language(snapshot: Snapshot, corpus: Corpus) -> None:
    nothing = listing(snapshot, RADAR.replace(must=("glacier", "quasar")), search=corpus.search_ids)
    found = listing(snapshot, RADAR.replace(liked=("arXiv:2606.00001",)), search=corpus.search_ids, limit=5)
    assert "没有论文通过规则：可选论文" in atom(nothing, "t").decode() and "其中 0 篇含有" in atom(nothing, "t").decode()
    for text in (markdown(found, lang="zh"), atom(found, "t").decode(), as_html(markdown(found, lang="zh"), "x", "zh")):
        assert "，与您" not in text and "与您赞过的《" in text and "两篇都涉及" in text and "which you liked" not in text
    assert 'lang="zh-CN"' in atom(found, "t").decode() and 'lang="zh-CN"' in as_html("", "x", "zh")
    english = markdown(listing(snapshot, RADAR.replace(language="en"), limit=5))
    assert "In the topic glaciers, which you follow" in english


def test_calls_bridges_and_candidates_are_asked_for_once(
    home: Path, snapshot: Snapshot, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = service.signals
    monkeypatch.setattr("hub.radar.daily.signals", lambda of: asked.append(1) or real(of))
    for name in "abc":
        RadarStore(home, name).save(Radar(name, topics=(1,)))
    look_after(home, snapshot, corpus, Settings(HUB_HOME=home))
    assert asked == [1]
