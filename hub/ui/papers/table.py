"""Papers as a table in which rows can be picked; under it, the cards of those."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import pandas as pd
import streamlit as st

from hub.papers.model import source_label
from hub.ui import data
from hub.ui.i18n import _
from hub.ui.papers.cards import Rows, address, paper_cards, topic_name

TABLE_ROWS = 2000
CARDS = 10
"""Cards of picked rows that show at once."""


def papers_to_open(rows: Rows, *, key: str, height: int = 480) -> None:
    """Draw a table of papers in which rows can be picked, and under it the cards of the picked ones, with thumbs."""
    chosen = paper_table(rows, key=key, height=height, selectable=True)
    if chosen:
        paper_cards(chosen[:CARDS], key=f"{key}.cards")
    else:
        st.caption(_("Pick rows in the table to read their abstracts and to rate them for your radar."))


def table_key(rows: Rows, key: str) -> str:
    """Return the key of a table of these rows: Streamlit keeps picks by their place, so other rows need another key."""
    ids = data.snapshot().papers["id"].iloc[list(rows[:TABLE_ROWS])]
    return f"{key}.{blake2b(chr(10).join(map(str, ids)).encode(), digest_size=8).hexdigest()}"


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
                "open": [address(str(i)) for i in papers["id"]],
            }
        ),
        column_config={
            "published": st.column_config.DateColumn(_("Published"), format="YYYY-MM-DD", width=95),
            "source": st.column_config.TextColumn(_("Source"), width=135),
            "title": st.column_config.TextColumn(_("Title"), width="large"),
            "authors": st.column_config.TextColumn(_("Authors"), width=150),
            "topic": st.column_config.TextColumn(_("Topic"), width="medium"),
            "open": st.column_config.LinkColumn(_("Open"), display_text=":material/open_in_full:", width="small"),
        },
        hide_index=True,
        height=height,
        key=table_key(rows, key),
        on_select="rerun" if selectable else "ignore",
        alt=_("Table of {n:,} papers", n=len(shown)),
    )
    return [shown[i] for i in event.selection.rows] if selectable else []
