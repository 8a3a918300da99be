"""Which names the tree carries: from its words, kept from the former fit, or from a language model; each beside the others.

Topics, themes and subtopics have three columns for this. ``statistical`` is the name from the words; ``name_zh`` the Chinese one,
empty without; ``named_by`` the model that gave ``name``, empty where it is the statistical one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from hub.embed import Vectors
from hub.errors import SnapshotError
from hub.i18n.messages import Said
from hub.llm import LanguageModel
from hub.stats.neighbours import centroids
from hub.storage import snapshot
from hub.storage.snapshot import Terms
from hub.topics.naming.llm import Group, Named, estimate, name_groups, stem

TITLES = 5
COMMON = 0.08
"""Share of a group's papers that must use a word before a name may rest on it; one planted title never reaches it."""
SAME = 0.5
"""Share of words (Jaccard) from which a former name still fits."""
Tables = dict[str, pd.DataFrame]
"""``themes``, ``topics`` and ``subtopics`` of a Snapshot."""
KEYS = {"themes": "node", "topics": "topic", "subtopics": "subtopic"}


@dataclass(frozen=True)
class Papers:
    """The fitted papers: ``topic`` and ``subtopic`` (n,) by their ids, ``vectors`` (n, dim), ``terms`` and ``titles``."""

    topic: npt.NDArray[np.int32]
    subtopic: npt.NDArray[np.int32]
    vectors: Vectors
    terms: Terms
    titles: Sequence[str]


def former(home: Path) -> dict[str, pd.DataFrame | None]:
    """Return the tables of the current Snapshot as the model, not people, had them; none before the first fit."""
    try:
        now = snapshot.load(home)
    except SnapshotError:
        return {}
    return {"themes": now.themes, "topics": now.table("model_topics"), "subtopics": now.table("model_subtopics")}


def plain(tables: Tables) -> Tables:
    """Return the tables with the columns of this module, every name the statistical one."""
    made = {}
    for kind, table in tables.items():
        own = table["statistical"] if "statistical" in table else table["name"]
        made[kind] = table.assign(name=own, statistical=own, name_zh="", named_by="")
    return made


def kept(tables: Tables, former: Mapping[str, pd.DataFrame | None]) -> Tables:
    """Return the tables with a model's former names where the node, or another of the same words, still has most of the words."""
    made = {}
    for kind, table in tables.items():
        old = former.get(kind)
        if old is None or "named_by" not in old or not (old["named_by"] != "").any():
            made[kind] = table
            continue
        made[kind] = _inherited(table, old[old["named_by"] != ""], KEYS[kind])
    return made


def _inherited(table: pd.DataFrame, old: pd.DataFrame, key: str) -> pd.DataFrame:
    known = old.to_dict("records")
    theirs = [{str(word).casefold() for word in row["words"]} for row in known]
    pairs = []
    for at, (node, words) in enumerate(zip(table[key].tolist(), table["words"], strict=True)):
        own = {str(word).casefold() for word in words}
        for i, row in enumerate(known):
            share = len(own & theirs[i]) / max(len(own | theirs[i]), 1)
            if share >= SAME:
                pairs.append((-share - (row[key] == node and key != "node"), at, i))  # numbers of themes do not last
    made = {column: [str(name) for name in table[column]] for column in ("name", "name_zh", "named_by")}
    used, done_at, done_old = {name.casefold() for name in made["name"]}, set(), set()
    for _score, at, i in sorted(pairs):
        new = str(known[i]["name"])
        if at in done_at or i in done_old or new.casefold() in used - {made["name"][at].casefold()}:
            continue
        done_at.add(at)
        done_old.add(i)
        used = used - {made["name"][at].casefold()} | {new.casefold()}
        for column, names in made.items():
            names[at] = str(known[i][column])
    return table.assign(**made)


