"""``hub``, or ``python -m hub``: the command line that scripts, cron and the worker use."""

from __future__ import annotations

import importlib
import logging
import os
import sys

import typer

from hub import data_folder, logs
from hub.errors import HubError, Stopped
from hub.settings import settings
from hub.worker import stopping

ROOMS = (
    "app",
    "gather",
    "doctor",
    "backup",
    "papers",
    "clean",
    "topics",
    "curate",
    "trends",
    "bridges",
    "briefing",
    "radar",
    "sources",
    "demo",
)
"""Modules of hub.cli; each has ``register(app)``."""
STOPPED = "hub: stopped before it was done. What was taken in is kept; run it again for the rest."


def application() -> typer.Typer:
    """Return the command line with every command of every room."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="AcademicHub: the world's new papers, their topics and trends.",
    )
    for room in ROOMS:
        importlib.import_module(f"hub.cli.{room}").register(app)
    return app


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 (failed, one clear line why), 2 (bad usage), 130 or 143 (asked to stop)."""
    if job := os.environ.pop(logs.JOB, ""):
        logs.to_stream(job)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("stamina").setLevel(logging.ERROR)  # a source's visit tells what its retries came to
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if given and "--help" not in given:
            data_folder.prepare(settings().home)
        application()(args=given, standalone_mode=True, prog_name="hub")
    except HubError as e:
        print("hub:", *str(e).splitlines(), file=sys.stderr)
        return 1
    except Stopped as e:
        print(STOPPED, file=sys.stderr)
        return e.code
    except SystemExit as e:
        return int(e.code or 0)
    except Exception as e:  # raised again unless the data folder is why
        why = data_folder.trouble(e, settings().home)
        if not why:
            raise
        print(f"hub: {why}", file=sys.stderr)
        return 1
    return 0


def command() -> None:
    """Run the command line and end the process: the entry point of ``hub``."""
    stopping.listen(lambda: settings().home)
    sys.exit(main())


if __name__ == "__main__":
    command()
