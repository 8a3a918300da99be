"""One paper on a page of its own: what it says, where it stands, what is like it, what the reader did with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from hub.papers.addresses import web_address
from hub.papers.cleaning import clean_abstract
from hub.papers.fields import field_name
from hub.papers.model import source_label
from hub.papers.roles import labelled, told
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.search.meaning import is_paper, nearest_first
from hub.search.similar import similar
from hub.storage import export
from hub.storage.snapshot import Snapshot
from hub.ui import data, marks, model_missing, parts
from hub.ui.i18n import _
from hub.ui.papers.cards import AUTHORS_SHOWN, paper_cards, records, status_badge, topic_name
from hub.ui.reader import radars
from hub.ui.safe import safe
from hub.ui.thumbs import target, thumbs

PARAM = "id"
"""What names the paper in the address."""
LIKE = 50
"""Nearest papers that "more like this" selects, the paper itself among them."""


def sheet(paper_id: str) -> None:
    """Draw the page of one paper; where it is not here, say so and lead back."""
    snapshot = data.snapshot()
    st.query_params[PARAM] = paper_id  # a link within one page leaves the browser's address as it was (Streamlit 1.67)
    st.button(_("All papers"), icon=":material/arrow_back:", key="sheet.back", type="tertiary", on_click=_back)
    row = snapshot.row_of.get(paper_id)
    if row is None:
        st.info(_("There is no paper {id} here. It may have left with a source, or its address was cut.", id=safe(paper_id)),
                icon=":material/search_off:")  # fmt: skip
        return
    [paper] = records(snapshot.papers.iloc[[row]])
    parts.name_window(str(paper["title"]))
    kept = data.corpus().papers([paper_id])
    abstract, versions = (kept[0].abstract, kept[0].versions) if kept else ("", ())
    store = radars()
    with st.container(key="sheet", gap="small"):
        st.caption(_facts(paper))
        st.header(safe(str(paper["title"])), anchor=False)
        _links(str(paper["authors"]), "author", _("Papers of this author"))
        _links(str(paper.get("institutions", "")), "institution", _("Papers from this institution"))
        _actions(paper, abstract, store)
        st.markdown(_told(abstract))
        _where(snapshot, row, paper)
        _versions(snapshot, versions)
    _similar(snapshot, row)
    if store is not None:
        Reading(store).see(paper_id)


def _back() -> None:
    st.query_params.pop(PARAM, None)


def paper_links(paper: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (label, address) of where a paper can be read: its page, arXiv's PDF, its DOI; never one address twice."""
    links = [(_("Abstract page"), str(paper["url"]))]
    if str(paper["id"]).startswith("arXiv:"):
        links.append((_("PDF"), f"https://arxiv.org/pdf/{str(paper['id']).removeprefix('arXiv:')}"))
    if paper["doi"]:
        links.append((_("DOI"), f"https://doi.org/{paper['doi']}"))
    kept = {web_address(url): (label, url) for label, url in reversed(links) if web_address(url)}
    return [pair for pair in links if pair in kept.values()]


def _facts(paper: Mapping[str, Any]) -> str:
    field = str(paper["field"])
    facts = [source_label(str(paper["source"]), field)]
    if field_name(field).casefold() != field.casefold():
        facts.append(field_name(field))
    facts.append(f"{paper['published']:%Y-%m-%d}")
    if not pd.isna(paper["updated"]):
        facts.append(_("updated {day}", day=f"{paper['updated']:%Y-%m-%d}"))
    if int(paper["version"]) > 1:
        facts.append(_("version {n}", n=int(paper["version"])))
    if paper["journal"] and paper["journal"] != paper["source"]:
        facts.append(str(paper["journal"]))
    return status_badge(str(paper.get("status", ""))) + " · ".join(map(safe, facts))


def _links(names: str, field: str, help: str) -> None:
    """Draw each of ``"A; B; C"`` as a link to the papers that a search for it finds, the first few of them."""
    found = list(dict.fromkeys(name for name in names.split("; ") if name.strip()))
    if not found:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"sheet-{field}"):
        for name in found[:AUTHORS_SHOWN]:
            query = {"q": f'{field}:"{name.replace(chr(34), " ")}"'}
            st.page_link(data.page("papers"), label=safe(name), icon="", query_params=query, help=help)
        if len(found) > AUTHORS_SHOWN:
            st.caption(_("and {n} more", n=len(found) - AUTHORS_SHOWN), width="content", help=safe("; ".join(found)))


def _actions(paper: Mapping[str, Any], abstract: str, store: RadarStore | None) -> None:
    paper_id = str(paper["id"])
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, url in paper_links(paper):
            st.link_button(label, web_address(url), icon=":material/open_in_new:")
        with st.popover(_("Cite"), icon=":material/format_quote:"):
            _cite(paper, abstract)
        if store is not None:
            _reading(paper_id, Reading(store))
    if store is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="sheet-thumbs"):
            thumbs(paper_id, "sheet", target("sheet"))


