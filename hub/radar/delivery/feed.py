"""A radar as an Atom feed (RFC 4287), made with feedgen."""

from __future__ import annotations

from datetime import UTC, datetime

from hub.errors import RadarError
from hub.i18n.messages import Said, about, speaker, spoken
from hub.papers.addresses import web_address
from hub.radar.listing import Listed, Listing


def atom(listing: Listing, token: str, *, address: str = "") -> bytes:
    """Return the Atom document of a radar's list, in the radar's language.

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

    lang = listing.radar.language
    say = speaker(lang)
    feed = FeedGenerator()
    feed.language(about(lang).tag)
    feed.id(f"urn:academichub:radar:{token}")
    feed.title(plain(say("Radar: {name}", name=listing.radar.name)))
    notices = " ".join(spoken(notice, lang) for notice in listing.notices)
    feed.subtitle(plain(notices) or say("{n} papers for this radar", n=len(listing.papers)))
    feed.author(name="AcademicHub")
    feed.generator("AcademicHub")
    if address:
        feed.link(href=address, rel="self", type="application/atom+xml")
    feed.updated(max((_when(paper) for paper in listing.papers), default=datetime(1970, 1, 1, tzinfo=UTC)))
    try:
        for paper in listing.papers:
            _entry(feed, paper, lang)
        return bytes(feed.atom_str(pretty=True))
    except ValueError as e:
        raise RadarError(Said("The feed of {name!r} cannot be written: {why}.", name=listing.radar.name, why=e)) from e


def _entry(feed: object, paper: Listed, lang: str) -> None:
    entry = feed.add_entry(order="append")  # type: ignore[attr-defined]
    entry.id(f"urn:academichub:paper:{paper.id}")
    entry.title(plain(paper.title))
    if web_address(paper.url):
        entry.link(href=web_address(paper.url))
    entry.published(_when(paper))
    entry.updated(_when(paper))
    for name in paper.authors:
        entry.author(name=plain(name))
    if paper.field:
        entry.category(term=paper.field)
    why = " ".join(spoken(reason.text, lang) for reason in paper.reasons)
    entry.summary(plain(f"{paper.source_label} · {why}"))
    if paper.abstract or not web_address(paper.url):  # an entry has a link or a content (RFC 4287, 4.1.2)
        entry.content(plain(paper.abstract or paper.title), type="text")


def _when(paper: Listed) -> datetime:
    return datetime.combine(paper.updated or paper.published, datetime.min.time(), UTC)


def plain(text: str) -> str:
    """Return ``text`` without the control characters that XML 1.0 does not allow."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"))
