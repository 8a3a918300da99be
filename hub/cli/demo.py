"""Commands of the demo room: the synthetic corpus, and a check of this machine."""

from __future__ import annotations

import platform

import typer

from hub.cli.common import AsJson, emit
from hub.settings import settings
from hub.snapshot import current_version


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(doctor)


def doctor(as_json: AsJson = False) -> None:
    """Say what this machine has, where the data lies and what is missing."""
    config = settings()
    emit(
        {
            "python": platform.python_version(),
            "home": str(config.home.resolve()),
            "snapshot": current_version(config.home),
            "language_model": config.llm_model if config.has_llm else None,
        },
        as_json,
    )
