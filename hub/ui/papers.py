"""How papers are shown everywhere: as numbered cards, or as a table. Titles and abstracts are untrusted: hub/ui/safe.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from hub.papers.model import source_label
from hub.storage.snapshot import Snapshot
from hub.ui import data
from hub.ui.i18n import _
from hub.ui.safe import link, safe, web_address
from hub.ui.thumbs import target, thumbs

Rows = Sequence[int] | npt.NDArray[np.int64]
"""Row numbers of the Snapshot."""
AUTHORS_SHOWN = 10
TABLE_ROWS = 2000
CARDS = 10
"""Cards of picked rows that show at once."""


def paper_cards(
    rows: Rows, *, start: int = 1, abstracts: bool = True, why: Mapping[int, str] | None = None, key: str = "papers"
) -> None:
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
    """
    if not len(rows):
        return
    snapshot = data.snapshot()
    radar = target(key)
    papers = snapshot.papers.iloc[list(rows)]
    texts = data.corpus().abstracts(papers["id"].tolist()) if abstracts else {}
    for number, (row, paper) in enumerate(zip(rows, _records(papers), strict=True), start):
        with st.container(horizontal=True, gap="small"):
            with st.container(width="stretch"):  # alone, a long line would push the thumbs below it
                paper_card(
                    paper,
                    number,
                    abstract=texts.get(paper["id"], "") if abstracts else None,
                    topic=topic_name(snapshot, int(paper["topic"])),
                    why=(why or {}).get(int(row), ""),
                )
            thumbs(str(paper["id"]), key, radar)


def paper_card(
    paper: Mapping[str, Any], number: int | None = None, *, abstract: str | None = None, topic: str = "", why: str = ""
) -> None:
    """Draw one paper: number, source, date and topic; title; authors; abstract; links.

    Parameters
    ----------
    paper
        A record with the Snapshot's paper columns.
    abstract
        Its abstract; empty says that it has none, None leaves it out.
    topic
        The name of its topic; none where it was not placed yet.
    """
    st.markdown(card_markdown(paper, number, abstract=abstract, topic=topic, why=why))


def card_markdown(
    paper: Mapping[str, Any], number: int | None = None, *, abstract: str | None = None, topic: str = "", why: str = ""
) -> str:
    """Return a card as Markdown with nothing live in it but its own links."""
    facts = [source_label(str(paper["source"]), str(paper["field"])), f"{paper['published']:%Y-%m-%d}"]
    if str(paper["announce"]).startswith("replace"):
        facts.append(_("new version"))
    if topic:
        facts.append(topic)
    head = f":small[:gray[{' · '.join(map(safe, facts))}]]"
    address = _address(paper)
    title = link(str(paper["title"]), address) if address else safe(str(paper["title"]))
    lines = [head if number is None else f"**{number}\\.** {head}", f"**{title}**"]
    if why:
        lines.append(f":small[{safe(why)}]")
    if people := authors_shown(str(paper["authors"])):
        lines.append(f":small[{safe(people)}]")
    links = " · ".join(link(label, url) for label, url in paper_links(paper))
    if abstract is None:
        return "  \n".join([*lines, f":small[{links}]"] if links else lines)
    text = safe(abstract) if abstract.strip() else f":small[:gray[{safe(_('No abstract from the source.'))}]]"
    return "\n\n".join(["  \n".join(lines), f"{text}  \n:small[{links}]" if links else text])


def authors_shown(authors: str, most: int = AUTHORS_SHOWN) -> str:
    """Return the first authors of ``"A; B; C"`` and how many more there are."""
    names = [name.strip() for name in authors.split(";") if name.strip()]
    shown = ", ".join(names[:most])
    return _("{names} and {more} more", names=shown, more=len(names) - most) if len(names) > most else shown


def paper_links(paper: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (label, address) of where a paper can be read: its page, arXiv's PDF, its DOI; never one address twice."""
    links = [(_("Abstract page"), str(paper["url"]))]
    if str(paper["id"]).startswith("arXiv:"):
        links.append((_("PDF"), f"https://arxiv.org/pdf/{str(paper['id']).removeprefix('arXiv:')}"))
    if paper["doi"]:
        links.append((_("DOI"), _doi_address(paper)))
    kept = {web_address(url): (label, url) for label, url in reversed(links) if web_address(url)}
    return [pair for pair in links if pair in kept.values()]


def topic_name(snapshot: Snapshot, topic: int) -> str:
    """Return the name of a paper's topic, empty for one that was not placed yet."""
    return snapshot.topic_names.get(topic, "")


def papers_to_open(rows: Rows, *, key: str, height: int = 480) -> None:
    """Draw a table of papers in which rows can be picked, and under it the cards of the picked ones, with thumbs."""
    chosen = paper_table(rows, key=key, height=height, selectable=True)
    if chosen:
        paper_cards(chosen[:CARDS], key=f"{key}.cards")
    else:
        st.caption(_("Pick rows in the table to read their abstracts and to rate them for your radar."))


def paper_table(rows: Rows, *, key: str, height: int = 480, selectable: bool = False) -> list[int]:
    """Draw a table of the first :data:`TABLE_ROWS` of these rows; return those that the reader chose in it.

    Cells are plain text: nothing in a title can become live there.
    """
    snapshot = data.snapshot()
    shown = list(rows[:TABLE_ROWS])
    papers = snapshot.papers.iloc[shown]
    event: Any = st.dataframe(
        pd.DataFrame(
            {
                "published": papers["published"],
                "source": [source_label(s, f) for s, f in zip(papers["source"], papers["field"], strict=True)],
                "title": papers["title"],
                "authors": papers["authors"],
                "topic": [topic_name(snapshot, int(topic)) for topic in papers["topic"]],
                "url": [_address(p) or None for p in _records(papers[["url", "doi"]])],
            }
        ),
        column_config={
            "published": st.column_config.DateColumn(_("Published"), format="YYYY-MM-DD", width="small"),
            "source": st.column_config.TextColumn(_("Source"), width="small"),
            "title": st.column_config.TextColumn(_("Title"), width="large"),
            "authors": st.column_config.TextColumn(_("Authors"), width="medium"),
            "topic": st.column_config.TextColumn(_("Topic"), width="medium"),
            "url": st.column_config.LinkColumn(_("Link"), display_text=":material/open_in_new:", width="small"),
        },
        hide_index=True,
        height=height,
        key=key,
        on_select="rerun" if selectable else "ignore",
        alt=_("Table of {n:,} papers", n=len(shown)),
    )
    return [shown[i] for i in event.selection.rows] if selectable else []


def _address(paper: Mapping[str, Any]) -> str:
    return web_address(str(paper["url"])) or (_doi_address(paper) if paper["doi"] else "")


def _doi_address(paper: Mapping[str, Any]) -> str:
    return f"https://doi.org/{paper['doi']}"


def _records(papers: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in record.items()} for record in papers.to_dict("records")]
