"""One paper once: which records are the same paper, and which of them leads.

Records are the same paper when they carry the same DOI or arXiv id, or when title, first author and year agree. Title and
authors are compared with rapidfuzz; what tells two papers apart (numbers, "Part II", "Reply to") must agree exactly. The rule
is measured by ``python -m bench joining`` on pairs that were labelled by reading them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations

from rapidfuzz import fuzz

from hub.corpus import Corpus, parts
from hub.identifiers import doi_base
from hub.paper import Paper

LEAST_LIKENESS = 93.0
"""Titles at least this alike (rapidfuzz, 0 to 100) are the same when the first author agrees."""
LEAST_BY_SAME_AUTHORS = ((1, 93.0), (2, 84.0), (99, 76.0))
"""A preprint and a published paper may differ more, the more authors they share: (authors, likeness)."""
YEARS_APART = 3
SHORT_WORDS = 4
LARGEST_BLOCK = 60
"""Titles that more records than this share ("Editorial") name no paper."""
PREPRINTS = (
    "10.1101/", "10.64898/", "10.26434/", "10.21203/", "10.20944/", "10.2139/", "10.31219/", "10.31234/", "10.31235/",
    "10.31223/", "10.35542/", "10.31224/", "10.32942/", "10.48550/", "10.12688/", "10.3386/", "10.2196/preprints", "10.1177/gk",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_TEX = re.compile(r"\\[a-zA-Z]+|[${}^_\\]")
_NO_FAMILY = re.compile(r"^(?:[A-Z]\.?-?){1,3}$|^(?:Jr|Sr|II|III)\.?$")
_ROMAN = re.compile(r"^(?:i{1,3}|iv|vi{0,3}|ix|xi{0,3})$")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "one", "two", "three", "four", "five")
_TELLING = frozenset(
    ("comment", "comments", "reply", "response", "rejoinder", "erratum", "errata", "corrigendum", "correction",
     "retraction", "addendum", "supplement", "supplementary", "discussion", "protocol", "abridged", "extended",
     "revisited", "replication", *_ORDINALS)
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What the rule looks at of a record."""

    id: str
    title: str
    authors: tuple[str, ...]
    published: date
    doi: str = ""
    kind: str = "paper"
    source: str = ""

    @cached_property
    def words(self) -> list[str]:
        """The words of the title, folded to plain lower-case letters."""
        return folded(_TEX.sub(" ", self.title))

    @cached_property
    def plain_title(self) -> str:
        """The title as those words."""
        return " ".join(self.words)

    @cached_property
    def telling(self) -> tuple[list[str], list[str]]:
        """What two papers of a series differ in: numbers and numerals of the title, and words such as "reply"."""
        numbers = [w for w in self.words if any(c.isdigit() for c in w) or _ROMAN.match(w)]
        return sorted(numbers), sorted(w for w in self.words if w in _TELLING)

    @cached_property
    def families(self) -> list[str]:
        """The authors' family names, folded, in the order of the paper."""
        return [family for name in self.authors if (family := family_name(name))]

    @cached_property
    def first_family(self) -> str:
        """The first author's family name, folded; empty when there is no author."""
        return family_name(self.authors[0]) if self.authors else ""

    @cached_property
    def base(self) -> str:
        """The DOI without a version."""
        return doi_base(self.doi)[0]

    @property
    def is_preprint(self) -> bool:
        """Whether it is on a preprint server."""
        return self.id.startswith("arXiv:") or self.base.startswith(PREPRINTS)


def folded(text: str) -> list[str]:
    """Return the words of ``text`` in lower case and without accents.

    >>> folded("Lévy-flights: Ein Überblick")
    ['levy', 'flights', 'ein', 'uberblick']
    """
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def family_name(name: str) -> str:
    """Return the folded family name of an author, however the name is ordered or shortened.

    >>> family_name("Erdős, Paul"), family_name("P. Erdős"), family_name("Erdős PL"), family_name("Ludwig van der Beek")
    ('erdos', 'erdos', 'erdos', 'beek')
    """
    if "," in name:
        name = name.split(",")[0]
    parts_ = [part for part in name.split() if not _NO_FAMILY.match(part)]
    words = folded(parts_[-1] if parts_ else name)
    return words[-1] if words else ""


def same_paper(a: Facts, b: Facts) -> bool:
    """Whether two records are of the same paper.

    Two published DOIs, or two numbers of one preprint server, are two papers unless title and all authors are identical
    (a preprint submitted twice, an early and a final article). Everything else goes by title, first author and year.
    """
    if a.id == b.id:
        return True
    if a.kind not in ("paper", "version") or b.kind not in ("paper", "version"):
        return False
    if a.base and a.base == b.base:
        return True
    if abs(a.published.year - b.published.year) > YEARS_APART or a.telling != b.telling:
        return False
    return _submitted_twice(a, b) if _both_numbered(a, b) else _same_title_and_authors(a, b)


def _both_numbered(a: Facts, b: Facts) -> bool:
    if a.id.startswith("arXiv:") and b.id.startswith("arXiv:"):
        return True
    if a.base and b.base and not a.is_preprint and not b.is_preprint:
        return True
    return bool(a.base and b.base) and a.is_preprint and b.is_preprint and a.base.split("/")[0] == b.base.split("/")[0]


def _submitted_twice(a: Facts, b: Facts) -> bool:
    same_title = a.plain_title == b.plain_title and _length(a) > SHORT_WORDS
    return (
        same_title
        and bool(a.families)
        and sorted(a.families) == sorted(b.families)
        and abs((a.published - b.published).days) < 550
    )