def _cite(paper: Mapping[str, Any], abstract: str) -> None:
    table = pd.DataFrame([{**paper, "abstract": abstract}])
    st.caption(_("Text"))
    st.code(export.reference(paper), language=None, wrap_lines=True)
    for label, form in (("BibTeX", "bibtex"), ("RIS", "ris")):
        st.caption(label)
        st.code(export.exported(table, form).decode(), language=None, wrap_lines=True, height=180)


def _reading(paper_id: str, reading: Reading) -> None:
    names = {"saved": _("Save"), "read": _("Read"), "archived": _("Archive")}
    status, note = f"sheet.status.{paper_id}", f"sheet.note.{paper_id}"
    now = reading.statuses().get(paper_id)
    st.session_state[status] = now if now in names else None
    st.segmented_control(
        _("Reading list"), list(names), key=status, format_func=names.__getitem__, label_visibility="collapsed",
        on_change=_mark, args=(reading, paper_id, status),
    )  # fmt: skip
    written = reading.notes().get(paper_id, "")
    with st.popover(_("Note"), icon=":material/edit_note:", type="primary" if written else "secondary"):
        st.text_area(
            _("Your own note"), written, key=note, on_change=_note, args=(reading, paper_id, note), max_chars=2000
        )  # fmt: skip


def _mark(reading: Reading, paper_id: str, key: str) -> None:
    reading.mark([paper_id], st.session_state[key] or "unread")


def _note(reading: Reading, paper_id: str, key: str) -> None:
    reading.note(paper_id, st.session_state[key] or "")


def _told(abstract: str) -> str:
    """The abstract, with the sentences that tell its problem, idea and result marked as such."""
    text = clean_abstract(abstract)
    if not text.strip():
        return f":gray[{safe(_('No abstract from the source.'))}]"
    names = {"problem": _("Problem"), "task": _("Task"), "idea": _("Idea"), "result": _("Result")}
    best = {sentence: role for role, sentence in told(text).items()}
    marked = [(best.get(part.sentence), part.sentence) for part in labelled(text)]
    return " ".join(f":gray-badge[{names[role]}] {safe(part)}" if role else safe(part) for role, part in marked)


def _where(snapshot: Snapshot, row: int, paper: Mapping[str, Any]) -> None:
    """The topic with how sure that is, and the domain."""
    topic = topic_name(snapshot, int(paper["topic"]))
    if not topic:
        return
    sure = _("confidence {share:.0%}", share=float(paper["confidence"]))
    if paper["unplaced"]:
        sure = _("the nearest one, yet far")
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.page_link(
            data.page("papers"), label=_("Topic: {name}", name=safe(topic)), icon=":material/bubble_chart:",
            query_params={"topic": f"{int(paper['topic'])} {topic}"},
        )  # fmt: skip
        st.caption(f"{sure} · {_domain(snapshot, paper)}", width="content")


def _domain(snapshot: Snapshot, paper: Mapping[str, Any]) -> str:
    """The domain; where the source tells none, how sure it is."""
    name, found = _(str(paper["domain"])), snapshot.table("found_domains")
    if found is None or not (own := found["id"] == paper["id"]).any():
        return name
    share = float(found.loc[own, "confidence"].iloc[0])
    return _("{domain}, as its words and neighbours tell ({share:.0%})", domain=name, share=share)


def _versions(snapshot: Snapshot, versions: tuple[str, ...]) -> None:
    rows = [snapshot.row_of[i] for i in versions if i in snapshot.row_of]
    if not rows:
        return
    with st.expander(_("Other records of this paper ({n})", n=len(rows)), icon=":material/history:"):
        paper_cards(rows, abstracts=False, key="sheet.versions", rated=False)


def _similar(snapshot: Snapshot, row: int) -> None:
    found = similar(snapshot, row)
    if not len(found.same) and not len(found.other):
        return
    model_missing.told("similar")
    why = {int(r): _("similarity {cosine:.2f}", cosine=float(found.cosine[r])) for r in (*found.same, *found.other)}
    nearest = nearest_first(found.cosine, is_paper(snapshot) & (found.cosine > 0), LIKE)
    marks.button(nearest, "sheet.more", _("More like this: select the {n} nearest", n=len(nearest)))
    left, right = st.columns(2, gap="large")
    for place, title, rows, key in (
        (left, _("Similar, same field"), found.same, "same"),
        (right, _("Similar, other domains"), found.other, "other"),
    ):
        with place:
            st.subheader(title, anchor=False)
            if len(rows):
                paper_cards(rows, abstracts=False, key=f"sheet.{key}", why=why, rated=False)
            else:
                st.caption(_("None is near."))
