"""Commands of the sources room: refresh, and what there is."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hub.cli.common import AsJson, corpus, day, emit, progress
from hub.settings import settings

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
    abstracts: Annotated[bool, typer.Option(help="Ask Crossref and Europe PMC for abstracts that feeds leave out.")] = True,
    as_json: AsJson = False,
) -> None:
    """Read the live sources that are on, or those named; say what each brought."""
    from hub import jobs
    from hub.publish import republish
    from hub.sources.abstracts import fill_abstracts
    from hub.sources.joining import join
    from hub.sources.refresh import refresh as read

    config, table = settings(), corpus()
    with jobs.exclusive(config.home, "refresh") as report, progress("Refreshing") as bar:

        def told(source_id: str, done: int, total: int) -> None:
            report(source_id, done, total)
            bar(done, total)

        visits = read(config.home, source, day(since, "--since"), told, config=config, corpus=table)
        filled = fill_abstracts(config.home, table, config=config, progress=told) if abstracts else {}
        changed = any(visit.summary.added + visit.summary.updated for visit in visits)
        if changed:
            join(table)
        if changed or filled.get("filled"):
            table.optimize()
            republish(config.home, table)
    emit(
        [visit.as_dict() for visit in visits],
        as_json,
        ("source", "seen", "added", "updated", "duplicates", "not_papers", "error"),
    )
    if visits and all(visit.error for visit in visits):
        raise typer.Exit(1)


def sources(
    health: Annotated[bool, typer.Option("--health", help="What came when, and which sources have gone silent.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Those that are off too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the sources: those that are on, or all of the catalogue."""
    from hub.sources.catalogue import catalogue
    from hub.sources.health import health_of

    config = settings()
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
