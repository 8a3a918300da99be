"""The rules of a radar: what lets a paper pass, what raises it, and what to tell the reader about a rule."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import RadarError, SelectionError
from hub.i18n.messages import Said
from hub.radar.model import Radar, folded
from hub.storage.selection import Rows, Search, Selection
from hub.storage.snapshot import Snapshot
from hub.storage.workplaces import rows_at, workplaces

SHOULD, AUTHOR, TOPIC, VENUE, INSTITUTION, FRESH = 0.5, 2.0, 0.5, 0.5, 1.0, 0.2
"""What a rule adds to a score, in standard deviations; ``FRESH`` is for a paper of the newest day."""
ADDS = {"should": SHOULD, "topic": TOPIC, "venue": VENUE, "institution": INSTITUTION, "author": AUTHOR}
HALF_LIFE_DAYS = 14.0
COMMON_AUTHOR = 0.002
"""Above this share of all papers, and 50 papers, a name is many people's and no longer says what to read."""

EVERYONES = (
    "The author {name!r} fits {n:,} papers, too many to be one person's, so it raises none: give the full name, or add one of "
    "the author's papers instead."
)
GONE_TOPIC = "The followed topic {topic} is gone from this snapshot: follow another on the Topics page."
NOBODY_THERE = (
    "No author here works at {name!r}, as far as papers tell ({told:,} of {all:,} do): check the spelling, or take the name that "
    "papers use."
)
TELLING = "{told:,} of {all:,} papers say where their authors work: only these can be found by an institution."
"""How much a rule of institutions can find."""
ABSENT = "{n} of the papers you rated are not in the corpus now and do not count, such as {example}."


def matches(snapshot: Snapshot, radar: Radar, search: Search | None) -> tuple[dict[str, Rows], list[Said]]:
    """Return the rows that each rule finds, and what to tell the reader about the rules.

    Rules are named ``must:word``, ``should:word``, ``never:word``, ``author:name``, ``topic:id``, ``venue:source``,
    ``institution:name``;
    ``author`` holds all authors' rows.

    Raises
    ------
    RadarError
        When there are words to find and nothing to find them with.
    """
    found: dict[str, Rows] = {}
    notices: list[Said] = []
    words = [(kind, word) for kind in ("must", "should", "never") for word in getattr(radar, kind)]
    if words and search is None:
        raise RadarError(Said("This radar has words to look for, which needs the corpus to search in."))
    for kind, word in words:
        found[f"{kind}:{word}"] = _rows(snapshot, search, word)
        if not len(found[f"{kind}:{word}"]):
            notices.append(Said("No paper here holds the word {word!r}: check its spelling.", word=word))
    for name in radar.authors:
        rows = rows_by(snapshot, name)
        if not len(rows):
            notices.append(Said("No paper here is by {name!r}: check the name's spelling.", name=name))
        elif len(rows) > max(50, COMMON_AUTHOR * len(snapshot)):
            notices.append(Said(EVERYONES, name=name, n=len(rows)))
            rows = rows[:0]
        found[f"author:{name}"] = rows
    found["author"] = np.unique(np.concatenate([np.array([], np.int64), *(found[f"author:{n}"] for n in radar.authors)]))
    topics = snapshot.papers["topic"].to_numpy()
    for topic in radar.topics:
        found[f"topic:{topic}"] = np.flatnonzero(topics == topic)
        if topic not in snapshot.topic_names:
            notices.append(Said(GONE_TOPIC, topic=topic))
    codes, sources = snapshot.codes("source")
    for venue in radar.venues:
        found[f"venue:{venue}"] = (
            np.flatnonzero(codes == sources.index(venue)) if venue in sources else codes[:0].astype(np.int64)
        )
        if venue not in sources:
            notices.append(Said("No paper here is from {name!r}: it raises none until one comes.", name=venue))
    for name in radar.institutions:
        found[f"institution:{name}"] = rows = rows_at(snapshot, name)
        if not len(rows):
            notices.append(Said(NOBODY_THERE, name=name, told=workplaces(snapshot).told, all=workplaces(snapshot).papers))
    absent = [i for i in (*radar.positives, *radar.disliked) if i not in snapshot.row_of]
    if absent:
        notices.append(Said(ABSENT, n=len(absent), example=absent[0]))
    return found, notices


def how_many_tell(snapshot: Snapshot) -> Said:
    """Return how many papers tell where their authors work, as a sentence."""
    return Said(TELLING, told=workplaces(snapshot).told, all=workplaces(snapshot).papers)


