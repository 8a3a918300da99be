"""A radar's list as a digest to read in a mail or a file: Markdown, and HTML made of it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.i18n.messages import Said, about, speaker, spoken
from hub.papers.addresses import web_address
from hub.papers.markdown import literal
from hub.radar.delivery.changes import Alert
from hub.radar.listing import Listing
from hub.radar.model import EVERY, Radar
from hub.radar.store import RadarStore

REMEMBERED = 5000
"""Ids of digested papers that are kept for each radar; older ones have left every window."""
EARLY = timedelta(hours=3)
"""A digest may come so much before its time, so that a worker that starts a little earlier than yesterday does not skip it."""


def due(store: RadarStore, radar: Radar, now: datetime | None = None) -> bool:
    """Return whether the day or the week since the radar's last digest is over; always for one that never had any.

    A radar that asks for no digest (``every`` empty) is never due.
    """
    if not EVERY[radar.every]:
        return False
    last = store.state(f"{store.token(radar.name)}.digest").get("at", "")
    passed = (now or datetime.now(UTC)) - datetime.fromisoformat(last) if last else timedelta.max
    return passed >= timedelta(days=EVERY[radar.every]) - EARLY


def fresh(store: RadarStore, name: str, found: Listing) -> Listing:
    """Return the list without the papers that an earlier digest of this radar held."""
    had = set(store.state(f"{store.token(name)}.digest").get("ids", []))
    papers = tuple(paper for paper in found.papers if paper.id not in had)
    if papers or not found.papers:
        return replace(found, papers=papers)
    notice = Said("Nothing new: the {n} papers of the list were all in earlier digests.", n=len(found.papers))
    return replace(found, papers=papers, notices=(*found.notices, notice))


def remember(store: RadarStore, name: str, found: Listing, now: datetime | None = None) -> None:
    """Note that these papers were digested, once the digest is written or sent."""

    def edit(state: dict[str, Any]) -> None:
        state["ids"] = [*state.get("ids", []), *(paper.id for paper in found.papers)][-REMEMBERED:]
        state["at"] = (now or datetime.now(UTC)).isoformat(timespec="seconds")

    store.change_state(f"{store.token(name)}.digest", edit)


def heading(found: Listing, lang: str) -> str:
    """Return the digest's title, for a mail's subject and a page's head."""
    return speaker(lang)("Radar {name}: {n} papers", name=found.radar.name, n=len(found.papers))


def markdown(found: Listing, alerts: Sequence[Alert] = (), lang: str = "en", recap: str = "") -> str:
    """Return the digest as Markdown: alerts, the papers with their reasons, a recap of their topics where there is one.

    Titles cannot break out of their place; ``recap`` is Markdown already (:func:`hub.radar.recap.markdown`).
    """
    say = speaker(lang)
    counted = say("{n} papers since {since}, of {ranked:,} that were ranked.", n=len(found.papers), since=found.since,
                  ranked=found.candidates)  # fmt: skip
    lines = [f"# {literal(heading(found, lang))}", "", counted, ""]
    lines += [f"> {literal(spoken(notice, lang))}\n" for notice in found.notices]
    if alerts:
        changed = (alert.said(lang) for alert in alerts)
        lines += [f"## {say('What changed')}", "", *(f"- **{literal(title)}** {literal(why)}" for title, why in changed), ""]
    for number, paper in enumerate(found.papers, 1):
        title = f"[{literal(paper.title)}](<{web_address(paper.url)}>)" if web_address(paper.url) else literal(paper.title)
        names = ", ".join(paper.authors[:3]) + (" et al." if len(paper.authors) > 3 else "")
        lines += [f"## {number}. {title}", ""]
        lines += [literal(" · ".join(filter(None, (names, paper.source_label, str(paper.published), paper.topic)))), ""]
        lines += [*(f"- {literal(spoken(reason.text, lang))}" for reason in paper.reasons), ""]
    return "\n".join([*lines, recap] if recap else lines)


def as_html(text: str, title: str, lang: str = "en") -> str:
    """Return Markdown as one HTML page; HTML in the Markdown is shown as text, never run."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).render(text)
    return (
        f'<!doctype html><html lang="{about(lang).tag}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title>"
        f"<style>body{{font:16px/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}"
        f"h2{{font-size:1.05rem;margin-bottom:.2rem}}</style></head><body>{body}</body></html>\n"
    )
