"""A name or a mark shows at once, with no new Snapshot; the next one takes it in, and taking it back restores the model's own."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hub.storage import snapshot
from hub.topics import curation, overlay
from hub.topics.curation import CurationError
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
