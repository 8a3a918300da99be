"""Commands of the demo room: the synthetic corpus."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.common import AsJson, corpus, day, emit
from hub.settings import settings


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(demo)


def demo(
    seed: Annotated[int, typer.Option(help="Another seed writes other papers.")] = 0,
    months: Annotated[int, typer.Option(min=1, help="How many months the papers span.")] = 12,
    count: Annotated[int, typer.Option(min=1, help="How many papers.")] = 3000,
    until: Annotated[str, typer.Option("--until", help="The last day, as 2026-01-31; today when not given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take in the synthetic demo corpus (ids demo:...); `fit` then finds its topics."""
    from hub.demo import add

    config = settings()
    emit(add(config.home, corpus(), seed=seed, months=months, count=count, until=day(until, "--until")), as_json)
