"""The app itself: ``hub app`` serves it to this machine, or to others where the settings say so."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from hub.cli.common import stderr
from hub.permissions import is_loopback
from hub.settings import app_folder, settings

OTHERS = (
    "WARNING: others can reach the app at this address. Without a login they, and you, can only read: no adding of sources,"
    ' no curation, no spending, no mail, no radars, no briefings. README.md, "Serving others", says how to set up a login.'
)


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command("app")(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; HUB_HOST when not given, else 127.0.0.1.")] = "",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
) -> None:
    """Serve the app; it says where. Others than this machine reach it only with --host or HUB_HOST."""
    config, file = settings(), app_folder() / "app.py"
    address = host or config.host
    place = f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
    stderr.print(f"AcademicHub on {place}, data in {config.home}", markup=False, highlight=False, soft_wrap=True)
    if not is_loopback(address):
        stderr.print(OTHERS, markup=False, highlight=False, soft_wrap=True)
    streamlit = [sys.executable, "-m", "streamlit", "run", str(file)]
    os.execv(sys.executable, [*streamlit, "--server.address", address, "--server.port", str(port)])
