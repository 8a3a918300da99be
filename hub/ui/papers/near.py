"""Query by example on the Papers page: a pasted or uploaded text, and what is near it, newest of that, and who works on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from hub import search
from hub.sources.formats.prose import ENDINGS, prose
from hub.ui import address, data, marks
from hub.ui.i18n import _, plural, said
from hub.ui.papers.cards import paper_cards
from hub.ui.papers.export import export_menu
from hub.ui.radar import seeds
from hub.ui.safe import safe

TEXT = "papers.near.text"
LONG = 300
"""Characters of a search from which it is a text rather than a question: what is near it is offered."""
SHOWN = 10


def door() -> None:
    """Draw the way in, a box for a text or a file; none while a text is looked at, which an open box would cover."""
    if st.session_state.get(TEXT):
        return
    with st.popover(_("Near a text"), icon=":material/description:"):
        st.markdown(_("Paste an abstract, a draft or a proposal: what is near it, what of that is new, who works on it."))
        asked = st.chat_input(
            _("A text, or a file: plain text, Markdown, LaTeX, Word, PDF"), key="papers.near.box", accept_file=True,
            file_type=list(ENDINGS),
        )  # fmt: skip
    if asked:
        files = [prose(file.getvalue(), file.name) for file in asked.files]
        st.session_state[TEXT] = "\n\n".join(filter(None, [asked.text or "", *files]))
        st.rerun()


def hint(query: str) -> None:
    """Offer to look at a long search as a text."""
    if len(query) >= LONG:
        st.button(
            _("Look at this as a text: what is near it, what of that is new, who works on it"), key="papers.near.hint",
            icon=":material/description:", type="tertiary", on_click=_look, args=(query,),
        )  # fmt: skip


def _look(text: str) -> None:
    st.session_state[TEXT] = text
    st.session_state["q"] = ""  # the text is compared among the papers that the other filters leave


def shown() -> bool:
    """Draw what is near the reader's text, where there is one; return whether there is."""
    text = st.session_state.get(TEXT, "")
    if not text:
        return False
    found = data.near(text)
    with st.container(horizontal=True, vertical_alignment="center", key="papers-near"):
        start = " ".join(text.split())
        st.markdown(f"**{_('Near your text')}** :gray[{safe(start[:120])}{'…' if len(start) > 120 else ''}]", width="stretch")
        st.button(_("Back to the list"), key="papers.near.back", icon=":material/close:", type="tertiary", on_click=_leave)
    for told in found.told():
        st.info(safe(said(told)), icon=":material/info:")
    if not len(found.rows):
        st.info(_("No paper of the selection is near this text."), icon=":material/search_off:")
        return True
    labels = {"near": _("Nearest"), "new": _("Newest of the near ones"), "who": _("Who works on it")}
    with st.container(horizontal=True, vertical_alignment="center"):
        view = address.choice(_("View"), list(labels), "near", labels.__getitem__, "papers.near", label_visibility="collapsed")
        export_menu(found.rows, "papers.near.export")
        marks.button(found.rows, "papers.near.use")
        seeds.start_button(found.rows[:SHOWN], "papers.near.radar")
    if view == "who":
        _who(found)
    else:
        _cards(found, found.newest if view == "new" else found.rows)
    return True


def _cards(found: search.Near, rows: npt.NDArray[np.int64]) -> None:
    cosine = dict(zip(found.rows.tolist(), found.cosine.tolist(), strict=True))
    some = rows[:SHOWN]
    why = {row: _("similarity {cosine:.2f}", cosine=cosine[row]) for row in some.tolist()} if found.by_meaning else None
    ids = data.snapshot().papers["id"].iloc[some].tolist()
    paper_cards(some, key="papers.near.cards", why=why, folded=data.findings(ids))


def _who(found: search.Near) -> None:
    st.caption(_("Authors with most of the {n} nearest papers.", n=len(found.rows)))
    for number, (name, rows) in enumerate(found.authors):
        papers = plural(len(rows), "{n:,} paper", "{n:,} papers")
        with st.expander(f"{safe(name)} · {papers}", key=f"papers.near.who.{number}"):
            paper_cards(rows, key=f"papers.near.by.{number}", abstracts=False, rated=False)


def _leave() -> None:
    st.session_state.pop(TEXT, None)
