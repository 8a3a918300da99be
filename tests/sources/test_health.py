"""Health: silence is measured by a source's own rhythm, weekends and holidays known; a halved volume is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hub.errors import SourceError
from hub.settings import Settings
from hub.sources import visits
from hub.sources.catalogue import Source, add, catalogue, switch
from hub.sources.health import Health, health_of
from hub.sources.opml import add_opml, opml_of

TODAY = date(2026, 7, 6)  # a Monday; the Friday before was a holiday


def workdays(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if np.is_busday(day)]


def report(home: Path, days: list[date], **source: object) -> Health:
    made = Source(id="a", name="A", protocol="feed", on=True, **source)  # type: ignore[arg-type]
    visit = {"rejected": [], "error": "", "unchanged": False, "seen": 5, "listed": 5}
    visits.record(home, made, visit)
    papers = pd.DataFrame(
        {"source": "A", "field": "", "published": pd.to_datetime(days), "categories": ""}, index=range(len(days))
    )
    return health_of(home, papers, [made], today=TODAY)[0]


def test_a_weekend_with_a_holiday_is_no_silence(tmp_path: Path) -> None:
    well = report(tmp_path, workdays(date(2026, 1, 1), date(2026, 7, 2)))
    assert (well.silent_working_days, well.stale, well.notice) == (1, False, "")


def test_a_daily_source_that_falls_silent_is_told_and_a_monthly_one_is_not(tmp_path: Path) -> None:
    silent = report(tmp_path, workdays(date(2026, 1, 1), date(2026, 6, 19)))
    assert silent.stale
    assert silent.notice == "silent for 9 working days, usually no longer than 1"
    monthly = report(tmp_path, [date(2026, month, 15) for month in range(1, 7)], every_days=31.0)
    assert not monthly.stale


def test_a_halved_volume_is_told(tmp_path: Path) -> None:
    busy = [day for day in workdays(date(2026, 1, 1), date(2026, 6, 5)) for _ in range(10)]
    few = [day for day in workdays(date(2026, 6, 8), date(2026, 7, 2)) for _ in range(3)]
    assert "papers a day in the last four weeks" in report(tmp_path, busy + few).notice


def test_the_catalogue_has_every_arxiv_category_and_the_named_journals(tmp_path: Path) -> None:
    sources = catalogue(tmp_path, Settings(HUB_HOME=tmp_path))  # type: ignore[call-arg]
    assert {"arxiv-cs.CL", "arxiv-oai-math", "biorxiv", "medrxiv", "chemrxiv", "ssrn", "psyarxiv", "nature", "science",
            "pnas", "cell",
            "lancet", "nejm", "jama", "bmj", "plos-one", "elife", "prl", "jacs", "angewandte", "ieee-tpami", "acm-csur",
            "annals-of-mathematics", "econometrica", "aer"} <= set(sources)  # fmt: skip
    assert len(sources) >= 60
    on = {name for name, source in sources.items() if source.on}
    assert on == {"arxiv-cs.AI", "arxiv-cs.CL", "arxiv-cs.LG", "arxiv-cs.CV", "arxiv-math.PR", "arxiv-quant-ph",
                  "biorxiv", "medrxiv", "chemrxiv", "nature", "nature-communications", "science", "pnas", "cell", "lancet",
                  "nejm", "plos-one", "plos-biology", "elife", "prl"}  # fmt: skip
    assert {"pubmed", "openalex", "semanticscholar", "openreview", "osf", "hal", "datacite", "pmlr", "cvf"} <= {
        source.protocol for source in sources.values()
    }
    assert all(source.has_past for name, source in sources.items() if source.on)
    elsewhere = [s for s in sources.values() if not s.url.startswith("https://") and not s.issn]
    assert {s.protocol for s in elsewhere} == {"europepmc"}


def test_switching_and_adding_are_kept_and_lists_go_out_and_in(tmp_path: Path) -> None:
    config = Settings(HUB_HOME=tmp_path)  # type: ignore[call-arg]
    switch(tmp_path, "nature", False)
    added = add(tmp_path, config, "A blog", "https://example.org/feed")
    sources = catalogue(tmp_path, config)
    assert (sources["nature"].on, sources[added.id].on, sources[added.id].added) == (False, True, True)
    with pytest.raises(SourceError, match="already"):
        add(tmp_path, config, "Again", "https://example.org/feed")
    other = tmp_path / "other"
    outcome = add_opml(other, Settings(HUB_HOME=other), opml_of([sources[added.id], sources["nature"]]))  # type: ignore[call-arg]
    assert outcome["https://example.org/feed"] is None
    assert "already" in str(outcome[sources["nature"].url])
    with pytest.raises(SourceError, match="no list of feeds"):
        add_opml(other, config, b"hello")


def test_two_who_add_feeds_at_once_lose_none(tmp_path: Path) -> None:
    config = Settings(HUB_HOME=tmp_path)  # type: ignore[call-arg]
    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(lambda n: add(tmp_path, config, "A blog", f"https://example.org/{n}"), range(12)))
    known = catalogue(tmp_path, config)
    assert len({source.id for source in added}) == 12
    assert {source.url for source in known.values() if source.added} == {source.url for source in added}
