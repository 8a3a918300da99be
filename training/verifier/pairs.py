"""Pairs of a claim and the passages it cites, with what the passages say of it: from abstracts by rule, and from public sets."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from hub.briefing.verifier.passages import chosen
from hub.papers.sentences import STOPWORDS, content, sentences
from training.verifier.edits import Edit, Editor, Other, opening
from training.verifier.wordnet import WordNet

PERMITTED = ("citation-integrity", "summedits-")
"""Sets of shared/benchmarks/claims whose licences (MIT, Apache-2.0) allow training; the others are for checking only."""
_CONCLUDING = re.compile(
    r"^(?:these|our|overall|in (?:summary|conclusion)|together|thus|taken together|altogether|collectively|we conclude|"
    r"the (?:results|findings|study))\b",
    re.IGNORECASE,
)
_PLAIN_NOT = re.compile(r"https?://|www\.|github\.com|\\[a-z]|(?:\$[^$]*){5}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Example:
    """A claim beside a text cut into passages.

    ``label`` is 0 supports, 1 contradicts, 2 neither; ``wrong`` has 1 for each word of the claim that the passages do not bear
    out, 0 for those they do, -1 where that is not known; ``kind`` names the rule or the set.
    """

    claim: str
    passages: tuple[str, ...]
    label: int
    wrong: tuple[int, ...]
    kind: str

    def picked(self) -> list[str]:
        """Return the passages that the verifier reads beside the claim."""
        return [self.passages[i] for i in chosen(self.claim, self.passages)]


def records(corpora: Path, without: frozenset[str], count: int, rng: random.Random) -> list[dict[str, Any]]:
    """Return so many arXiv records with a title and an abstract of 4 sentences or more, none of the ids ``without``."""
    found: list[dict[str, Any]] = []
    with gzip.open(corpora / "arxiv_2025_2026.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            if rng.random() > 0.35:
                continue
            record = json.loads(line)
            if record["id"] in without or not record["abstract"] or not record["title"]:
                continue
            found.append(record)
            if len(found) >= count:
                break
    return found


def from_abstracts(papers: Sequence[dict[str, Any]], seed: int, each: int = 6) -> Iterator[Example]:
    """Yield pairs made from abstracts by the rules of :mod:`edits`, about ``each`` a paper; a seed makes the same again."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    rng = random.Random(seed)
    cut = [sentences(" ".join(p["abstract"].split())) for p in papers]
    seen = Counter(w for p in papers for w in set(re.findall(r"[a-z]+", p["abstract"])))
    editor = Editor(WordNet(), frozenset(w for w, n in seen.items() if n >= max(3, len(papers) // 1000)))
    matrix = TfidfVectorizer(min_df=2, max_df=0.2, stop_words="english", sublinear_tf=True).fit_transform(
        f"{p['title']}. {p['abstract']}" for p in papers
    )
    for start in range(0, len(papers), 500):
        alike = (matrix[start : start + 500] @ matrix.T).toarray()
        for row, i in enumerate(range(start, min(start + 500, len(papers)))):
            alike[row, i] = -1
            near = int(rng.choice(alike[row].argsort()[-3:]))
            yield from _of_paper(papers, cut, i, near, editor, rng, each)


def _of_paper(
    papers: Sequence[dict[str, Any]], cut: Sequence[list[str]], i: int, near: int, editor: Editor, rng: random.Random, each: int
) -> Iterator[Example]:
    title, body = papers[i]["title"].strip(), cut[i]
    usable = [s for s in body if 7 <= len(s.split()) <= 45 and s.endswith(".") and not _PLAIN_NOT.search(s)]
    if len(usable) < 3:
        return
    far = rng.randrange(len(papers))
    other = Other(body, [*cut[near], papers[near]["title"] + "."], cut[far])
    for _ in range(each):
        draw = rng.random()
        if draw < 0.24:  # the title, which its authors wrote as a paraphrase; the passages are the abstract alone
            yield from _title(title, papers[near]["title"].strip(), body, editor, rng, other)
        elif draw < 0.34:  # what the authors conclude, beside what they report
            yield from _conclusion(title, body, editor, rng, other)
        elif draw < 0.42:  # another paper's sentence on nearly the same matter
            theirs = [s for s in cut[near] if 7 <= len(s.split()) <= 45 and not _PLAIN_NOT.search(s)]
            if theirs and near != i:
                claim = _kept(rng.choice(theirs), editor, rng, other, most=1)
                yield _example(claim, [title, *body], 2, _lacking(claim, body, title), "other paper")
        elif draw < 0.46:  # a sentence of the paper itself, without the passage that says it
            claim = rng.choice(usable)
            rest = [title, *(s for s in body if s != claim)]
            if len(set(content(claim)) - set(content(" ".join(rest)))) >= 4:
                yield _example(claim, rest, 2, _lacking(claim, rest, ""), "withheld")
        else:
            at = rng.randrange(len(usable))
            yield from _of_sentence(usable[at], title, body, editor, rng, other, false=draw > 0.74)


def _conclusion(title: str, body: list[str], editor: Editor, rng: random.Random, other: Other) -> Iterator[Example]:
    last = body[-1]
    if not (_CONCLUDING.match(last) and 8 <= len(last.split()) <= 45) or _PLAIN_NOT.search(last):
        return
    claim, rest = opening(last, rng, other) or last, [title, *body[:-1]]
    asked = set(content(claim))
    if len(asked & set(content(" ".join(rest)))) < 0.45 * len(asked):
        return  # it concludes more than the rest tells
    if rng.random() < 0.5:
        yield _example(claim, rest, 0, [-1] * len(claim.split()), "conclusion")
        return
    kind, label, wrong = _broken(claim, editor, rng, other)
    if wrong:
        yield _example(wrong, rest, label, [f or -1 for f in _differing(wrong, claim)], f"conclusion {kind}")


def _of_sentence(
    source: str, title: str, body: list[str], editor: Editor, rng: random.Random, other: Other, false: bool
) -> Iterator[Example]:
    """A true or false claim from a sentence; in a third of the pairs the passage was changed, and the claim is as written."""
    kept = _kept(source, editor, rng, other)
    turned = rng.random() < 0.35
    if not false:
        if turned and "merged" not in kept:
            yield _example(source, [title, *_with(body, source, kept)], 0, [0] * len(source.split()), "kept, passage changed")
        else:
            yield _example(kept, [title, *body], 0, [0] * len(kept.split()), "kept")
        return
    kind, label, wrong = _broken(kept, editor, rng, other)
    if not wrong:
        return
    if turned and kind not in ("inserted", "qualified", "surer", "causal", "narrower", "adjunct_of_other"):
        passages = [
            title if not set(_content_words(title)) & set(_content_words(source)) or rng.random() < 0.5 else "",
            *_with(body, source, wrong),
        ]
        yield _example(kept, [p for p in passages if p], label, _differing(kept, wrong), f"{kind}, passage changed")
    else:
        if rng.random() < 0.2:
            _, second, twice = _broken(wrong, editor, rng, other)
            wrong, label = (twice, min(label, second)) if twice else (wrong, label)
        yield _example(wrong, [title, *body], label, _differing(wrong, kept), kind)


def _title(title: str, theirs: str, body: list[str], editor: Editor, rng: random.Random, other: Other) -> Iterator[Example]:
    draw = rng.random()
    if len(set(content(title)) & set(content(" ".join(body)))) < 0.5 * len(set(content(title))):
        return  # a title of wit, not of matter
    if draw < 0.5:
        yield _example(title, body, 0, [0] * len(title.split()), "title")
    elif draw < 0.6:
        yield _example(theirs, body, 2, _lacking(theirs, body, ""), "other title")
    else:
        kind, label, wrong = _broken(title, editor, rng, other)
        if wrong:
            yield _example(wrong, body, label, _differing(wrong, title), f"title {kind}")


def _kept(text: str, editor: Editor, rng: random.Random, other: Other, most: int = 3) -> str:
    for _ in range(rng.choice(range(most + 1)) if most > 1 else rng.randint(0, most)):
        edit: Edit = rng.choices([e for _, e in editor.keeping], [w for w, _ in editor.keeping])[0]
        text = edit(text, rng, other) or text
    return text


def _broken(text: str, editor: Editor, rng: random.Random, other: Other) -> tuple[str, int, str]:
    """Return the name of the rule, the label and the false text; "" as the text when eight rules in a row do not apply."""
    for _ in range(8):
        label, _, edit = rng.choices(editor.breaking, [w for _, w, _ in editor.breaking])[0]
        changed = edit(text, rng, other)
        if changed and changed != text:
            return edit.__name__, {"R": 1, "N": 2}[label], changed
    return "", 0, ""


def _with(body: Sequence[str], old: str, new: str) -> list[str]:
    return [new if s == old else s for s in body]


def _content_words(text: str) -> list[str]:
    return [w for w in text.lower().split() if w not in STOPWORDS]


def _differing(claim: str, base: str) -> list[int]:
    """Return 1 for each word of ``claim`` that ``base`` has not in that place; where words are only missing, their neighbours."""
    ours, theirs = claim.lower().split(), base.lower().split()
    flags = [0] * len(ours)
    for tag, i1, i2, _, _ in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag in ("replace", "insert") or tag == "delete":
            for i in range(i1, i2) if i2 > i1 else [j for j in (i1 - 1, i1) if 0 <= j < len(ours)]:
                flags[i] = 1
    return flags


def _lacking(claim: str, body: Sequence[str], title: str) -> list[int]:
    known = set(content(" ".join([title, *body])))
    return [1 if (stems := content(w)) and not set(stems) <= known else -1 for w in claim.split()]


def _example(claim: str, passages: Sequence[str], label: int, wrong: Sequence[int], kind: str) -> Example:
    return Example(claim, tuple(p for p in passages if p), label, tuple(wrong), kind)


def public(claims: Path, held_out_sets: Sequence[str] = (), held_out_share: float = 0.2) -> tuple[list[Example], list[Example]]:
    """Return the permitted public pairs of ``train.jsonl.gz``: those to train on, and those held out.

    Held out are whole sets, and a share of the texts (with all their claims) of the rest.
    """
    with gzip.open(claims / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [r for r in map(json.loads, file) if r["set"].startswith(PERMITTED)]
    by_text: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_text[row["set"], row["evidence"]].append(row)
    train: list[Example] = []
    held: list[Example] = []
    rng = random.Random(0)
    for (which, text), mine in by_text.items():
        into = held if which in held_out_sets or rng.random() < held_out_share else train
        cut = sentences(text)
        true_words = {w.strip(".,;:").lower() for r in mine if r["label"] == "S" for w in r["claim"].split()}
        for row in mine:
            claim = (
                re.sub(r"\s*[\[(][\s,;\d–-]*[\])]?\s*(?=[.,]|$)", "", row["claim"])
                if which.startswith("citation")
                else row["claim"]
            )
            passages = [p for p in [row["title"], *cut] if p]
            label = {"S": 0, "R": 1, "N": 2}[row["label"]]
            for part in sentences(claim) if which.startswith("summedits") else [claim]:
                words = part.split()
                flags = [0] * len(words) if label == 0 else [-1] * len(words)
                if label and which.startswith("summedits") and true_words:
                    flags = [1 if w.strip(".,;:").lower() not in true_words and len(w) > 2 else -1 for w in words]
                    if 1 not in flags and part != claim:
                        continue  # which sentence of the summary is false is not known; this one has no word of its own
                into.append(_example(part, passages, label, flags, which))
    return train, held
