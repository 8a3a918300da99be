"""A shelf keeps whole documents, wherever it is: in a folder, in SQLite, in PostgreSQL that two web processes share."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.__main__ import main
from hub.briefing.store import Store
from hub.errors import HubError, SharedDataError
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore, find, readers
from hub.storage import database, paper_sets
from hub.storage.corpus import Corpus
from hub.storage.shelf import below, shelf, within
from hub.topics import curation, overlay
from hub.topics.curation import Curation
from tests.servers import postgres

pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed: pip install 'academichub[cluster]'")
pytest.importorskip("pg8000", reason="pg8000 is not installed: pip install 'academichub[cluster]'")
KINDS = ("folder", "sqlite", "postgresql")
SHARED = KINDS[1:]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if why := postgres.missing():
        pytest.skip(why)
    with postgres.serving() as address:
        yield address


@pytest.fixture
def home(
    hub_home: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A data folder whose readers' things are kept as the test's parameter says."""
    if request.param == "sqlite":
        monkeypatch.setenv("HUB_DATABASE", f"sqlite:///{tmp_path_factory.mktemp('shared')}/readers.db")
    elif request.param == "postgresql":
        url = request.getfixturevalue("server")
        monkeypatch.setenv("HUB_DATABASE", url)
        with database._engine(url).begin() as connection:
            connection.execute(database._table().delete())
    return hub_home


@pytest.mark.parametrize("home", KINDS, indirect=True)
def test_a_document_is_what_was_written_last(home: Path) -> None:
    kept = shelf(home, "radars/ada", private=True)
    assert kept.read("a.json") is None and kept.names() == [] and kept.stamp("a.json") == ""
    kept.write("a.json", b"one")
    first = kept.stamp("a.json")
    kept.write("a.json", data := bytes(range(256)) * 5000)
    kept.write("b_%.state", b"")
    assert kept.read("a.json") == data and kept.read("b_%.state") == b"" and kept.stamp("a.json") != first != ""
    assert kept.names() == ["a.json", "b_%.state"] and kept.names(".json") == ["a.json"] and kept.names("x.state") == []
    assert list(kept.documents(".json")) == [("a.json", data)]
    kept.rename("a.json", "c.json")
    kept.remove("b_%.state")
    kept.remove("none")
    kept.look()
    assert kept.names() == ["c.json"] and kept.read("c.json") == data
    assert shelf(home, "radars/ben").names() == [] and shelf(home, "radars").names(".json") == []
    assert below(home, "radars", ".json") == [("ada", "c.json")] and within(home, "radars") == ["ada"]


@pytest.mark.parametrize("home", KINDS, indirect=True)
def test_what_was_used_last_comes_first(home: Path) -> None:
    kept = shelf(home, "sets")
    for name in ("a.gz", "b.gz", "c.gz"):
        kept.write(name, b"x")
    kept.touch("a.gz")
    kept.touch("none.gz")
    assert kept.by_use(".gz") == ["a.gz", "c.gz", "b.gz"]


@pytest.mark.parametrize("home", KINDS, indirect=True)
def test_no_change_is_lost_between_writers_who_lock(home: Path) -> None:
    def count(_: int) -> None:
        kept = shelf(home, "radars/ada")
        with kept.lock():
            kept.write("n", str(int(kept.read("n") or 0) + 1).encode())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))
    assert shelf(home, "radars/ada").read("n") == b"40"


ADD = """
from pathlib import Path
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
reading = Reading(RadarStore(Path("{home}"), "ada"))
for i in range({first}, {first} + 15):
    reading.note(f"p{{i}}", f"note {{i}}")
"""


@pytest.mark.parametrize("home", SHARED, indirect=True)
def test_two_processes_with_folders_of_their_own_lose_no_note(home: Path, tmp_path: Path) -> None:
    code = [ADD.format(home=tmp_path / f"replica{n}", first=n * 100) for n in range(2)]
    made = [subprocess.Popen([sys.executable, "-c", text], cwd=Path(__file__).parents[2]) for text in code]
    assert [process.wait() for process in made] == [0, 0]
    notes = Reading(RadarStore(home, "ada")).notes()
    assert notes == {f"p{i}": f"note {i}" for n in range(2) for i in range(n * 100, n * 100 + 15)}


