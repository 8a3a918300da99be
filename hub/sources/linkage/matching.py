"""When two records are of the same paper, and which of them leads.

Records are the same paper when they carry the same DOI or arXiv id, or when title, first author and year agree. Title and
authors are compared with rapidfuzz; what tells two papers apart (numbers, "Part II", "Reply to") must agree exactly. The rule
is measured by ``python -m bench joining`` on pairs that were labelled by reading them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from rapidfuzz import fuzz

from hub.papers.identifiers import doi_base
from hub.papers.identity import are_two, family_name, folded
from hub.papers.model import Kind

RULE = 3
"""Counts the changes of this rule: a corpus that was joined by another one is looked at anew."""
LEAST_LIKENESS = 93.0
"""Titles at least this alike (rapidfuzz, 0 to 100) are the same when the first author agrees."""
LEAST_BY_SAME_AUTHORS = ((1, 93.0), (2, 84.0), (99, 76.0))
"""A preprint and a published paper may differ more, the more authors they share: (authors, likeness)."""
LIKE_WITHOUT_AUTHORS = 95.0
"""Titles of records of which one names no authors are the same from here on, when they are long and no abstract objects."""
LEAST_WITH_ABSTRACT = 60.0
"""Titles less alike than this are of two papers whatever their abstracts say (a translation, the next report of a series)."""
LEAST_BY_ABSTRACT = 85.0
"""Titles at least this alike are the same by their abstract alone, where a record names no authors."""
LIKE_IN_ALL = 97.0
"""Titles at least this alike are the same when three of four authors are, whoever is named first."""
LIKE_TWICE = 93.0
"""Titles of one preprint that was submitted twice, where the authors are the same and so is the abstract."""
TWICE_ABSTRACT, UNCHANGED_ABSTRACT, SAME_ABSTRACT, RELATED_ABSTRACT = 0.95, 0.8, 0.5, 0.2
"""Which share of the shorter abstract's four-word runs the other has: submitted twice; not rewritten; of one paper; maybe so."""
LEAST_RUNS = 40
LEAST_CONTENT, DIFFERENT_WORDS = 8, 0.3
"""Abstracts of at least so many longer words that share less than this of them are of two papers, unless the titles are one."""
YEARS_APART = 3
LONGEST_YEARS_APART = 10
"""Economics journals print some papers seven years after the preprint: then title and authors must be the same."""
SHORT_WORDS, LONG_WORDS = 4, 8
PREPRINTS = (
    "10.1101/", "10.64898/", "10.26434/", "10.21203/", "10.20944/", "10.2139/", "10.31219/", "10.31234/", "10.31235/",
    "10.31223/", "10.35542/", "10.31224/", "10.32942/", "10.48550/", "10.12688/", "10.3386/", "10.2196/preprints", "10.1177/gk",
)  # fmt: skip
_TEX = re.compile(r"\\[a-zA-Z]+|[${}^_\\]")
_MARK = re.compile(r"[(\[](?:preprint|version \d+)[)\]]\s*$", re.I)
"""What servers append to the title of a version."""
_ROMAN = re.compile(r"^(?:i{1,3}|iv|vi{0,3}|ix|xi{0,3})$")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "one", "two", "three", "four", "five")
_SERIES = frozenset(
    ("part", "parts", "series", "section", "study", "experiment", "volume", "chapter", "case", "group", "type", "teil")
)
"""Words after which a single letter tells one paper of a series from the next."""
JOINED = (Kind.PAPER, Kind.VERSION, Kind.RETRACTED)
"""Kinds of records that may be of one paper."""
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
    abstract: str = ""

    @cached_property
    def words(self) -> list[str]:
        """The words of the title, folded to plain lower-case letters."""
        return folded(_TEX.sub(" ", _MARK.sub("", self.title)))

    @cached_property
    def plain_title(self) -> str:
        """The title as those words."""
        return " ".join(self.words)

    @cached_property
    def compact_title(self) -> str:
        """The title without spaces, for sources that lose them."""
        return "".join(self.words)

    @cached_property
    def runs(self) -> frozenset[int]:
        """The hashes of the abstract's four-word runs."""
        words = folded(self.abstract)
        return frozenset(hash(run) for run in zip(words, words[1:], words[2:], words[3:], strict=False))

    @cached_property
    def telling(self) -> tuple[list[str], list[str]]:
        """What two papers of a series differ in: numbers and numerals of the title, and words such as "reply"."""
        numbers = [w for w in self.words if any(c.isdigit() for c in w) or _ROMAN.match(w)]
        numbers += [f"{of} {w}" for of, w in pairwise(self.words) if of in _SERIES and len(w) == 1 and w.isalpha()]
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
    def people(self) -> frozenset[frozenset[str]]:
        """The authors as sets of the words of their names: the same whichever of their names stands first."""
        return frozenset(words for name in self.authors if len(words := frozenset(w for w in folded(name) if len(w) > 1)) > 1)

    @cached_property
    def first_person(self) -> frozenset[str]:
        """The words of the first author's name."""
        return frozenset(w for w in folded(self.authors[0]) if len(w) > 1) if self.authors else frozenset()

    @cached_property
    def content(self) -> frozenset[str]:
        """The longer words of the abstract, cut to their first six letters."""
        return frozenset(word[:6] for word in folded(self.abstract) if len(word) > 4)

    @cached_property
    def base(self) -> str:
        """The DOI without a version."""
        return doi_base(self.doi)[0]

    @property
    def is_preprint(self) -> bool:
        """Whether it is on a preprint server."""
        return self.id.startswith("arXiv:") or self.base.startswith(PREPRINTS)


