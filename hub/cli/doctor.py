"""A check of this machine and of the data folder: ``hub doctor``."""

from __future__ import annotations

import dataclasses
import os
import platform
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from hub.cli.common import AsJson, emit, stderr
from hub.settings import settings

NONE = "none: "
"""How it is told that the next fit has no embedder."""


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(doctor)


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="First mend what can be mended without losing anything.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take what readers kept and is gone as meant to be gone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say where the data lies, how large it is, which Snapshot pages show and what needs a hand (exit code 1 then)."""
    from hub.storage import checkup, closed, inventory
    from hub.worker import checkup as all_rooms
    from hub.worker import jobs

    config = settings()
    if repair:
        for done in closed.opened(config.home):  # before the worker's lock, which may lie in what is closed
            stderr.print(done, markup=False, highlight=False)
        with jobs.exclusive(config.home, "repair", wait_s=60):
            for done in checkup.repair(config.home, config.corpus_path):
                stderr.print(done, markup=False, highlight=False)
    if forget:
        inventory.renew(config.home, forget=True)
    found = all_rooms.findings(config.home, config.corpus_path, Path.home())
    embedder = _embedder(config.embedder)
    if embedder.startswith(NONE):
        found.append(checkup.Finding(f"{embedder.removeprefix(NONE)}. Set it to one of these, or unset it."))
    told: dict[str, Any] = {
        "python": platform.python_version(),
        "home": str(config.home),
        "home_is_set": bool(os.environ.get("HUB_HOME")),
        "corpus": config.corpus_path,
        "disk_free_gb": round(shutil.disk_usage(config.home).free / 1e9, 1),
        "sizes": checkup.sizes(config.home),
        "snapshot": checkup.shown(config.home),
        "embedder": embedder,
        "language_model": config.llm_model if config.has_llm else None,
        "listens_on": config.host,
        "findings": [dataclasses.asdict(finding) for finding in found],
    }
    emit(told, as_json) if as_json else _print(told)
    if found:
        raise typer.Exit(1)


def _embedder(name: str) -> str:
    """Say which embedder the next fit takes, without making it."""
    from hub.embed import EMBEDDERS
    from hub.embed.minilm import MiniLM, weights_folder
    from hub.errors import EmbedderError

    if name:
        return name if name in EMBEDDERS else f"{NONE}HUB_EMBEDDER names {name!r}; there are {', '.join(EMBEDDERS)}"
    try:
        weights_folder()
    except EmbedderError as e:
        return f"tfidf-svd: {e}"
    return MiniLM.id


def _print(told: dict[str, Any]) -> None:
    from hub.storage.checkup import PLACES

    out = Console(markup=False, highlight=False, soft_wrap=True)
    listed = {name: value for name, value in told.items() if name not in ("sizes", "snapshot", "findings")}
    for name, value in listed.items():
        out.print(f"{name}: {value}")
    shown = told["snapshot"]
    out.print("snapshot: " + (", ".join(f"{name} {value}" for name, value in shown.items()) if shown else "none"))
    for name, size in told["sizes"].items():
        out.print(f"  {size / 1e6:10,.1f} MB  {name}: {PLACES.get(name, 'not of AcademicHub')}")
    for finding in told["findings"]:
        out.print(f"! {finding['what']}")
        if finding["command"]:
            out.print(f"    {finding['command']}")
    if not told["findings"]:
        out.print("Nothing needs a hand.")
