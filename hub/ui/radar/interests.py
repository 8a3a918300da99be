"""The Radar page's Interests: what a radar is about, the papers that it learns from, and its end."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import streamlit as st

from hub.errors import HubError
from hub.i18n.messages import LANGUAGES
from hub.permissions import LOCAL
from hub.radar.delivery.address import ask, confirmed
from hub.radar.model import EVERY, Radar
from hub.radar.ranking.lesson import learned
from hub.radar.ranking.rules import how_many_tell
from hub.settings import settings
from hub.storage.workplaces import workplaces
from hub.ui import data
from hub.ui.i18n import _, said
from hub.ui.radar.begin import topics_by_size
from hub.ui.radar.page import Desk
from hub.ui.radar.seeds import FILE_TYPES, searched, seeded, with_file, with_ids
from hub.ui.reader import served_at
from hub.ui.safe import safe

NOT_ASKED = "radar.not_asked"
MOST_OFFERED = 1000
"""Institutions to choose from, those of most papers; any other can be typed."""
WORD_LISTS = ("should", "must", "never", "authors")


def edit(desk: Desk) -> None:
    """Draw a radar's rules, its papers and its end."""
    radar, snapshot = desk.radar, data.snapshot()
    sources, fields = snapshot.codes("source")[1], [f for f in snapshot.codes("field")[1] if f]
    with st.form("radar.edit", border=False):
        name = st.text_input(_("Name of the radar"), radar.name, max_chars=80)
        text = st.text_area(_("In your own words"), radar.text, height=80)
        left, right = st.columns(2)
        labels = {"should": _("Words that raise a paper"), "must": _("Words that every paper must hold"),
                  "never": _("Words that no paper may hold"), "authors": _("Authors to follow")}  # fmt: skip
        words = {
            kind: (left if i % 2 == 0 else right).multiselect(labels[kind], list(values), list(values), accept_new_options=True)
            for i, kind in enumerate(WORD_LISTS)
            for values in [getattr(radar, kind)]
        }
        known = list(dict.fromkeys([*topics_by_size(), *radar.topics]))
        topics = st.multiselect(
            _("Topics to follow"), known, list(radar.topics), format_func=lambda t: snapshot.topic_names.get(t, str(t))
        )
        venues = st.multiselect(
            _("Journals and servers to follow"), sorted({*sources, *radar.venues}), list(radar.venues),
            help=_("Their papers rise; other sources stay in the list."),
        )  # fmt: skip
        places = workplaces(snapshot)
        institutions = st.multiselect(
            _("Institutions to follow"), list(dict.fromkeys([*places.names[:MOST_OFFERED], *radar.institutions])),
            list(radar.institutions), accept_new_options=True,
            help=_("Papers rise whose authors work there: choose, or type any name. It finds whole names in small or capital "
                   "letters, with or without accents; an abbreviation is another name, so follow both."),
        )  # fmt: skip
        st.caption(safe(said(how_many_tell(snapshot))))
        chosen_sources = left.multiselect(_("Only these sources"), sorted({*sources, *radar.sources}), list(radar.sources))
        chosen_fields = right.multiselect(_("Only these fields"), sorted({*fields, *radar.fields}), list(radar.fields))
        tell = st.toggle(_("Tell me when something changes state"), radar.alerts)
        out = _outgoing(desk)
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            changed = radar.replace(
                name=name, text=text, topics=tuple(topics), venues=tuple(venues), institutions=tuple(institutions),
                sources=tuple(chosen_sources), fields=tuple(chosen_fields), alerts=tell, **out,
                **{kind: tuple(values) for kind, values in words.items()},
            )  # fmt: skip
            desk.store.save(changed, name=radar.name)
            _confirm(desk, changed)
            st.session_state["radar.go"] = changed.name
            st.rerun()
    _papers(desk)
    with st.popover(_("Remove this radar"), icon=":material/delete:"):
        st.markdown(_("Its rules, its feed address and its alerts are gone for good."))
        st.button(_("Remove"), key="radar.remove", on_click=desk.store.remove, args=(radar.name,), type="primary")


