"""English and 简体中文: every visible string goes through ``_()``.

The English text is the key. The Chinese one stands in ``locale/zh/<room>.po``, one file a room, all read as one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "zh": "简体中文"}
LOCALES = Path(__file__).parent / "locale"


def language() -> str:
    """Return the reader's language: what was chosen, else what the browser asks for, else English."""
    chosen = st.session_state.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def _(message: str, **values: Any) -> str:
    """Return ``message`` in the reader's language, with ``{names}`` filled in."""
    text = catalogue(language()).get(message, message)
    return text.format(**values) if values else text


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return what each English text is in ``lang``; nothing for English itself."""
    texts: dict[str, str] = {}
    for file in sorted((LOCALES / lang).glob("*.po")):
        with file.open("rb") as stream:
            texts |= {str(m.id): str(m.string) for m in read_po(stream) if m.id and m.string}
    return texts
