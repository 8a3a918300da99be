"""Names of topics as a person would write them: one noun phrase that its papers' titles use, two where one says too little.

A phrase is good for a topic when the papers nearest its centre use all of its words, few other papers do, and its own vector lies
nearer to this topic than to any other. Nothing is made up: each phrase stands word for word in at least three of the topic's
titles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors
from hub.stats.neighbours import centroids, unit
from hub.storage.snapshot import Terms
from hub.topics.naming.phrases import CHARACTERS, LEAST, Phrases
from hub.topics.naming.terms import singular

Embed = Callable[[Sequence[str]], Vectors]
CORE = 30
"""Papers nearest a topic's centre that its name must fit."""
NEAREST, MOST, HEART = 5, 0.8, (1.9, 2.4)
"""What a word, and a phrase, counts that so large a share of the so many papers nearest the centre use: readers see both."""
LOOKED_AT = 80
"""Phrases of a topic that are weighed against all papers."""
EMBEDDED = 16
"""Of those, how many get a vector of their own."""
SAYS_ENOUGH = 0.4
"""Share of the core that a name of one phrase must fit; else a second phrase may join it."""
JOINS = 0.3
"""Share of the core that the second phrase must add, and how good it must be beside the first (see :func:`_second`)."""
LENGTHS = (1.0, 1.7, 1.7, 1.5)
"""What a phrase of one, two, three or four words counts: a longer one tells more, up to a point."""
ALONE = 2.0
"""How many times as large a share of a topic's papers as of any other's must use a word for it to be a name by itself:
"Equations" are at home in many topics, "Galaxies" in one. It must also hold for :data:`HOLDS` of the papers."""
EVERYWHERE, MOSTLY = (0.03, 0.06), 0.5
"""A word that more papers use is no name by itself, unless so many of them are the topic's; above the second share never:
"Models", "Solutions", "Imaging"."""
COMMON = 0.15
"""What any other word by itself counts: it names a topic only where no phrase comes near."""
FULLER = 0.4
"""Share of a topic's papers with a word that must use all words of a phrase with it for the phrase to take its place:
"Junior workers" rather than "Juniors", "Adversarial attacks" rather than "Attacks"."""
AWAY = 0.3
"""What a phrase counts whose vector lies nearer to another topic."""
HOLDS = 0.2
"""Share of a theme's papers that must use the words of its name; else it goes without."""

Labels = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int32]
Uses = dict[frozenset[str], tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]
"""In which groups how many papers use the words of a phrase: only groups where one does."""


@dataclass(frozen=True)
class Candidate:
    """A phrase for a group: the stems of its words, how good it is, what ``share`` of the group's papers use it, which of its
    ``core`` papers (n_core,), and whether it is but one ``plain`` word, and a ``common`` one."""

    phrase: str
    stems: frozenset[str]
    score: float
    share: float
    core: npt.NDArray[np.bool_]
    plain: bool = False
    common: bool = False


