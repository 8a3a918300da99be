"""What the worker is doing, on every page: a line that moves while it works, and a word when it failed."""

from __future__ import annotations

import streamlit as st

from hub import jobs
from hub.settings import settings
from hub.snapshot import current_version
from hub.ui import data
from hub.ui.i18n import _

POLL_S = 2.0


def status() -> None:
    """Start gathering for an empty data folder, show the worker's progress, and mark the demo corpus as synthetic."""
    now = data.snapshot()
    job = jobs.current(data.home())
    if not now.version and settings().auto_start and (job is None or job.state == "done"):
        jobs.start(data.home(), "gather")
        job = jobs.current(data.home())
    if data.synthetic():
        st.info(
            _("These papers are synthetic: the demo corpus, shown because no source could be reached."), icon=":material/science:"
        )
    if job is not None and job.state == "running":
        _moving(now.version)
    elif job is not None and job.state == "failed":
        st.warning(_("The last update failed: {error}", error=job.error), icon=":material/warning:")
        if st.button(_("Try again"), key="worker.again", icon=":material/refresh:"):
            jobs.start(data.home(), "gather")
            st.rerun()


@st.fragment(run_every=POLL_S)
def _moving(version: str) -> None:
    job = jobs.current(data.home())
    if job is None or job.state != "running" or (current_version(data.home()) or "") != version:
        st.rerun()
        return
    share = job.done / job.total if job.total else 0.0
    st.progress(min(share, 1.0), _step(job))


def _step(job: jobs.Job) -> str:
    counted = f" {job.done:,} / {job.total:,}" if job.total else ""
    reading = job.step.removeprefix("Reading ")
    step = _(job.step or "Starting the worker") if reading == job.step else _("Reading {source}", source=reading)
    return f"{step}{counted}"