def passing(snapshot: Snapshot, radar: Radar, rows: Rows, found: dict[str, Rows]) -> tuple[Rows, list[Said]]:
    """Return the rows that every rule lets pass; when none is left, also which rule took how many."""
    left, story = rows, [Said("{n:,} papers to choose from", n=len(rows))]
    steps = [("{n:,} of them hold {what!r}", word, found[f"must:{word}"], True) for word in radar.must]
    steps += [("{n:,} of them do not hold {what!r}", word, found[f"never:{word}"], False) for word in radar.never]
    if radar.sources or radar.fields:
        try:
            inside = Selection(sources=radar.sources, fields=radar.fields).rows(snapshot)
        except SelectionError as e:
            raise RadarError(Said("The sources or fields of {name!r} cannot be used: {why}", name=radar.name, why=e)) from e
        steps.insert(0, ("{n:,} of them are from {what}", ", ".join((*radar.sources, *radar.fields)), inside, True))
    for text, what, matching, keep in steps:
        mask = np.zeros(len(snapshot), dtype=bool)
        mask[matching] = True
        left = left[mask[left] == keep]
        story.append(Said(text, n=len(left), what=what))
    if len(left) or not len(rows):
        return left, []
    return left, [Said("No paper passes the rules: {story}. Loosen a rule or look further back.", story=tuple(story))]


def raised(snapshot: Snapshot, radar: Radar, rows: Rows, found: dict[str, Rows]) -> npt.NDArray[np.float32]:
    """Return what rules and recency add (n,) float32 to the scores of ``rows``, in standard deviations."""
    added = np.zeros(len(snapshot), dtype=np.float32)
    for name, matching in found.items():
        kind = name.split(":")[0]
        if kind in ADDS and (kind != "author" or name == "author"):
            added[matching] += ADDS[kind]
    if not len(rows):
        return added[rows]
    age = snapshot.days[rows].max() - snapshot.days[rows]
    return added[rows] + (FRESH * 0.5 ** (age / HALF_LIFE_DAYS)).astype(np.float32)


def _rows(snapshot: Snapshot, search: Search | None, word: str) -> Rows:
    if search is None:
        return np.array([], dtype=np.int64)
    known = snapshot.row_of
    found = search(f'"{word}"' if " " in word or "-" in word else word)
    return np.array(sorted(known[i] for i in found if i in known), dtype=np.int64)


def rows_by(snapshot: Snapshot, name: str) -> Rows:
    """Return the rows whose authors include ``name``: the same surname, and given names that agree as far as both go.

    ``Ada Lovelace``, ``Lovelace, Ada`` and ``A. Lovelace`` agree; a bare surname agrees with everyone of that name.
    """
    wanted = name_parts(name)
    if not wanted[-1]:
        return np.array([], dtype=np.int64)
    surname, initial = re.escape(wanted[-1]), re.escape(wanted[0][0]) if len(wanted) > 1 else ""
    either = rf"(?:^|; )(?:{initial}[^;]*\b{surname}|{surname}, {initial}[^;]*)(?:;|$)"
    column = bare_authors(snapshot)
    maybe = np.flatnonzero(pc.match_substring_regex(column, either).to_numpy(zero_copy_only=False))
    names = column.take(pa.array(maybe)).to_pylist()
    fits = [any(same_person(wanted, name_parts(a)) for a in line.split("; ") if wanted[-1] in a) for line in names]
    return maybe[np.array(fits, dtype=bool)] if len(maybe) else maybe


@lru_cache(maxsize=2)
def bare_authors(snapshot: Snapshot) -> pa.Array:
    """Return the authors of each paper without case and accents; made once a Snapshot."""
    column = pc.utf8_lower(pa.array(snapshot.papers["authors"], type=pa.string()))
    return pc.fill_null(pc.replace_substring_regex(pc.utf8_normalize(column, form="NFKD"), r"\p{M}", ""), "")


def name_parts(name: str) -> tuple[str, ...]:
    """Return a name's parts, folded, the surname last.

    >>> name_parts("Lovelace, Ada K."), name_parts("Ada Lovelace")
    (('ada', 'k', 'lovelace'), ('ada', 'lovelace'))
    """
    surname, _, given = folded(name).partition(",")
    whole = f"{given} {surname}" if given else surname
    return tuple(re.sub(r"[^\w' -]", " ", whole).replace("-", " ").split()) or ("",)


def same_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Return whether two names may be one person's: one surname, and no given name that differs.

    >>> same_person(("a", "lovelace"), ("ada", "lovelace")), same_person(("ann", "lovelace"), ("ada", "lovelace"))
    (True, False)
    """
    if a[-1] != b[-1]:
        return False
    given = zip(a[:-1], b[:-1], strict=False)
    return all(x == y or (min(len(x), len(y)) == 1 and x[:1] == y[:1]) for x, y in given)