def groups(tables: Tables, papers: Papers, *, anew: bool = False) -> list[Group]:
    """Return what a model is to name, from the widest theme down; what has a model's name already only when ``anew``."""
    topics, themes, parts = tables["topics"], tables["themes"], tables["subtopics"]
    theme_of, names = _themes_above(topics, themes), dict(zip(themes["node"].tolist(), themes["name"].tolist(), strict=True))
    made: list[Group] = []
    for level in sorted({int(n) for n in themes["level"]}, reverse=True):
        own = themes[themes["level"] == level]
        label = _relabelled(papers.topic, {t: nodes.get(level, -1) for t, nodes in theme_of.items()})
        above = [names.get(int(p), "") for p in own["parent"]]
        made += _groups("n", own, "node", label, above, papers, anew)
    made += _groups("t", topics, "topic", papers.topic, [names.get(int(p), "") for p in topics["parent"]], papers, anew)
    called = dict(zip(topics["topic"].tolist(), topics["name"].tolist(), strict=True))
    above = [called.get(int(t), "") for t in parts["topic"]]
    return made + _groups("s", parts, "subtopic", papers.subtopic, above, papers, anew)


def _themes_above(topics: pd.DataFrame, themes: pd.DataFrame) -> dict[int, dict[int, int]]:
    """For each topic, the theme above it at each level."""
    parent = dict(zip(themes["node"].tolist(), themes["parent"].tolist(), strict=True))
    level = dict(zip(themes["node"].tolist(), themes["level"].tolist(), strict=True))
    found: dict[int, dict[int, int]] = {}
    for topic, node in zip(topics["topic"].tolist(), topics["parent"].tolist(), strict=True):
        found[topic] = {}
        while node in parent:
            found[topic][level[node]] = node
            node = parent[node]
    return found


def _relabelled(label: npt.NDArray[np.int32], into: dict[int, int]) -> npt.NDArray[np.int32]:
    ids, at = np.unique(label, return_inverse=True)
    return np.array([into.get(int(i), -1) for i in ids], dtype=np.int32)[at]


def _groups(
    letter: str, table: pd.DataFrame, key: str, label: npt.NDArray[np.int32], above: Sequence[str], papers: Papers, anew: bool
) -> list[Group]:
    ids = table[key].to_numpy(dtype=np.int64)
    place = {int(i): at for at, i in enumerate(ids)}
    at = _relabelled(label, place)
    rows = np.flatnonzero(at >= 0)
    centre = centroids(papers.vectors, at, len(ids))
    near = np.einsum("ij,ij->i", papers.vectors[rows], centre[at[rows]])
    order = rows[np.lexsort((rows, -near, at[rows]))]
    start = np.searchsorted(at[order], np.arange(len(ids) + 1))
    member = sparse.csr_matrix((np.ones(len(rows), np.float32), (at[rows], rows)), (len(ids), len(label)))
    used = sparse.csr_matrix(member @ (papers.terms.counts > 0).astype(np.float32))
    made = []
    for i, row in enumerate(table.to_dict("records")):
        if row["named_by"] and not anew:
            continue
        central = order[start[i] : start[i + 1]][:TITLES]
        least = max(4.0, COMMON * (start[i + 1] - start[i]))
        common = used.indices[used.indptr[i] : used.indptr[i + 1]][used.data[used.indptr[i] : used.indptr[i + 1]] >= least]
        words = tuple(str(word) for word in row["words"])
        known = frozenset(stem(p) for word in (*words, *papers.terms.words[common].tolist()) for p in _split(str(word)))
        titles = tuple(papers.titles[int(r)] for r in central)
        made.append(Group(f"{letter}{int(row[key])}", words, str(row["statistical"]), titles, above[i], known))
    return made


def _split(term: str) -> list[str]:
    return term.replace("-", " ").split()


