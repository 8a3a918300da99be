"""Command of the papers room: clean."""

from __future__ import annotations

import typer

from hub.cli.common import AsJson, corpus, emit
from hub.i18n.messages import Said
from hub.settings import settings
from hub.worker import jobs


def register(app: typer.Typer) -> None:
    """Add this room's command to ``app``."""
    app.command()(clean)


def clean(as_json: AsJson = False) -> None:
    """Clean the papers that are here by the rules of this release; say how many changed."""
    from hub.sources.recleaning import reclean
    from hub.worker.finishing import finish

    home, table = settings().home, corpus()
    with jobs.exclusive(home, "clean", wait_s=600) as report:
        report(Said("Cleaning the papers"))
        counts = reclean(table)
        finish(home, table, report)
    emit(counts, as_json)
