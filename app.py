"""AcademicHub: ``streamlit run app.py``."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

import hub
from hub import __version__, data_folder, logs, permissions
from hub.errors import HubError
from hub.settings import settings
from hub.storage import leftovers, remote
from hub.storage.snapshot import current_version
from hub.ui import health
from hub.ui.doors import Doors
from hub.ui.reader import asking
from hub.ui.routes import routes
from hub.worker import jobs

log = logging.getLogger("hub.app")
try:
    data_folder.prepare(settings().home)
except HubError as e:
    sys.exit(f"hub: {e}")
permissions.ask(asking)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Gather for an empty data folder, and every so many hours while the app runs, where the settings ask for it."""
    hours, home = settings().refresh_hours, settings().home
    logs.to_file(home / logs.WEB)
    logs.event(log, "app starts", release=__version__)
    with permissions.acting(permissions.OWNER):
        await asyncio.to_thread(leftovers.sweep, home)
        if remote.is_shared():
            await asyncio.to_thread(_fetched, home)
        tasks = [asyncio.create_task(remote.follow(home))] if remote.is_shared() else []
        if settings().auto_start and current_version(home) is None:
            await asyncio.to_thread(jobs.start, home, "gather")
        tasks += [asyncio.create_task(jobs.schedule(home, hours, "gather"))] if hours > 0 else []
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _fetched(home: Path) -> None:
    """Begin with what other machines show; where that cannot be fetched, with what is here."""
    try:
        remote.pull(home)
    except (HubError, OSError) as e:
        log.warning("what other machines show was not fetched: %s", e)


app = st.App(
    Path(hub.__file__).parent / "ui" / "shell.py", routes=[*health.routes, *routes], lifespan=lifespan,
    middleware=[Middleware(Doors)],
)  # fmt: skip
