"""Commands of the sources room: refresh, and what there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from hub.cli.common import AllowLoss, AsJson, corpus, day, emit, progress, stderr
from hub.errors import SelectionError, SourceError
from hub.i18n.messages import Said
from hub.settings import settings
from hub.storage import losses

Ids = Annotated[list[str] | None, typer.Option("--source", help="A source's id, such as arxiv-cs.AI; may be repeated.")]


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(refresh)
    app.command()(sources)


def refresh(
    source: Ids = None,
    since: Annotated[
        str, typer.Option("--since", help="Read the past too, from this day on; resumes where it was stopped.")
    ] = "",
    abstracts: Annotated[
        bool, typer.Option(help="Look up abstracts that feeds leave out at Crossref, Europe PMC, PubMed and Semantic Scholar.")
    ] = True,
    allow_loss: AllowLoss = False,
    as_json: AsJson = False,
) -> None:
    """Read the live sources that are on, or those named; say what each brought."""
    from hub.sources.abstracts import fill_abstracts
    from hub.sources.refresh import refresh as read
    from hub.worker import jobs
    from hub.worker.finishing import finish

    first = day(since, "--since")
    if first and first > date.today():
        raise SelectionError(f"--since names a day that has not come, {first}.")
    with losses.allowed(allow_loss):
        config, table = settings(), corpus()
    with losses.allowed(allow_loss), jobs.exclusive(config.home, "refresh") as report, progress("Refreshing") as bar:

        def told(source_id: str, done: int, total: int) -> None:
            report(Said("Reading {source}", source=source_id), done, total)
            bar(done, total)

        visits = read(config.home, source, first, told, config=config, corpus=table)
        if abstracts:
            fill_abstracts(config.home, table, config=config, progress=told)
        finish(config.home, table, report)
    emit(
        [visit.as_dict() for visit in visits],
        as_json,
        ("source", "seen", "added", "updated", "duplicates", "not_papers", "error"),
    )
    if visits and all(visit.error for visit in visits):
        raise typer.Exit(1)


def sources(
    on: Annotated[list[str] | None, typer.Option("--on", help="Turn a source on, by its id; may be repeated.")] = None,
    off: Annotated[list[str] | None, typer.Option("--off", help="Turn a source off; may be repeated.")] = None,
    add: Annotated[list[str] | None, typer.Option("--add", help="Add a feed by its address; may be repeated.")] = None,
    preview: Annotated[
        str | None, typer.Option("--preview", help="Say as JSON what the feed at this address would bring.")
    ] = None,
    health: Annotated[bool, typer.Option("--health", help="What came when, and which sources have gone silent.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Those that are off too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the sources: those that are on, or all of the catalogue. Turn them on or off, or add a feed, before that."""
    from hub.sources.catalogue import catalogue
    from hub.sources.health import health_of

    config = settings()
    if preview is not None:
        from hub.sources.preview import looked_at

        emit(looked_at(config.home, config, preview), True)
        return
    _change(on or (), off or (), add or ())
    chosen = [source for source in catalogue(config.home, config).values() if source.on or all_]
    if health:
        papers = corpus().columns(["id", "source", "field", "published", "categories"])
        rows: list[dict[str, Any]] = [report.as_dict() for report in health_of(config.home, papers, chosen)]
        emit(
            rows,
            as_json,
            ("source", "last_success", "papers", "papers_per_day", "got", "listed", "stale", "notice", "last_error"),
        )
        return
    names = ("id", "name", "protocol", "field", "domain", "issn", "licence", "on", "url")
    emit([{name: getattr(source, name) for name in names} for source in chosen], as_json, names[:5])


def _change(on: Sequence[str], off: Sequence[str], add: Sequence[str]) -> None:
    from hub.sources import catalogue as catalogues
    from hub.sources.preview import preview
    from hub.sources.web.public_only import completed

    config = settings()
    known = catalogues.catalogue(config.home, config)
    unknown = [name for name in (*on, *off) if name not in known]
    if unknown:
        raise SourceError(Said("There is no source {name!r}. `python -m hub sources --all` lists them.", name=unknown[0]))
    for url in map(completed, add):
        catalogues.check_new(config.home, config, url)
        found = preview(config.home, config, url)
        if found.rejected and not found.papers:
            why = found.rejected[0].why
            raise SourceError(Said("{url} brings no papers: {why}. It was not added.", url=url, why=why), url=url)
        added = catalogues.add(config.home, config, found.name or url, url)
        stderr.print(f"Added {added.id}: {len(found.papers)} papers now.", markup=False)
    for name in (*on, *off):
        catalogues.switch(config.home, name, name in on)
