"""AcademicHub: ``streamlit run app.py``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hub import __version__
from hub.settings import settings
from hub.storage.snapshot import current_version
from hub.ui.routes import routes
from hub.worker import jobs


async def healthz(request: Request) -> JSONResponse:
    """Answer that the web process is up, and which Snapshot it shows."""
    return JSONResponse({"status": "ok", "version": __version__, "snapshot": current_version(settings().home)})


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Refresh every so many hours while the app runs, when the settings ask for it."""
    hours = settings().refresh_hours
    task = asyncio.create_task(jobs.schedule(settings().home, hours, "gather")) if hours > 0 else None
    yield
    if task:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


app = st.App(Path(__file__).parent / "hub" / "ui" / "shell.py", routes=[Route("/healthz", healthz), *routes], lifespan=lifespan)
