"""Every page with hostile papers in its Snapshot: their words show, none of them is live, no figure sets their HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from tests.security.hostile import EVIL, TEXTS, publish
from tests.ui.test_pages import PAGES, opened

PARSER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
ADDRESS = re.compile(rf"(?:https?:)?//[^\s]*{re.escape(EVIL)}|javascript:", re.I)
LIVE = re.compile(r"<(?:script|img|iframe|svg|style|object|embed|a|span|h1)\b", re.I)
SHOWN = ("body", "label", "help")
"""Where the elements of Streamlit hold Markdown."""
VIEWS = [(page, {}) for page in PAGES] + [
    ("papers", {"paper": "x:0"}), ("papers", {"paper": "x:23"}), ("papers", {"q": "ice"}), ("papers", {"q": TEXTS[0]}),
    ("papers", {"source": TEXTS[2]}), ("trends", {"lang": "zh"}), ("today", {"q": "study"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    publish(home)
    return home


@pytest.fixture
def hub(hostile_home: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOME", str(hostile_home))


def elements(app: AppTest) -> Iterator[Any]:
    """Yield each element of a page as it goes to the browser."""
    nodes = [app._tree]
    while nodes:
        node = nodes.pop()
        nodes += list(getattr(node, "children", {}).values())
        if (proto := getattr(node, "proto", None)) is not None:
            yield node.type, proto


def found_live(app: AppTest) -> list[str]:
    """Return what of the papers' words is more than text in the Markdown, HTML and figures of a page."""
    wrong: list[str] = []
    for kind, proto in elements(app):
        if kind == "plotly_chart":
            wrong += [text for text in labels(json.loads(proto.spec)) if LIVE.search(text)]
            continue
        body = "\n\n".join(text for name in SHOWN if isinstance(text := getattr(proto, name, ""), str) and text)
        if kind == "html" or getattr(proto, "allow_html", False):
            wrong += [body] if ADDRESS.search(body) or "window.PWNED" in body else []
            continue
        for token in (one for block in PARSER.parse(body) for one in (block, *(block.children or ()))):
            address = str(token.attrs.get("href") or token.attrs.get("src") or "")
            if token.type.startswith("html") or token.type == "image" or "javascript:" in address:
                wrong.append(f"{token.type} {address} {token.content} in {body[:200]}")
    return wrong


def labels(value: Any, key: str = "") -> Iterator[str]:
    """Yield what a figure may set as a label; what it keeps for clicks and for readers of its text is not set."""
    if isinstance(value, dict):
        template = "customdata" in str(value.get("hovertemplate"))
        for name, part in value.items():
            if name != "meta" and (name != "customdata" or template):
                yield from labels(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from labels(part, key)
    elif isinstance(value, str):
        yield value.replace("<extra></extra>", "")


@pytest.mark.parametrize(("page", "query"), VIEWS, ids=str)
def test_nothing_of_a_hostile_paper_is_live_on_a_page(page: str, query: dict[str, str], hub: None) -> None:
    app = opened(page, **query)
    assert not app.exception, app.exception[0].message
    assert found_live(app) == []


def test_the_pages_do_show_them(hub: None) -> None:
    app = opened("papers", q="ice")
    assert any("evil\\.example" in body.value for body in app.markdown)
    assert any("Study" in str(getattr(proto, "label", "")) for _kind, proto in elements(app))


def test_the_check_sees_what_is_live(hub: None) -> None:
    def page() -> None:
        import plotly.graph_objects as go
        import streamlit as st

        st.markdown("![x](https://evil.example/p.png) <b>x</b>")
        st.markdown("<b onclick='window.PWNED=1'>x</b>", unsafe_allow_html=True)
        st.plotly_chart(go.Figure(go.Bar(x=["<a href='https://evil.example'>x</a>"], y=[1])))

    assert len(found_live(AppTest.from_function(page).run())) >= 4
