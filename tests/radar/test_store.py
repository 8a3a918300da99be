"""Radars on disk: whole files, one reader never sees another's, unguessable ids."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.errors import RadarError
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import TOKEN, RadarStore, find


def test_two_readers_never_see_each_others_radars(tmp_path: Path) -> None:
    ada, ben = RadarStore(tmp_path, "a" * 64), RadarStore(tmp_path, "b" * 64)
    token = ada.save(Radar("ice", should=("glacier",)))
    Reading(ada).mark(["p"], "saved")
    assert ben.names() == []
    assert ben.named(token) is None
    assert Reading(ben).statuses() == {}
    with pytest.raises(RadarError, match="no radar 'ice'"):
        ben.radar("ice")
    ben.save(Radar("ice", should=("skating",)))
    assert ada.radar("ice").should == ("glacier",)


@pytest.mark.parametrize("reader", ["", "../local", "a/b", "A", ".", "a" * 65])
def test_a_reader_cannot_name_another_folder(tmp_path: Path, reader: str) -> None:
    with pytest.raises(RadarError):
        RadarStore(tmp_path, reader)


@pytest.mark.parametrize("token", ["", "../local/x", "x" * 32, "*", "." * 32])
def test_an_unknown_feed_address_finds_nothing(tmp_path: Path, token: str) -> None:
    RadarStore(tmp_path).save(Radar("ice", text="ice"))
    assert find(tmp_path, token) is None


def test_a_feed_address_finds_its_radar_until_it_is_renewed(tmp_path: Path) -> None:
    store = RadarStore(tmp_path)
    old = store.save(Radar("ice", text="ice"))
    assert TOKEN.fullmatch(old)
    found = find(tmp_path, old)
    assert found and found[1].name == "ice"
    new = store.renew_token("ice")
    assert find(tmp_path, old) is None
    assert find(tmp_path, new)


def test_renaming_keeps_the_address_and_no_name_is_taken_twice(tmp_path: Path) -> None:
    store = RadarStore(tmp_path)
    token = store.save(Radar("ice", text="ice"))
    assert store.save(Radar("snow", text="ice"), name="ice") == token
    assert store.names() == ["snow"]
    store.save(Radar("sea", text="sea"))
    with pytest.raises(RadarError, match="already"):
        store.save(Radar("SNOW", text="x"), name="sea")


def test_removing_a_radar_removes_what_was_kept_with_it(tmp_path: Path) -> None:
    store = RadarStore(tmp_path)
    token = store.save(Radar("ice", text="ice"))
    store.change_state(f"{token}.alerts", lambda state: state.update(a=1))
    store.remove("ice")
    assert not list((tmp_path / "radars" / "local").glob(f"{token}*"))


def test_writers_at_once_lose_no_thumb(tmp_path: Path) -> None:
    RadarStore(tmp_path).save(Radar("ice", text="ice"))

    def like(i: int) -> None:
        RadarStore(tmp_path).change("ice", lambda radar: radar.rated(f"p{i}", 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(like, range(40)))
    assert set(RadarStore(tmp_path).radar("ice").liked) == {f"p{i}" for i in range(40)}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    store = RadarStore(tmp_path)
    token = store.save(Radar("ice", text="ice"))
    (tmp_path / "radars" / "local" / f"{token}.json").write_text("{")
    with pytest.raises(RadarError, match=f"{token[:6]}….json is damaged"):
        store.names()
