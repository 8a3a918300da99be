"""A radar's list as a digest to read in a mail or a file: Markdown, and HTML made of it."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hub.radar.alerts import Alert
from hub.radar.listing import Listing
from hub.radar.store import RadarStore
from hub.radar.wording import Said

REMEMBERED = 5000
"""Ids of digested papers that are kept for each radar; older ones have left every window."""


def fresh(store: RadarStore, name: str, found: Listing) -> Listing:
    """Return the list without the papers that an earlier digest of this radar held."""
    had = set(store.state(f"{store.token(name)}.digest").get("ids", []))
    papers = tuple(paper for paper in found.papers if paper.id not in had)
    if papers or not found.papers:
        return Listing(found.radar, papers, found.since, found.candidates, found.notices)
    notice = Said("Nothing new: the {n} papers of the list were all in earlier digests.", n=len(found.papers))
    return Listing(found.radar, papers, found.since, found.candidates, (*found.notices, notice))


def remember(store: RadarStore, name: str, found: Listing) -> None:
    """Note that these papers were digested, once the digest is written or sent."""

    def edit(state: dict[str, Any]) -> None:
        state["ids"] = [*state.get("ids", []), *(paper.id for paper in found.papers)][-REMEMBERED:]
        state["at"] = datetime.now(UTC).isoformat(timespec="seconds")

    store.change_state(f"{store.token(name)}.digest", edit)


def markdown(found: Listing, alerts: Sequence[Alert] = ()) -> str:
    """Return the digest as Markdown: alerts, then the papers with their reasons; titles cannot break out of their place."""
    lines = [f"# Radar: {escaped(found.radar.name)}", ""]
    lines += [f"{len(found.papers)} papers since {found.since}, of {found.candidates:,} that were ranked.", ""]
    lines += [f"> {escaped(notice)}\n" for notice in found.notices]
    if alerts:
        lines += ["## What changed", "", *(f"- **{escaped(a.title)}** {escaped(a.evidence)}" for a in alerts), ""]
    for number, paper in enumerate(found.papers, 1):
        title = f"[{escaped(paper.title)}](<{link(paper.url)}>)" if link(paper.url) else escaped(paper.title)
        names = ", ".join(paper.authors[:3]) + (" et al." if len(paper.authors) > 3 else "")
        lines += [f"## {number}. {title}", ""]
        lines += [escaped(" · ".join(filter(None, (names, paper.source_label, str(paper.published), paper.topic)))), ""]
        lines += [*(f"- {escaped(reason.text)}" for reason in paper.reasons), ""]
    return "\n".join(lines)


def as_html(text: str, title: str) -> str:
    """Return Markdown as one HTML page; HTML in the Markdown is shown as text, never run."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).render(text)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>body{{font:16px/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}"
        f"h2{{font-size:1.05rem;margin-bottom:.2rem}}</style></head><body>{body}</body></html>\n"
    )


def escaped(text: str) -> str:
    """Return ``text`` such that Markdown shows it as it is.

    >>> escaped("a_b [x](y) <i>")
    'a\\\\_b \\\\[x\\\\](y) \\\\<i\\\\>'
    """
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", " ".join(text.split()))


def link(url: str) -> str:
    """Return a web address that is safe between angle brackets, "" for anything else.

    >>> link("https://arxiv.org/abs/2606.1"), link("javascript:alert(1)")
    ('https://arxiv.org/abs/2606.1', '')
    """
    return re.sub(r"[<>\s\\]", "", url) if re.match(r"https?://", url) else ""
