"""Adding a feed: a preview says what it would bring, keeps nothing, and never reaches where it may not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from hub.errors import JobError, SourceError
from hub.permissions import Action
from hub.settings import Settings
from hub.sources.preview import NotAFeed, preview
from hub.sources.web.client import Patience
from hub.storage.corpus import Corpus
from hub.ui import worker
from tests.servers.feeds import conditional, fixed, item, publisher, redirect, rss

Make = Callable[..., Settings]


def test_a_preview_tells_papers_from_the_rest_and_keeps_nothing(configured: Make, patience: Patience) -> None:
    feed = rss(item(1), item(2, date=""), item(3, title="Author Correction: A study"), item(4, title=" "))
    with publisher({"/feed": conditional(feed)}) as server:
        config = configured()
        first, second = (preview(config.home, config, f"{server.url}/feed", patience=patience) for _ in range(2))
    assert first == second  # nothing was remembered: the feed is read again when it is added
    assert first.name == "Journal of Tests"
    assert [paper.doi for paper in first.papers] == ["10.5555/test.1", "10.5555/test.2"]
    assert first.not_papers == 1
    assert [reject.why for reject in first.rejected] == ["it has no title"]
    assert len(Corpus(config.corpus_path)) == 0


@pytest.mark.parametrize(
    ("body", "why"),
    [(b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"), (b"", "empty"), (b"<svg></svg>", "neither a feed")],
)
def test_a_preview_of_what_is_no_feed_says_so(body: bytes, why: str, configured: Make, patience: Patience) -> None:
    with publisher({"/feed": fixed(body)}) as server:
        config = configured()
        with pytest.raises(NotAFeed, match=rf"^127\.0\.0\.1: .*{why}") as caught:
            preview(config.home, config, f"{server.url}/feed", patience=patience)
    assert caught.value.feeds == []


def test_a_web_page_names_its_feeds(configured: Make, patience: Patience) -> None:
    links = (
        '<link rel="stylesheet" type="text/css" href="/style.css"><link rel="alternate" type="application/rss+xml" href="/rss">'
        '<link rel="alternate home" type="Application/Atom+XML" href="https://other.example/atom"><link rel="alternate" '
        'hreflang="zh" href="/zh"><link rel="alternate" type="application/rss+xml" href="/rss">'
    )
    with publisher({"/journal/": fixed(f"<!DOCTYPE html><html><head>{links}</head></html>".encode())}) as server:
        config = configured()
        with pytest.raises(NotAFeed, match="web page") as caught:
            preview(config.home, config, f"{server.url}/journal/", patience=patience)
    assert caught.value.feeds == [f"{server.url}/rss", "https://other.example/atom"]


def test_a_feed_that_lists_nothing_today_is_a_feed(configured: Make, patience: Patience) -> None:
    with publisher({"/feed": fixed(rss())}) as server:
        config = configured()
        found = preview(config.home, config, f"{server.url}/feed", patience=patience)
    assert (found.papers, found.not_papers, found.rejected) == ([], 0, [])


def test_a_preview_stays_outside_the_private_network_at_every_redirect(configured: Make, patience: Patience) -> None:
    with publisher({"/feed": fixed(rss(item(1))), "/out": redirect("/feed")}) as server:
        config = configured(allow_private=False)
        for address in (f"{server.url}/feed", f"{server.url}/out", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://0/"):
            with pytest.raises(SourceError, match=r"private network|no web address|reached"):
                preview(config.home, config, address, patience=patience)
        assert not server.asked


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "feed.xml", "", "https://", "http://[bad/"])
def test_a_preview_takes_web_addresses_only(address: str, configured: Make, patience: Patience) -> None:
    config = configured()
    with pytest.raises(SourceError, match="no web address"):
        preview(config.home, config, address, patience=patience)


def running(text: str) -> list[str]:
    """Return the processes whose command line holds ``text``."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended while we looked
            if text.encode() in file.read_bytes():
                found.append(file.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked for in /proc")
def test_a_preview_that_takes_too_long_is_ended(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is ended however far it is: still loading, waiting for a server that never ends its answer, or reading it."""
    monkeypatch.setenv("HUB_ALLOW_PRIVATE_URLS", "1")
    over = Event()
    with publisher({"/feed": lambda request: (request.send_response(200), request.end_headers(), over.wait(60))}) as server:
        url = f"{server.url}/feed"
        with pytest.raises(JobError, match="No answer came within"):
            worker.answer(Action.SOURCES, "sources", f"--preview={url}", within_s=4)
        over.set()
        assert running(f"--preview={url}") == []
