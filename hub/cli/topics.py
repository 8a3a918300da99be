"""Commands of the topics room: fit, and what the topics are."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from hub import jobs
from hub.cli import common
from hub.cli.common import AsJson, Fields, Marked, Since, Sources, Text, Topics, Until, emit, progress
from hub.errors import HubError, ModelError
from hub.language import Said
from hub.llm import LanguageModel
from hub.settings import Settings, settings
from hub.snapshot import Snapshot
from hub.topics import curation
from hub.topics.curation import Curation, CurationError

Embedder = Annotated[str, typer.Option("--embedder", help="An embedder; the best one that works here when not given.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed and papers give the same topics.")]
NoModel = Annotated[bool, typer.Option("--no-llm", help="Names from the words only, also where a language model is set.")]
STEPS = {
    "embed": "Embedding papers",
    "terms": "Counting terms",
    "cluster": "Finding topics",
    "label": "Naming topics",
    "names": "Asking the language model for names",
    "map": "Map",
}


WAIT_S = 20.0
"""Seconds that a decision waits for the worker."""
NAMES = ("statistical", "name_zh", "named_by")


class Level(StrEnum):
    """Levels of the topic tree, from the widest down."""

    domain = "domain"
    theme = "theme"
    topic = "topic"
    subtopic = "subtopic"


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(fit)
    app.command()(topics)
    app.command()(place)
    app.command()(name)
    decisions = typer.Typer(no_args_is_help=True, help="People decide last: rename, merge, hide, pin or define topics.")
    for command in (rename, merge, hide, show, pin, unpin, define, forget):
        decisions.command()(command)
    decisions.command("list")(listed)
    app.add_typer(decisions, name="curate")


def fit(
    embedder: Embedder = "", seed: Seed = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start from nothing instead of from the former topics.")] = False,
    no_llm: NoModel = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Embed the papers, find their topics, name them (with a language model where one is set) and publish them."""
    from hub.embed import embedder as made
    from hub.topics.fit import fit as fit_all

    config = settings()
    model, why = made(embedder or config.embedder, config.home)
    if why:
        print(f"hub: {why}", file=sys.stderr)
    with jobs.exclusive(config.home, "fit") as report, progress("Topics") as bar:

        def tell(name: str, done: int, total: int) -> None:
            report(STEPS.get(name, name), done, total)
            bar(done, total) if name in ("embed", "names") else bar(list(STEPS).index(name), len(STEPS))

        namer = _namer(config) if not no_llm else None
        done = fit_all(config.home, common.corpus(), model, seed, why, tell, namer, fresh)
    _tell_naming(done["naming"])
    emit(done, as_json)


def _namer(config: Settings) -> LanguageModel | None:
    return LanguageModel.of(config) if config.has_llm else None


def _tell_naming(told: dict[str, Any]) -> None:
    """Say on stderr what the language model was to cost, what it did cost, and why names are missing."""
    if not told:
        return
    before = told["estimate"]
    print(f"hub: {told['model']} is asked for {before['groups']} names in {before['calls']} calls, about "
          f"{before['tokens_in']:,} + {before['tokens_out']:,} tokens, cost {before['cost']:.4f}", file=sys.stderr)  # fmt: skip
    if "named" in told:
        print(f"hub: {told['named']} names came ({told['named_zh']} in Chinese), {sum(told['refused'].values())} were refused; "
              f"{told['tokens_in']:,} + {told['tokens_out']:,} tokens, cost {told['cost']:.4f}", file=sys.stderr)  # fmt: skip
        if told["why"]:
            print(f"hub: naming ended early, the other names are from the words: {told['why']}", file=sys.stderr)


