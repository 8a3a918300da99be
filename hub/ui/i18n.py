"""The reader's language: every visible string goes through ``_()``; the texts are in :mod:`hub.i18n.messages`."""

from __future__ import annotations

from typing import Any

import streamlit as st

from hub.i18n.messages import LANGUAGES, catalogue, counted, message, spoken, wanted

__all__ = ["LANGUAGES", "_", "catalogue", "language", "plural", "said"]


def language() -> str:
    """Return the reader's language: what was chosen, else what the browser asks for, else English."""
    chosen = st.session_state.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return wanted(st.context.locale or "")


def _(text: str, /, **values: Any) -> str:
    """Return a message in the reader's language, with ``{names}`` filled in."""
    return message(language(), text, **values)


def plural(n: int, one: str, many: str, /, **values: Any) -> str:
    """Return ``one`` or ``many`` in the reader's language, as the count ``n`` asks, with ``{n}`` filled in."""
    return counted(language(), n, one, many, **values)


def said(value: Any) -> str:
    """Return in the reader's language what hub said in English: a :class:`hub.i18n.messages.Said`, or an error made of one."""
    return str(spoken(value, language()))
