"""A pasted text on the Papers page: what is near it, the newest of that, who works on it; and the way back."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.ui.test_thumbs import opened, words

TEXT = "A gripper with tactile sensing on an arm grasps and plans torque at each joint."


def asked(text: str = TEXT) -> AppTest:
    app = opened("papers")
    app.chat_input(key="papers.near.box").set_value(text).run()
    assert not app.exception
    return app


def test_a_text_brings_what_is_near_and_says_how_it_was_compared(own_home: Path) -> None:
    app = asked()
    assert "Near your text" in words(app) and "compared by its words" in words(app)
    titles = [link.proto.label for link in app.get("page_link") if "study" in link.proto.label]
    assert len(titles) == 10 and all("Robots" in title for title in titles)
    app.session_state["papers.near"] = "who"
    app.run()
    assert not app.exception and "Coauthor Robots" in "\n".join(str(e.label) for e in app.expander)
    app.button(key="papers.near.back").click().run()
    assert not app.exception and "Near your text" not in words(app)


def test_a_long_search_is_offered_to_be_looked_at_as_a_text(own_home: Path) -> None:
    app = opened("papers", q=TEXT)
    assert not any(str(b.key) == "papers.near.hint" for b in app.button)
    app = opened("papers", q=f"{TEXT} " * 5)
    app.button(key="papers.near.hint").click().run()
    assert not app.exception and "Near your text" in words(app) and app.session_state["q"] == ""


def test_it_is_said_in_chinese(own_home: Path) -> None:
    app = opened("papers", lang="zh")
    app.chat_input(key="papers.near.box").set_value(TEXT).run()
    assert not app.exception and "与您的文本相近" in words(app)
