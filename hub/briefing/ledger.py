"""The ledger: each sentence of a briefing, what it cites, and whether that supports it.

A sentence that contradicts what it cites, cites a paper that was never read, or obeys a planted instruction is struck out
of the text (the ledger keeps it). One that its citation merely does not bear out stays, visibly marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hub.briefing.model import Entry, Evidence, Verdict
from hub.briefing.support import CONTRADICTED, Embed, Judge, Judgement, Text
from hub.briefing.verifier.reader import Reader
from hub.i18n.messages import marks_of
from hub.papers.sentences import content, sentences
from hub.papers.untrusted import has_orders

GROUP = re.compile(r"\[\s*F?\d+(?:\s*[,;–-]\s*F?\d+)*\s*\]")
_INFERENCE = re.compile(
    r"\(\s*inference\s*\)|^\s*(?:[-*]\s*)?\**inference\**\s*[:：]|（\s*推断\s*）|\(\s*推断\s*\)|^\s*推断[:：]", re.IGNORECASE
)
_IDENTIFIER = re.compile(r"\b10\.\d{4,9}/[^\s\])]+|\barXiv:\s?\d{4}\.\d{4,5}|\bPMID:?\s?\d+", re.IGNORECASE)
GROUNDED = 0.3
"""Share of its words that the writer's own conclusion must have in common with some paper to stay in the text."""
GROUNDED_UNCITED = 0.5
"""The same for a sentence that neither cites nor says that it concludes."""
SHORT = 4
"""Words that carry meaning; an uncited sentence of fewer says nothing that could be checked."""
STRUCK_BELOW = 0.25
_RANK = {"unsupported": 0, "no citation": 1, "inference": 2, "partly": 3, "supported": 4}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the writer wrote it, its citations as groups of marks, and where it stands."""

    text: str
    section: str = ""
    kind: str = "text"
    """``heading``, ``text``, ``break`` (a paragraph ends), or a list's marker (``- ``, ``1. ``) at an item's first sentence."""

    @property
    def marks(self) -> tuple[str, ...]:
        """All marks it cites (``"3"``, ``"F1"``), each once, in order."""
        return tuple(dict.fromkeys(m for group in GROUP.findall(self.text) for m in expanded(group)))


def expanded(group: str) -> list[str]:
    """Return the marks of a group of citations.

    >>> expanded("[3]"), expanded("[1, F2; 4]"), expanded("[5-7]")
    (['3'], ['1', 'F2', '4'], ['5', '6', '7'])
    >>> expanded("[007, F00]"), len(expanded(f"[{'9' * 5000}]")[0])
    (['7', 'F0'], 5000)
    """
    marks: list[str] = []
    for part in re.split(r"[,;]", group.strip("[] ")):
        ends = re.findall(r"F?\d+", part)
        if len(ends) == 2 and all(end.isdigit() and len(end) < 9 for end in ends) and 0 <= int(ends[1]) - int(ends[0]) <= 20:
            marks += [str(n) for n in range(int(ends[0]), int(ends[1]) + 1)]
        else:
            marks += ends
    return [("F" if m.startswith("F") else "") + (m.lstrip("F0") or "0") for m in marks]


def parsed(body: str) -> list[Sentence]:
    """Return the sentences of a Markdown body in order, with its headings, list items and paragraph breaks."""
    body = re.sub(r"【\s*(F?\d+(?:\s*[,;，、]\s*F?\d+)*)\s*】", lambda m: "[" + re.sub("[，、]", ",", m.group(1)) + "]", body)
    found: list[Sentence] = []
    section = ""
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            marker = re.match(r"\s*(?:[-*+]|\d+[.)])\s+", paragraph[0])
            prefix = marker.group() if marker else ""
            text = " ".join(line.strip() for line in [paragraph[0][len(prefix) :], *paragraph[1:]])
            kind = ("- " if not prefix.strip()[:1].isdigit() else f"{prefix.strip()} ") if prefix else "text"
            for i, sentence in enumerate(_with_citations(sentences(text))):
                found.append(Sentence(sentence, section, kind if i == 0 else "text"))
            found.append(Sentence("", section, "break"))
            paragraph.clear()

    for line in body.split("\n"):
        heading = re.match(r"\s{0,3}(#{1,6})\s+(.*)", line)
        if (
            heading
            or not line.strip()
            or re.match(r"\s*(?:[-*+]|\d+[.)])\s+", line)
            or re.fullmatch(r"\s*([-*_=])\1{2,}\s*", line)
        ):
            close()
        if heading:
            section = heading.group(2).rstrip().rstrip("#").strip("* ")
            found.append(Sentence(section, section, "heading"))
        elif line.strip() and not re.fullmatch(r"\s*([-*_=])\1{2,}\s*", line):
            paragraph.append(re.sub(r"^\s*>\s?", "", line))
    close()
    return found


def _with_citations(parts: Iterable[str]) -> list[str]:
    """Give a citation that follows the full stop back to the sentence that it belongs to."""
    whole: list[str] = []
    for part in parts:
        leading = re.match(r"(?:" + GROUP.pattern + r"[\s.,;]*)+", part)
        if leading and whole:
            whole[-1] += " " + leading.group().strip()
            part = part[leading.end() :]
        if part.strip():
            whole.append(part.strip())
    return whole


def bare(text: str) -> str:
    """Return a sentence without its citations, its emphasis and its mark of inference."""
    text = _INFERENCE.sub("", GROUP.sub("", text))
    return (
        re.sub(r"(?<!\s)\s+([.,;:!?])", r"\1", re.sub(r"(?<!\\)[*_]{1,3}(?=\S)|(?<=\S)(?<!\\)[*_]{1,3}", "", text))
        .replace("\\", "")
        .strip()
    )


class Ledger:
    """Checks sentences against one body of evidence."""

    def __init__(self, evidence: Evidence, embed: Embed | None = None, reader: Reader | None = None) -> None:
        texts = {str(s.number): Text(s.title, s.abstract) for s in evidence.sources}
        texts |= {f"F{f.number}": Text("", f.text) for f in evidence.facts}
        self._judge = Judge(texts, embed, reader)
        self.verified = reader is not None
        self._names = {
            str(s.number): f"{s.byline} {s.label} {s.published.isoformat()} {s.published.year}" for s in evidence.sources
        }
        self._ids = {i.lower() for s in evidence.sources for i in (s.id, s.id.removeprefix("doi:"), s.doi) if i}
        self.texts = texts

    def check(self, found: Sequence[Sentence]) -> list[Entry]:
        """Return an entry for each sentence, headings and breaks left out, in order."""
        checked = [s for s in found if s.kind not in ("heading", "break")]
        self._judge.prepare([(bare(part), marks) for s in checked for part, marks in self._parts(s)])
        return [self._entry(sentence) for sentence in checked]

    def _parts(self, sentence: Sentence) -> list[tuple[str, tuple[str, ...]]]:
        """Cut a sentence after each group of citations, so that each clause answers for its own."""
        parts: list[tuple[str, tuple[str, ...]]] = []
        start = 0
        for match in GROUP.finditer(sentence.text):
            clause = sentence.text[start : match.start()]
            marks = tuple(m for m in expanded(match.group()) if m in self.texts)
            if parts and len(content(clause)) < 3:
                parts[-1] = (f"{parts[-1][0]} {clause}", tuple(dict.fromkeys(parts[-1][1] + marks)))
            else:
                parts.append((clause, marks))
            start = match.end()
        rest = sentence.text[start:]
        if parts and len(content(rest)) >= 3:
            parts.append((rest, parts[-1][1]))
        elif parts:
            parts[-1] = (parts[-1][0] + rest, parts[-1][1])
        return [(clause, marks) for clause, marks in parts if marks]

    def _entry(self, sentence: Sentence) -> Entry:
        claim = bare(sentence.text)
        marks = sentence.marks
        known = tuple(m for m in marks if m in self.texts)
        invented = [m for m in marks if m not in self.texts]
        made = Entry(sentence.text, marks, "no citation", section=sentence.section)
        if has_orders(claim):
            return replace(made, verdict="unsupported", note="it repeats an instruction to a model", kept=False)
        strange = [i for i in _IDENTIFIER.findall(claim) if i.lower().replace(" ", "").rstrip(".,;") not in self._ids]
        if strange:
            return replace(
                made, verdict="unsupported", note=f"it names {strange[0]}, which is not among the papers read", kept=False
            )
        if not known:
            return self._uncited(made, claim, invented, bool(_INFERENCE.search(sentence.text)))
        judgement, of = self._judged(sentence, known)
        verdict, note = judgement.verdict, judgement.note
        if _INFERENCE.search(sentence.text) and verdict != "supported":
            verdict, note = "inference", note
        if invented:
            note = f"it also cites {_list(invented)}, which was never read" + (f"; {note}" if note else "")
            verdict = "partly" if verdict == "supported" else verdict
        contradicted = verdict == "unsupported" and (judgement.score < STRUCK_BELOW or judgement.reason in CONTRADICTED)
        if verdict == "unsupported":
            note += self._better(claim, known)
        return replace(
            made, verdict=verdict, passage=judgement.passage, passage_of=of, note=note, score=round(judgement.score, 3),
            kept=not contradicted,
        )  # fmt: skip

    def _judged(self, sentence: Sentence, known: tuple[str, ...]) -> tuple[Judgement, str]:
        worst: tuple[Judgement, str] | None = None
        for clause, marks in self._parts(sentence) or [(sentence.text, known)]:
            claim = self._without_byline(bare(clause), marks)
            judgement = self._judge.judge(claim, marks)
            of = next((m for m in marks if judgement.passage in self.texts[m].passages), marks[0])
            if worst is None or _RANK[judgement.verdict] < _RANK[worst[0].verdict]:
                worst = (judgement, of)
        assert worst is not None
        return worst

    def _without_byline(self, claim: str, marks: Sequence[str]) -> str:
        """Take who, where and when out of a claim where it is the cited paper's own, for no abstract says it of itself."""
        for mark in marks:
            for known in {*self._names.get(mark, "").split()} - {"and", "et", "al."}:
                if len(known) > 3:
                    claim = re.sub(rf"(?<![\w.]){re.escape(known)}(?:['’]s)?(?![\w.]*\d)", "", claim)
        return re.sub(r"\bet al\.?|\([,;\s]*+\)|^\s*[,:;—–-]\s*", "", claim).strip()

    def _uncited(self, made: Entry, claim: str, invented: Sequence[str], inferred: bool) -> Entry:
        near, share = self._judge.nearest(claim)
        passage = self._judge.judge(claim, [near]).passage if near else ""
        if invented:
            return replace(made, verdict="unsupported", note=f"it cites {_list(invented)}, which was never read", kept=False)
        verdict: Verdict = "inference" if inferred else "no citation"
        note = "the writer's own conclusion" if inferred else "it cites nothing"
        if share < (GROUNDED if inferred else GROUNDED_UNCITED) or len(content(claim)) < SHORT:
            return replace(made, verdict=verdict, note=f"{note}, and no paper read bears it out", kept=False)
        if not made.section:
            return replace(made, verdict=verdict, note=f"{note} and stands under none of the six headings", kept=False)
        return replace(made, verdict=verdict, note=note, passage=passage, passage_of=near, score=round(share, 3))

    def _better(self, claim: str, known: Sequence[str]) -> str:
        mark, share = self._judge.nearest(claim, but=known)
        return f"; [{mark}] is nearer to it" if mark and share > 0.7 else ""


