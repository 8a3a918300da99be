"""How a page ends before its last line.

After ``st.stop()`` nothing that the shell still draws reaches the browser, so that what stood in for the page would stay. Inside
the shell a page ends by an exception that the shell catches; alone, in a test or a fragment, by ``st.stop()``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NoReturn

import streamlit as st

_inside: ContextVar[bool] = ContextVar("inside the shell", default=False)


class PageEnd(Exception):
    """The page has said all it has to say."""


def end() -> NoReturn:
    """End the page here."""
    if _inside.get():
        raise PageEnd
    st.stop()


@contextmanager
def within_the_shell() -> Iterator[None]:
    """Run a page whose :func:`end` comes back here."""
    token = _inside.set(True)
    try:
        yield
    except PageEnd:
        return
    finally:
        _inside.reset(token)
