"""Commands of the storage room that keep all of a data folder in one file, bring it back, or share it between machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import AsJson, emit, stderr
from hub.settings import settings


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(backup)
    app.command()(restore)
    app.command()(share)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as hub.tar; .tar.gz takes less room and more time.")],
    as_json: AsJson = False,
) -> None:
    """Write papers, topics, radars, notes, briefings and decisions into one file; the app and the worker may go on."""
    from hub.storage import backup as backups

    config = settings()
    done = backups.backup(config.home, config.corpus_path, file)
    if done.left_out:
        stderr.print(f"The paper table at {done.left_out} is not in the backup: keep it where it lies.", markup=False)
    if config.database.get_secret_value():
        stderr.print("Readers' own things are in the database of HUB_DATABASE, not in the backup: keep them by pg_dump.")
    emit(done._asdict(), as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `hub backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Move aside what the data folder holds now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring back what a backup holds, whole or not at all."""
    from hub.storage import backup as backups
    from hub.worker import jobs

    config = settings()
    with jobs.exclusive(config.home, "restore", wait_s=60):
        emit(backups.restore(config.home, config.corpus_path, file, replace=replace)._asdict(), as_json)


def share(as_json: AsJson = False) -> None:
    """Copy radars, notes, briefings, marked papers and decisions of this data folder into the database of HUB_DATABASE."""
    from hub.storage import shelf

    emit(shelf.share(settings().home), as_json)
