"""What the worker is doing, on every page: a line that moves while it works, and a word when it failed; and what it answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from hub.errors import JobError
from hub.i18n.messages import Said
from hub.permissions import Action, may, require
from hub.settings import settings
from hub.storage.snapshot import Snapshot, current_version
from hub.topics import overlay
from hub.ui import data
from hub.ui.i18n import _, said
from hub.worker import jobs
from hub.worker.jobs import State

POLL_S = 2.0
ROOT = Path(__file__).resolve().parents[2]
ROOM_S = 600.0
"""Seconds after which an answer is given up: a decision rewrites the Snapshot of the whole corpus."""


def status() -> None:
    """Start gathering for an empty data folder, and show the worker's progress."""
    now = data.snapshot()
    _what_is_missing(now)
    job = jobs.current(data.home())
    if not now.version and settings().auto_start and may(Action.START) and (job is None or job.state is State.DONE):
        jobs.start(data.home(), "gather")
        job = jobs.current(data.home())
    if job is not None and job.at_work:
        _moving(current_version(data.home()) or "")
    elif job is not None and job.broke_off and job.command != "name":  # that is said where it is started
        with st.container(horizontal=True, vertical_alignment="center"):
            if job.state is State.STOPPED:
                st.info(said(job.error), icon=":material/stop_circle:")
            else:
                st.warning(_("The last update failed: {error}", error=said(job.error)), icon=":material/warning:")
            again = may(Action.START) and st.button(_("Try again"), key="worker.again", icon=":material/refresh:")
        if again:
            jobs.start(data.home(), "gather")
            st.rerun()


def _what_is_missing(now: Snapshot) -> None:
    if error := overlay.fault(data.home()):
        st.warning(said(error), icon=":material/edit_off:")
    if now.instead_of:
        when = pd.to_datetime(now.version[:15], format="%Y%m%dT%H%M%S")
        st.warning(
            _(
                "The newest version of what is shown here is damaged. You see the one of {when} (UTC); the next update makes a"
                " whole one, and loses nothing that was taken in.",
                when=f"{when:%Y-%m-%d %H:%M}",
            ),
            icon=":material/history:",
        )
    if now.damaged:
        st.warning(
            _(
                "These files are damaged and left out: {files}. `python -m hub fit` makes them anew.",
                files=", ".join(now.damaged),
            ),
            icon=":material/broken_image:",
        )


@st.fragment(run_every=POLL_S)
def _moving(version: str) -> None:
    job = jobs.current(data.home())
    if job is None or not job.at_work or (current_version(data.home()) or "") != version:
        st.rerun()
        return
    share = job.done / job.total if job.total else 0.0
    st.progress(min(share, 1.0), _step(job))


def _step(job: jobs.Job) -> str:
    counted = f" {job.done:,} / {job.total:,}" if job.total else ""
    return f"{said(job.step)}{counted}"


def no_topics() -> None:
    """Say why there are no topics to show: none passes the filters, they are on their way, or nobody has sought them."""
    job = jobs.current(data.home())
    if len(data.snapshot().topics):
        st.info(_("No paper of a topic passes these filters. Take one away, or widen the dates."), icon=":material/filter_alt:")
    elif job is not None and job.at_work:
        st.info(
            _("Topics are on their way: first ones from the papers' words, then those from their meaning."),
            icon=":material/hourglass_empty:",
        )
    else:
        st.info(_("Nobody has looked for topics in these papers yet."), icon=":material/hourglass_empty:")
        if may(Action.START) and st.button(_("Find topics"), key="worker.topics", icon=":material/bubble_chart:"):
            jobs.start(data.home(), "gather")
            st.rerun()


def answer(action: Action, *arguments: str, within_s: float = ROOM_S) -> dict[str, Any]:
    """Return what ``python -m hub ARGUMENTS`` answers; they ask for JSON.

    Parameters
    ----------
    action
        What the command does: it runs as the owner, so whoever asks is checked here.
    within_s
        Seconds that it may take; then it is ended.

    Raises
    ------
    NotAllowed
        When whoever asks may not do this.
    JobError
        With the worker's own words, when it refuses or does not end.
    """
    require(action)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hub", *arguments], capture_output=True, text=True, timeout=within_s, check=False, cwd=ROOT,
            env={**os.environ, "HUB_HOME": str(data.home().resolve())},
        )  # fmt: skip
    except subprocess.TimeoutExpired as e:
        raise JobError(Said("No answer came within {n} s. Try again when the worker is idle.", n=f"{within_s:g}")) from e
    if done.returncode:
        words = done.stderr.strip().splitlines()
        command = " ".join(arguments[:2])
        raise JobError(
            words[-1].removeprefix("hub: ")
            if words
            else Said("`python -m hub {command}` failed with code {code}.", command=command, code=done.returncode)
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
