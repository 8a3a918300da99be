"""``python -m hub radar``: a radar's list, its digest for cron, its file; made from options or kept under a name."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from hub.cli.common import AsJson, Fields, Since, Sources, Topics, corpus, current, day, emit, stderr, topic_id
from hub.settings import settings

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
    interest: Annotated[str, typer.Option(help="What you want, in your own words.")] = "",
    source: Sources = None,
    field: Fields = None,
    topic: Topics = None,
    since: Since = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many papers.")] = 50,
    explore_every: Annotated[int, typer.Option(min=0, help="One place in so many is from outside your topics; 0 for none.")] = 10,
    reader: Annotated[str, typer.Option(help="Whose radar, on a hub with login: the folder's name.")] = "local",
    save: Annotated[bool, typer.Option("--save", help="Keep the radar under its name.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is new for a radar, each paper with the reasons."""
    from hub.radar.listing import listing
    from hub.radar.reading import Reading
    from hub.radar.store import RadarStore
    from hub.radar.vectors import embed_with

    home, snapshot, papers = settings().home, current(), corpus()
    store = RadarStore(home, reader)
    wanted = _radar(store, snapshot, name, keyword, must, never, like, dislike, author, interest, source, field, topic)
    if save:
        store.save(wanted)
    found = listing(
        snapshot, wanted, search=papers.search_ids, embed=embed_with(store, snapshot, home),
        statuses=Reading(store).statuses(), since=day(since, "--from"), limit=limit, explore_every=explore_every,
    )  # fmt: skip
    for notice in found.notices:
        stderr.print(notice, style="yellow", markup=False)
    rows = [{**asdict(paper), "why": [reason.text for reason in paper.reasons]} for paper in found.papers]
    emit([_plain(row) for row in rows] if as_json else rows, as_json, ("score", "published", "source", "title", "why"))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{k: v for k, v in row.items() if k != "abstract"},
        "published": str(row["published"]),
        "updated": str(row["updated"] or ""),
    }


def _radar(store: Any, snapshot: Any, name: str, keyword: Words, must: Words, never: Words, like: Words, dislike: Words,
           author: Words, interest: str, source: Words, field: Words, topic: Words) -> Any:  # fmt: skip
    from hub.radar.interests import Radar, folded
    from hub.radar.library import paper_id

    kept = name and folded(name) in map(folded, store.names())
    start = store.radar(name) if kept else Radar(name or "command line")
    changed = start.replace(
        text=interest or start.text,
        should=(*start.should, *(keyword or ())), must=(*start.must, *(must or ())), never=(*start.never, *(never or ())),
        authors=(*start.authors, *(author or ())),
        sources=(*start.sources, *(source or ())), fields=(*start.fields, *(field or ())),
        topics=(*start.topics, *(topic_id(snapshot, t) for t in topic or ())),
        liked=(*start.liked, *(paper_id(snapshot, i) for i in like or ())),
        disliked=(*start.disliked, *(paper_id(snapshot, i) for i in dislike or ())),
    )  # fmt: skip
    if name and not kept and changed.is_empty:
        store.radar(name)  # says which radars there are
    return changed
