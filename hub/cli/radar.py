"""``python -m hub radar``: a radar's list, its digest for cron, its file; made from options or kept under a name."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.common import AsJson, Fields, Since, Sources, Topics, corpus, current, day, emit, stderr, topic_id
from hub.i18n.messages import spoken
from hub.settings import settings
from hub.storage import integrity

if TYPE_CHECKING:
    from hub.radar.listing import Listing
    from hub.radar.model import Radar
    from hub.radar.store import RadarStore
    from hub.storage.snapshot import Snapshot

Words = list[str] | None


def _many(flag: str, text: str) -> Any:
    return typer.Option(flag, help=f"{text}; may be repeated.")


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(radar)


def radar(
    name: Annotated[str, typer.Option(help="A radar of this name, with what the other options add.")] = "",
    keyword: Annotated[Words, _many("--keyword", "A word or phrase that raises a paper")] = None,
    must: Annotated[Words, _many("--must", "A word or phrase that a paper must hold")] = None,
    never: Annotated[Words, _many("--never", "A word or phrase that no paper may hold")] = None,
    like: Annotated[Words, _many("--like", "The id, DOI or arXiv id of a paper like those you want")] = None,
    dislike: Annotated[Words, _many("--dislike", "The id of a paper unlike those you want")] = None,
    author: Annotated[Words, _many("--author", "An author to follow")] = None,
    venue: Annotated[Words, _many("--venue", "A journal or server to follow: its papers rise")] = None,
    institution: Annotated[Words, _many("--institution", "Where authors work whose papers rise, as far as papers tell")] = None,
    interest: Annotated[str, typer.Option(help="What you want, in your own words.")] = "",
    add: Annotated[list[Path] | None, _many("--add", "A BibTeX, RIS or Zotero (CSL JSON) file of your papers")] = None,
    load: Annotated[Path | None, typer.Option(help="A radar's JSON file to start from.")] = None,
    dump: Annotated[bool, typer.Option("--dump", help="Print the radar's JSON file and stop.")] = False,
    source: Sources = None,
    field: Fields = None,
    topic: Topics = None,
    since: Since = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many papers.")] = 50,
    explore_every: Annotated[int, typer.Option(min=0, help="One place in so many is from outside your topics; 0 for none.")] = 10,
    digest: Annotated[str, typer.Option(help="markdown or html: what no digest of this radar held before.")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the digest to this file.")] = None,
    mail: Annotated[bool, typer.Option("--mail", help="Send the digest to the radar's address through HUB_SMTP_URL.")] = False,
    every: Annotated[str, typer.Option(help="day or week: how far the digest looks back; kept by --save.")] = "",
    due: Annotated[bool, typer.Option("--due", help="For all radars: check for changes, mail the digests that are due.")] = False,
    language: Annotated[str, typer.Option(help="en or zh: the language of reasons, digest and feed.")] = "",
    reader: Annotated[str, typer.Option(help="Whose radar, on a hub with login: the folder's name.")] = "local",
    save: Annotated[bool, typer.Option("--save", help="Keep the radar under its name.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is new for a radar, each paper with the reasons; or write its digest."""
    from hub.radar.document import to_json
    from hub.radar.listing import first_day
    from hub.radar.model import EVERY, Radar
    from hub.radar.ranking.rules import how_many_tell
    from hub.radar.service import listed
    from hub.radar.store import RadarStore

    if digest not in ("", "markdown", "html"):
        raise typer.BadParameter("--digest takes markdown or html")
    home, snapshot, papers = settings().home, current(), corpus()
    if due:
        from hub.radar.daily import look_after

        emit(look_after(home, snapshot, papers, settings()), as_json)
        return
    store = RadarStore(home, reader)
    start = _loaded(load) if load else _kept(store, name)
    wanted = (start or Radar(name or "command line")).replace(**({"name": name} if name else {}))
    wanted = wanted.replace(every=every or wanted.every, language=language or wanted.language)
    wanted = _extended(
        snapshot, wanted, keyword, must, never, like, dislike, author, venue, institution, interest, source, field, topic
    )
    for file in add or []:
        wanted = _with_library(wanted, file, snapshot)
    if name and start is None and wanted.is_empty:
        store.radar(name)  # there is none: says which there are
    if save:
        store.save(wanted)
    if dump:
        sys.stdout.write(to_json(wanted) + "\n")
        return
    first = day(since, "--from") or (first_day(snapshot, EVERY[wanted.every]) if every else None)
    found = listed(store, wanted, snapshot, papers, home, since=first, limit=limit, explore_every=explore_every)
    for notice in (*found.notices, *([how_many_tell(snapshot)] if wanted.institutions else [])):
        stderr.print(spoken(notice, wanted.language), style="yellow", markup=False)
    if digest or mail:
        _digest(store, found, snapshot, digest or "markdown", output, mail, as_json)
        return
    emit([_row(paper, wanted.language) for paper in found.papers], as_json, ("score", "published", "source", "title", "why"))


