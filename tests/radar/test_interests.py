"""What a radar may hold, and its JSON form."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import RadarError
from hub.radar.document import from_json, to_json
from hub.radar.model import MAX_SEEDS, OwnPaper, Radar

words = st.text(min_size=1, max_size=12).filter(lambda t: t.strip())


@given(words, st.lists(words, max_size=4), st.lists(words, max_size=4), st.lists(st.integers(0, 99), max_size=3))
def test_a_radar_survives_its_json_file(name: str, should: list[str], liked: list[str], topics: list[int]) -> None:
    radar = Radar(
        name,
        should=tuple(should),
        institutions=tuple(should),
        liked=tuple(liked),
        topics=tuple(topics),
        own=(OwnPaper("k", "T", "A"),),
    )
    assert from_json(to_json(radar)) == radar


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"must": ("Protein",), "never": ("protein",)}, "must word and a never word"),
        ({"should": ("Schrödinger",), "never": ("schrodinger",)}, "should word and a never word"),
        ({"must": ("protein folding",), "never": ("protein",)}, "No paper can pass"),
        ({"liked": ("a",), "disliked": ("a",)}, "liked and disliked at once"),
        ({"seeds": tuple(map(str, range(MAX_SEEDS + 1)))}, "more than the 2,000"),
    ],
)
def test_rules_that_cannot_hold_say_what_to_change(rules: dict[str, tuple[str, ...]], says: str) -> None:
    with pytest.raises(RadarError, match=says):
        Radar("x", **rules)


def test_part_of_a_word_is_no_contradiction() -> None:
    assert Radar("x", must=("proteins",), never=("protein",)).must == ("proteins",)


@pytest.mark.parametrize("name", ["", "  ", "n" * 81])
def test_a_name_is_needed(name: str) -> None:
    with pytest.raises(RadarError):
        Radar(name)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not a radar"),
        ('{"format": "other"}', "not a radar"),
        ('{"format": "academichub-radar", "version": 9, "name": "x"}', "version 9"),
        ('{"format": "academichub-radar", "version": 1, "name": "x", "should": "word"}', "is a list"),
        ('{"format": "academichub-radar", "version": 1, "name": "x", "topics": ["a"]}', "int values"),
        ('{"format": "academichub-radar", "version": 1, "name": "x", "evil": 1}', "evil"),
        ('{"format": "academichub-radar", "version": 1, "name": 3}', "'name' is str"),
        ('{"format": "academichub-radar", "version": 1, "name": "x", "own": [3]}', "'own' lists papers"),
    ],
)
def test_a_file_that_is_no_radar_says_why(text: str, says: str) -> None:
    with pytest.raises(RadarError, match=says):
        from_json(text)


def test_a_radar_file_without_a_name_says_so() -> None:
    with pytest.raises(RadarError, match="name"):
        from_json('{"format": "academichub-radar", "version": 1}')


def test_a_radar_file_holds_no_feed_address() -> None:
    assert set(json.loads(to_json(Radar("x")))).isdisjoint({"token", "id"})


def test_thumbs_move_a_paper_between_the_sides() -> None:
    radar = Radar("x", seeds=("s",))
    assert radar.rated("a", 1).liked == ("a",)
    assert radar.rated("a", 1).rated("a", 0).liked == ()
    down = radar.rated("s", -1)
    assert (down.seeds, down.disliked) == ((), ("s",))


def test_narrowing_alone_is_no_interest() -> None:
    assert Radar("x", never=("a",), fields=("cs.CL",)).is_empty
    assert not Radar("x", must=("a",)).is_empty
