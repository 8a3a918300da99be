"""How many of the facts that experts want an extractive briefing of cited abstracts tells, beside plain summaries."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from hub.briefing import extractive
from hub.briefing.model import Evidence, Source
from hub.briefing.safety import inline
from hub.briefing.tensions import reader_at_hand
from hub.briefing.tex import settable
from hub.briefing.verifier.passages import chosen
from hub.briefing.verifier.reader import Reader
from hub.papers.sentences import STOPWORDS, WORD, content, sentences, stem
from hub.papers.untrusted import without_orders

FILE = Path(__file__).resolve().parents[2] / "shared" / "benchmarks" / "reviews" / "dev.jsonl.gz"
COVERED = 0.6
"""Share of a fact's content words that a text must hold."""
DRAWS = 10_000
MMR = 0.7
"""Weight of relevance against novelty."""


@dataclass(frozen=True)
class Review:
    """A selection and the facts that experts want of it."""

    evidence: Evidence
    nuggets: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A sentence, its paper and its place in the abstract."""

    text: str
    paper: int
    at: int

    @property
    def words(self) -> int:
        return len(self.text.split())


def reviews(file: Path = FILE) -> list[Review]:
    """Return the reviews; the fields asked for and topics are unknown, so a selection is one group."""
    found = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            papers = [p for p in record["papers"] if (p["abstract"] or "").strip()]
            sources = tuple(map(_source, range(1, len(papers) + 1), papers))
            evidence = Evidence(sources, (), len(sources), 0, {}, "")
            found.append(Review(evidence, tuple(n["text"] for n in record["nuggets"])))
    return found


def _source(number: int, paper: dict[str, str]) -> Source:
    day = date(int(paper["year"] or 2000), 1, 1)
    abstract = without_orders(paper["abstract"])[0]
    return Source(number, str(number), paper["title"], (), day, "", "", "", "", "", "", abstract)


def candidates(review: Review) -> list[Candidate]:
    """Return every sentence of the abstracts."""
    return [Candidate(t, s.number, at) for s in review.evidence.sources for at, t in enumerate(sentences(s.abstract))]


def cut(ordered: Sequence[Candidate], words: int) -> str:
    """Return the first sentences that fit into so many words."""
    taken, spent = [], 0
    for c in ordered:
        if spent + c.words <= words:
            taken.append(c.text)
            spent += c.words
    return " ".join(taken)


def lead(review: Review, words: int) -> str:
    """Return the first sentences of all abstracts, then the second ones, and so on."""
    return cut(sorted(candidates(review), key=lambda c: (c.at, c.paper)), words)


def mmr(review: Review, words: int) -> str:
    """Return sentences by maximal marginal relevance to the middle of all (TF-IDF)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    pool = candidates(review)
    matrix = TfidfVectorizer(analyzer=content).fit_transform([c.text for c in pool])
    near = (matrix @ matrix.T).toarray()
    relevance = near.mean(axis=1) / near.mean(axis=1).max()
    closest = np.zeros(len(pool))
    free = np.ones(len(pool), dtype=bool)
    ordered = []
    for _ in pool:
        best = int(np.argmax(np.where(free, MMR * relevance - (1 - MMR) * closest, -np.inf)))
        free[best] = False
        ordered.append(pool[best])
        closest = np.maximum(closest, near[best])
    return cut(ordered, words)


def sumy(kind: str) -> Callable[[Review, int], str]:
    """Return LexRank or TextRank of sumy, on the same sentences, stems and stop words."""

    def ranked(review: Review, words: int) -> str:
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer

        pool = candidates(review)
        parts = [Sentence(c.text, _Words()) for c in pool]
        known = {id(part): c for part, c in zip(parts, pool, strict=True)}
        summarizer = (LexRankSummarizer if kind == "LexRank" else TextRankSummarizer)(stem)
        summarizer.stop_words = STOPWORDS
        order: list[Candidate] = []

        def remember(found: Sequence[Sentence], _: object, rating: object) -> tuple[Sentence, ...]:
            scores = {id(s): rating(s) if callable(rating) else rating[s] for s in found}  # type: ignore[index]
            order.extend(known[id(s)] for s in sorted(found, key=lambda s: -scores[id(s)]))
            return ()

        summarizer._get_best_sentences = remember  # it returns them in the order of the text; the budget needs the order of rank
        summarizer(ObjectDocumentModel([Paragraph(parts)]), len(parts))
        return cut(order, words)

    return ranked


