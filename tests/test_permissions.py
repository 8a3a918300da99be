"""Every action with every role: by the table, and at each function that writes, spends or starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub import permissions
from hub.errors import HubError, NotAllowed
from hub.permissions import OWNER, VISITOR, Action, Reader, Role, may
from hub.settings import Settings

ADA = Reader(Role.READER, "a" * 32)
CURATOR, ADMIN = Reader(Role.CURATOR, "c" * 32), Reader(Role.ADMIN, "d" * 32)


@pytest.fixture(autouse=True)
def nobody_else() -> Iterator[None]:
    yield
    permissions.ask(lambda: OWNER)


@pytest.mark.parametrize("action", Action)
def test_each_role_may_what_those_below_it_may(action: Action) -> None:
    assert may(action, OWNER) and may(action, ADMIN)
    assert may(action, CURATOR) is (action is not Action.SOURCES)
    assert may(action, ADA) is (action in (Action.KEEP, Action.MAIL, Action.MARK))
    assert may(action, VISITOR) is (action is Action.MARK)


@pytest.mark.parametrize("action", [Action.KEEP, Action.MAIL])
def test_a_reader_touches_nothing_of_another(action: Action) -> None:
    assert may(action, ADA, of=ADA.id) and not may(action, ADA, of="b" * 32) and may(action, OWNER, of=ADA.id)
    assert not may(action, ADMIN, of=ADA.id)


def switch(home: Path) -> None:
    from hub.sources.catalogue import switch

    switch(home, "arxiv-cs.AI", True)


def add(home: Path) -> None:
    from hub.sources.catalogue import add

    add(home, Settings(HUB_HOME=home), "a", "https://example.org/feed")


def remove(home: Path) -> None:
    from hub.sources.catalogue import remove

    remove(home, "a")


def opml(home: Path) -> None:
    from hub.sources.opml import add_opml

    add_opml(home, Settings(HUB_HOME=home), b"<opml/>")


def look(home: Path) -> None:
    from hub.sources.preview import preview

    preview(home, Settings(HUB_HOME=home), "http://127.0.0.1:9/")


def start(home: Path) -> None:
    from hub.worker import jobs

    process = jobs.start(home, "--help")
    assert process is not None
    process.wait(60)


def curate(home: Path) -> None:
    from hub.topics import curation

    curation.save(home, curation.Curation())


def answer(home: Path) -> None:
    from hub.ui import worker

    worker.answer(Action.CURATE, "curate", "list", "--json")


def spend(home: Path) -> None:
    from hub.llm import LanguageModel

    list(LanguageModel("m", "http://127.0.0.1:9/v1", "k", retries=0).stream([{"role": "user", "content": "x"}], 5))


def radar(home: Path) -> None:
    from hub.radar.model import Radar
    from hub.radar.store import RadarStore

    RadarStore(home, ADA.id).save(Radar("mine"))


def briefing(home: Path) -> None:
    from hub.briefing.store import Store

    Store(home, ADA.id).delete("0" * 16)


def confirmation(home: Path) -> None:
    from hub.radar.delivery import address
    from hub.radar.store import RadarStore

    config = Settings(HUB_HOME=home, HUB_SMTP_URL="smtp://127.0.0.1:9", HUB_CONTACT="hub@example.org")
    address.ask(RadarStore(home, ADA.id), "ada@example.org", "https://hub.example.org", config)


def mailed_radar(home: Path) -> None:
    from hub.radar.model import Radar
    from hub.radar.store import RadarStore

    RadarStore(home, ADA.id).save(Radar("mine", text="ice", mail="ada@example.org", every="day"))


def mail(home: Path) -> None:
    from hub.radar.delivery.mail import send

    send("smtp://127.0.0.1:9", "ada@example.org", "s", "t", "t", sender="hub@example.org")


def mark(home: Path) -> None:
    from hub.storage.paper_sets import keep

    keep(home, ["a"])


GATES: dict[Callable[[Path], None], Action] = {
    switch: Action.SOURCES, add: Action.SOURCES, remove: Action.SOURCES, opml: Action.SOURCES, look: Action.SOURCES,
    start: Action.START, curate: Action.CURATE, answer: Action.CURATE, spend: Action.SPEND, radar: Action.KEEP,
    briefing: Action.KEEP, mark: Action.MARK, confirmation: Action.MAIL, mailed_radar: Action.MAIL, mail: Action.MAIL,
}  # fmt: skip
ADAS = (radar, briefing, confirmation, mailed_radar)
"""Acts on what is Ada's."""