@pytest.mark.parametrize("home", SHARED, indirect=True)
def test_what_a_reader_keeps_on_one_replica_is_there_on_another(home: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    token = RadarStore(one, "ada").save(Radar("ice", should=("glacier",)))
    Reading(RadarStore(one, "ada")).mark(["p1"], "saved")
    curation.change(one, lambda now: Curation(names={3: "Ice sheets"}))
    made = paper_sets.keep(one, ["p1", "p2"])
    assert RadarStore(other, "ada").radar("ice").should == ("glacier",) and readers(other) == ["ada"]
    assert RadarStore(other, "ben").names() == []
    assert find(other, token) is not None and find(other, "x" * 32) is None
    assert Reading(RadarStore(other, "ada")).saved() == ["p1"]
    assert curation.load(other).names == {3: "Ice sheets"} and overlay.stamp(other) == overlay.stamp(one) != ""
    assert paper_sets.load(other, made.key) == made and paper_sets.names(other) == [made.key]
    renewed = RadarStore(other, "ada").renew_token("ice")
    assert RadarStore(one, "ada").token("ice") == renewed
    RadarStore(other, "ada").remove("ice")
    assert RadarStore(one, "ada").names() == []
    assert not [file for file in (*one.rglob("*"), *other.rglob("*")) if file.is_file()]


@pytest.mark.parametrize("home", SHARED, indirect=True)
def test_an_edit_that_fails_leaves_what_was_there(home: Path) -> None:
    store = RadarStore(home)
    store.save(Radar("ice", should=("glacier",)))
    kept = shelf(home, "radars/local")
    with pytest.raises(RuntimeError), kept.lock():
        kept.write("reading.state", b"{}")
        raise RuntimeError
    assert kept.read("reading.state") is None and store.names() == ["ice"]
    kept.write(f"{store.token('ice')}.json", b"\xff{")
    assert "damaged" in str(store.fault())


@pytest.mark.parametrize("home", KINDS, indirect=True)
def test_a_page_asks_the_database_a_few_times_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RadarStore(home)
    for n in range(30):
        store.save(Radar(f"radar {n}", text="ice"))
    asked = []
    real = database._reading
    monkeypatch.setattr(database, "_reading", lambda url: asked.append(1) or real(url))  # type: ignore[func-returns-value]
    assert len(store.names()) == 30 and find(home, store.token("radar 7")) is not None
    assert len(asked) <= 4


def test_what_a_folder_keeps_is_copied_into_the_database_once(
    hub_home: Path, server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = RadarStore(hub_home, "ada").save(Radar("ice", text="ice"))
    curation.change(hub_home, lambda now: Curation(names={3: "Ice sheets"}))
    made = paper_sets.keep(hub_home, ["p1"])
    assert main(["share"]) == 1 and "HUB_DATABASE" in capsys.readouterr().err
    monkeypatch.setenv("HUB_DATABASE", server)
    with database._engine(server).begin() as connection:
        connection.execute(database._table().delete())
    assert main(["share", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"copied": 3, "there_already": 0}
    assert RadarStore(hub_home, "ada").token("ice") == token and paper_sets.names(hub_home) == [made.key]
    RadarStore(hub_home, "ada").save(Radar("ice", text="snow"))
    assert main(["share", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"copied": 0, "there_already": 3}
    assert RadarStore(hub_home, "ada").radar("ice").text == "snow", "what is in the database is the newer"
    Corpus(str(hub_home / "corpus"))
    assert main(["backup", str(hub_home / "b.tar")]) == 0 and "pg_dump" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://hub@127.0.0.1:9/none", "does not answer"),
        ("mysql://root@127.0.0.1/x", "mysql"),
        ("nonsense", "names no database"),
        ("sqlite:////nowhere/at/all.db", "does not answer"),
    ],
)
def test_a_database_that_is_not_there_is_told(
    hub_home: Path, monkeypatch: pytest.MonkeyPatch, url: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_DATABASE", url)
    with pytest.raises(SharedDataError, match=why):
        RadarStore(hub_home).names()
    assert main(["radar", "--reader", "local"]) == 1
    assert why in (said := capsys.readouterr().err) and "Traceback" not in said


def test_a_password_is_told_nobody(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE", "postgresql://hub:geheim@127.0.0.1:9/none")
    with pytest.raises(HubError) as told:
        Store(hub_home).search()
    assert "geheim" not in str(told.value) and "geheim" not in repr(told.value.__cause__)


@pytest.mark.parametrize(("mode", "keys"), [("", []), ("?sslmode=prefer", []), ("?sslmode=require", ["ssl_context"])])
def test_encryption_is_asked_for_as_libpq_does(mode: str, keys: list[str]) -> None:
    from sqlalchemy.engine import make_url

    assert list(database._tls(dict(make_url(f"postgresql://h/x{mode}").query))) == keys
