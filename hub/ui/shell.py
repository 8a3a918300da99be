"""The shell around every page: navigation, the bar, the filters and the briefing. ``app.py`` runs it for each reader."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from hub import data_folder
from hub.errors import HubError
from hub.figures.palette import DOMAIN_COLORS, INKS, Theme
from hub.storage.selection import Selection
from hub.ui import charts, data, filters, keys, metrics, parts, reader, turns, worker
from hub.ui.briefings import sidebar
from hub.ui.end import within_the_shell
from hub.ui.i18n import LANGUAGES, _, language, plural, said
from hub.ui.safe import safe

SIDEBAR = 320  # pixels, for two dates beside each other; no docstring: Streamlit would print it
STATIC = Path(__file__).parent / "static"
STYLE = Path(__file__).parent / "style.css"
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
    """Draw the app when it is its turn."""
    with turns.turn(), metrics.run() as run:
        _draw(run)


def _draw(run: metrics.Run) -> None:
    """Draw navigation, bar and sidebar, then the page that the address names."""
    st.set_page_config(page_title=parts.NAME, page_icon=str(ICON), layout="wide", initial_sidebar_state=SIDEBAR)
    data.pin()
    reader.look_at_radars()
    page = st.navigation(_pages(), position="top")
    run.page = page.url_path or "today"
    parts.name_window(page.title)
    st.logo(str(STATIC / f"wordmark-{charts.theme()}.svg"), size="medium")
    _style()
    keys.listen()
    try:
        bar, desk = st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"), st.container()
        with st.sidebar:
            st.caption(_("The world's new papers, sorted, counted and cited"))
            st.session_state["selection"] = filters.draw(data.snapshot(), bar)
            side = st.container(key="briefing", gap="xsmall")
            _language()
            reader.notice()
        bar.markdown(_counted(), width="content")
        if data.synthetic():
            hint = _("These papers are synthetic: the demo corpus, shown because no source could be reached.")
            bar.badge(_("Demo: synthetic papers"), icon=":material/science:", color="orange", help=hint)
        filters.draw_chips(data.selection())
        sidebar.panel(side, bar, desk)
        with bar:
            keys.told()
        worker.status()
        reader.damaged_radars()
        _run(page)
    except HubError as e:
        st.error(said(e), icon=":material/error:")
    except Exception as e:  # raised again unless the data folder is why
        if not (why := data_folder.trouble(e, data.home())):
            raise
        st.error(safe(why), icon=":material/error:")


def _run(page: st.Page) -> None:
    """Run the page; the first time in a session, what it will fill shows as empty boxes below what is there already."""
    body, loading = st.container(), st.empty()
    seen = f"shell.seen.{page.url_path}"
    if seen not in st.session_state:
        loading.skeleton(420)
    st.session_state[seen] = True
    try:
        with body, within_the_shell():
            page.run()
    finally:
        loading.empty()


def _pages() -> list[st.Page]:
    titles = {
        "today": _("Today"), "trends": _("Trends"), "topics": _("Topics"), "bridges": _("Bridges"), "papers": _("Papers"),
        "radar": _("Radar"), "briefings": _("Briefings"), "sources": _("Sources"),
    }  # fmt: skip
    return [st.Page(data.page(n), title=titles[n], icon=f":material/{ICONS[n]}:", default=n == "today") for n in titles]


def _style() -> None:
    """Add the rules of style.css, with the colours of both themes that Streamlit gives no name.

    Within the app the browser takes those of the theme that it shows, so that none waits for the server to hear of it; what lies
    over the app (menus, dialogs) takes those of the theme that the server knows.
    """
    light, dark = _colours("light"), _colours("dark")
    known = _colours(charts.theme())
    named = f":root {{ {' '.join(f'--{name}: {known[name]};' for name in known)} }}"
    named += f"[data-testid=stApp] {{ {' '.join(f'--{name}: light-dark({light[name]}, {dark[name]});' for name in known)} }}"
    domains = "\n".join(
        f'[class*="st-key-section-{charts.slug(d)}-"] h3 {{ --domain: light-dark({color}, {DOMAIN_COLORS["dark"][d]}); }}'
        for d, color in DOMAIN_COLORS["light"].items()
    )
    st.html(f"<style>{named}\n{domains}\n{_uploader()}{STYLE.read_text('utf-8')}</style>")


def _uploader() -> str:
    """Rules that put the words of Streamlit's file uploader, which has English ones alone, into another language."""
    if language() == "en":
        return ""
    size = _("At most {n} MB a file", n=int(st.get_option("server.maxUploadSize")))
    drop = "[data-testid=stFileUploaderDropzone]"
    places = {f"{drop} button p": _("Choose a file"), f"{drop} [data-testid=stFileUploaderDropzoneInstructions] > * > *": size}
    return "".join(
        f'{place} {{ font-size: 0; }}\n{place}::after {{ content: "{words}"; font-size: 0.875rem; }}\n'
        for place, words in places.items()
    )


def _colours(theme: Theme) -> dict[str, str]:
    ink = INKS[theme]
    names = {"on-accent": ink.on_accent, "side": ink.side, "accent": ink.accent, "line": ink.grid, "faint": ink.faint}
    return names | {"text": ink.text}


def _counted() -> str:
    selected, total = len(data.rows()), len(data.rows_of(Selection()))
    counted = plural(selected, "{n:,} paper", "{n:,} papers")
    return f"**{counted}**" + (f" :gray[{_('of {total:,}', total=total)}]" if selected < total else "")


def _language() -> None:
    codes = list(LANGUAGES)
    st.segmented_control(
        "Language / 语言",
        codes,
        default=language(),
        required=True,
        format_func=LANGUAGES.__getitem__,
        key="lang",
        label_visibility="collapsed",
        persist_state="session",
    )


if __name__ == "__main__":  # Streamlit runs it so; whoever imports it (doctests) draws nothing
    main()
