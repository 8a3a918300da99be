"""Keys for readers who leave the mouse alone: j and k walk a list, o opens, u and d rate, / searches, ? tells these."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from hub.ui.i18n import _


def listen() -> None:
    """Let the window hear the keys, and cards look like cards; calling it again changes nothing."""
    st.html(f"<style>{_file('cards.css')}</style>")
    st.html(f"<script>{_file('keys.js')}</script>", unsafe_allow_javascript=True)


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
def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")
