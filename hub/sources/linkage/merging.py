"""One paper once: the records of a corpus that are the same paper are joined, the published one leading.

Only records that came or changed since the last time are compared, with all others; candidates are read again in small parts,
so that memory does not grow with the texts of the corpus.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.papers.institutions import united
from hub.papers.model import Kind, Paper
from hub.papers.status import gravest
from hub.papers.teasers import TEASER
from hub.sources.linkage import keeping
from hub.sources.linkage.blocking import concatenated, signatures
from hub.sources.linkage.marks import VERSION_OF, filled, mark, named_by
from hub.sources.linkage.matching import JOINED, RULE, Facts, kept_apart, leads, same_paper
from hub.storage import memory
from hub.storage.corpus import LARGE, SCANNED, Corpus, parts

COLUMNS = ("id", "title", "authors", "published", "doi", "kind", "source")
NOTE = "joined"
"""The corpus keeps under this name by which rule, and until when, its records were joined."""
PAIRS_AT_ONCE = 2000


class Groups:
    """Records that are one paper, as pairs of them become known.

    Parameters
    ----------
    corpus
        Where the records are that were joined with one of a pair before.
    joined
        The ids that were joined before, by each of them.
    """

    def __init__(self, corpus: Corpus | None = None, joined: dict[str, tuple[str, ...]] | None = None) -> None:
        self._corpus = corpus
        self._joined = joined or {}
        self._group: dict[str, list[Facts]] = {}

    def unite(self, a: Facts, b: Facts, *, stated: bool = False) -> None:
        """Put two records of one paper into one group, unless it would join two that the rule keeps apart.

        What a record itself has ``stated`` goes before the rule.
        """
        ours, theirs = self._of(a), self._of(b)
        if ours is theirs or (not stated and any(kept_apart(x, y) for x in ours for y in theirs)):
            return
        ours += theirs
        for record in theirs:
            self._group[record.id] = ours

    def _of(self, record: Facts) -> list[Facts]:
        if record.id not in self._group:
            before = [name for name in self._joined.get(record.id, ()) if name != record.id]
            known = [facts_of(paper) for paper in self._corpus.papers(before)] if before and self._corpus is not None else []
            group = [record, *known]
            self._group.update({member.id: group for member in group})
        return self._group[record.id]

    def __iter__(self) -> Iterator[list[Facts]]:
        """Yield each group, its leading record first."""
        for group in {id(group): group for group in self._group.values()}.values():
            if len(group) > 1:
                yield sorted(group, key=leads)


def groups(records: Sequence[Facts]) -> list[list[Facts]]:
    """Return the groups of records in memory that are one paper, each with its leading record first."""
    found = Groups()
    for i, j in signatures(records).pairs(np.ones(len(records), dtype=bool)).tolist():
        if same_paper(records[i], records[j]):
            found.unite(records[i], records[j])
    return list(found)


def join(corpus: Corpus, *, anew: bool = False) -> int:
    """Mark records of the corpus that are one paper: the published one leads and lists the others as its versions.

    What the leading record lacks (abstract, authors, field) is filled from its versions, with where it came from; its
    institutions are those of all. Returns how many records became versions. ``anew`` compares all records again, as a
    change of the rule does. A large corpus is joined in a process of its own.
    """
    if len(corpus) > LARGE and not memory.is_apart():
        call = f"join(Corpus({corpus.path!r}), anew={anew})"
        return int(
            memory.apart(f"from hub.storage.corpus import Corpus\nfrom hub.sources.linkage.merging import join\nprint({call})")
        )
    started = datetime.now(UTC).replace(microsecond=0)
    since = None if anew else _since(corpus.noted(NOTE))
    changed = 0
    for part in parts(_found(corpus, since, started, None if anew else keeping.read(corpus)), 1000):
        papers = {paper.id: paper for paper in corpus.papers([r.id for group in part for r in group])}
        joined = [_joined([papers[r.id] for r in group if r.id in papers]) for group in part]
        writes = [paper for group in joined for paper in group if paper != papers[paper.id]]
        changed += sum(paper.kind == Kind.VERSION and papers[paper.id].kind != Kind.VERSION for paper in writes)
        if writes:
            corpus.put(writes)
    mark(corpus)
    corpus.note(NOTE, f"{RULE} {started.isoformat()}")
    return changed


def _found(corpus: Corpus, since: datetime | None, started: datetime, kept: keeping.Kept | None) -> Groups:
    joined: dict[str, tuple[str, ...]] = {}
    stated: list[tuple[str, str]] = []
    narrow, made = [], []
    for batch in corpus.scan(
        ["id", "changed", "versions", "relations"] if kept else [*COLUMNS, "changed", "versions", "relations"]
    ):
        for record_id, relations in filled(batch, "id", "relations"):
            stated += [(record_id, target) for relation in relations if (target := named_by(relation, VERSION_OF))]
        for record_id, versions in filled(batch, "id", "versions"):
            group = (record_id, *versions)
            joined.update(dict.fromkeys(group, group))
        narrow.append(batch.select(["id", "changed", "_rowid"]))
        if not kept:
            made.append(signatures(_facts(batch)))
    read = pa.Table.from_batches(narrow) if narrow else None
    if read is None:
        return Groups(corpus, joined)
    ids, rows = read["id"].combine_chunks(), read["_rowid"].to_numpy()
    changed = read["changed"].cast(pa.int64()).to_numpy()
    if kept:
        at = kept.rows(ids, changed)
        order = np.argsort(at < 0, kind="stable")  # what is kept comes first
        ids, rows, changed, at = ids.take(pa.array(order)), rows[order], changed[order], at[order]
        made = [kept.marks.take(at[at >= 0])]
        for some in parts(rows[at < 0].tolist(), SCANNED):
            again = corpus.rows(some, COLUMNS)
            place = pc.index_in(pa.array(some, again["_rowid"].type), value_set=again["_rowid"].combine_chunks())
            made.append(signatures(_facts(again.take(place))))
    marks = concatenated(made)
    if not kept or len(made) > 1 or len(kept.ids) != len(ids):
        keeping.keep(corpus, ids, changed, started, marks)
    new = np.ones(len(ids), dtype=bool) if since is None else changed >= since.timestamp()
    pairs = marks.pairs(new) if new.any() else np.empty((0, 2), dtype=np.int64)
    del marks, made, kept
    found = Groups(corpus, joined)
    for begin in range(0, len(pairs), PAIRS_AT_ONCE):
        part = pairs[begin : begin + PAIRS_AT_ONCE]
        wanted = np.unique(part)
        row_ids = rows[wanted].tolist()
        read = corpus.rows(row_ids, [*COLUMNS, "abstract"])
        by_row = dict(zip(read["_rowid"].to_pylist(), _facts(read), strict=True))
        of = {row: by_row[row_id] for row, row_id in zip(wanted.tolist(), row_ids, strict=True)}
        for i, j in part.tolist():
            if same_paper(of[i], of[j]):
                found.unite(of[i], of[j])
    for some in parts(stated, PAIRS_AT_ONCE):
        known = {paper.id: facts_of(paper) for paper in corpus.papers({name for pair in some for name in pair})}
        for a, b in some:
            if a in known and b in known and {known[a].kind, known[b].kind} <= set(JOINED):
                found.unite(known[a], known[b], stated=True)
    return found


def _since(note: str) -> datetime | None:
    rule, _, day = note.partition(" ")
    return datetime.fromisoformat(day) if rule == str(RULE) else None


def _facts(rows: pa.RecordBatch | pa.Table) -> Iterable[Facts]:
    names = [name for name in (*COLUMNS, "abstract") if name in rows.schema.names]
    columns = {name: rows[name].to_pylist() for name in names}
    columns["authors"] = [tuple(authors) for authors in columns["authors"]]
    yield from map(Facts, *columns.values())  # in the order in which Facts takes them


def facts_of(paper: Paper) -> Facts:
    """Return what the rule looks at of a paper."""
    return Facts(
        paper.id, paper.title, paper.authors, paper.published, paper.doi, paper.kind, paper.source, paper.abstract
    )  # fmt: skip


def _joined(group: list[Paper]) -> list[Paper]:
    lead, others = group[0], group[1:]
    status = gravest([lead.status, *(other.status for other in others if not facts_of(other).is_preprint)])
    filled: dict[str, object] = {"status": status, "kind": Kind.RETRACTED if status.is_void else Kind.PAPER}
    filled["versions"] = tuple(sorted({*lead.versions, *(other.id for other in others)}))
    filled["institutions"] = reduce(united, [paper.institutions for paper in group])
    origins = dict(lead.origins)
    for name in ("abstract", "authors", "field", "categories"):
        is_teaser = name == "abstract" and lead.origins.get(name) == TEASER
        givers = sorted((other for other in others if getattr(other, name)), key=lambda other: name in other.origins)
        if is_teaser:
            givers = [other for other in givers if other.origins.get(name) != TEASER]
        if givers and (is_teaser or not getattr(lead, name)):
            giver = givers[0]  # one that has it of its own, rather than one that was filled itself
            filled[name] = getattr(giver, name)
            origins[name] = giver.origins.get(name) or (giver.source_label if giver.source != lead.source else giver.id)
            if name == "field":
                filled["domain"] = giver.domain
    filled["published"] = min(paper.published for paper in group)
    return [lead.replace(**filled, origins=origins), *(other.replace(kind=Kind.VERSION, versions=()) for other in others)]
