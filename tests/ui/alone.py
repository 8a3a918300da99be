"""One page among its neighbours, without the shell: titles link to the Papers page, so Streamlit must know all of them."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).resolve().parents[2] / "pages"
SCRIPT = """
from pathlib import Path
import streamlit as st
st.navigation([st.Page(f, default=f.stem == {name!r}) for f in sorted(Path({pages!r}).glob("*.py"))], position="hidden").run()
"""


def alone(name: str) -> AppTest:
    """Return the app that shows one page, not yet run."""
    return AppTest.from_string(SCRIPT.format(name=name, pages=str(PAGES)), default_timeout=120)
