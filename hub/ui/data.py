"""What pages ask: the Snapshot, the selection and its rows, and tables computed from them. All caches of Streamlit are here.

A page calls ``compute(function, ...)``: the hub function gets the Snapshot and the selected rows and is called once for each
Snapshot, Selection and set of options. What comes back is shared between readers: look at it, never write to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from hub import search
from hub.demo import is_demo
from hub.radar.delivery.edition import finding
from hub.search import Found, Near
from hub.search.spelling import did_you_mean
from hub.settings import app_folder, settings
from hub.sources import visits
from hub.storage import opening
from hub.storage import snapshot as snapshots
from hub.storage.corpus import Corpus
from hub.storage.selection import Selection
from hub.storage.snapshot import Snapshot
from hub.topics import overlay
from hub.ui.i18n import language

T = TypeVar("T")
PIN = "data.pinned"


def home() -> Path:
    """Return the data folder."""
    return settings().home


def page(name: str) -> Path:
    """Return the file of a page, for ``st.switch_page``."""
    return app_folder() / "pages" / f"{name}.py"


def snapshot() -> Snapshot:
    """Return the Snapshot of now, its topics named in the reader's language; an empty one before the first was published."""
    folder, version, decided = _pinned()
    return _named(folder, version, decided, language()) if version else _nothing()


def pin() -> None:
    """Hold the version and the decisions of now until the next call: what the worker publishes meanwhile mixes into no page.

    The shell calls it at the start of each run, and whoever publishes within one calls it after.
    """
    st.session_state[PIN] = _of_now()


def _of_now() -> tuple[str, str, str]:
    return str(home().resolve()), snapshots.current_version(home()) or "", overlay.stamp(home())


def _pinned() -> tuple[str, str, str]:
    held = st.session_state.get(PIN)
    return held if held and held[0] == str(home().resolve()) else _of_now()


def synthetic() -> bool:
    """Return whether demo papers are among those shown."""
    return _synthetic(_pinned()[1])


def corpus() -> Corpus:
    """Return the paper table; never a new one where papers were published."""
    return _corpus(str(home().resolve()), settings().corpus_path)


def selection() -> Selection:
    """Return what the reader selected in the sidebar (kept there by hub.ui.filters)."""
    chosen: Selection = st.session_state.get("selection", Selection())
    return chosen


def rows() -> npt.NDArray[np.int64]:
    """Return the Snapshot's row numbers (n_selected,) of the selection, newest first."""
    return rows_of(selection())


def rows_of(chosen: Selection) -> npt.NDArray[np.int64]:
    """Return the Snapshot's row numbers (n_selected,) of any Selection, newest first."""
    return _rows(str(home().resolve()), snapshot().version, language(), chosen)


def answer(query: str) -> Found:
    """Return what a query finds among all papers: which pass, how well each answers, what is near in meaning."""
    return _answer(str(home().resolve()), snapshot().version, language(), query)


def near(text: str) -> Near:
    """Return what is near a text among the papers of the selection."""
    return _near(str(home().resolve()), snapshot().version, language(), selection(), text)


def meant(query: str) -> str:
    """Return what was perhaps meant by a query that finds next to nothing, empty where nothing is to be put right."""
    return _meant(str(home().resolve()), snapshot().version, language(), query)


def compute(function: Callable[..., T], **options: Any) -> T:
    """Return ``function(snapshot, rows, **options)`` for the selection of now, computed once.

    ``function`` belongs to hub (module level); ``options`` are plain values.
    """
    return _computed(
        f"{function.__module__}.{function.__qualname__}",
        str(home().resolve()),
        f"{snapshot().version} {language()}",
        selection(),
        options,
        function,
    )


def of_all(function: Callable[[pd.DataFrame], T]) -> T:
    """Return ``function(papers)`` for all papers of the Snapshot, whatever is selected, computed once for each version."""
    return _of_all(f"{function.__module__}.{function.__qualname__}", str(home().resolve()), snapshot().version, function)


def of_sources(function: Callable[[pd.DataFrame], T]) -> T:
    """Return ``function(papers)`` for all papers, computed once for each version, visit to a source, switch and day."""
    stamp = f"{snapshot().version} {visits.stamp(home(), settings())} {date.today()}"
    return _of_all(f"{function.__module__}.{function.__qualname__}", str(home().resolve()), stamp, function)


def whole(function: Callable[..., T], **options: Any) -> T:
    """Return ``function(snapshot, **options)``, whatever is selected, computed once for each version and language."""
    name, version = f"{function.__module__}.{function.__qualname__}", _pinned()
    return _whole(name, version, language(), options, function)


def findings(ids: Sequence[str]) -> dict[str, str]:
    """Return of each paper that has an abstract the one sentence that tells best what came of it."""
    return _findings(str(home().resolve()), snapshot().version, tuple(ids))


@st.cache_data(max_entries=64, show_spinner=False)
def _findings(home: str, version: str, ids: tuple[str, ...]) -> dict[str, str]:
    return {paper_id: finding(text) for paper_id, text in corpus().abstracts(list(ids)).items()}


@st.cache_resource(max_entries=2, show_spinner=False)
def _snapshot(home: str, version: str, decided: str) -> Snapshot:
    return overlay.decided(_published(home, version), Path(home), decided)


@st.cache_resource(max_entries=2, show_spinner=False)
def _published(home: str, version: str) -> Snapshot:
    return snapshots.newest_whole(Path(home), version)


@st.cache_resource(max_entries=2, show_spinner=False)
def _named(home: str, version: str, decided: str, lang: str) -> Snapshot:
    return _snapshot(home, version, decided).named_in(lang)


@st.cache_data(max_entries=4, show_spinner=False)
def _synthetic(version: str) -> bool:
    return bool(is_demo(snapshot().papers["id"]).any())


@st.cache_resource(max_entries=1, show_spinner=False)
def _nothing() -> Snapshot:
    return snapshots.empty()


@st.cache_resource(max_entries=4, show_spinner=False)
def _corpus(home: str, path: str) -> Corpus:
    return opening.corpus(Path(home), path, builds_index=False)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Selection: repr})
def _rows(home: str, version: str, lang: str, chosen: Selection) -> npt.NDArray[np.int64]:
    found = chosen.rows(snapshot(), lambda query: answer(query).rows)
    found.flags.writeable = False
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(home: str, version: str, language: str, query: str) -> Found:
    return search.answer(query, snapshot(), corpus(), Path(home))


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Selection: repr})
def _near(home: str, version: str, language: str, chosen: Selection, text: str) -> Near:
    return search.near(text, snapshot(), corpus(), Path(home), rows_of(chosen))


@st.cache_data(max_entries=64, show_spinner=False)
def _meant(home: str, version: str, language: str, query: str) -> str:
    return did_you_mean(answer(query), snapshot(), corpus())


@st.cache_resource(max_entries=8, show_spinner=False)
def _of_all(name: str, home: str, version: str, _function: Callable[[pd.DataFrame], T]) -> T:
    return _function(snapshot().papers)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Selection: repr})
def _whole(
    name: str, version: tuple[str, str, str], language: str, options: dict[str, Any], _function: Callable[..., T]
) -> T:  # fmt: skip
    return _function(snapshot(), **options)


@st.cache_resource(max_entries=256, show_spinner=False, hash_funcs={Selection: repr})
def _computed(name: str, home: str, version: str, chosen: Selection, options: dict[str, Any], _function: Callable[..., T]) -> T:
    return _function(snapshot(), rows_of(chosen), **options)
