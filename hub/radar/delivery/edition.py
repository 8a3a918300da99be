"""The daily paper of the Today page as a file: Markdown, one HTML page to print, an Atom feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from hub.errors import RadarError
from hub.i18n.messages import Said, about, speaker
from hub.papers.addresses import web_address
from hub.papers.markdown import literal
from hub.papers.roles import told
from hub.radar.delivery.digest import as_html
from hub.radar.delivery.feed import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper of the edition: its place in it, what it found in one sentence of its own, and why it stands there."""

    number: int
    id: str
    title: str
    authors: str
    label: str
    published: date
    url: str
    finding: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the edition: its heading, a line on what it holds, its papers."""

    title: str
    note: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Daily:
    """One edition as the reader sees it, in the reader's language."""

    title: str
    line: str
    day: date
    sections: tuple[Section, ...]
    language: str = "en"


def finding(abstract: str) -> str:
    """Return the sentence of an abstract that tells best what came of the paper, else its idea, else its task; "" for none.

    >>> finding("Aims. We measure dust. Methods. We use a telescope. Results. Dust is cold.")
    'Dust is cold.'
    """
    said = told(abstract)
    return next((said[role] for role in ("result", "idea", "task") if role in said), "")


def markdown(daily: Daily) -> str:
    """Return the edition as Markdown; nothing in a title or a sentence can become live in it."""
    lines = [f"# {literal(daily.title)}", "", literal(daily.line), ""]
    for section in daily.sections:
        lines += [f"## {literal(section.title)}", ""]
        lines += [literal(section.note), ""] if section.note else []
        for entry in section.entries:
            title = f"[{literal(entry.title)}](<{web_address(entry.url)}>)" if web_address(entry.url) else literal(entry.title)
            facts = " · ".join(filter(None, (entry.label, entry.published.isoformat(), entry.authors)))
            lines += [f"**{entry.number}. {title}**  ", literal(facts) + ("  " if entry.finding or entry.why else "")]
            lines += [literal(entry.finding) + ("  " if entry.why else "")] if entry.finding else []
            lines += [f"*{literal(entry.why)}*"] if entry.why else []
            lines.append("")
    return "\n".join(lines)


def html(daily: Daily) -> str:
    """Return the edition as one HTML page that needs nothing else and prints well."""
    return as_html(markdown(daily), daily.title, daily.language)


def atom(daily: Daily) -> bytes:
    """Return the edition as an Atom document (RFC 4287), each paper once.

    Raises
    ------
    RadarError
        When the text cannot be put into XML.
    """
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.language(about(daily.language).tag)
    feed.id(f"urn:academichub:today:{daily.day.isoformat()}")
    feed.title(plain(daily.title))
    feed.subtitle(plain(daily.line))
    feed.author(name="AcademicHub")
    feed.generator("AcademicHub")
    feed.updated(_midnight(daily.day))
    say = speaker(daily.language)
    try:
        for section in daily.sections:
            for paper in section.entries:
                entry = feed.add_entry(order="append")
                entry.id(f"urn:academichub:paper:{paper.id}")
                entry.title(plain(paper.title))
                if web_address(paper.url):
                    entry.link(href=web_address(paper.url))
                else:
                    entry.content(plain(paper.title), type="text")
                entry.published(_midnight(paper.published))
                entry.updated(_midnight(paper.published))
                entry.author(name=plain(paper.authors) or say("no authors named"))
                entry.category(term=plain(section.title))
                entry.summary(plain(" · ".join(filter(None, (paper.label, paper.finding, paper.why)))))
        return bytes(feed.atom_str(pretty=True))
    except ValueError as e:
        raise RadarError(Said("The feed of {name!r} cannot be written: {why}.", name=daily.title, why=e)) from e


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)