def _loaded(file: Path) -> Radar:
    from hub.errors import RadarError
    from hub.radar.document import from_json

    try:
        return from_json(file.read_text("utf-8"))
    except OSError as e:
        raise RadarError(f"The radar {file} cannot be read ({e.strerror}): check the path.") from e
    except UnicodeDecodeError as e:
        raise RadarError(f"{file} is not a radar file: it is not text. Choose a file that a radar was exported to.") from e


def _kept(store: RadarStore, name: str) -> Radar | None:
    from hub.radar.model import folded

    return store.radar(name) if name and folded(name) in map(folded, store.names()) else None


def _extended(snapshot: Snapshot, start: Radar, keyword: Words, must: Words, never: Words, like: Words, dislike: Words,
              author: Words, venue: Words, institution: Words, interest: str, source: Words, field: Words,
              topic: Words) -> Radar:  # fmt: skip
    from hub.cli.common import selection
    from hub.radar.library import paper_id

    selection(
        snapshot, [*(source or ()), *(venue or ())] or None, field, "", "", None, ""
    )  # a mistyped source or field must not look like a quiet one
    return start.replace(
        text=interest or start.text, authors=(*start.authors, *(author or ())), venues=(*start.venues, *(venue or ())),
        institutions=(*start.institutions, *(institution or ())),
        should=(*start.should, *(keyword or ())), must=(*start.must, *(must or ())), never=(*start.never, *(never or ())),
        sources=(*start.sources, *(source or ())), fields=(*start.fields, *(field or ())),
        topics=(*start.topics, *(topic_id(snapshot, t) for t in topic or ())),
        liked=(*start.liked, *(paper_id(snapshot, i) for i in like or ())),
        disliked=(*start.disliked, *(paper_id(snapshot, i) for i in dislike or ())),
    )  # fmt: skip


def _with_library(wanted: Radar, file: Path, snapshot: Snapshot) -> Radar:
    from hub.errors import RadarError
    from hub.radar.library import add, read

    try:
        library = read(file.read_bytes(), file.name)
    except OSError as e:
        raise RadarError(f"{file} cannot be read ({e}): check the path.") from e
    added = add(wanted, library, snapshot)
    for where, what in library.broken:
        told = f"{spoken(where, wanted.language)}: {spoken(what, wanted.language)}"
        stderr.print(f"{file.name}, {told}", style="yellow", markup=False)
    stderr.print(f"{file.name}: {spoken(added.said(len(library.broken)), wanted.language)}", markup=False)
    return added.radar


def _digest(store: RadarStore, found: Listing, snapshot: Snapshot, form: str, output: Path | None, mail: bool,
            as_json: bool) -> None:  # fmt: skip
    from hub.radar.daily import post, recent
    from hub.radar.delivery.digest import as_html, fresh, heading, markdown, remember
    from hub.radar.service import recap_text

    saved, lang = _kept(store, found.radar.name) is not None, found.radar.language
    new = fresh(store, found.radar.name, found) if saved else found
    raised = recent(store, found.radar, snapshot, found) if saved else []
    told = recap_text(found.radar, snapshot, found.since)
    text = markdown(new, raised, lang, told)
    page = as_html(text, heading(new, lang), lang)
    if output:
        from hub.errors import RadarError

        try:
            integrity.write(output, page if form == "html" else text)
        except OSError as e:
            raise RadarError(f"The digest cannot be written to {output}: {e.strerror}. Choose another file with -o.") from e
    sent = mail and bool(new.papers or raised)
    if sent:
        post(store, found.radar, new, raised, settings(), told)
    if as_json:
        rows = [_row(paper, lang) for paper in new.papers]
        emit({"papers": rows, "alerts": [asdict(alert) for alert in raised], "sent": sent, "digest": text}, True)
    elif not output and not mail:
        sys.stdout.write(page if form == "html" else text)
    if saved:
        remember(store, found.radar.name, new)


def _row(paper: Any, lang: str) -> dict[str, Any]:
    row = asdict(paper) | {"published": str(paper.published), "updated": str(paper.updated or "")}
    why = [spoken(reason.text, lang) for reason in paper.reasons]
    return {**{key: value for key, value in row.items() if key != "abstract"}, "why": why}
