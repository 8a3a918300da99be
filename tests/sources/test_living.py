"""Sources that lose nothing: arXiv's days, refused feeds, a first run, abstracts from one service after the other."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from hub.papers.teasers import TEASER
from hub.settings import Settings
from hub.sources import refresh as refreshing
from hub.sources import visits
from hub.sources.abstracts import fill_abstracts
from hub.sources.adapters import arxiv
from hub.sources.health import health_of
from hub.sources.refresh import past_weeks, read_past, refresh
from hub.sources.web.client import Patience
from hub.storage.corpus import Corpus
from tests.servers.feeds import Publisher, after, fixed, item, rss
from tests.servers.world import CHALLENGE, Work, World, refusing, serving

Make = Callable[..., Settings]
WORDS = ("moss", "stone", "rain", "glass", "river", "wood", "salt", "wind", "clay", "iron", "leaf", "sand")
FULL = "We measure {} in the field for two years. It changes with the season. We explain why, and what follows from it."


def titled(n: int) -> str:
    chance = random.Random(n)
    return f"{' '.join(chance.sample(WORDS, 5)).capitalize()} in study {n}"


def config_of(tmp_path: Path, world: World, server: Publisher, categories: list[str], journals: dict[str, str]) -> Settings:
    file = tmp_path / "catalogue.toml"
    file.write_text(world.catalogue(server.url, categories, journals), "utf-8")
    return Settings(HUB_HOME=tmp_path / "home", HUB_CATALOGUE=file, HUB_CORPUS=str(tmp_path / "home" / "corpus"))  # type: ignore[call-arg]


class Calendar(date):
    """A day that a test moves."""

    now = date.today()

    @classmethod
    def today(cls) -> date:  # type: ignore[override]
        return cls.now


@pytest.mark.parametrize("seed", range(3))
def test_a_fortnight_of_arxiv_is_whole_however_often_it_is_visited(
    seed: int, tmp_path: Path, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    start = date(2026, 11, 2)
    days = [start + timedelta(days=n) for n in range(14)]
    announced = [
        Work(f"2611.{1000 * n + k:05d}", titled(1000 * n + k), FULL.format("it"), day, categories=("cs.AI", "cs.LG"))
        for n, day in enumerate(days) if day.weekday() < 5 for k in range(chance.randint(3, 9))
    ]  # fmt: skip
    world = World(arxiv=announced, oai_rows=4)
    visited = [*sorted(chance.sample(days[:-1], 4)), days[-1]]
    for module in (refreshing, arxiv):
        monkeypatch.setattr(module, "date", Calendar)
    with serving(world) as server:
        config = config_of(tmp_path, world, server, ["cs.AI"], {})
        visits.keep_whole(config.home, "arxiv-cs.AI", start - timedelta(days=1), start - timedelta(days=1))
        corpus = Corpus(config.corpus_path)
        for day in visited:
            Calendar.now = world.today = day
            if chance.random() < 0.4:  # the archive is down at times, and its next page too
                server.routes["/oai"] = after(3, world.arxiv_oai, 503)
            [visit] = refresh(config.home, ["arxiv-cs.AI"], config=config, corpus=corpus, patience=patience)
            server.routes["/oai"] = world.arxiv_oai
        Calendar.now = world.today = days[-1] + timedelta(days=1)
        [visit] = refresh(config.home, ["arxiv-cs.AI"], config=config, corpus=corpus, patience=patience)
    assert visit.error == ""
    assert set(corpus.columns(["id"])["id"]) == {f"arXiv:{work.key}" for work in announced}


def test_where_the_archive_fails_the_api_gives_the_days(tmp_path: Path, patience: Patience) -> None:
    world = World()
    entry = (
        "<entry><id>http://arxiv.org/abs/2611.00001v1</id><title>Moss</title><summary>We show.</summary>"
        f"<published>{date.today() - timedelta(days=2)}T10:00:00Z</published><author><name>Ada Byron</name></author>"
        '<category term="cs.AI"/></entry>'
    )
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/"><o:totalResults>1</o:totalResults>{entry}</feed>'
    empty = atom.replace(entry, "").replace(">1<", ">0<")
    answers = iter([atom, *[empty] * 10])
    with serving(world) as server:
        config = config_of(tmp_path, world, server, ["cs.AI"], {})
        text = config.catalogue.read_text("utf-8")  # type: ignore[union-attr]
        config.catalogue.write_text(text.replace("[arxiv]\n", f'[arxiv]\napi = "{server.url}/api"\n'), "utf-8")  # type: ignore[union-attr]
        server.routes["/oai"] = fixed(b"", 503)
        server.routes["/api"] = lambda request: request.send(200, next(answers).encode())
        [visit] = refresh(config.home, ["arxiv-cs.AI"], config=config, patience=patience)
    assert (visit.error, visit.summary.added) == ("", 1)
    assert "API" in visit.instead


def test_an_archive_is_never_asked_for_all_that_it_has(tmp_path: Path, patience: Patience) -> None:
    asked: list[str] = []
    world = World()
    with serving(world) as server:
        config = config_of(tmp_path, world, server, [], {})
        server.routes["/oai"] = lambda request: (asked.append(request.path), world.arxiv_oai(request))[1]  # type: ignore[func-returns-value]
        refresh(config.home, ["arxiv-oai-math"], config=config, patience=patience)
        refresh(config.home, ["arxiv-oai-math"], config=config, patience=patience)
    assert len(asked) == 2 and all("from=" in path for path in asked)


@pytest.mark.parametrize("wall", [(403, b""), (418, b""), (200, CHALLENGE), (503, b""), (404, b"")])
def test_a_refused_feed_falls_back_and_says_so(wall: tuple[int, bytes], tmp_path: Path, patience: Patience) -> None:
    today = date.today()
    works = [Work(f"10.5555/w{n}", titled(n), FULL.format(n), today - timedelta(days=n % 5), issn="1234-5678") for n in range(12)]
    world = World(journals=works, known={"crossref": {w.key for w in works}})
    with serving(world) as server:
        config = config_of(tmp_path, world, server, [], {"1234-5678": "Journal of Walls"})
        server.routes["/feed/*"] = refusing(*wall)
        corpus = Corpus(config.corpus_path)
        [visit] = refresh(config.home, ["j0"], config=config, corpus=corpus, patience=patience)
        again = refresh(config.home, ["j0"], config=config, corpus=corpus, patience=patience)[0]
    assert (visit.error, visit.summary.added) == ("", 12)
    assert "Crossref" in visit.instead and again.instead
    papers = corpus.columns(["id", "source", "published", "categories", "field"])
    assert set(papers["source"]) == {"Journal of Walls"}
    from hub.sources.catalogue import catalogue

    [report] = health_of(config.home, papers, [catalogue(config.home, config)["j0"]])
    assert report.instead == again.instead


def test_a_first_run_reads_thirty_days_newest_first_and_goes_on_where_it_stopped(tmp_path: Path, patience: Patience) -> None:
    today = date.today()
    spread = [today - timedelta(days=n) for n in range(40)]
    world = World(
        arxiv=[Work(f"2610.{n:05d}", titled(n), FULL.format(n), day, categories=("cs.AI",)) for n, day in enumerate(spread)],
        biorxiv=[Work(f"10.64898/2026.10.01.{n:06d}", titled(100 + n), FULL.format(n), day) for n, day in enumerate(spread)],
        journals=[Work(f"10.5555/j{n}", titled(200 + n), FULL.format(n), day, issn="1234-5678") for n, day in enumerate(spread)],
        oai_rows=3,
    )
    with serving(world) as server:
        config = config_of(tmp_path, world, server, ["cs.AI"], {"1234-5678": "A journal"})
        corpus = Corpus(config.corpus_path)
        visits.want_since(config.home, today - timedelta(days=30))
        refresh(config.home, config=config, corpus=corpus, patience=patience)
        weeks = past_weeks(config.home, config=config)
        assert [last for _, last in weeks] == [today - timedelta(days=n) for n in (7, 14, 21, 28)]
        assert weeks[-1][0] == today - timedelta(days=30)
        read_past(config.home, weeks[0], config=config, corpus=corpus, patience=patience)
        assert past_weeks(config.home, config=config) == weeks[1:]  # stopped here; the next run goes on
        for week in past_weeks(config.home, config=config):
            assert all(not visit.error for visit in read_past(config.home, week, config=config, corpus=corpus, patience=patience))
        assert past_weeks(config.home, config=config) == []
    wanted = {f"arXiv:{w.key}" for w in world.arxiv[:31]} | {f"doi:{w.key}" for w in (*world.biorxiv[:31], *world.journals[:31])}
    assert wanted <= set(corpus.columns(["id"])["id"])


def test_abstracts_come_from_one_service_after_the_other_many_at_once(tmp_path: Path, patience: Patience) -> None:
    today = date.today()
    works = [
        Work(f"10.5555/t{n}", titled(n), FULL.format(n), today, issn="1234-5678", teaser=f"A short word on {n}.")
        for n in range(100)
    ]
    keys = [work.key for work in works]
    known = {"crossref": set(keys[:60]), "europepmc": set(keys[60:80]), "pubmed": set(keys[80:90]), "s2": set(keys[90:95])}
    world = World(journals=works, known=known)
    with serving(world) as server:
        config = config_of(tmp_path, world, server, [], {"1234-5678": "A journal"})
        corpus = Corpus(config.corpus_path)
        server.routes["/feed/*"] = fixed(rss(*[
            item(n, title=work.title, guid=f"https://doi.org/{work.key}").replace(f"Abstract of study {n}.", work.teaser)
            for n, work in enumerate(works)
        ]))  # fmt: skip
        server.routes["/crossref/journals/*"] = fixed(b'{"message": {"items": [], "total-results": 0}}')
        refresh(config.home, config=config, corpus=corpus, patience=patience)
        before = corpus.columns(["id", "origins"])["origins"]
        server.asked.clear()
        done = fill_abstracts(config.home, corpus, config=config, patience=patience)
        papers = corpus.columns(["id", "abstract", "origins"]).set_index("id")
        refresh(config.home, config=config, corpus=corpus, patience=patience)  # the teaser comes again and changes nothing
        again = fill_abstracts(config.home, corpus, config=config, patience=patience)
    assert before.str.contains(TEASER).all()
    assert (done["asked"], done["filled"], done["error"]) == (100, 95, None)
    assert done["requests"] <= 2 + 1 + 2 + 1  # PubMed takes a search and a look-up
    assert papers.loc["doi:10.5555/t3", "abstract"] == works[3].abstract
    assert (
        "Aim" not in papers.loc["doi:10.5555/t70", "abstract"][:0]
        and works[70].abstract in papers.loc["doi:10.5555/t70", "abstract"]
    )
    names = [papers.loc[f"doi:10.5555/t{n}", "origins"] for n in (0, 65, 85, 92, 99)]
    told = ("Crossref", "Europe PMC", "PubMed", "Semantic Scholar", TEASER)
    assert [name in origins for name, origins in zip(told, names, strict=True)] == [True] * 5
    assert again["asked"] == 0  # what nobody has is asked for again in hours, not at once
    after_all = corpus.columns(["id", "abstract"]).set_index("id")
    assert (after_all["abstract"] == papers["abstract"]).all()