@pytest.mark.parametrize("reader", [OWNER, ADMIN, CURATOR, ADA, VISITOR, Reader(Role.READER, "b" * 32)],
                         ids=lambda reader: f"{reader.role}-{reader.id[:1]}")  # fmt: skip
@pytest.mark.parametrize("act", GATES, ids=lambda act: act.__name__)
def test_what_writes_spends_or_starts_asks_first(act: Callable[[Path], None], reader: Reader, hub_home: Path) -> None:
    permissions.ask(lambda: reader)
    others = act in ADAS and reader.id != ADA.id and reader.role is not Role.OWNER
    if may(GATES[act], reader) and not others:
        try:
            act(hub_home)
        except NotAllowed:
            raise
        except HubError:
            pass  # nobody serves at these addresses: it was let through
        return
    before = set(hub_home.rglob("*"))
    with pytest.raises(NotAllowed):
        act(hub_home)
    assert set(hub_home.rglob("*")) == before


def test_every_action_has_words_and_a_gate() -> None:
    assert set(permissions.WHAT) == set(Action)
    assert set(GATES.values()) == set(Action)


def test_a_refusal_is_worded_by_who_was_refused() -> None:
    with pytest.raises(NotAllowed, match="Sign in"):
        permissions.require(Action.CURATE, VISITOR)
    with pytest.raises(NotAllowed, match="Your role"):
        permissions.require(Action.CURATE, ADA)


def test_what_the_web_process_does_for_no_page_may_nothing_unless_it_says_for_whom() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from hub.ui.reader import asking

    permissions.ask(asking)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(may, Action.CURATE).result() is False
    with permissions.acting(OWNER):
        assert may(Action.START)
    assert not may(Action.START)


def test_visitors_marks_push_out_no_set_of_the_owner(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.storage import paper_sets

    monkeypatch.setattr(paper_sets, "KEPT", 3)
    kept = paper_sets.keep(hub_home, ["mine"])
    permissions.ask(lambda: VISITOR)
    marks = [paper_sets.keep(hub_home, [f"p{n}"]) for n in range(8)]
    assert paper_sets.load(hub_home, kept.key).ids == ("mine",) and paper_sets.load(hub_home, marks[-1].key).ids == ("p7",)
    assert len(list((hub_home / "sets" / "visitors").glob("*.gz"))) == 3


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({"email": "Boss@example.org", "email_verified": True}, Role.ADMIN), ({"email": "boss@example.org"}, Role.READER),
        ({"email": "boss@example.org", "email_verified": "true"}, Role.READER),
        ({"email": "cur@example.org", "email_verified": True}, Role.CURATOR), ({"sub": "boss@example.org"}, Role.READER),
    ],
)  # fmt: skip
def test_an_address_gives_a_role_only_where_the_provider_verified_it(
    user: dict[str, object], role: Role, hub_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.ui.reader import identity, role_of

    monkeypatch.setenv("HUB_ADMINS", "boss@example.org")
    monkeypatch.setenv("HUB_CURATORS", "cur@example.org, other@example.org")
    signed = {"is_logged_in": True, "iss": "https://id.example.org", "sub": "7", **user}
    assert role_of(signed) is role
    monkeypatch.setenv("HUB_ADMINS", identity(signed))
    assert role_of(signed) is Role.ADMIN
