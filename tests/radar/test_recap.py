"""The recap: what changed in a reader's topics, by the calls there are, with who and what venue is new; also in the digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hub.radar import daily, service
from hub.radar.delivery.changes import Signals
from hub.radar.model import Radar
from hub.radar.recap import markdown, recap, topics_of
from hub.radar.store import RadarStore
from hub.settings import Settings
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot
from tests.chinese import left_in_english
from tests.radar.conftest import NEWEST, papers, publish
from tests.radar.test_morning import body, confirmed
from tests.radar.test_out import Inbox, smtp

__all__ = ["smtp"]
CALLS: dict[int, Any] = {0: ("rising", lambda say: say("hardly there earlier")), 1: ("steady", lambda say: "x"),
                         2: ("fading", lambda say: "y")}  # fmt: skip


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The test papers, with a newcomer on glaciers from a new source on the two newest days."""
    made = papers()
    glaciers = [
        p.replace(authors=("Ada Newcomer", *p.authors), source="Nature") if p.field == "glaciers" and i < 2 else p
        for i, p in enumerate(made)
    ]
    return publish(tmp_path_factory.mktemp("recap"), glaciers)


def test_a_recap_tells_new_papers_calls_authors_and_venues_each_with_its_papers(grown: Snapshot) -> None:
    found = recap(grown, Radar("x", topics=(0, 1), liked=("arXiv:2606.20030",)), lambda: CALLS)
    assert [one.topic for one in found.topics] == [0, 1, 2] and found.looked_at == 3 and not found.told()
    ice = found.topics[0]
    days = pd.Series(grown.papers["published"].dt.date.to_numpy(), index=grown.papers["id"].astype(str))
    assert found.since == NEWEST - timedelta(days=7)
    assert len(ice.papers) == 8 and (days[list(ice.papers)] >= found.since).all()
    assert [one.call for one in found.topics] == ["rising", "", "fading"], "a steady topic has not changed"
    newcomer = next(one for one in ice.authors if one.name == "Ada Newcomer")
    assert ice.authors[0] == newcomer, "who has most of the new papers comes first"
    assert newcomer.papers == ("arXiv:2606.00000", "arXiv:2606.00001")
    assert [one.name for one in ice.venues] == ["Nature"] and ice.venues[0].papers == newcomer.papers
    assert not any(one.name == "Coauthor Glaciers" for one in ice.authors), "was there before"


def test_new_is_what_came_after_the_last_visit(grown: Snapshot) -> None:
    radar = Radar("x", topics=(1,))
    came = grown.papers["added"].max().to_pydatetime()
    assert recap(grown, radar, lambda: {}, came - timedelta(hours=1)).topics[0].papers[0] in set(grown.papers["id"])
    after = recap(grown, radar, lambda: {}, came + timedelta(hours=1))
    assert not after.topics and "Nothing new in your 1 topic since" in after.told()[0]


def test_without_topics_it_says_how_to_have_some_and_asks_nobody(grown: Snapshot) -> None:
    def asked() -> dict[int, Any]:
        raise AssertionError

    found = recap(grown, Radar("x", should=("ice",)), asked)
    assert not found.topics and "follow one under Interests" in found.told()[0]
    assert topics_of(grown, Radar("x", topics=(99, 3))) == [3], "a topic that is gone is left out"


def test_it_is_said_in_every_language(grown: Snapshot) -> None:
    found = recap(grown, Radar("x", topics=(0,)), lambda: CALLS)
    english, chinese = (markdown(found, grown, lang) for lang in ("en", "zh"))
    assert "8 new papers" in english and "New venues there: Nature" in english and "hardly there earlier" in english
    said = chinese.split("\n")[0] + chinese.split("\n")[2]
    assert "篇新论文" in said and left_in_english(said) == []


def test_a_digest_holds_the_recap(
    home: Path, snapshot: Snapshot, corpus: Corpus, smtp: tuple[str, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, inbox = smtp
    known: Callable[[Snapshot], Signals] = lambda now: Signals(CALLS, pd.DataFrame({"id": []}), pd.DataFrame({"members": []}))  # noqa: E731
    monkeypatch.setattr(daily, "signals", known)
    store = RadarStore(home)
    store.save(Radar("ice", topics=(0,), mail="ada@example.org", every="week"))
    confirmed(store, "ada@example.org")
    daily.look_after(home, snapshot, corpus, Settings(HUB_HOME=home, HUB_SMTP_URL=url, HUB_CONTACT="hub@example.org"))
    told = body(inbox, 0)
    assert "What changed in your topics since" in told and "rising" in told
    monkeypatch.setattr(service, "signals", known)
    assert service.recap_text(Radar("x", should=("ice",)), snapshot, date(2026, 6, 1)) == ""
