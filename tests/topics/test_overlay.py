"""A name or a mark shows at once, with no new Snapshot; the next one takes it in, and taking it back restores the model's own."""

from __future__ import annotations

import errno
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hub.__main__ import main
from hub.storage import snapshot
from hub.topics import curation, overlay, transform
from hub.topics.curation import CurationError
from hub.topics.define import definition, number_for
from hub.topics.transform import recurate
from tests.topics.conftest import fitted_home


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fitted_home(tmp_path_factory.mktemp("fitted"), 120)


@pytest.fixture
def home(fitted: Path, tmp_path: Path) -> Path:
    """Return a copy of a data folder with topics."""
    return Path(shutil.copytree(fitted, tmp_path / "home"))


def test_a_name_shows_at_once_and_the_next_snapshot_takes_it_in(home: Path) -> None:
    before = snapshot.load(home)
    first = int(before.topics["topic"].iloc[0])
    overlay.rename(home, first, "A name of my own")
    assert snapshot.current_version(home) == before.version
    shown = overlay.load(home)
    assert shown.topic_names[first] == "A name of my own"
    assert shown.topics.set_index("topic")["named_by"][first] == "reader"
    assert shown.version.startswith(before.version)
    assert shown.version != before.version
    recurate(home)
    assert snapshot.load(home).topic_names[first] == "A name of my own"
    overlay.rename(home, first, "")
    assert overlay.load(home).topic_names[first] == before.topic_names[first]


def test_a_mark_shows_at_once_and_can_be_taken_off(home: Path) -> None:
    topic = int(snapshot.load(home).topics["topic"].iloc[0])
    overlay.mark(home, topic, "hidden", on=True)
    overlay.mark(home, topic, "pinned", on=True)
    row = overlay.load(home).topics.set_index("topic").loc[topic]
    assert (bool(row["hidden"]), bool(row["pinned"])) == (True, True)
    overlay.mark(home, topic, "hidden", on=False)
    assert not overlay.load(home).topics["hidden"].any()


def test_what_others_decide_meanwhile_stays_when_a_decision_is_taken_back(home: Path) -> None:
    first, second, third = snapshot.load(home).topics["topic"].tolist()[:3]
    overlay.rename(home, third, "Mine")
    before, after = curation.change(home, lambda now: replace(now, merged={second: first}, names={}))
    overlay.mark(home, first, "pinned", on=True)
    overlay.rename(home, first, "Another's")
    curation.take_back(home, before, after)
    assert curation.load(home) == curation.Curation(names={first: "Another's", third: "Mine"}, pinned=[first])


def test_a_merge_that_cannot_be_published_leaves_the_names_given_meanwhile(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = snapshot.load(home).topics["topic"].tolist()[:2]

    def fails(_home: Path) -> str:
        overlay.rename(home, first, "Given meanwhile")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("HUB_HOME", str(home))
    monkeypatch.setattr(transform, "recurate", fails)
    assert main(["curate", "merge", str(second), str(first)]) == 1
    assert "full" in capsys.readouterr().err
    assert curation.load(home) == curation.Curation(names={first: "Given meanwhile"})


def test_two_definitions_at_once_get_two_numbers(home: Path) -> None:
    now = snapshot.load(home)
    made = [definition(home, now, name, "", [now.papers["id"].iloc[0]], 0.9) for name in ("one", "two")]
    for each in made:
        curation.change(home, lambda c, d=each: replace(c, defined=[*c.defined, replace(d, topic=number_for(c))]))
    assert len({d.topic for d in curation.load(home).defined}) == 2


def test_a_name_that_another_topic_bears_is_refused_and_nothing_is_kept(home: Path) -> None:
    names = snapshot.load(home).topic_names
    first, second = list(names)[:2]
    with pytest.raises(CurationError, match="already"):
        overlay.rename(home, first, names[second].upper())
    assert curation.load(home) == curation.Curation()


def test_a_name_in_english_stands_in_chinese_too_where_a_reader_gave_it(home: Path) -> None:
    now = snapshot.load(home)
    first = int(now.topics["topic"].iloc[0])
    chinese = replace(now, topics=now.topics.assign(name_zh="名称"))
    shown = overlay.laid_over(chinese, curation.Curation(names={first: "Mine"})).named_in("zh")
    assert shown.topic_names[first] == "Mine"


def test_nothing_decided_changes_nothing(home: Path) -> None:
    assert overlay.load(home).version == snapshot.load(home).version


def test_damaged_decisions_stop_no_page_and_are_told(home: Path) -> None:
    published = snapshot.load(home)
    (home / curation.FILE).write_text("{", "utf-8")
    assert overlay.load(home).topic_names == published.topic_names
    assert curation.FILE in str(overlay.fault(home))
    with pytest.raises(CurationError):
        recurate(home)  # nothing is published without them
