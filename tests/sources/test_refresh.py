"""Refreshing over a server that misbehaves in every way: it ends, says what is wrong with each, and has every good paper."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.errors import SourceError
from hub.i18n.messages import spoken
from hub.settings import Settings
from hub.sources import visits as status
from hub.sources.importing import import_paths
from hub.sources.refresh import Visit, refresh
from hub.sources.web.client import Client, Patience
from hub.storage.corpus import Corpus
from tests.chinese import left_in_english
from tests.servers.feeds import Request, after, break_off, conditional, drip, fixed, item, large, publisher, redirect, rss, stall

Make = Callable[..., Settings]
BOMB = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
ARXIV_ERROR = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv</title><entry><id>https://arxiv.org/api/errors#x</id>'
    b"<title>Error</title><summary>incorrect id format for x</summary><updated>2026-01-01T00:00:00Z</updated></entry></feed>"
)
SOON = (date.today() + timedelta(days=40)).isoformat()


def good_routes(count: int) -> dict[str, object]:
    return {f"/good{n}": fixed(rss(item(100 * n), item(100 * n + 1))) for n in range(1, count + 1)}


def run(config: Settings, patience: Patience) -> tuple[dict[str, Visit], Corpus]:
    corpus = Corpus(config.corpus_path)
    visits = refresh(config.home, config=config, corpus=corpus, patience=patience)
    return {visit.source: visit for visit in visits}, corpus


def test_forty_sources_with_every_fault_end_and_every_good_paper_is_in(configured: Make, patience: Patience) -> None:
    faults: dict[str, tuple[object, str]] = {
        "xhtml": (
            fixed(b'<?xml version="1.0"?>\n<!-- x --><!DOCTYPE html PUBLIC "x"><html><body>Log in</body></html>'),
            "web page",
        ),
        "html-bom": (fixed(b"\xef\xbb\xbf\n<html><body>Log in</body></html>"), "web page"),
        "fragment": (fixed(b"<div>Please log in</div>"), "neither a feed"),
        "error-feed": (
            fixed(rss("<item><title>Error</title><description>Unknown journal</description></item>")),
            "Unknown journal",
        ),
        "bomb-utf16": (fixed(BOMB.decode().encode("utf-16")), "entities of its own"),
        "bomb-far": (fixed(b"<!--" + b"x" * 30_000 + b"-->" + BOMB), "entities of its own"),
        "bad-redirect": (redirect("http://[bad/"), "no web address"),
        "other-scheme": (redirect("file:///etc/passwd"), "no web address"),
        "truncated": (fixed(rss(item(1), item(2))[: rss(item(1), item(2)).rindex(b"</description>") - 4]), ""),
        "html": (fixed(b"<!DOCTYPE html><html><body>Log in</body></html>"), "web page"),
        "api-error": (fixed(ARXIV_ERROR), "incorrect id format"),
        "nothing": (fixed(b""), "empty"),
        "bomb": (fixed(BOMB), "entities of its own"),
        "loop": (redirect("/loop"), "redirects in circles"),
        "stall": (stall, "in time"),
        "drip": (drip, "slowly"),
        "break-off": (break_off, "broke off"),
        "e403": (fixed(b"", 403), "403"),
        "e404": (fixed(b"", 404), "404"),
        "e429": (fixed(b"", 429, Retry_After="3600"), "asks to wait 3600 s"),
        "e500": (fixed(b"", 500), "its server failed"),
        "e503": (fixed(b"", 503), "down for the moment"),
        "json": (fixed(b'{"detail": "no"}'), "neither a feed"),
    }
    sound: dict[str, tuple[object, int]] = {
        "no-entries": (fixed(rss()), 0),
        "charset": (fixed(rss(item(11, title="Café"), head='<?xml version="1.0" encoding="us-ascii"?>')), 1),
        "charset-undeclared": (fixed(rss(item(22, title="Café")).decode().encode("cp1252")), 1),
        "utf-16": (fixed(rss(item(23, title="Café"), head="").decode().encode("utf-16")), 1),
        "bom": (fixed(b"\xef\xbb\xbf\n \n" + rss(item(12))), 1),
        "future": (fixed(rss(item(13, date=f"<pubDate>{SOON}</pubDate>"))), 1),
        "range": (fixed(rss(item(14, date="<pubDate>1-15 March 2026</pubDate>"))), 1),
        "no-date": (fixed(rss(item(15, date=""))), 1),
        "float-id": (fixed(rss(item(24, link="http://arxiv.org/abs/1801.0154899999998", guid=""))), 1),
        "escaped": (fixed(rss(item(16, title="Bread &amp;amp; butter &amp;lt; jam"))), 1),
        "large": (large(50, item(17)), 1),
        "moved": (redirect("/target", 301), 1),
        "same": (conditional(rss(item(19))), 1),
        "busy": (after(1, fixed(rss(item(20))), 429, Retry_After="0"), 1),
        "back": (after(1, fixed(rss(item(21))), 503), 1),
    }
    good = good_routes(14)
    routes = {f"/{name}": answer for name, (answer, _) in {**faults, **sound}.items()}
    with publisher({**routes, **good, "/target": fixed(rss(item(18)))}) as server, publisher({}, expired=True) as tls:  # type: ignore[arg-type]
        names = [path.strip("/") for path in (*routes, *good)]
        sources = [{"id": name, "url": f"{server.url}/{name}"} for name in names]
        config = configured(*sources, {"id": "expired", "url": f"https://localhost:{tls.server_port}/"})
        visits, corpus = run(config, patience)
        again, _ = run(config, patience)
    assert len(visits) >= 40
    told = {name: visits[name].error for name in (*faults, "expired") if visits[name].error}
    assert set(told) == {*faults, "expired"} - {"truncated"}
    assert "expired" in told["expired"] or "cannot be trusted" in told["expired"]
    assert {name for name, (_, words) in faults.items() if words not in visits[name].error} == set()
    in_chinese = {name: spoken(error, "zh") for name, error in told.items()}
    assert {name: left for name, text in in_chinese.items() if (left := left_in_english(text))} == {}
    assert {name for name, text in in_chinese.items() if not text.endswith("。")} == set()
    kept = {name: status.visits(config.home, name)[-1]["error"] for name in told}
    assert {name: spoken(error, "zh") for name, error in kept.items()} == {n: spoken(again[n].error, "zh") for n in told}
    assert [r.why for r in visits["truncated"].summary.rejected] == [
        "the file breaks off inside this entry; read the feed again to get it whole"
    ]
    assert {name: visits[name].summary.added for name in sound} == {name: count for name, (_, count) in sound.items()}
    assert all(visits[name.strip("/")].summary.added == 2 for name in good)
    assert visits["moved"].moved_to.endswith("/target")
    assert again["same"].unchanged and again["same"].error == ""
    papers = corpus.columns(["id", "title", "published", "origins"]).set_index("id")
    assert (papers["title"] == "Café").sum() == 3
    assert "Bread & butter < jam" in set(papers["title"])
    assert "arXiv:1801.01549" in papers.index  # a spreadsheet's 1801.0154899999998
    assert papers.loc["doi:10.5555/test.13", "published"] == date.today()  # the source said a day that has not come
    assert "it was first seen" in papers.loc["doi:10.5555/test.13", "origins"]
    assert papers.loc["doi:10.5555/test.14", "published"] == date(2026, 3, 15)  # the last day of a range
    assert papers.loc["doi:10.5555/test.15", "published"] == date.today()
    assert len(corpus) == 1 + sum(count for _, count in sound.values()) + 2 * len(good)
    assert sum(visit.summary.added for visit in again.values()) == 0


def test_a_feed_that_a_person_added_stays_outside_the_private_network(configured: Make, patience: Patience) -> None:
    with publisher({"/feed": fixed(rss(item(1))), "/out": redirect("/feed")}) as server:
        config = configured(allow_private=False)
        with Client(config.home, config, added=True, patience=patience) as client:
            for url in (f"{server.url}/feed", f"http://localhost:{server.server_port}/feed", "http://169.254.169.254/latest/"):
                with pytest.raises(SourceError, match="private network"):
                    client.get(url)
            for url in ("file:///etc/passwd", "ftp://example.org/feed", "gopher://x"):
                with pytest.raises(SourceError, match="no web address"):
                    client.get(url)
        assert not server.asked


def test_a_public_address_may_not_redirect_to_another_scheme(configured: Make, patience: Patience) -> None:
    with publisher({"/feed": redirect("file:///etc/passwd")}) as server:
        config = configured()
        with (
            Client(config.home, config, added=True, patience=patience) as client,
            pytest.raises(SourceError, match="no web address"),
        ):
            client.get(f"{server.url}/feed")


def test_an_added_feed_may_not_be_larger_than_twenty_megabytes(configured: Make, patience: Patience) -> None:
    with publisher({"/feed": large(25, item(1))}) as server:
        config = configured()
        with (
            Client(config.home, config, added=True, patience=patience) as client,
            pytest.raises(SourceError, match="more than 20 MB"),
        ):
            client.get(f"{server.url}/feed")


def test_what_a_crash_lost_is_read_again(configured: Make, patience: Patience) -> None:
    with publisher({"/feed": conditional(rss(item(1)))}) as server:
        config = configured({"id": "a", "url": f"{server.url}/feed"})
        with Client(config.home, config, patience=patience) as client:
            assert client.get(f"{server.url}/feed", conditional=True) is not None
        visits, corpus = run(config, patience)  # nothing was remembered, for nothing was taken
    assert visits["a"].summary.added == 1
    assert len(corpus) == 1


def test_an_unknown_source_is_an_error_and_visits_are_kept(configured: Make, patience: Patience) -> None:
    with publisher({"/feed": fixed(rss(item(1)))}) as server:
        config = configured({"id": "a", "url": f"{server.url}/feed"})
        with pytest.raises(SourceError, match="no source 'b'"):
            refresh(config.home, ["b"], config=config, patience=patience)
        run(config, patience)
        run(config, patience)
    kept = status.visits(config.home, "a")
    assert [(visit["added"], visit["duplicates"]) for visit in kept] == [(1, 0), (0, 1)]


@pytest.mark.shared
def test_real_files_served_beside_faults_bring_every_paper(
    shared: Path, configured: Make, patience: Patience, tmp_path: Path
) -> None:
    files = [file for file in sorted((shared / "feeds").rglob("*")) if file.is_file()]
    roots = (b"<rss", b"<feed", b"<rdf:RDF")
    feeds = [f for f in files if f.parent.name != "osti" and any(root in f.read_bytes()[:3000] for root in roots)]
    assert len(files) >= 72 and len(feeds) >= 35
    routes = {f"/real{n}": fixed(file.read_bytes()) for n, file in enumerate(files)}
    faults = {"/stall": stall, "/loop": redirect("/loop"), "/gone": fixed(b"", 404), "/torn": break_off}
    with publisher({**routes, **faults}) as server:
        sources = [{"id": path.strip("/"), "url": f"{server.url}{path}", "name": ""} for path in server.routes]
        visits, corpus = run(configured(*sources), patience)
    assert {name for name in ("stall", "loop", "gone", "torn") if not visits[name].error} == set()
    alone = Corpus(str(tmp_path / "alone"))
    by_file = import_paths(feeds, alone)
    there, expected = (set(table.columns(["id"])["id"]) for table in (corpus, alone))
    assert expected <= there
    assert by_file.added + by_file.not_papers == len(expected) > 2000
    told = {n for n in range(len(files)) if visits[f"real{n}"].error or visits[f"real{n}"].summary.rejected}
    silent = [f.name for n, f in enumerate(files) if n not in told and not visits[f"real{n}"].summary.seen]
    assert all(b"<entry" not in f.read_bytes() and b"<item" not in f.read_bytes() for f in files if f.name in silent)


@pytest.mark.parametrize(("days", "first"), [(1, 5), (10, 14), (400, 90)])
def test_days_that_nobody_read_are_read_as_well(
    days: int, first: int, configured: Make, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def works(request: Request) -> None:
        asked.append(parse_qs(urlsplit(request.path).query)["filter"][0])
        request.send(200, b'{"message": {"items": [], "total-results": 0}}')

    with publisher({"/works": works}) as server:
        config = configured({"id": "j", "protocol": "crossref", "url": f"{server.url}/works"})
        before = time.time() - days * 86400
        with monkeypatch.context() as past:
            past.setattr("hub.sources.visits.time.time", lambda: before)
            run(config, patience)
        asked.clear()
        run(config, patience)
    assert asked == [f"from-created-date:{date.today() - timedelta(days=first)}"]