def _list(marks: Sequence[str]) -> str:
    return ", ".join(f"[{m}]" for m in marks)


MARKS: Mapping[str, str] = {
    "partly": "partly supported", "unsupported": "not supported by what it cites", "no citation": "no citation",
    "inference": "inference",
}  # fmt: skip
"""How a sentence's verdict is told after it, in English; other languages in their ``phrases.toml``."""


def rendered(found: Sequence[Sentence], entries: Sequence[Entry], language: str, known: Callable[[str], bool]) -> str:
    """Return the Markdown body: struck sentences gone, invented citations gone, verdicts that need one marked."""
    lines: list[str] = []
    current = ""
    left = iter(entries)
    pending_marker = ""
    for sentence in found:
        if sentence.kind in ("heading", "break"):
            if current:
                lines += [current, ""]
            current, pending_marker = "", ""
            if sentence.kind == "heading":
                lines += [f"## {sentence.text}", ""]
            continue
        entry = next(left)
        if sentence.kind != "text":
            pending_marker = sentence.kind
        if not entry.kept:
            continue
        text = _INFERENCE.sub(
            "", GROUP.sub(lambda m: "".join(f"[{k}]" for k in expanded(m.group()) if known(k)), sentence.text)
        ).strip()
        label = marks_of(language).get(entry.verdict) or MARKS.get(entry.verdict)
        text += f" *({label})*" if label else ""
        current = f"{current} {text}" if current else f"{pending_marker}{text}"
    if current:
        lines.append(current)
    return _tight("\n".join(lines).strip() + "\n")


def _tight(body: str) -> str:
    """Put the items of one list on lines that follow each other."""
    return re.sub(r"(?m)^((?:- |\d+[.)] ).*)\n\n(?=- |\d+[.)] )", r"\1\n", body)
