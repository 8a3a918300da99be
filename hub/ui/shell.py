"""The shell: navigation, filters and the briefing sidebar around every page. ``app.py`` runs it for each reader."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from hub.errors import HubError
from hub.ui import data, filters, worker
from hub.ui.briefings import sidebar
from hub.ui.i18n import LANGUAGES, _, language, said

PAGES = Path(__file__).resolve().parents[2] / "pages"
ICON = Path(__file__).parent / "icon.png"
ICONS = {
    "today": "today",
    "trends": "trending_up",
    "topics": "bubble_chart",
    "bridges": "hub",
    "papers": "article",
    "radar": "radar",
    "briefings": "summarize",
    "sources": "database",
}


def main() -> None:
    """Draw the app: sidebar, then the page that the address names."""
    st.set_page_config(page_title="AcademicHub", page_icon=str(ICON), layout="wide")
    page = st.navigation(_pages())
    try:
        with st.sidebar:
            st.session_state["selection"] = filters.draw(data.snapshot())
            _counted()
            _language()
            sidebar.sidebar()
        worker.status()
        page.run()
    except HubError as e:
        st.error(said(e), icon=":material/error:")


def _pages() -> list[st.Page]:
    titles = {
        "today": _("Today"), "trends": _("Trends"), "topics": _("Topics"), "bridges": _("Bridges"), "papers": _("Papers"),
        "radar": _("Radar"), "briefings": _("Briefings"), "sources": _("Sources"),
    }  # fmt: skip
    return [st.Page(PAGES / f"{n}.py", title=titles[n], icon=f":material/{ICONS[n]}:", default=n == "today") for n in titles]


def _counted() -> None:
    selected, total = len(data.rows()), len(data.snapshot())
    st.caption(_("{selected:,} of {total:,} records selected", selected=selected, total=total))


def _language() -> None:
    codes = list(LANGUAGES)
    st.selectbox(
        "Language / 语言",
        codes,
        index=codes.index(language()),
        format_func=LANGUAGES.__getitem__,
        key="lang",
        persist_state="session",
    )


main()