def _outgoing(desk: Desk) -> dict[str, Any]:
    """Draw where and how often digests go, and in which language; return what was chosen."""
    radar = desk.radar
    left, middle, right = st.columns(3)
    mail = left.text_input(_("Mail address for digests"), radar.mail)
    times = {"": _("only by cron"), "day": _("every day"), "week": _("every week")}
    every = middle.selectbox(_("Mail a digest"), list(EVERY), list(EVERY).index(radar.every), format_func=times.__getitem__)
    codes = list(LANGUAGES)
    lang = right.selectbox(
        _("Language of digests and feed"), codes, codes.index(radar.language), format_func=LANGUAGES.__getitem__
    )
    if told := st.session_state.pop(NOT_ASKED, ""):
        st.warning(safe(told), icon=":material/mail:")
    if desk.store.reader != LOCAL and radar.mail and radar.mail.casefold() != confirmed(desk.store).casefold():
        st.caption(_("Not confirmed yet: open the link that was mailed to it, or save again for another link."))
    if not settings().smtp_url.get_secret_value():
        st.caption(_("Mail needs a server: whoever runs this hub sets HUB_SMTP_URL."))
    return {"mail": mail.strip(), "every": every, "language": lang}


def _confirm(desk: Desk, radar: Radar) -> None:
    """Have a link mailed to an address that is not known to be this reader's."""
    if not radar.mail or not settings().smtp_url.get_secret_value():
        return
    try:
        asked = ask(desk.store, radar.mail, served_at(), settings(), lang=radar.language)
    except HubError as e:
        st.session_state[NOT_ASKED] = said(e)
        return
    if asked:
        st.toast(_("A link was mailed to {to}. Open it within a day, then digests go there.", to=radar.mail), duration="long")


def _papers(desk: Desk) -> None:
    radar = desk.radar
    st.subheader(_("Papers it learns from"))
    counted = _("{likes} liked, {dislikes} disliked, {seeds} added, {own} from outside the corpus",
                likes=len(radar.liked), dislikes=len(radar.disliked), seeds=len(radar.seeds), own=len(radar.own))  # fmt: skip
    st.caption(counted)
    wanted, unwanted = learned(data.snapshot(), radar)
    if wanted:
        st.markdown(_(":material/psychology: It looks for {words}.", words=safe(", ".join(wanted))))
    if unwanted:
        st.markdown(_(":material/block: It lists less on {words}.", words=safe(", ".join(unwanted))))
    found = searched("radar.edit")
    ids = st.text_input(_("Add by DOI, arXiv id or address"), key="radar.edit.ids")
    file = st.file_uploader(_("Your papers: BibTeX, RIS or a Zotero export"), type=FILE_TYPES, key="radar.edit.file")
    if (found or ids or file) and st.button(_("Add"), key="radar.edit.add", icon=":material/add:", type="primary"):
        desk.store.save(with_file(with_ids(seeded(radar, found), ids or ""), file))
        st.session_state.pop("radar.edit.kept", None)
        st.session_state["radar.go"] = radar.name
        st.rerun()
    _known(desk)


def _known(desk: Desk) -> None:
    """Draw the papers that the radar learns from, with a way to take some out."""
    radar, snapshot = desk.radar, data.snapshot()
    signs = {"liked": _("liked"), "disliked": _("disliked"), "seeds": _("added")}
    known = [(kind, i) for kind in signs for i in getattr(radar, kind)]
    titles = snapshot.papers["title"]
    rows = [
        {"how": signs[kind], "paper": str(titles.iat[snapshot.row_of[i]]) if i in snapshot.row_of else i} for kind, i in known
    ]
    rows += [{"how": _("outside"), "paper": paper.title} for paper in radar.own]
    if not rows:
        return
    shown = {"how": st.column_config.TextColumn(_("How"), width="small"), "paper": st.column_config.TextColumn(_("Paper"))}
    event: Any = st.dataframe(
        rows, hide_index=True, column_config=shown, key=_of(rows), on_select="rerun", selection_mode="multi-row"
    )
    chosen = [i for i in event.selection.rows if i < len(rows)]
    if chosen:
        gone = {known[i][1] for i in chosen if i < len(known)}
        outside = {radar.own[i - len(known)].key for i in chosen if i >= len(known)}
        text = _("Take {n} out", n=len(chosen))
        st.button(text, key="radar.edit.out", icon=":material/remove:", on_click=_take_out, args=(desk, gone, outside))


def _of(rows: list[dict[str, str]]) -> str:
    """Return the key of a table of these papers: Streamlit keeps picks by their place, so other papers need another key."""
    named = "\n".join(f"{row['how']} {row['paper']}" for row in rows)
    return f"radar.edit.papers.{blake2b(named.encode(), digest_size=8).hexdigest()}"


def _take_out(desk: Desk, ids: set[str], outside: set[str]) -> None:
    def edit(radar: Any) -> Any:
        left = {kind: tuple(i for i in getattr(radar, kind) if i not in ids) for kind in ("liked", "disliked", "seeds")}
        return radar.replace(**left, own=tuple(paper for paper in radar.own if paper.key not in outside))

    desk.store.change(desk.radar.name, edit)
