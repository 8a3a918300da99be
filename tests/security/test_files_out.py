"""Texts of strangers in what leaves the hub: feeds, digests, BibTeX, CSV; and tables of the data folder that others wrote."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import bibtexparser
import diskcache
import pandas as pd
import pytest

from hub import plain_disk
from hub.briefing.markdown import reference
from hub.briefing.model import Source
from hub.papers.status import Status
from hub.radar.delivery import digest, edition
from hub.radar.delivery.feed import atom
from hub.radar.listing import Listed, Listing
from hub.radar.model import Radar
from hub.search.query import MOST, parse, words_of
from hub.sources.formats.xml import defines_entities
from hub.storage.export import bibtex, csv, markdown, ris
from hub.ui import safe

BAD_LINKS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd",
    "https://nature.com@evil.example/", "https://u:p@evil.example/", "http://", "//evil.example", "https://[::1", " javascript:x",
    "ftp://evil.example/", "\tjavascript:x", "http:javascript", "mailto:a@b.example", "https://@evil.example/",
    "https://good.example\\@evil.example/", "https://good.example:x/",
)  # fmt: skip
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x", " =1+1", "\n=1", '=HYPERLINK("http://e.example")',
            "=cmd|' /C calc'!A0")  # fmt: skip
BREAKERS = (
    "https://e.example/}}\n@article{planted, title={Planted}}", "https://e.example/}, title={O}", "10.1/x}\n@misc{p,title={q}}",
    "https://e.example/{", "https://e.example/\\", "x},\n}\n@comment{", "a\r\n@string{x={y}}", 'x"}',
)  # fmt: skip


def papers(**values: str) -> pd.DataFrame:
    row = {"id": "x:1", "title": "T", "abstract": "A", "authors": "Ada Byron", "source": "S", "field": "f", "domain": "d",
           "url": "", "doi": "", "journal": "J", "kind": "paper", "categories": "", "announce": "",
           "published": pd.Timestamp("2026-01-02"),
           "updated": pd.NaT, "version": 1}  # fmt: skip
    return pd.DataFrame([{**row, **values}])


def listing(url: str) -> Listing:
    """Return a radar's list of one paper with this address."""
    plain: dict[str, Any] = {"authors": (), "updated": None, "source": "S", "field": "", "topic": "", "score": 1.0,
                             "explore": False, "new": False, "status": "", "reasons": ()}  # fmt: skip
    paper = Listed(id="x:1", title="T", url=url, published=date(2026, 1, 2), **plain)
    return Listing(Radar("r", text="t"), (paper,), date(2026, 1, 1), 1, ())


def daily(url: str) -> edition.Daily:
    """Return an edition of one paper with this address."""
    entry = edition.Entry(1, "x:1", "T", "A", "S", date(2026, 1, 2), url)
    return edition.Daily("T", "l", date(2026, 1, 2), (edition.Section("s", "", (entry,)),))


def cited(url: str) -> Source:
    """Return a briefing's source with this address."""
    return Source(1, "x:1", "T", ("A",), date(2026, 1, 2), "S", "d", "f", "", url, "", "A")


LINKING: dict[str, Callable[[str], str]] = {
    "feed of a radar": lambda url: atom(listing(url), "t" * 32).decode().partition("<entry>")[2],
    "digest": lambda url: digest.as_html(digest.markdown(listing(url)), "T").partition("<body>")[2],
    "edition": lambda url: edition.html(daily(url)).partition("<body>")[2],
    "feed of editions": lambda url: edition.atom(daily(url)).decode().partition("<entry>")[2],
    "export": lambda url: digest.as_html(markdown(papers(url=url)).decode(), "T").partition("<body>")[2],
    "list of references": lambda url: reference(cited(url)).replace("](", " href="),
    "page": lambda url: safe.link("T", url).replace("](", " href="),
}  # fmt: skip
"""Whatever makes a link of a paper's address."""


@pytest.mark.parametrize("place", LINKING)
@pytest.mark.parametrize("url", BAD_LINKS)
def test_no_link_leads_where_it_does_not_say(url: str, place: str) -> None:
    assert "href" not in LINKING[place](url)


@pytest.mark.parametrize("place", LINKING)
def test_a_web_address_is_linked(place: str) -> None:
    assert "https://example.org/a" in LINKING[place]("https://example.org/a")


@pytest.mark.parametrize(
    "name", ["title", "abstract", "authors", "source", "field", "categories", "announce", "journal", "url", "doi"]
)
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("kind", ["str", "category"])
def test_no_cell_of_a_table_is_a_formula(name: str, formula: str, kind: str) -> None:
    made = csv(papers(**{name: formula}).astype({name: kind})).decode("utf-8-sig")
    value = pd.read_csv(pd.io.common.StringIO(made), dtype=str, keep_default_na=False)[name][0]
    assert value.startswith("'")


@pytest.mark.parametrize("name", ["url", "doi", "title", "abstract", "authors", "journal"])
@pytest.mark.parametrize("text", BREAKERS)
def test_one_paper_reads_back_as_one(name: str, text: str) -> None:
    made = bibtex(papers(**{name: text})).decode()
    library = bibtexparser.parse_string(made)
    assert len(library.entries) == 1 and not library.failed_blocks and not library.strings and not library.comments
    assert library.entries[0]["title"].strip("{}") == "T" or name == "title"
    assert ris(papers(**{name: text})).decode().count("TY  - ") == 1


class Planted:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(Path(os.environ["HUB_HOME"]) / "ran"),)


@pytest.mark.parametrize("large", [0, 100_000])
def test_a_table_of_the_data_folder_runs_nothing_that_was_put_into_it(hub_home: Path, large: int) -> None:
    with diskcache.Cache(str(hub_home / "jobs")) as theirs:
        theirs["job"] = [Planted(), "x" * large]
    with plain_disk.table(hub_home / "jobs") as ours:
        assert ours.get("job") is None
        assert not (hub_home / "ran").exists()
        ours[("visits", "a")] = {"status": Status.RETRACTED, "n": [1, (2.5, None)], "raw": b"x" * large}
        kept = ours[("visits", "a")]
        assert kept == {"status": str(Status.RETRACTED), "n": [1, (2.5, None)], "raw": b"x" * large}
        assert type(kept["status"]) is str and list(ours) == ["job", ("visits", "a")]
    with diskcache.Cache(str(hub_home / "jobs")) as theirs:
        theirs.get("job")
        assert (hub_home / "ran").exists(), "what was planted does run where nothing guards it"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("head", ["", '<?xml version="1.0"?>', "<!-- x -->"])
def test_entities_are_seen_in_every_charset(charset: str, head: str) -> None:
    assert defines_entities(f'{head}<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(charset))
    assert not defines_entities(f"{head}<a>b</a>".encode(charset))


@pytest.mark.parametrize(
    "text", ["word " * 10_000, "(" * 10_000, "-" * 10_000, '"' * 10_000, "a OR " * 5_000, "NOT " * 5_000, "title:" * 5_000]
)
def test_a_query_of_ten_thousand_words_is_cut(text: str) -> None:
    assert len(words_of(parse(text))) <= MOST
