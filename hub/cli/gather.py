"""The command of the whole: ``hub gather``."""

from __future__ import annotations

import typer

from hub.cli import common
from hub.cli.common import AllowLoss, AsJson, emit
from hub.settings import settings
from hub.storage import losses


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(gather)


def gather(allow_loss: AllowLoss = False, as_json: AsJson = False) -> None:
    """Read the sources, publish the papers, find or grow the topics: what the app and cron run."""
    from hub.worker.pipeline import gather as gather_all

    config = settings()
    with losses.allowed(allow_loss):
        emit(gather_all(config.home, common.corpus(), config), as_json)
