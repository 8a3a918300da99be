"""``python -m hub``: the command line that scripts, cron and the worker use."""

from __future__ import annotations

import importlib
import logging
import sys

import typer

from hub.errors import HubError

ROOMS = ("gather", "papers", "topics", "curate", "trends", "bridges", "briefing", "radar", "sources", "demo")
"""Modules of hub.cli; each has ``register(app)``."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 (failed, one clear line why) or 2 (bad usage)."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("stamina").setLevel(logging.ERROR)  # a source's visit tells what its retries came to
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="AcademicHub: the world's new papers, their topics and trends.",
    )
    for room in ROOMS:
        importlib.import_module(f"hub.cli.{room}").register(app)
    try:
        app(args=arguments, standalone_mode=True, prog_name="python -m hub")
    except HubError as e:
        print(f"hub: {e}", file=sys.stderr)
        return 1
    except SystemExit as e:
        return int(e.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
