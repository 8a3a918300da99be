"""What the browser itself does on every page: keys for readers who leave the mouse alone, Back as a step back, and a word when
the server does not answer.

j and k walk a list, o opens, u and d rate, / searches, ? tells these.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from hub.ui.i18n import _

BROWSER = Path(__file__).parent / "browser"


def listen() -> None:
    """Let the window hear the keys and keep its steps; calling it again changes nothing."""
    away = _("AcademicHub does not answer")
    back = _("The page goes on by itself as soon as it does, and shows what its address says. Nothing that was kept is lost.")
    with st.container(key="listening"):  # style.css gives it no room
        st.html(f'<p class="hub-away">{escape(away)}</p><p class="hub-back">{escape(back)}</p>')
        st.html(f"<script>{script()}</script>", unsafe_allow_javascript=True)


def told() -> None:
    """Draw what tells the keys, which ``?`` opens."""
    with st.container(key="keys", width="content"), st.popover("", icon=":material/keyboard:", help=_("Keys"), type="tertiary"):
        st.markdown("  \n".join(f"`{key}` {what}" for key, what in _meaning()))


def _meaning() -> list[tuple[str, str]]:
    return [
        ("j", _("next paper")), ("k", _("paper before")), ("o", _("open it")), ("u", _("more like this")),
        ("d", _("less like this")), ("/", _("search")), ("?", _("these keys")),
    ]  # fmt: skip


@cache
def script() -> str:
    """Return the script of :func:`listen`, which the content policy of hub/ui/doors.py names by its digest: it never varies."""
    return "\n".join((BROWSER / f"{name}.js").read_text("utf-8") for name in ("history", "keys", "away"))