def name(
    again: Annotated[bool, typer.Option("--again", help="Ask also for what has a model's name already.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many tokens it takes, and the cost.")] = False,
    as_json: AsJson = False,
) -> None:
    """Name themes, topics and subtopics with the language model, in English and Chinese; no topic is fitted."""
    from hub.topics.naming import rename as rename_all

    config = settings()
    model = LanguageModel.of(config)
    if dry_run:
        expected = rename_all(config.home, model, anew=again, dry=True)
        _tell_naming(expected)
        emit(expected, as_json)
        return
    with jobs.exclusive(config.home, "name") as report, progress("Names") as bar:
        _tell_naming(rename_all(config.home, model, anew=again, dry=True))

        def tell(done: int, total: int) -> None:
            report(STEPS["names"], done, total)
            bar(done, total)

        done = rename_all(config.home, model, anew=again, progress=tell)
        if done["asked"] and not done["named"]:
            raise ModelError(Said("No name came of {n} asked for: {why}", n=done["asked"], why=_why(done)))
    _tell_naming(done)
    emit(done, as_json)


def _why(told: dict[str, Any]) -> str:
    template, values = told["said"]
    refused = tuple(Said("{reason} ({n})", reason=Said(reason), n=n) for reason, n in told["refused"].items())
    return Said(template, **values) if template else Said("{reasons}", reasons=refused)