def same_paper(a: Facts, b: Facts) -> bool:
    """Whether two records are of the same paper.

    Two published DOIs, or two numbers of one preprint server, are two papers unless title and all authors are identical
    (a preprint submitted twice, an early and a final article). Everything else goes by title, authors and year, and by the
    abstract where the title was changed or one record names no authors.
    """
    if a.id == b.id:
        return True
    if a.kind not in JOINED or b.kind not in JOINED:
        return False
    if a.base and a.base == b.base:
        return not are_two(a, b)
    if abs(a.published.year - b.published.year) > LONGEST_YEARS_APART:
        return False
    told_apart = a.telling != b.telling and a.compact_title != b.compact_title
    if both_numbered(a, b):
        return not told_apart and _submitted_twice(a, b)
    if told_apart and not _renamed(a, b):
        return False
    return _same_title_and_authors(a, b) if a.families and b.families else _same_without_authors(a, b)


def both_numbered(a: Facts, b: Facts) -> bool:
    """Whether both have a number of the same kind: two arXiv ids, two published DOIs, two DOIs of one preprint server."""
    if a.id.startswith("arXiv:") and b.id.startswith("arXiv:"):
        return True
    if a.base and b.base and not a.is_preprint and not b.is_preprint:
        return True
    return bool(a.base and b.base) and a.is_preprint and b.is_preprint and a.base.split("/")[0] == b.base.split("/")[0]


def kept_apart(a: Facts, b: Facts) -> bool:
    """Whether the rule says that two records are two papers, rather than not knowing: no chain of likenesses joins these."""
    return both_numbered(a, b) and not same_paper(a, b)


def _submitted_twice(a: Facts, b: Facts) -> bool:
    if abs((a.published - b.published).days) >= 550:
        return False
    ours, theirs = set(a.families), set(b.families)
    same_title = a.compact_title == b.compact_title
    if sorted(a.families) != sorted(b.families):
        most = len(ours & theirs) / max(len(ours), len(theirs)) >= 0.75
        return same_title and most and (shared_text(a, b) or 0.0) >= SAME_ABSTRACT
    if same_title and _length(a) > SHORT_WORDS and ours:
        return True
    least = UNCHANGED_ABSTRACT if same_title else TWICE_ABSTRACT
    return likeness(a, b) >= LIKE_TWICE and (shared_text(a, b) or 0.0) >= least  # abstracts last: reading them costs most


def _renamed(a: Facts, b: Facts) -> bool:
    """Whether titles differ in a number, but the abstract is the same (2019-nCoV, which became SARS-CoV-2)."""
    return a.telling[1] == b.telling[1] and likeness(a, b) >= 90 and (shared_text(a, b) or 0.0) >= UNCHANGED_ABSTRACT