def _kept_apart(a: Facts, b: Facts) -> bool:
    return _both_numbered(a, b) and not same_paper(a, b)


def _same_title_and_authors(a: Facts, b: Facts) -> bool:
    likeness = max(fuzz.ratio(a.plain_title, b.plain_title), fuzz.token_sort_ratio(a.plain_title, b.plain_title) - 3)
    if likeness < LEAST_BY_SAME_AUTHORS[-1][1]:
        return False
    length = min(_length(a), _length(b))
    ours, theirs = set(a.families), set(b.families)
    if not ours or not theirs:
        return likeness == 100.0 and length > SHORT_WORDS and abs(a.published.year - b.published.year) <= 1
    shared, everyone = len(ours & theirs), len(ours & theirs) / max(len(ours), len(theirs))
    if likeness == 100.0:
        return shared > 0 and (length > SHORT_WORDS or everyone >= 0.5)
    if length <= SHORT_WORDS or a.first_family not in theirs or b.first_family not in ours:
        return False
    if likeness >= LEAST_LIKENESS:
        return everyone > 0.3
    least = next((bound for authors, bound in LEAST_BY_SAME_AUTHORS if shared <= authors), LEAST_BY_SAME_AUTHORS[-1][1])
    return a.is_preprint != b.is_preprint and everyone >= 0.75 and likeness >= least


def _length(record: Facts) -> int:
    """Count the words of a title; Chinese, written without spaces, has about one for two characters."""
    return len(record.words) if record.plain_title.isascii() else max(len(record.words), len(record.plain_title) // 4)


def leads(a: Facts) -> tuple[bool, bool, str]:
    """Order records of one paper: the published one first, then one with a DOI, then by id."""
    return (a.is_preprint or not a.base, not a.base, a.id)


def groups(records: Sequence[Facts]) -> list[list[Facts]]:
    """Return the groups of records that are one paper, each with its leading record first; single records are left out."""
    root = list(range(len(records)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    members: dict[int, list[int]] = {i: [i] for i in range(len(records))}
    for i, j in sorted(_candidates(records)):
        a, b = find(i), find(j)
        if a == b or not same_paper(records[i], records[j]):
            continue
        if any(_kept_apart(records[x], records[y]) for x in members[a] for y in members[b]):
            continue  # a chain of likenesses must not join what the rule keeps apart
        root[b] = a
        members[a] += members.pop(b)
    return [sorted((records[i] for i in group), key=leads) for group in members.values() if len(group) > 1]


def _candidates(records: Sequence[Facts]) -> set[tuple[int, int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        for key in _keys(record):
            blocks[key].append(i)
    return {pair for block in blocks.values() if 1 < len(block) <= LARGEST_BLOCK for pair in combinations(block, 2)}


def _keys(record: Facts) -> Iterator[str]:
    if record.base:
        yield f"doi {record.base}"
    if record.kind not in ("paper", "version"):
        return
    yield f"title {record.plain_title}"
    words = [w for w in record.words if len(w) > 3] or record.words
    if record.first_family and words:
        for word in {words[0], words[-1], max(words, key=len)}:
            yield f"author {record.first_family} {word}"


def join(corpus: Corpus, among: Iterable[str] | None = None) -> int:
    """Mark records of the corpus that are one paper: the published one leads and lists the others as its versions.

    What the leading record lacks (abstract, authors, field) is filled from its versions, with where it came from. ``among``
    names the ids that are new; groups without one of them are as they were. Returns how many records became versions.
    """
    records = facts(corpus)
    new = None if among is None else set(among)
    found = [g for g in groups(records) if new is None or any(r.id in new for r in g)]
    changed = 0
    for part in parts(found, 1000):
        papers = {paper.id: paper for paper in corpus.papers([r.id for group in part for r in group])}
        joined = [_joined([papers[r.id] for r in group if r.id in papers]) for group in part]
        writes = [paper for group in joined for paper in group if paper != papers[paper.id]]
        changed += sum(paper.kind == "version" and papers[paper.id].kind != "version" for paper in writes)
        if writes:
            corpus.put(writes)
    return changed


def facts(corpus: Corpus) -> list[Facts]:
    """Return what the rule looks at of every record of the corpus, in the order of their ids."""
    table = corpus.columns(["id", "title", "authors", "published", "doi", "kind", "source"])
    rows = zip(*(table[name].tolist() for name in ("id", "title", "authors", "published", "doi", "kind", "source")), strict=True)
    return [Facts(i, title, tuple(authors), day, doi, kind, source) for i, title, authors, day, doi, kind, source in rows]


def _joined(group: list[Paper]) -> list[Paper]:
    lead, others = group[0], group[1:]
    filled: dict[str, object] = {"kind": "paper", "versions": tuple(sorted({*lead.versions, *(other.id for other in others)}))}
    origins = dict(lead.origins)
    for name in ("abstract", "authors", "field", "categories"):
        giver = next((other for other in others if getattr(other, name)), None)
        if not getattr(lead, name) and giver is not None:
            filled[name] = getattr(giver, name)
            origins[name] = giver.source_label if giver.source != lead.source else giver.id
            if name == "field":
                filled["domain"] = giver.domain
    filled["published"] = min(paper.published for paper in group)
    return [lead.replace(**filled, origins=origins), *(other.replace(kind="version", versions=()) for other in others)]