def topics(
    source: Sources = None, field: Fields = None, since: Since = "", until: Until = "", topic: Topics = None, text: Text = "",
    marked: Marked = "",
    level: Annotated[Level, typer.Option("--level", help="Which level of the tree to list.")] = Level.topic,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """List the topics of the selected papers, or another level of their tree, largest first."""
    snapshot = common.current()
    chosen = common.selection(snapshot, source, field, since, until, topic, text, marked)
    rows = chosen.rows(snapshot, common.corpus().search_ids)
    emit(topic_rows(snapshot, rows, level), as_json, (level.value, "name", "papers", "share", "parent"))


def topic_rows(snapshot: Snapshot, rows: np.ndarray, level: Level = Level.topic) -> list[dict[str, Any]]:
    """Return a row for each node of a level that has papers among ``rows``: how many, and their share of all of them.

    The node's number stands under the level's name; ``parent`` is a subtopic's topic, a topic's theme, a theme's domain.
    """
    table, label = _level(snapshot, level)
    found = label[rows]
    counts = {int(t): int(n) for t, n in zip(*np.unique(found[found >= 0], return_counts=True), strict=True)}
    total = max(len(rows), 1)
    made = [
        {level.value: int(row["id"]), "name": row["name"], "words": list(row["words"]), "papers": counts[row["id"]],
         "parent": int(row["parent"]), **{c: row[c] for c in NAMES if c in row}, "share": round(counts[row["id"]] / total, 6)}
        for row in table.to_dict("records") if row["id"] in counts
    ]  # fmt: skip
    return sorted(made, key=lambda row: (-row["papers"], row[level.value]))


def _level(snapshot: Snapshot, level: Level) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the nodes of a level with columns ``id`` and ``parent``, and the id of each paper's node, -1 without."""
    topic = snapshot.papers["topic"].to_numpy()
    if level is Level.topic:
        return snapshot.topics.rename(columns={"topic": "id"}), topic
    if level is Level.subtopic:
        return snapshot.subtopics.rename(columns={"subtopic": "id", "topic": "parent"}), snapshot.papers["subtopic"].to_numpy()
    nodes = snapshot.themes.rename(columns={"node": "id"})
    parent = dict(zip(nodes["id"].tolist(), nodes["parent"].tolist(), strict=True))
    up = dict(zip(snapshot.topics["topic"].tolist(), snapshot.topics["parent"].tolist(), strict=True))
    if level is Level.domain:
        up = {t: parent.get(node, -1) for t, node in up.items()}
    ids, at = np.unique(topic, return_inverse=True)
    return nodes, np.array([up.get(int(t), -1) for t in ids], dtype=np.int64)[at] if len(ids) else topic


def place(
    refit: Annotated[bool, typer.Option("--refit", help="Fit anew when the topics no longer hold.")] = False,
    as_json: AsJson = False,
) -> None:
    """Place the papers that came since the fit; say which new topics form and whether a refit is due."""
    from hub.embed import embedder as made
    from hub.topics import place as placing
    from hub.topics.fit import fit as fit_all

    config = settings()
    model, why = made(config.embedder, config.home)
    with jobs.exclusive(config.home, "place"), progress("Placing papers") as bar:
        done = placing.place(config.home, common.corpus(), model, bar)
        if refit and done["refit"]:
            seed = int(common.current().meta.get("seed", 0))
            done["fit"] = fit_all(config.home, common.corpus(), model, seed, why, namer=_namer(config))
    emit(done, as_json)


TopicName = Annotated[str, typer.Argument(help="A topic's number or name.")]


def _decide(change: Callable[[Curation], Curation], as_json: bool) -> None:
    """Write a changed decision file, publish with it, and show what stands; nothing stays when publishing fails."""
    from hub.topics.place import recurate

    home = settings().home
    refused: HubError | None = None
    with jobs.exclusive(home, "curate", wait_s=WAIT_S) as report:  # a fit that runs would publish over it
        report("Publishing the decision")
        before = curation.load(home)
        curation.save(home, change(before))
        try:
            version = recurate(home)
        except HubError as e:
            curation.save(home, before)
            refused = e  # a decision that cannot be is no failure of the worker
    if refused is not None:
        raise refused
    pending = common.current().meta.get("pending_decisions", [])
    emit({"version": version, "pending": pending, **dataclasses.asdict(curation.load(home))}, as_json)


def _id(topic: str) -> int:
    return common.topic_id(common.current(), topic)


def rename(topic: TopicName, name: str, as_json: AsJson = False) -> None:
    """Give a topic a name that every refit keeps; an empty one takes it back."""
    number = _id(topic)
    taken = {n.casefold() for t, n in common.current().topic_names.items() if t != number}
    if name.strip().casefold() in taken:
        raise CurationError(f"Another topic is called {name.strip()!r} already: merge the two, or choose another name.")

    def change(now: Curation) -> Curation:
        names = {t: n for t, n in now.names.items() if t != number}
        return dataclasses.replace(now, names=names | ({number: name.strip()} if name.strip() else {}))

    _decide(change, as_json)


def merge(topic: TopicName, into: TopicName, as_json: AsJson = False) -> None:
    """Put a topic's papers, now and later, into another topic."""
    source, target = _id(topic), _id(into)
    if source == target:
        raise CurationError("A topic cannot be merged into itself: name another one.")
    _decide(lambda now: dataclasses.replace(now, merged=now.merged | {source: target}), as_json)


def hide(topic: TopicName, as_json: AsJson = False) -> None:
    """Mark a topic as not to be shown."""
    number = _id(topic)
    _decide(lambda now: dataclasses.replace(now, hidden=sorted({*now.hidden, number})), as_json)


def show(topic: TopicName, as_json: AsJson = False) -> None:
    """Show a hidden topic again."""
    number = _id(topic)
    _decide(lambda now: dataclasses.replace(now, hidden=[t for t in now.hidden if t != number]), as_json)


def pin(topic: TopicName, as_json: AsJson = False) -> None:
    """Mark a topic to stand first."""
    number = _id(topic)
    _decide(lambda now: dataclasses.replace(now, pinned=sorted({*now.pinned, number})), as_json)


def unpin(topic: TopicName, as_json: AsJson = False) -> None:
    """Take the mark off a pinned topic."""
    number = _id(topic)
    _decide(lambda now: dataclasses.replace(now, pinned=[t for t in now.pinned if t != number]), as_json)


def define(
    name: str,
    phrase: Annotated[str, typer.Option("--phrase", help="What the topic is about, in words.")] = "",
    paper: Annotated[list[str] | None, typer.Option("--paper", help="The id of an example paper; may be repeated.")] = None,
    least: Annotated[float, typer.Option("--least", min=-1, max=1, help="Cosine from which a paper belongs to it.")] = 0.5,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which papers it takes, and from which topics.")] = False,
    as_json: AsJson = False,
) -> None:
    """Define a topic by a phrase or by example papers; papers near enough move to it (BERTopic's zero-shot mode)."""
    from hub.topics.define import definition, taken

    config, snapshot = settings(), common.current()
    made = definition(config.home, snapshot, curation.load(config.home), name, phrase, paper or [], least)
    if dry_run:
        emit(taken(snapshot, made), as_json)
        return
    _decide(lambda now: dataclasses.replace(now, defined=[*now.defined, made]), as_json)


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
