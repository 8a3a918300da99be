"""Today tells a returning reader what changed in their topics, and nobody else anything."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub import permissions
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.storage import snapshot
from tests.ui.test_pages import full, opened, words

__all__ = ["full"]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def kept(home: Path, *, topics: int, back: bool) -> list[str]:
    """Keep a radar of so many topics for the one reader, who was ``back`` before; return the topics' names."""
    largest = snapshot.load(home).topics.sort_values("papers", ascending=False).head(topics)
    store = RadarStore(home, "local")
    with permissions.acting(permissions.OWNER):
        store.save(Radar("Mine", topics=tuple(map(int, largest["topic"])), text="agents"))
    if back:
        Reading(store).look("today", LONG_AGO)
    return [str(name) for name in largest["name"]]


def test_who_is_back_reads_what_came_in_their_topics_and_where_the_whole_is(full: None, hub_home: Path) -> None:
    names = kept(hub_home, topics=6, back=True)
    app = opened("today")
    assert not app.exception
    lines = [m.value for m in app.markdown if " new papers" in m.value]
    assert "What changed in your topics since 2020" in words(app)
    assert [any(line.startswith(f"**{name}**") for line in lines) for name in names] == [True] * 4 + [False] * 2
    (door,) = [link for link in app.get("page_link") if "more topic" in link.proto.label]
    assert door.proto.label == "All of it, and 2 more topics"
    assert "radar.view=Recap" in door.proto.query_string
    assert "What changed in your topics" not in words(opened("today", **{"in": "Biology"})), "the front page alone tells"
    day = str(snapshot.load(hub_home).papers["published"].max().date())
    assert "What changed in your topics" not in words(opened("today", day=day)), "a day of the past is no visit"


@pytest.mark.parametrize(("topics", "back"), [(6, False), (0, True)])
def test_a_first_visit_and_a_radar_without_topics_have_nothing_to_tell(
    full: None, hub_home: Path, topics: int, back: bool
) -> None:
    kept(hub_home, topics=topics, back=back)
    app = opened("today")
    assert not app.exception
    assert "What changed in your topics" not in words(app)
