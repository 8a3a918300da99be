"""Numbered cards of papers, whose titles open the paper. Titles and abstracts are untrusted: hub/ui/safe.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from hub.papers.model import source_label
from hub.radar.reading import Reading
from hub.storage.snapshot import Snapshot
from hub.ui import data
from hub.ui.i18n import _
from hub.ui.reader import radars
from hub.ui.safe import safe
from hub.ui.thumbs import target, thumbs

Rows = Sequence[int] | npt.NDArray[np.int64]
"""Row numbers of the Snapshot."""
Tick = Callable[[str, str], None]
AUTHORS_SHOWN = 10


def paper_cards(
    rows: Rows, *, start: int = 1, abstracts: bool = True, why: Mapping[int, str] | None = None, key: str = "papers",
    marked: Sequence[str] = (), texts: Mapping[str, str] | None = None, tick: Tick | None = None, ticked: Sequence[str] = (),
    rated: bool = True, folded: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Draw one card for each row of the Snapshot, numbered from ``start``, each with thumbs for the reader's radar.

    Abstracts are read from the corpus in one go.

    Parameters
    ----------
    rows
        Row numbers (n_shown,) of the Snapshot: a page of them, not the whole selection.
    abstracts
        Whether the abstracts show; without them a card is three lines.
    why
        For some rows, why this paper is in the list: shown under its title, as plain text.
    key
        Names the list where a page has several.
    marked
        Words that are marked where they stand.
    texts
        What shows of a paper in place of its abstract, by id.
    tick, ticked
        What is called with a paper's id and the key of its checkbox when the reader ticks it; the ids that are ticked.
    rated
        Whether thumbs show; a short list beside others goes without.
    folded
        The one sentence of a paper that shows, by id; its abstract opens beneath.
    """
    if not len(rows):
        return
    snapshot = data.snapshot()
    radar = target(key) if rated else None
    store = radars()
    seen = Reading(store).seen() if store is not None else {}
    papers = snapshot.papers.iloc[list(rows)]
    if abstracts and texts is None:
        texts = data.corpus().abstracts(papers["id"].tolist())
    for number, (row, paper) in enumerate(zip(rows, records(papers), strict=True), start):
        paper_id = str(paper["id"])
        with st.container(key=f"card-{key}-{number}".replace(".", "-"), gap=None):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                if tick is not None:
                    _tickbox(paper_id, number, tick, paper_id in ticked, key)
                with st.container(width="stretch"):  # alone, a long line would push the thumbs below it
                    st.markdown(
                        facts_markdown(
                            paper,
                            number,
                            topic=topic_name(snapshot, int(paper["topic"])),
                            why=(why or {}).get(int(row), ""),
                            seen=paper_id in seen,
                        )
                    )
                if rated:
                    thumbs(paper_id, key, radar)
            title_link(paper_id, str(paper["title"]), marked)
            text = (texts or {}).get(paper_id, "") if abstracts else None
            fold = folded is not None and bool(text and text.strip())
            if shown := card_markdown(paper, abstract=None if fold else text, marked=marked):
                st.markdown(shown)
            if fold:
                with st.expander(safe((folded or {}).get(paper_id, "")) or _("Abstract"), type="compact"):
                    st.markdown(safe(text or ""))


def _tickbox(paper_id: str, number: int, tick: Tick, ticked: bool, key: str) -> None:
    name = f"{key}.tick.{paper_id}"
    st.checkbox(
        _("Tick paper {n}", n=number), ticked, key=name, on_change=tick, args=(paper_id, name), label_visibility="collapsed",
        width="content",
    )  # fmt: skip


def title_link(paper_id: str, title: str, marked: Sequence[str] = (), *, beside: str = "") -> None:
    """Draw a title that opens the paper's own page; ``beside`` stands after it in small letters."""
    label = f"**{safe(title, marked)}**" + (f" :small[:gray[{safe(beside)}]]" if beside else "")
    st.page_link(data.page("papers"), label=label, icon="", help="", query_params={"id": paper_id})


def address(paper_id: str) -> str:
    """Return the address of a paper's page, from the root of the app.

    >>> address("doi:10.1/a&b")
    '/papers?id=doi%3A10.1%2Fa%26b'
    """
    return f"/papers?{urlencode({'id': paper_id})}"


def facts_markdown(
    paper: Mapping[str, Any], number: int | None = None, *, topic: str = "", why: str = "", seen: bool = False
) -> str:
    """Return the line above a title: number, source with field, date, topic, why the paper is listed, whether it was opened."""
    facts = [source_label(str(paper["source"]), str(paper["field"])), f"{paper['published']:%Y-%m-%d}"]
    if str(paper["announce"]).startswith("replace"):
        facts.append(_("new version"))
    facts += [part for part in (topic, why, _("seen") if seen else "") if part]
    head = f"{status_badge(str(paper.get('status', '')))}:small[:gray[{' · '.join(map(safe, facts))}]]"
    return head if number is None else f"**{number}\\.** {head}"


def status_badge(status: str) -> str:
    """Return a badge for a paper that was retracted, withdrawn, put under concern or corrected; nothing for one that stands."""
    words = {
        "retracted": _("retracted"), "withdrawn": _("withdrawn"), "concern": _("under concern"), "corrected": _("corrected"),
    }  # fmt: skip
    if status not in words:
        return ""
    colour = "red" if status in ("retracted", "withdrawn") else "orange"
    return f":{colour}-badge[:material/{'block' if colour == 'red' else 'error'}: {words[status]}] "


def card_markdown(paper: Mapping[str, Any], *, abstract: str | None = None, marked: Sequence[str] = ()) -> str:
    """Return what stands under a title as Markdown with nothing live in it: its authors, its abstract.

    ``abstract`` empty says that there is none, None leaves it out.
    """
    people = authors_shown(str(paper["authors"]))
    lines = [f":small[{safe(people, marked)}]"] if people else []
    if abstract is not None:
        missing = f":small[:gray[{safe(_('No abstract from the source.'))}]]"
        lines.append(safe(abstract, marked) if abstract.strip() else missing)
    return "\n\n".join(lines)


def authors_shown(authors: str, most: int = AUTHORS_SHOWN) -> str:
    """Return the first authors of ``"A; B; C"`` and how many more there are."""
    names = [name.strip() for name in authors.split(";") if name.strip()]
    shown = ", ".join(names[:most])
    return _("{names} and {more} more", names=shown, more=len(names) - most) if len(names) > most else shown


def topic_name(snapshot: Snapshot, topic: int) -> str:
    """Return the name of a paper's topic, empty for one that was not placed yet."""
    return snapshot.topic_names.get(topic, "")


def records(papers: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of the Snapshot as plain records."""
    return [{str(name): value for name, value in record.items()} for record in papers.to_dict("records")]
