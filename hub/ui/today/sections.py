"""The parts of the daily paper: for you, unusual today, the top of each field; and how they are drawn and taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from hub.papers.model import source_label
from hub.radar.delivery import edition as files
from hub.radar.delivery.edition import Daily, Entry, Section
from hub.radar.model import Radar
from hub.radar.ranking.rank import rank
from hub.radar.ranking.vectors import embed_with
from hub.radar.ranking.why import reasons
from hub.storage import newest
from hub.storage.newest import Edition
from hub.storage.selection import Rows
from hub.trends.unusual import unusual
from hub.ui import address, charts, data, parts
from hub.ui.i18n import _, language, plural, said
from hub.ui.papers.cards import authors_shown, title_link
from hub.ui.reader import radars
from hub.ui.safe import safe
from hub.ui.thumbs import learning, target, thumbs

FOR_YOU, OF_TOPIC, OF_FIELD, TOPICS = 5, 3, 3, 4
PAGE = 25
AUTHORS = 3


@dataclass(frozen=True)
class Part:
    """A section before it is set: its rows, why each stands there, and the domain it is about."""

    title: str
    note: str
    rows: Rows
    why: Mapping[int, str]
    domain: str = ""


def front_page(found: Edition) -> list[Part]:
    """Return the sections of the front page, no paper twice."""
    seen: set[int] = set()
    front = [*_for_you(found), *_unusual(found)]
    for part in front:
        seen.update(part.rows.tolist())
    for domain, rows in _fields(found).items():
        top = np.array([row for row in rows.tolist() if row not in seen][:OF_FIELD], dtype=np.int64)
        counted = plural(len(rows), "{n:,} paper", "{n:,} papers")
        front.append(Part(_(domain), counted, top, {}, domain))
    return [part for part in front if len(part.rows)]


def one_field(found: Edition, domain: str, page: int) -> Part:
    """Return all papers of a domain, a page of them."""
    rows = _fields(found)[domain]
    counted = plural(len(rows), "{n:,} paper", "{n:,} papers")
    return Part(_(domain), counted, rows[(page - 1) * PAGE : page * PAGE], {}, domain)


def chosen_field(found: Edition) -> tuple[str, int]:
    """Draw the fields of the edition with their papers; return the chosen one, "" for the front page, and the page of it."""
    sizes = {domain: len(rows) for domain, rows in _fields(found).items()}
    names = {"": _("Front page"), **{domain: _(domain) for domain in sizes}}
    chosen = address.choice(_("Field"), list(names), "", names.__getitem__, "in", label_visibility="collapsed")
    pages = -(-sizes.get(chosen, 0) // PAGE)
    page = parts.page_of(pages, "today.page", of=(chosen, found.since, found.until, data.selection())) if chosen else 1
    st.caption(_order(chosen))
    return chosen, page


def _order(chosen: str) -> str:
    """Say how the list is ordered, and why so."""
    field = _(
        "In a field, one paper of each topic first: the nearest to its last eight weeks, which most of its readers can place."
    )
    return field if chosen else _("By your radar, then topics above their norm, then fields by size.") + " " + field


def _fields(found: Edition) -> dict[str, Rows]:
    return data.compute(newest.by_field, chosen=found.rows)


def _for_you(found: Edition) -> list[Part]:
    store = radars()
    name = learning(store) if store is not None else ""
    if store is None or not name:
        return []
    radar = store.radar(name)
    if radar.is_empty:
        return []
    snapshot = data.snapshot()
    corpus = data.corpus()
    ranking = rank(
        snapshot, radar, np.sort(found.rows), search=corpus.search_ids, embed=embed_with(store, snapshot, data.home()),
        limit=FOR_YOU, explore_every=0,
    )  # fmt: skip
    why = {
        int(row): " ".join(said(reason.text) for reason in because[:1])
        for row, because in zip(ranking.rows.tolist(), reasons(snapshot, radar, ranking), strict=True)
    }
    return [Part(_("For you"), _("by your radar {name}", name=radar.name), ranking.rows.astype(np.int64), why)]


def _unusual(found: Edition) -> list[Part]:
    table = data.compute(unusual, chosen=found.rows).head(TOPICS)
    if not len(table):
        return []
    snapshot = data.snapshot()
    topics = snapshot.papers["topic"].to_numpy()
    rows: list[int] = []
    why: dict[int, str] = {}
    for record in table.to_dict("records"):
        own = found.rows[topics[found.rows] == record["topic"]][:OF_TOPIC].tolist()
        text = _(
            "{topic}: {papers} papers, {expected:.1f} expected by the eight weeks before",
            topic=str(record["name"]), papers=int(record["papers"]), expected=float(record["expected"]),
        )  # fmt: skip
        rows += own
        why |= dict.fromkeys(own, text)
    note = _("topics above their norm, at a false discovery rate of 5 %")
    return [Part(_("Unusual today"), note, np.array(rows, dtype=np.int64), why)]


def draw(daily: Daily, made: list[Part]) -> None:
    """Draw the sections, each paper numbered; a section of a field has its colour."""
    radar = target("today.papers")
    texts = data.corpus().abstracts([entry.id for section in daily.sections for entry in section.entries])
    for number, (section, part) in enumerate(zip(daily.sections, made, strict=True)):
        with st.container(key=f"section-{charts.slug(part.domain or 'front')}-{number}", gap="xsmall"):
            st.subheader(safe(section.title), anchor=False)
            if section.note:
                st.caption(safe(section.note))
            for entry in section.entries:
                _entry(entry, texts.get(entry.id, ""), radar)


def _entry(entry: Entry, abstract: str, radar: Radar | None) -> None:
    with st.container(key=f"card-today-{entry.number}", gap=None):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            with st.container(width="stretch"):
                st.markdown(f"**{entry.number}\\.** :small[:gray[{safe(entry.label)} · {entry.published:%Y-%m-%d}]]")
            thumbs(entry.id, "today.papers", radar)
        title_link(entry.id, entry.title)
        if entry.why:
            st.markdown(f":small[{safe(entry.why)}]")
        if not abstract.strip():
            st.caption(_("No abstract from the source."))
            return
        with st.expander(safe(entry.finding) or _("Abstract"), type="compact"):
            st.markdown(safe(abstract))
            st.caption(safe(entry.authors))


def composed(made: list[Part], found: Edition, title: str, line: str) -> Daily:
    """Return the sections set as an edition: numbered, each paper with its one sentence."""
    snapshot = data.snapshot()
    ids = [str(i) for part in made for i in snapshot.papers["id"].iloc[part.rows]]
    texts = data.findings(ids)
    number, sections = 0, []
    for part in made:
        entries = []
        for row in part.rows.tolist():
            number += 1
            paper = snapshot.papers.iloc[row]
            paper_id = str(paper["id"])
            entries.append(
                Entry(
                    number,
                    paper_id,
                    str(paper["title"]),
                    authors_shown(str(paper["authors"]), AUTHORS),
                    source_label(str(paper["source"]), str(paper["field"])),
                    paper["published"].date(),
                    str(paper["url"]),
                    texts.get(paper_id, ""),
                    part.why.get(row, ""),
                )
            )
        sections.append(Section(part.title, part.note, tuple(entries)))
    return Daily(title, line, found.until, tuple(sections), language())


def export(daily: Daily) -> None:
    """Draw the menu that takes the edition away; a file is made when it is asked for."""
    forms: dict[str, tuple[str, str, Callable[[Daily], str | bytes]]] = {
        "md": ("Markdown", "text/markdown", files.markdown),
        "html": (_("HTML, to print"), "text/html", files.html),
        "xml": ("Atom", "application/atom+xml", files.atom),
    }
    with st.popover(_("Take it away"), icon=":material/download:"):
        for ending, (label, mime, make) in forms.items():
            st.download_button(
                label, lambda make=make: make(daily), f"today-{daily.day:%Y-%m-%d}.{ending}", mime, key=f"today.{ending}",  # type: ignore[misc]
                on_click="ignore", type="tertiary", width="stretch",
            )  # fmt: skip
