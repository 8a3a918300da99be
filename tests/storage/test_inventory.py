"""What readers keep and is gone is missed; what they removed, or what can be made again, is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.__main__ import main
from hub.embed.minilm import MiniLM
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.storage import backup, inventory, paper_sets
from hub.storage.closed import FOLDERS
from hub.storage.shelf import shelf

CAPABILITIES = "-dac_override,-dac_read_search"


@pytest.fixture
def home(demo_home: Path, hub_home: Path) -> Path:
    shutil.copytree(demo_home, hub_home, dirs_exist_ok=True)
    store = RadarStore(hub_home)
    store.save(Radar("ice", should=("glacier",)))
    store.save(Radar("fire", should=("wildfire",)))
    store.write_bytes(f"vectors-{MiniLM.id}.npz", lambda out: out.write(b"made again"))
    Reading(store).note("p", "a note")
    shelf(hub_home, "briefings", private=True).write("b1.json", b"{}")
    paper_sets.keep(hub_home, ["demo:1", "demo:2"])
    return hub_home


def missed(home: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    capsys.readouterr()
    main(["doctor", *more, "--json"])
    return [one["what"] for one in json.loads(capsys.readouterr().out)["findings"] if "that is gone" in one["what"]]


GONE: tuple[tuple[Callable[[Path], object], str, str], ...] = (
    (lambda home: shutil.rmtree(home / "radars"), "radars/local", "reading.state"),
    (lambda home: next((home / "radars/local").glob("*.json")).unlink(), "radars/local", ".json"),
    (lambda home: (home / "radars/local/reading.state").unlink(), "radars/local", "reading.state"),
    (lambda home: shutil.rmtree(home / "briefings"), "briefings", "b1.json"),
    (lambda home: next((home / "sets").glob("*.gz")).unlink(), "sets", ".txt.gz"),
)


@pytest.mark.parametrize(("harm", "place", "name"), GONE)
def test_what_a_reader_kept_and_is_gone_is_told_until_it_is_back_or_meant(
    home: Path, harm: Callable[[Path], object], place: str, name: str, capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    assert missed(home, capsys) == []
    kept = shutil.copytree(home / place, tmp_path_factory.mktemp("kept") / "it")
    harm(home)
    (told,) = missed(home, capsys)
    assert f"{home / place} kept" in told and name in told and ".npz" not in told
    assert missed(home, capsys, "--repair") == [told]
    shutil.copytree(kept, home / place, dirs_exist_ok=True)
    assert missed(home, capsys) == []
    harm(home)
    assert missed(home, capsys, "--forget") == [] == missed(home, capsys)


def test_what_the_app_removes_or_renames_is_not_missed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = RadarStore(home)
    store.remove("ice")
    store.save(Radar("flood", should=("flood",)), name="fire")
    kept = shelf(home, "briefings", private=True)
    kept.rename("b1.json", "b2.json")
    assert missed(home, capsys) == []
    (home / "briefings" / "b2.json").rename(home / "briefings" / "by-hand.json")
    assert "b2.json" in missed(home, capsys)[0]
    kept.remove("b2.json")
    assert missed(home, capsys) == []


def test_what_a_former_release_kept_is_taken_up_by_the_next_worker(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / inventory.FILE).unlink()
    inventory.renew(home)
    shutil.rmtree(home / "radars")
    assert len(missed(home, capsys)) == 1


def test_a_backup_brings_back_what_it_holds_and_what_it_does_not_is_not_missed(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kept.backup"
    backup.backup(home, str(home / "corpus"), file)
    RadarStore(home).save(Radar("later", should=("late",)))
    backup.restore(home, str(home / "corpus"), file, replace=True)
    assert missed(home, capsys) == []
    shutil.rmtree(home / "radars")
    assert len(missed(home, capsys)) == 1


def test_a_line_that_makes_no_sense_and_a_closed_list_lose_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (home / inventory.FILE).open("ab") as log:
        log.write(b"\xff\xfe\n+../../etc/passwd\n+radars\n+")
    assert missed(home, capsys) == []
    (home / inventory.FILE).unlink()
    (home / inventory.FILE).mkdir()
    RadarStore(home).save(Radar("kept all the same", should=("x",)))
    assert "kept all the same" in RadarStore(home).names()


def test_doctor_goes_on_where_a_folder_is_closed(home: Path) -> None:
    """In a process without the right of root to read everything."""
    names = [name for name in FOLDERS if (home / name).is_dir()]
    code = (
        "import sys, json, pathlib\nfrom hub.__main__ import main\n"
        "for name in sys.argv[2:]:\n"
        "    place = pathlib.Path(sys.argv[1]) / name\n    mode = place.stat().st_mode\n    place.chmod(0)\n"
        "    print(name, main(['doctor', '--json']), flush=True)\n    place.chmod(mode)\n"
    )
    command = [sys.executable, "-c", code, str(home), *names]
    if os.geteuid() == 0:
        command = ["setpriv", f"--bounding-set={CAPABILITIES}", f"--inh-caps={CAPABILITIES}", *command]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = said.stdout.splitlines()
    for name in names:
        assert f"{name} 1" in lines, said.stderr
        assert f"{home / name} cannot be read, or not written to." in said.stdout
