"""Commands of the topics room: fit, and what the topics are."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from hub.cli import common
from hub.cli.common import AllowLoss, AsJson, Fields, Marked, Since, Sources, Text, Topics, Until, emit, progress
from hub.errors import ModelError
from hub.i18n.messages import Said
from hub.llm import LanguageModel
from hub.settings import Settings, settings
from hub.storage import losses
from hub.storage.snapshot import Snapshot
from hub.worker import jobs

Embedder = Annotated[str, typer.Option("--embedder", help="An embedder; the best one that works here when not given.")]
Seed = Annotated[int, typer.Option("--seed", help="Of the map and of the stability on trust cards; topics do not depend on it.")]
NoModel = Annotated[bool, typer.Option("--no-llm", help="Names from the words only, also where a language model is set.")]
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


def fit(
    embedder: Embedder = "", seed: Seed = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start from nothing instead of from the former topics.")] = False,
    no_llm: NoModel = False, allow_loss: AllowLoss = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Embed the papers, find their topics, name them (with a language model where one is set) and publish them."""
    from hub.topics.fit import fit as fit_all
    from hub.topics.vectors import embedder_for
    from hub.worker import derived
    from hub.worker.pipeline import STEPS

    config = settings()
    with losses.allowed(allow_loss):
        model, why = embedder_for(embedder or config.embedder, config.home, common.corpus())
    if why:
        print(f"hub: {why}", file=sys.stderr)
    with losses.allowed(allow_loss), jobs.exclusive(config.home, "fit") as report, progress("Topics") as bar:

        def tell(name: str, done: int, total: int) -> None:
            report(STEPS[name], done, total)
            bar(done, total) if name in ("embed", "names") else bar(list(STEPS).index(name), len(STEPS))

        namer = _namer(config) if not no_llm else None
        done = fit_all(config.home, common.corpus(), model, seed, why, tell, namer, fresh, derived.tables)
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
    from hub.topics.naming.tree import rename as rename_all
    from hub.worker.pipeline import STEPS

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
    rows = chosen.rows(snapshot, common.search(snapshot))
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
    nodes["name"] = nodes["id"].map(snapshot.theme_names)
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
    from hub.topics import transform as placing
    from hub.topics.fit import fit as fit_all
    from hub.topics.vectors import embedder_for
    from hub.worker import derived

    config = settings()
    model, why = embedder_for(config.embedder, config.home, common.corpus())
    with jobs.exclusive(config.home, "place"), progress("Placing papers") as bar:
        done = placing.place(config.home, common.corpus(), model, bar)
        if refit and done["refit"]:
            seed = int(common.current().meta.get("seed", 0))
            done["fit"] = fit_all(config.home, common.corpus(), model, seed, why, namer=_namer(config), derive=derived.tables)
    emit(done, as_json)