def _same_title_and_authors(a: Facts, b: Facts) -> bool:
    alike = likeness(a, b)
    length = _shorter(a, b)
    ours, theirs = set(a.families), set(b.families)
    shared = max(len(ours & theirs), len(a.people & b.people))  # sources that write the family first turn names round
    everyone = shared / max(len(ours), len(theirs))
    apart = abs(a.published.year - b.published.year)
    if alike == 100.0:
        enough = 0.0 if length > SHORT_WORDS else 0.5
        return shared > 0 and everyone >= (enough if apart <= YEARS_APART else 0.75)
    if length <= SHORT_WORDS or alike < LEAST_WITH_ABSTRACT or abstracts_differ(a, b):
        return False
    if everyone >= 0.5 and apart <= YEARS_APART and (shared_text(a, b) or 0.0) >= SAME_ABSTRACT:
        return True
    if alike >= LIKE_IN_ALL and everyone >= 0.75 and apart <= YEARS_APART:
        return True
    inverted = a.first_person in b.people and b.first_person in a.people
    if not inverted and (a.first_family not in theirs or b.first_family not in ours):
        return False
    if alike >= LEAST_LIKENESS and apart <= YEARS_APART:
        return everyone > 0.3
    least = next((bound for authors, bound in LEAST_BY_SAME_AUTHORS if shared <= authors), LEAST_BY_SAME_AUTHORS[-1][1])
    return a.is_preprint != b.is_preprint and everyone >= 0.75 and apart <= YEARS_APART and alike >= least


def _same_without_authors(a: Facts, b: Facts) -> bool:
    length = _shorter(a, b)
    if abs(a.published.year - b.published.year) > 1 or length <= SHORT_WORDS:
        return False
    alike, text = likeness(a, b), shared_text(a, b)
    if alike == 100.0:
        return True
    if abstracts_differ(a, b):
        return False
    if alike >= LIKE_WITHOUT_AUTHORS and length >= LONG_WORDS and (text is None or text >= RELATED_ABSTRACT):
        return True
    return alike >= LEAST_BY_ABSTRACT and (text or 0.0) >= SAME_ABSTRACT


def likeness(a: Facts, b: Facts) -> float:
    """Return how alike two titles are, 0 to 100; 100 also when they differ in nothing but spaces.

    Another order of the words counts little between sources; one source that turns them round means another paper.
    """
    if a.compact_title == b.compact_title:
        return 100.0
    as_written = fuzz.ratio(a.plain_title, b.plain_title)
    return as_written if a.source == b.source else max(as_written, fuzz.token_sort_ratio(a.plain_title, b.plain_title) - 3)


def abstracts_differ(a: Facts, b: Facts) -> bool:
    """Whether both abstracts are there and speak of different things, as those of companions with like titles do."""
    least = min(len(a.content), len(b.content))
    if least < LEAST_CONTENT or not a.runs or not b.runs:
        return False
    return len(a.content & b.content) / least < DIFFERENT_WORDS and len(a.runs & b.runs) / min(len(a.runs), len(b.runs)) < 0.03


def shared_text(a: Facts, b: Facts) -> float | None:
    """Return which share of the shorter abstract's four-word runs the other has; None when either is short or missing.

    Within one source that says nothing unless its numbers tell the records apart: series share their wording.
    """
    if min(len(a.runs), len(b.runs)) < LEAST_RUNS or (a.source == b.source and not both_numbered(a, b)):
        return None
    return len(a.runs & b.runs) / min(len(a.runs), len(b.runs))


def _shorter(a: Facts, b: Facts) -> int:
    """Return the words of the shorter title; of the longer one where one source lost the spaces."""
    return (max if a.compact_title == b.compact_title else min)(_length(a), _length(b))


def _length(record: Facts) -> int:
    """Count the words of a title; Chinese, written without spaces, has about one for two characters."""
    return len(record.words) if record.plain_title.isascii() else max(len(record.words), len(record.plain_title) // 4)


def leads(a: Facts) -> tuple[bool, bool, str]:
    """Order records of one paper: the published one first, then one with a DOI, then by id."""
    return (a.is_preprint or not a.base, not a.base, a.id)
