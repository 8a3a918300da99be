"""The feeds that froze the server: previewed as a reader does, over HTTP; each is cut before an expression reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.papers.cleaning import LONGEST
from hub.settings import Settings
from hub.sources.preview import preview
from hub.sources.web.client import Patience
from tests.servers.feeds import fixed, item, publisher, rss

FILLED = {
    "comments": "&lt;!-- " * 60_000, "displays": "\\[" * 60_000, "formulas": "\\(" * 60_000, "DOIs": "&lt;p&gt;DOI: " * 20_000,
    "dollars": "$" * 120_000, "braces": "{" * 120_000, "tags": "&lt;b " * 40_000, "quotes": "“a. B” " * 20_000,
}  # fmt: skip
"""What a description is filled with; the first took the server more than 70 s, the others up to 81."""


@pytest.mark.parametrize("what", FILLED)
def test_a_feed_that_is_filled_with_openers_is_a_feed(what: str, configured: Callable[..., Settings], patience: Patience) -> None:
    feed = rss(item(1), item(2, extra=f"<description>{FILLED[what]}</description>"), item(3, title=f"A study {FILLED[what]}"))
    with publisher({"/feed": fixed(feed)}) as server:
        config = configured()
        found = preview(config.home, config, f"{server.url}/feed", patience=patience)
    assert found.papers[0].doi == "10.5555/test.1" and len(found.papers) + len(found.rejected) + found.not_papers == 3
    assert all(len(paper.abstract) <= LONGEST and len(paper.title) <= LONGEST for paper in found.papers)