class Corpus:
    """What names are made from: ``phrases`` of the titles, ``terms`` and ``vectors`` of n papers.

    ``embed`` gives phrases vectors as it gave the papers theirs; None where that takes the whole corpus at once.
    """

    def __init__(self, phrases: Phrases, terms: Terms, vectors: Vectors, embed: Embed | None = None) -> None:
        self.phrases, self.embed, self.mean = phrases, embed, vectors.mean(axis=0)
        self.centred = unit(vectors - self.mean) if len(vectors) > 1 else vectors
        self._known = {word.casefold(): 1 for word in terms.words.tolist() if " " not in word}
        self._known |= {word: 1 for phrase in phrases.shown.tolist() for word in phrase.split()}
        self._column = {self.stem(w): i for i, w in enumerate(terms.words.tolist()) if " " not in w}
        self._shown = {self.stem(w): w for w in terms.words.tolist() if " " not in w}
        self._counts = sparse.csc_matrix(terms.counts)
        self._titles = sparse.csc_matrix(phrases.used)
        self._rows: dict[frozenset[str], Rows] = {}  # of a single word a view, which holds no more
        self._vectors: dict[str, Vectors] = {}

    def stem(self, word: str) -> str:
        """Return the form in which singular and plural of a word are one."""
        return singular(word.casefold(), self._known)

    def papers_with(self, phrase: str, column: int) -> Rows:
        """Return the papers (sorted rows) that use all words of a phrase, in title or abstract, in either number."""
        stems = frozenset(self.stem(word) for word in phrase.split())
        if stems not in self._rows:
            columns = [self._column.get(stem, -1) for stem in stems]
            if min(columns) < 0:  # a number, or too rare a word: then the titles tell
                found = _of_column(self._titles, column)
            else:
                found, *others = sorted((_of_column(self._counts, c) for c in columns), key=len)
                for own in others:
                    found = found[_among(found, own)]
            self._rows[stems] = found
        return self._rows[stems]

    def vectors(self, phrases: Sequence[str], columns: Sequence[int]) -> Vectors:
        """Return the vector of each phrase (n_phrases, dim) about the papers' mean: without a model, of its papers."""
        if self.embed is None:
            return unit(
                np.stack([self.centred[self.papers_with(p, c)].sum(axis=0) for p, c in zip(phrases, columns, strict=True)])
            )
        missing = sorted({p for p in phrases if p not in self._vectors})
        if missing:
            self._vectors.update(zip(missing, unit(self.embed(missing) - self.mean), strict=True))
        return np.stack([self._vectors[p] for p in phrases])

    def written(self, phrase: str) -> str:
        """Return a phrase with the capitals that its words have within sentences, and one at its start.

        ``Gaussian splatting``, ``LLM agents``, ``mRNA vaccines``.
        """
        words = [self._cased(word) for word in phrase.split()]
        if words[0].islower():
            words[0] = words[0][:1].upper() + words[0][1:]
        return " ".join(words)

    def is_acronym(self, word: str) -> bool:
        """Whether a word is written in capitals for the better part: LLMs, MIMO."""
        return sum(c.isupper() for c in self._cased(word)) >= max(2, len(word) - 1)

    def is_plain(self, phrase: str) -> bool:
        """Whether a phrase is one word of running text: no acronym, no compound ("Navier-Stokes"), no Chinese term of several."""
        if CHARACTERS.fullmatch(phrase):
            return len(phrase) <= 2
        return phrase.isalpha() and not self.is_acronym(phrase)

    def _cased(self, word: str) -> str:
        shown = self._shown.get(self.stem(word), word)
        if shown.casefold() == word:
            return shown
        if shown.islower():
            return word
        same = 0
        while same < min(len(shown), len(word)) and shown[same].casefold() == word[same]:
            same += 1
        return shown[:same] + word[same:]


def names(
    corpus: Corpus, group: Labels, n_groups: int, taken: Collection[str] = (), least: float = 0.0, joined: str = " and "
) -> list[str]:
    """Return the name of each group of papers, no two alike, empty where no phrase holds for a group.

    Parameters
    ----------
    group
        (n_papers,) groups from 0, -1 for papers of none.
    taken
        Names that no group may get.
    least
        Share of a group's papers that must use all words of its name's first phrase; where one is asked, a single
        word names nothing: "Existence" for a theme of mathematics.
    joined
        What stands between two phrases.
    """
    ranked = [[c for c in own if c.share >= least and not (least and c.plain)] for own in candidates(corpus, group, n_groups)]
    order = sorted(
        ((c.score, t, i) for t, own in enumerate(ranked) for i, c in enumerate(own)), key=lambda x: (-x[0], x[1], x[2])
    )
    used = {frozenset(corpus.stem(w) for w in part.split()) for name in taken for part in name.split(" and ")}
    first: dict[int, int] = {}
    for _, t, i in order:
        if t not in first and ranked[t][i].stems not in used:
            first[t] = i
            used.add(ranked[t][i].stems)
    result = []
    for t, own in enumerate(ranked):
        if t not in first:
            result.append("")
            continue
        one = own[first[t]]
        other = _second(one, own[first[t] + 1 :], used)
        if other is not None:
            used.add(other.stems)
        written = corpus.written(one.phrase)
        result.append(written if other is None else f"{written}{joined}{_inner(corpus.written(other.phrase))}")
    return result