class _Words:
    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(WORD.findall(text))


def briefing(review: Review, length: str) -> tuple[str, int, int]:
    """Return the extractive text, how many of its citations are of the paper quoted, and how many there are."""
    lines = list(extractive.sections(review.evidence, "en", length))
    texts = {str(s.number): _letters(inline(settable(f"{s.title} {s.abstract}"))) for s in review.evidence.sources}
    right = total = 0
    for entry in (line.entry for line in lines if line.entry):
        said = [*re.findall(r"“([^”]+)”", entry.sentence.split("** — ")[0]), *re.findall(r"\*\*(.+?)\*\*", entry.sentence)]
        total += len(entry.citations)
        right += sum(all(_letters(part) in texts[mark] for part in said) for mark in entry.citations)
    return re.sub(r"\[\d+\]|[*#]", " ", extractive.written(lines)), right, total


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def coverage(review: Review, text: str) -> float:
    """Return the share of a review's facts that a text covers."""
    held = set(content(text))
    return float(np.mean([len(held & set(content(n))) >= COVERED * len(set(content(n))) for n in review.nuggets]))


def borne_out(found: Sequence[Review], texts: Sequence[str], reader: Reader) -> np.ndarray:
    """Return the share of each review's facts that the verifier finds borne out by the best passages of its text."""
    pairs = []
    for review, text in zip(found, texts, strict=True):
        parts = [p for p in sentences(re.sub(r"[“”]", "", text)) if len(p.split()) > 3]
        pairs += [(n, [parts[i] for i in chosen(n, parts)]) for n in review.nuggets]
    held = [reading.supports > max(reading.contradicts, reading.neither) for reading in reader.read(pairs)]
    ends = np.cumsum([len(r.nuggets) for r in found])
    return np.array([np.mean(part) for part in np.split(np.array(held, dtype=float), ends[:-1])])


def interval(a: np.ndarray, b: np.ndarray) -> str:
    """Return the mean difference with its 95 % interval, by a paired bootstrap over reviews."""
    differences = a - b
    draws = differences[np.random.default_rng(0).integers(0, len(a), (DRAWS, len(a)))].mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"{differences.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def main() -> None:
    """Print the share of facts covered at equal length for each length of a briefing."""
    found = reviews()
    others: dict[str, Callable[[Review, int], str]] = {"lead sentences": lead, "LexRank": sumy("LexRank"),
                                                       "TextRank": sumy("TextRank"), "MMR": mmr}  # fmt: skip
    reader = reader_at_hand()
    if reader is None:
        print("the verifier's weights are not here: facts are counted by words only")
    facts = sum(len(r.nuggets) for r in found)
    print(f"{len(found)} reviews, {facts} facts; a fact is covered when the text holds {COVERED:.0%} of its content words")
    for length in ("short", "standard"):
        made = [briefing(r, length) for r in found]
        words = [len(text.split()) for text, _, _ in made]
        ours = np.array([coverage(r, text) for r, (text, _, _) in zip(found, made, strict=True)])
        right, total = sum(m[1] for m in made), sum(m[2] for m in made)
        print(f"{length}: {np.mean(words):.0f} words a text, titles too; citation precision {right / total:.3f} of {total}")
        print(f"  extractive briefing {ours.mean():.3f} (halves {ours[::2].mean():.3f}, {ours[1::2].mean():.3f})")
        mine = borne_out(found, [text for text, _, _ in made], reader) if reader is not None else ours
        for name, summary in others.items():
            texts = [summary(r, n) for r, n in zip(found, words, strict=True)]
            theirs = np.array([coverage(r, text) for r, text in zip(found, texts, strict=True)])
            print(f"  {name} {theirs.mean():.3f}; ahead by {interval(ours, theirs)}", flush=True)
            if reader is not None:
                judged = borne_out(found, texts, reader)
                print(f"    by the verifier {mine.mean():.3f} against {judged.mean():.3f}: {interval(mine, judged)}", flush=True)
        everything = np.mean([coverage(r, " ".join(f"{s.title} {s.abstract}" for s in r.evidence.sources)) for r in found])
    print(f"  all abstracts and titles together: {everything:.3f}")
