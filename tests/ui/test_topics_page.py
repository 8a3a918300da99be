"""The Topics page as a reader uses it: its forms, what the map's browser is told, and what it reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from hub.figures.map import anchors, atlas, coloured
from hub.storage import publishing, snapshot
from hub.topics import curation
from hub.ui import served
from hub.ui.routes import routes
from hub.ui.topics import map_view
from hub.ui.topics.map_view import Marked, marked
from tests.figures.atlas import atlas_snapshot

ROOT = Path(__file__).resolve().parents[2]
D = date


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with three topics published."""
    made = atlas_snapshot(200)
    publishing.publish(tmp_path, made.papers, made.topics, made.themes, vectors=made.vectors)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    monkeypatch.setenv("HUB_AUTO_START", "0")
    return tmp_path


def opened(**state: object) -> AppTest:
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "hub" / "ui" / "shell.py"), default_timeout=120)
    for key, value in state.items():
        app.session_state[key.replace("__", ".")] = value
    app.switch_page("../../pages/topics.py")
    return app.run()


@pytest.mark.parametrize("form", ["map", "treemap", "icicle", "outline"])
def test_each_form_shows_with_the_card_of_the_largest_topic(home: Path, form: str) -> None:
    app = opened(topics__form=form)
    assert not app.exception
    assert not app.error
    largest = snapshot.load(home).topics.sort_values("papers").iloc[-1]
    picked = app.selectbox(key="topics.topic")
    assert picked.value == largest["topic"]
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Papers"] == str(largest["papers"])


def test_damaged_decisions_stop_no_page(home: Path) -> None:
    (home / curation.FILE).write_text("{broken", "utf-8")
    app = opened(topics__form="outline")
    assert not app.exception
    assert app.selectbox(key="topics.topic").value is not None
    assert "topics.hide" not in {button.key for button in app.button}


def test_another_topic_changes_the_card(home: Path) -> None:
    app = opened(topics__form="outline")
    app.selectbox(key="topics.topic").select(1).run()
    assert not app.exception
    assert "gene expression" in [sub.value for sub in app.subheader]
    assert "model, language" in "\n".join(m.value for m in app.markdown).replace("\\", "")


DID = {"lasso": None, "open": None, "days": None, "topic": None}


@pytest.mark.parametrize(
    ("did", "meant"),
    [
        ({}, Marked(None, None, None, None)),
        ({"lasso": [[0, 0], [1, 0], [0.5, 1]]}, Marked(((0.0, 0.0), (1.0, 0.0), (0.5, 1.0)), None, None, None)),
        ({"lasso": [[0, 0], [1, 0]]}, Marked(None, None, None, None)),
        ({"lasso": [[0, 0], [1, "x"], [2, 2]]}, Marked(None, None, None, None)),
        ({"lasso": [[0, 0], [1, float("nan")], [2, 2]]}, Marked(None, None, None, None)),
        ({"lasso": [[0, 0]] * 2000}, Marked(None, None, None, None)),
        ({"days": ["2026-03-01", "2026-02-01"]}, Marked(None, None, (D(2026, 2, 1), D(2026, 3, 1)), None)),
        ({"days": []}, Marked(None, None, (), None)),
        ({"days": ["soon", "2026-02-01"]}, Marked(None, None, None, None)),
        ({"days": ["2026-02-01"]}, Marked(None, None, None, None)),
        ({"open": "arXiv:1", "topic": 2}, Marked(None, "arXiv:1", None, 2)),
        ({"open": 3, "topic": "2"}, Marked(None, None, None, None)),
    ],
)
def test_what_a_browser_reports_is_taken_where_it_makes_sense(did: dict[str, object], meant: Marked) -> None:
    assert marked(DID | did) == meant


def test_the_browser_is_told_where_points_lie_and_which_are_selected(home: Path) -> None:
    made = snapshot.load(home)
    rows = np.arange(0, len(made), 2)
    where, colours = atlas(made), coloured(made, "theme")
    about = map_view.told(
        made, where, rows, anchors(made, rows, colours), colours, by="theme", theme="light", days=(D(2026, 2, 1), None),
        found=np.array([4, 5]), hidden=(2,),
    )  # fmt: skip
    points = np.frombuffer(fetched(about["points"]), dtype=np.uint16).reshape(-1, 2)
    assert np.array_equal(points, where.xy)
    mask = np.unpackbits(np.frombuffer(fetched(about["mask"]), dtype=np.uint8), bitorder="little")[: len(where.order)]
    assert np.array_equal(mask.astype(bool), where.order % 2 == 0)
    assert np.frombuffer(fetched(about["found"]), dtype=np.uint32).tolist() == np.flatnonzero(where.order == 4).tolist()
    days = np.frombuffer(fetched(about["days"]), dtype=np.uint16)
    assert np.array_equal(days + about["first"], made.days[where.order])
    assert about["dates"] == [(D(2026, 2, 1) - D(1970, 1, 1)).days, about["last"]]
    codes = np.frombuffer(fetched(about["codes"]), dtype=np.uint8)
    assert set(codes[made.papers["topic"].to_numpy()[where.order] == 2]) == {about["rest"]}
    assert [label["name"] for label in about["labels"]] == anchors(made, rows, colours)["name"].tolist()
    key = about["papers"].rpartition("/")[2]
    paper = served.answered(key, 7)
    assert paper is not None
    assert paper["id"] == made.papers["id"].iloc[where.order[7]]
    assert served.answered(key, len(where.order)) is None
    assert served.answered("nothing", 0) is None


def fetched(address: str) -> bytes:
    found = served.kept(address.rpartition("/")[2])
    assert found is not None
    return found


def test_bytes_that_are_asked_for_least_leave_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "MOST_BYTES", 10)
    old, new = served.keep(b"123456"), served.keep(b"7890123")
    assert served.kept(old.rpartition("/")[2]) is None
    assert fetched(new) == b"7890123"
    assert served.keep(b"7890123") == new


def test_the_addresses_answer_by_key_alone(home: Path) -> None:
    client = TestClient(Starlette(routes=routes))
    address = served.keep(b"points")
    answer = client.get(f"/{address}")
    assert (answer.content, answer.headers["content-type"]) == (b"points", "application/octet-stream")
    assert "immutable" in answer.headers["cache-control"]
    papers = served.keep_answers("test", lambda n: {"title": "One"} if n == 1 else None)
    assert client.get(f"/{papers}?n=1").json() == {"title": "One"}
    for wrong in (f"/{papers}?n=2", f"/{papers}?n=-1", f"/{papers}", f"/{papers}?n=x", "/map/bytes/0000", f"/{papers[:-1]}x?n=1"):
        assert client.get(wrong).status_code == 404