def _second(one: Candidate, others: Sequence[Candidate], used: Collection[frozenset[str]]) -> Candidate | None:
    """The phrase that says most of what the first leaves out of the core, None where the first says enough."""
    if one.core.mean() >= SAYS_ENOUGH:
        return None
    best: tuple[float, Candidate | None] = (JOINS, None)
    for other in others:
        more = float((other.core & ~one.core).mean())
        if (
            more > best[0]
            and not other.plain
            and other.score >= 0.5 * one.score
            and not other.stems & one.stems
            and other.stems not in used
        ):
            best = (more, other)
    return best[1]


def _inner(written: str) -> str:
    """A phrase within a name: without the capital that only its start gave it."""
    head = written.split()[0]
    return written[0].lower() + written[1:] if head[1:].islower() and len(head) > 1 and head.isalpha() else written


def candidates(corpus: Corpus, group: Labels, n_groups: int) -> list[list[Candidate]]:
    """Return the phrases that may name each group, the best first."""
    rows = np.flatnonzero(group >= 0)
    member = sparse.csr_matrix((np.ones(len(rows), np.float32), (group[rows], rows)), (n_groups, len(group)))
    in_titles = sparse.csr_matrix(member @ corpus.phrases.used)
    sizes = np.bincount(group[rows], minlength=n_groups)
    everywhere = np.asarray(in_titles.sum(axis=0)).ravel()
    centres = centroids(corpus.centred, group, n_groups)
    uses: Uses = {}
    weighed = [_weighed(corpus, group, t, in_titles[t], everywhere, sizes, centres[t], uses) for t in range(n_groups)]
    flat = [(t, c) for t, own in enumerate(weighed) for c in own]
    if not flat:
        return [[] for _ in range(n_groups)]
    columns = [column for _, (_, column) in flat]
    near = corpus.vectors([c.phrase for _, (c, _) in flat], columns) @ centres.T
    found: list[list[Candidate]] = [[] for _ in range(n_groups)]
    for (t, (c, _)), cosine in zip(flat, near, strict=True):
        score = c.score * (0.5 + max(float(cosine[t]), 0.0)) * (1.0 if int(np.argmax(cosine)) == t else AWAY)
        found[t].append(replace(c, score=score))
    return [sorted(own, key=lambda c: (-c.score, c.phrase)) for own in found]


def _weighed(
    corpus: Corpus, group: Labels, t: int, in_titles: sparse.csr_matrix, everywhere: npt.NDArray[np.floating],
    sizes: npt.NDArray[np.integer], centre: Vectors, uses: Uses,
) -> list[tuple[Candidate, int]]:  # fmt: skip
    """The best phrases of one group and their columns, weighed by their papers alone; ``uses`` keeps what is counted."""
    total, size = int(sizes.sum()), int(sizes[t])
    columns, titles = in_titles.indices[in_titles.data >= LEAST], in_titles.data[in_titles.data >= LEAST]
    lift = np.log(np.maximum(titles / size / (everywhere[columns] / total), 1.0))
    order = np.argsort(-titles * (lift if size < total else 1.0), kind="stable")[:LOOKED_AT]
    phrases = _merged(corpus, {str(corpus.phrases.shown[columns[i]]): (int(columns[i]), float(titles[i])) for i in order})
    own = np.flatnonzero(group == t)
    core = own[np.argsort(-(corpus.centred[own] @ centre), kind="stable")[:CORE]]
    found: list[tuple[Candidate, int]] = []
    for phrase, (column, n) in phrases.items():
        if any(_says_more(longer, phrase) and more >= 0.7 * n for longer, (_, more) in phrases.items()):
            continue
        stems = frozenset(corpus.stem(word) for word in phrase.split())
        using = corpus.papers_with(phrase, column)
        if stems not in uses:
            count = np.bincount(group[using] + 1, minlength=len(sizes) + 1)[1:].astype(np.int32)
            there = np.flatnonzero(count).astype(np.int32)
            uses[stems] = there, count[there]
        by_group = np.zeros(len(sizes), dtype=np.int64)
        by_group[uses[stems][0]] = uses[stems][1]
        inside = int(by_group[t])
        in_core, plain = _among(core, using), corpus.is_plain(phrase)
        score = _npmi(inside, size, int(by_group.sum()), total) * (0.1 + float(in_core.mean())) * LENGTHS[len(phrase.split()) - 1]
        if in_core[:NEAREST].mean() >= MOST:
            score *= HEART[0 if plain else 1]
        common = plain and not _alone(by_group, t, sizes)
        score *= COMMON if common else 1.0
        if score > 0 and len(stems) == len(phrase.split()):
            found.append((Candidate(phrase, stems, score, inside / size, in_core, plain, common), column))
    found = _fuller(_spelt_out(corpus, found))
    found.sort(key=lambda pair: (-pair[0].score, pair[0].phrase))
    return found[:EMBEDDED]