def name(
    model: LanguageModel,
    tables: Tables,
    papers: Papers,
    *,
    anew: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Tables, dict[str, Any]]:
    """Return the tables with the model's names, and what came of it.

    Returns
    -------
    tables, told
        ``told`` has ``model``, ``estimate`` (before), ``asked``, ``named``, ``named_zh``, ``refused`` (reasons by count),
        ``tokens_in``, ``tokens_out``, ``cost`` (after), ``why`` naming ended early, and ``said``, its template and values.
    """
    asked = groups(tables, papers, anew=anew)
    given = [] if anew else [table[table["named_by"] != ""] for table in tables.values()]
    taken = [str(name) for table in given for column in ("name", "name_zh") for name in table[column] if name]
    before = (model.spent.tokens_in, model.spent.tokens_out, model.spent.cost, model.spent.calls)
    expected = estimate(model, asked)
    found = name_groups(model, asked, taken, progress or (lambda done, of: None)) if asked else Named()
    made = {kind: _applied(table, kind, found, model.model) for kind, table in tables.items()}
    reasons: dict[str, int] = {}
    for reason in found.refused.values():
        reasons[reason] = reasons.get(reason, 0) + 1
    told = {
        "model": model.model, "estimate": expected, "asked": len(asked), "named": len(found.names),
        "named_zh": sum(bool(n.zh) for n in found.names.values()), "refused": reasons,
        "why": found.why, "said": _parts(found.why),
        "calls": model.spent.calls - before[3], "tokens_in": model.spent.tokens_in - before[0],
        "tokens_out": model.spent.tokens_out - before[1], "cost": round(model.spent.cost - before[2], 6),
    }  # fmt: skip
    return made, told


def _parts(why: str) -> list[Any]:
    return [why.template, why.values] if isinstance(why, Said) else [why, {}]


def _applied(table: pd.DataFrame, kind: str, found: Named, by: str) -> pd.DataFrame:
    key = {"themes": "n", "topics": "t", "subtopics": "s"}[kind]
    given = [found.names.get(f"{key}{int(i)}") for i in table[KEYS[kind]]]
    return table.assign(
        name=[new.en if new else old for new, old in zip(given, table["name"], strict=True)],
        name_zh=[new.zh if new else old for new, old in zip(given, table["name_zh"], strict=True)],
        named_by=[by if new else old for new, old in zip(given, table["named_by"], strict=True)],
    )


def rename(
    home: Path, model: LanguageModel, *, anew: bool = False, dry: bool = False, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Name the tree of the current Snapshot with a model and publish it; return what came of it.

    Parameters
    ----------
    anew
        Ask again for what has a model's name already.
    dry
        Ask nothing and publish nothing: return the estimate of tokens and cost.

    Raises
    ------
    SnapshotError
        When there are no topics yet.
    """
    now, old = snapshot.load(home), former(home)
    base, topics = now.table("model_papers"), old.get("topics")
    if base is None or topics is None or not len(topics):
        raise SnapshotError("There are no topics to name yet: run `python -m hub fit`.")
    parts = old.get("subtopics")
    empty = pd.DataFrame(columns=list(snapshot.SUBTOPIC_COLUMNS))
    tables = {"themes": now.themes, "topics": topics, "subtopics": empty if parts is None else parts}
    tables = {kind: table if "named_by" in table else plain({kind: table})[kind] for kind, table in tables.items()}
    rows = np.array([now.row_of[i] for i in base["id"] if i in now.row_of], dtype=np.int64)
    there = base["id"].isin(now.row_of).to_numpy()
    part = base["subtopic"].to_numpy(np.int32) if "subtopic" in base else np.full(len(base), -1, dtype=np.int32)
    papers = Papers(
        base["topic"].to_numpy(np.int32)[there], part[there], np.asarray(now.vectors[rows]),
        Terms(sparse.csr_matrix(now.terms.counts[rows]), now.terms.words), now.papers["title"].to_numpy()[rows].tolist(),
    )  # fmt: skip
    if dry:
        return {"model": model.model, "estimate": estimate(model, groups(tables, papers, anew=anew))}
    made, told = name(model, tables, papers, anew=anew, progress=progress)
    if not told["named"]:
        return told | {"version": now.version}
    from hub.topics.transform import republish_tree

    return told | {"version": republish_tree(home, made, {"naming": told})}
