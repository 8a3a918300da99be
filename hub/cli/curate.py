"""Commands of people's decisions: ``hub curate``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated

import typer

from hub.cli import common
from hub.cli.common import AsJson, emit
from hub.errors import HubError
from hub.i18n.messages import Said
from hub.settings import settings
from hub.topics import curation, overlay
from hub.topics.curation import Curation, CurationError
from hub.worker import jobs

WAIT_S = 20.0
"""Seconds that a decision waits for the worker."""


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    decisions = typer.Typer(no_args_is_help=True, help="People decide last: rename, merge, hide, pin or define topics.")
    for command in (rename, merge, hide, show, pin, unpin, define, forget):
        decisions.command()(command)
    decisions.command("list")(listed)
    app.add_typer(decisions, name="curate")


TopicName = Annotated[str, typer.Argument(help="A topic's number or name.")]


def _decide(change: Callable[[Curation], Curation], as_json: bool) -> None:
    """Write a changed decision file, publish with it, and show what stands; the change is taken back when publishing fails."""
    from hub.topics.transform import recurate

    home = settings().home
    refused: HubError | None = None
    with jobs.exclusive(home, "curate", wait_s=WAIT_S) as report:  # a fit that runs would publish over it
        report(Said("Publishing the decision"))
        before, after = curation.change(home, change)
        try:
            version = recurate(home)
        except HubError as e:
            curation.take_back(home, before, after)
            refused = e  # a decision that cannot be is no failure of the worker
        except BaseException:
            curation.take_back(home, before, after)
            raise
    if refused is not None:
        raise refused
    pending = common.current().meta.get("pending_decisions", [])
    emit({"version": version, "pending": pending, **dataclasses.asdict(curation.load(home))}, as_json)


def _id(topic: str) -> int:
    return common.topic_id(common.current(), topic)


def _told(decisions: Curation, as_json: bool) -> None:
    now = common.current()
    emit({"version": now.version, "pending": now.meta.get("pending_decisions", []), **dataclasses.asdict(decisions)}, as_json)


def rename(topic: TopicName, name: str, as_json: AsJson = False) -> None:
    """Give a topic a name that every refit keeps; an empty one takes it back."""
    _told(overlay.rename(settings().home, _id(topic), name), as_json)


def merge(topic: TopicName, into: TopicName, as_json: AsJson = False) -> None:
    """Put a topic's papers, now and later, into another topic."""
    source, target = _id(topic), _id(into)
    if source == target:
        raise CurationError("A topic cannot be merged into itself: name another one.")
    _decide(lambda now: dataclasses.replace(now, merged=now.merged | {source: target}), as_json)


def hide(topic: TopicName, as_json: AsJson = False) -> None:
    """Mark a topic as not to be shown."""
    _told(overlay.mark(settings().home, _id(topic), "hidden", on=True), as_json)


def show(topic: TopicName, as_json: AsJson = False) -> None:
    """Show a hidden topic again."""
    _told(overlay.mark(settings().home, _id(topic), "hidden", on=False), as_json)


def pin(topic: TopicName, as_json: AsJson = False) -> None:
    """Mark a topic to stand first."""
    _told(overlay.mark(settings().home, _id(topic), "pinned", on=True), as_json)


def unpin(topic: TopicName, as_json: AsJson = False) -> None:
    """Take the mark off a pinned topic."""
    _told(overlay.mark(settings().home, _id(topic), "pinned", on=False), as_json)


def define(
    name: str,
    phrase: Annotated[str, typer.Option("--phrase", help="What the topic is about, in words.")] = "",
    paper: Annotated[list[str] | None, typer.Option("--paper", help="The id of an example paper; may be repeated.")] = None,
    least: Annotated[float, typer.Option("--least", min=-1, max=1, help="Cosine from which a paper belongs to it.")] = 0.5,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which papers it takes, and from which topics.")] = False,
    as_json: AsJson = False,
) -> None:
    """Define a topic by a phrase or by example papers; papers near enough move to it (BERTopic's zero-shot mode)."""
    from hub.topics.define import definition, number_for, taken

    config, snapshot = settings(), common.current()
    made = definition(config.home, snapshot, name, phrase, paper or [], least)
    if dry_run:
        emit(taken(snapshot, made), as_json)
        return

    def defined(now: Curation) -> Curation:
        return dataclasses.replace(now, defined=[*now.defined, dataclasses.replace(made, topic=number_for(now))])

    _decide(defined, as_json)


def forget(topic: Annotated[int, typer.Argument(help="A topic's number.")], as_json: AsJson = False) -> None:
    """Take back every decision about a topic: its name, its merge and those into it, marks and definition."""

    def change(now: Curation) -> Curation:
        return Curation(
            {t: n for t, n in now.names.items() if t != topic}, {t: n for t, n in now.merged.items() if topic not in (t, n)},
            [t for t in now.hidden if t != topic], [t for t in now.pinned if t != topic],
            [d for d in now.defined if d.topic != topic],
        )  # fmt: skip

    _decide(change, as_json)


def listed(as_json: AsJson = False) -> None:
    """Show the decisions, and those that found nothing to act on."""
    emit(
        dataclasses.asdict(curation.load(settings().home)) | {"pending": common.current().meta.get("pending_decisions", [])},
        as_json,
    )