def _merged(corpus: Corpus, phrases: dict[str, tuple[int, float]]) -> dict[str, tuple[int, float]]:
    """Of "attack" and "attacks" the one that more titles have, with the titles of both."""
    forms: dict[tuple[str, ...], list[str]] = {}
    for phrase in sorted(phrases, key=lambda one: (-phrases[one][1], one)):
        forms.setdefault(tuple(corpus.stem(word) for word in phrase.split()), []).append(phrase)
    return {own[0]: (phrases[own[0]][0], sum(phrases[one][1] for one in own)) for own in forms.values()}


def _alone(by_group: npt.NDArray[np.int64], t: int, sizes: npt.NDArray[np.integer]) -> bool:
    """Whether a word is at home in one group: ``by_group`` (n_groups,) are the papers of each that use it."""
    using, share = int(by_group.sum()), by_group / np.maximum(sizes, 1)
    rare = using <= EVERYWHERE[int(by_group[t] >= MOSTLY * using)] * sizes.sum()
    return bool(rare and share[t] >= HOLDS and share[t] >= ALONE * np.delete(share, t).max(initial=0.0))


def _of_column(matrix: sparse.csc_matrix, column: int) -> Rows:
    """Return the sorted rows of a column, a view."""
    return np.asarray(matrix.indices[matrix.indptr[column] : matrix.indptr[column + 1]])


def _among(rows: npt.NDArray[np.integer], those: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Return which of the rows are among those others, which are sorted: each is looked up, as there are few of them."""
    if not len(those):
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(those[np.minimum(np.searchsorted(those, rows), len(those) - 1)] == rows)


def _spelt_out(corpus: Corpus, found: list[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """Leave out a phrase with an acronym where the titles spell it out too: the full one takes its place and its score."""
    place = {c.phrase: i for i, (c, _) in enumerate(found)}
    score = [c.score for c, _ in found]
    short: set[int] = set()
    for phrase, i in place.items():
        words = phrase.split()
        for at, word in enumerate(words):
            if not corpus.is_acronym(word):
                continue
            for other, j in place.items():
                full = other.split()
                span = len(full) - len(words) + 1
                if span > 1 and full[:at] == words[:at] and full[at + span :] == words[at + 1 :]:
                    initials = "".join(part[0] for part in re.split(r"[\s-]+", " ".join(full[at : at + span])))
                    if initials == word.rstrip("s"):
                        score[j] = max(score[j], score[i])
                        short.add(i)
    return [(replace(c, score=score[i]), column) for i, (c, column) in enumerate(found) if i not in short]


def _fuller(found: list[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """Let a phrase take the place and the score of a plain word of it where enough of the word's papers use all its words."""
    result = list(found)
    for i, (word, column) in enumerate(found):
        if not word.plain:
            continue
        fuller = [j for j, (c, _) in enumerate(found) if word.stems < c.stems and c.share >= FULLER * word.share]
        if fuller:
            best = max(fuller, key=lambda j: (result[j][0].score, -j))
            phrase, place = result[best]
            result[best] = (replace(phrase, score=max(phrase.score, word.score)), place)
            result[i] = (replace(word, score=COMMON * word.score, common=True), column)
    return result


def _says_more(longer: str, phrase: str) -> bool:
    """Whether a phrase stands within a longer one, between blanks where it is written with them."""
    if longer == phrase:
        return False
    return phrase in longer if CHARACTERS.fullmatch(phrase) else f" {phrase} " in f" {longer} "


def _npmi(both: int, one: int, other: int, total: int) -> float:
    """How much more often than by chance two things meet, 1 where neither is without the other (Bouma 2009)."""
    if not both:
        return 0.0
    if one == total:  # a single group: what most of its papers say
        return both / total
    if both == total:
        return 0.0
    return float(np.log(both * total / (one * other)) / -np.log(both / total))
