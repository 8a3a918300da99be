"""What is published keeps to the contract, and a Snapshot of another release opens or says what makes it anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest

from hub.errors import SnapshotError
from hub.storage import integrity, publishing, schema, snapshot

ROOT = Path(__file__).resolve().parents[2]


def edited(home: Path, table: str, change: object) -> None:
    """Rewrite a table of the current Snapshot, as another release would have written it."""
    file = home / "snapshots" / str(snapshot.current_version(home)) / f"{table}.arrow"
    feather.write_feather(change(feather.read_table(file, memory_map=False)), file, compression="uncompressed")  # type: ignore[operator]
    about = json.loads(file.with_name("meta.json").read_text("utf-8"))
    about["files"][file.name] = [file.stat().st_size, integrity.digest(file)]
    file.with_name("meta.json").write_text(json.dumps(about), "utf-8")


def published(home: Path, **extra: pd.DataFrame) -> str:
    none = snapshot.empty()
    return publishing.publish(home, none.papers, none.topics, none.themes, extra=extra)


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (pd.DataFrame({"criterion": ["A"], "stated": [0.5], "true": [0.5]}), "lacks n"),
        (pd.DataFrame({"criterion": ["A"], "stated": [0.5], "true": [0.5], "n": [1], "extra": [1]}), "column extra"),
        (pd.DataFrame({"criterion": ["A"], "stated": ["half"], "true": [0.5], "n": [1]}), "record_calibration.stated"),
    ],
)
def test_a_table_that_breaks_the_contract_is_not_published(tmp_path: Path, frame: pd.DataFrame, told: str) -> None:
    published(tmp_path)
    before = snapshot.current_version(tmp_path)
    with pytest.raises(SnapshotError, match=told):
        published(tmp_path, record_calibration=frame)
    assert snapshot.current_version(tmp_path) == before
    assert not list((tmp_path / "snapshots").glob(".draft-*"))


def test_an_unknown_table_and_an_unknown_key_are_refused_by_name(tmp_path: Path) -> None:
    none = snapshot.empty()
    with pytest.raises(SnapshotError, match="table surprises"):
        published(tmp_path, surprises=pd.DataFrame({"a": [1]}))
    with pytest.raises(SnapshotError, match="mood"):
        publishing.publish(tmp_path, none.papers, none.topics, none.themes, meta={"mood": "good"})


def test_columns_that_came_later_are_filled_in(tmp_path: Path) -> None:
    published(tmp_path)
    edited(tmp_path, "papers", lambda table: table.drop_columns(["subtopic"]))
    edited(tmp_path, "topics", lambda table: table.select(list(snapshot.TOPIC_COLUMNS)))
    now = snapshot.load(tmp_path)
    assert "subtopic" in now.papers
    assert {"hidden", "name_zh"} <= {*now.topics.columns}


@pytest.mark.parametrize(("written", "which"), [(None, "an older"), (schema.FORMAT + 1, "a newer")])
def test_a_snapshot_without_a_needed_column_names_it_and_the_remedy(tmp_path: Path, written: int | None, which: str) -> None:
    version = published(tmp_path)
    edited(tmp_path, "papers", lambda table: table.drop_columns(["kind"]))
    file = tmp_path / "snapshots" / version / "meta.json"
    about = json.loads(file.read_text("utf-8"))
    about.pop("format") if written is None else about.update(format=written)
    file.write_text(json.dumps(about), "utf-8")
    with pytest.raises(SnapshotError, match=rf"{which} release.*kind.*hub fit"):
        snapshot.load(tmp_path)


def test_a_newer_snapshot_that_has_more_opens(tmp_path: Path) -> None:
    version = published(tmp_path)
    edited(tmp_path, "topics", lambda table: table.append_column("mood", pa.nulls(len(table), pa.string())))
    file = tmp_path / "snapshots" / version / "meta.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"format": schema.FORMAT + 1}), "utf-8")
    assert len(snapshot.load(tmp_path)) == 0


def test_the_page_about_data_is_made_from_the_contract() -> None:
    assert (ROOT / "docs" / "DATA.md").read_text("utf-8") == schema.document(), "run python -m hub.storage.schema"


def test_every_table_that_the_code_asks_for_is_told() -> None:
    asked = {
        name
        for file in (ROOT / "hub").rglob("*.py")
        for name in re.findall(r"\.(?:table|has)\(\"([a-z_]+)\"\)", file.read_text("utf-8"))
        if "memory" not in file.name and "corpus" not in file.name
    }
    assert asked
    assert asked <= {*schema.tables()}
