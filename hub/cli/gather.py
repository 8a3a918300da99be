"""Commands of the whole: gather, and a check of this machine."""

from __future__ import annotations

import platform
import shutil
from typing import Any

import typer

from hub.cli import common
from hub.cli.common import AsJson, emit
from hub.settings import settings


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(gather)
    app.command()(doctor)


def gather(as_json: AsJson = False) -> None:
    """Read the sources, publish the papers, find or grow the topics: what the app and cron run."""
    from hub.worker.pipeline import gather as gather_all

    config = settings()
    emit(gather_all(config.home, common.corpus(), config), as_json)


def doctor(as_json: AsJson = False) -> None:
    """Say what this machine has, where the data lies and what is missing."""
    from hub.embed import embedder
    from hub.errors import EmbedderError
    from hub.storage.corpus import Corpus
    from hub.storage.snapshot import current_version

    config = settings()
    try:
        chosen, why = embedder(config.embedder, config.home)
        model = f"{chosen.id}{f' ({why})' if why else ''}"
    except EmbedderError as e:
        model = f"none: {e}"
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "home": str(config.home.resolve()),
        "disk_free_gb": round(shutil.disk_usage(config.home.resolve().parent).free / 1e9, 1),
        "papers": len(Corpus(config.corpus_path)),
        "snapshot": current_version(config.home),
        "embedder": model,
        "language_model": config.llm_model if config.has_llm else None,
    }
    emit(found, as_json)
