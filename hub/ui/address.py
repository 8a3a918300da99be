"""What a reader looks at, in the address: a link shows the other reader the same, and Back what stood there before.

Streamlit keeps a widget's *label* in the address, not the value behind it. A label changes with the language and with a topic's
name, so an address is read here by any language's label and by the value itself, before the widget is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import streamlit as st

from hub.ui.i18n import LANGUAGES, catalogue

T = TypeVar("T")


def seed(key: str, options: Sequence[T], shown: Callable[[T], str] = str, *, many: bool = False) -> list[str]:
    """Take what an address names that the widget itself would drop: another language's label, a renamed topic.

    What names nothing is returned.
    """
    asked = st.query_params.get_all(key)
    labels = {shown(option) for option in options}
    if key in st.session_state or not asked or all(value in labels for value in asked):
        return []
    meant: dict[str, T] = {}
    for option in options:
        for said in {str(option), *_in_each_language(shown(option))}:
            meant[said] = option
    found = {value: meant.get(value, meant.get(value.split(" ")[0])) for value in asked}
    known = [option for option in dict.fromkeys(found.values()) if option is not None]
    if many:
        st.session_state[key] = known
    elif known:
        st.session_state[key] = known[0]
    return [value for value, option in found.items() if option is None]


@lru_cache(maxsize=4096)
def _in_each_language(label: str) -> frozenset[str]:
    """Return a label that is a message, whatever language it is in, in every language."""
    english = next((e for lang in LANGUAGES for e, said in catalogue(lang).items() if said == label), label)
    return frozenset({label, english, *(catalogue(lang).get(english, english) for lang in LANGUAGES)})


def choice(label: str, options: Sequence[T], default: T, shown: Callable[[T], str], key: str, **more: Any) -> T:
    """Draw a choice of one, kept in the address under ``key`` and over pages; return what is chosen."""
    known = key in st.session_state
    seed(key, options, shown)
    if known and st.session_state[key] not in options:
        st.session_state[key] = default
    named = not known and key in st.session_state  # by the address: a default beside it would be a contradiction
    chosen = st.segmented_control(
        label,
        options,
        default=None if named else default,
        format_func=shown,
        key=key,
        persist_state="session",
        bind="query-params",
        required=True,
        **more,
    )
    return default if chosen is None else chosen


def moved(param: str) -> str | None:
    """Return what the address says of ``param`` where it moved by itself: a link that was opened, Back, Forward; else None."""
    asked, last = st.query_params.get(param), st.session_state.get(f"{param}.address")
    if asked == last:
        return None
    st.session_state[f"{param}.address"] = asked
    st.session_state[f"{param}.value"] = asked
    return asked


def follow(param: str, value: str) -> None:
    """Let the address say ``value`` once the reader has chosen it, as a step of the browser's history."""
    before = st.session_state.get(f"{param}.value")
    st.session_state[f"{param}.value"] = value
    if before is not None and before != value:
        st.session_state[f"{param}.address"] = value
        st.query_params[param] = value
