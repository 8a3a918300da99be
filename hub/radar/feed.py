"""A radar as an Atom feed (RFC 4287), made with feedgen."""

from __future__ import annotations

from datetime import UTC, datetime

from hub.errors import RadarError
from hub.radar.listing import Listed, Listing


def atom(listing: Listing, token: str, *, address: str = "") -> bytes:
    """Return the Atom document of a radar's list.

    Parameters
    ----------
    listing
        What the radar lists now.
    token
        The radar's id; the feed's own id is made of it, so that renaming the radar keeps subscriptions whole.
    address
        Where this feed is served from; left out of the document when empty.

    Raises
    ------
    RadarError
        When the text cannot be put into XML.
    """
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.id(f"urn:academichub:radar:{token}")
    feed.title(plain(f"Radar: {listing.radar.name}"))
    feed.subtitle(plain(" ".join(listing.notices)) or f"{len(listing.papers)} papers for this radar")
    feed.author(name="AcademicHub")
    feed.generator("AcademicHub")
    if address:
        feed.link(href=address, rel="self", type="application/atom+xml")
    feed.updated(max((_when(paper) for paper in listing.papers), default=datetime(1970, 1, 1, tzinfo=UTC)))
    try:
        for paper in listing.papers:
            _entry(feed, paper)
        return bytes(feed.atom_str(pretty=True))
    except ValueError as e:
        raise RadarError(f"The feed of {listing.radar.name!r} cannot be written: {e}.") from e


def _entry(feed: object, paper: Listed) -> None:
    entry = feed.add_entry(order="append")  # type: ignore[attr-defined]
    entry.id(f"urn:academichub:paper:{paper.id}")
    entry.title(plain(paper.title))
    if paper.url:
        entry.link(href=paper.url)
    entry.published(_when(paper))
    entry.updated(_when(paper))
    for name in paper.authors:
        entry.author(name=plain(name))
    if paper.field:
        entry.category(term=paper.field)
    mark = "Exploration. " if paper.explore else ""
    entry.summary(plain(f"{mark}{paper.source_label} · {' '.join(r.text for r in paper.reasons)}"))
    if paper.abstract:
        entry.content(plain(paper.abstract), type="text")


def _when(paper: Listed) -> datetime:
    return datetime.combine(paper.updated or paper.published, datetime.min.time(), UTC)


def plain(text: str) -> str:
    """Return ``text`` without the control characters that XML 1.0 does not allow."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"))
