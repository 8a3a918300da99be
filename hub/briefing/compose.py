"""From a request to a finished briefing: gather, write, check, revise, translate, assemble, keep."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.briefing import extractive, facts, writer
from hub.briefing.evidence import gather
from hub.briefing.ledger import Ledger, Sentence, parsed, rendered
from hub.briefing.markdown import document, method, renumbered
from hub.briefing.model import LENGTHS, VERDICTS, Briefing, Entry, Evidence, Fact, Request
from hub.briefing.phrases import SECTIONS, phrase
from hub.briefing.safety import inline, safe_markdown
from hub.briefing.store import Store
from hub.briefing.support import Embed
from hub.errors import BriefingError, ModelError, NotEnoughPapers
from hub.llm import LanguageModel, tokens
from hub.permissions import LOCAL, Action, require
from hub.search import searcher
from hub.settings import Settings
from hub.storage.corpus import Corpus
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

if TYPE_CHECKING:
    from hub.embed.minilm import MiniLM

TOKENS_A_PAPER = 330
"""A title and an abstract with what is told about them: the mean over shared/corpora (docs/BRIEFINGS.md)."""
WHY = {"length": "its answer reached the allowed length", "broken": "the connection broke", "stalled": "the server fell silent",
       "cancelled": "it was cancelled"}  # fmt: skip
_RANK = {"unsupported": 0, "no citation": 1, "inference": 2, "partly": 3, "supported": 4, "quoted": 5}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a briefing will take, before it is written; tokens and cost are upper estimates, 0 without a model."""

    selected: int
    read: int
    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    cost: float
    over_budget: bool


def estimate(request: Request, selected: int, settings: Settings) -> Estimate:
    """Return what a briefing of so many selected papers will take."""
    read = min(selected, LENGTHS[request.length][0])
    if not (request.use_model and settings.has_llm):
        return Estimate(selected, read, "", 0, 0, 0, 0.0, False)
    model = LanguageModel.of(settings)
    papers, answer = read * TOKENS_A_PAPER, writer.answer_tokens(request)
    room = model.window - answer - 1500
    maps = 0 if papers <= room else -(-papers // max(room, TOKENS_A_PAPER))
    into = papers + 1500 + (maps * 150 + read * 60 if maps else 0) + 12 * TOKENS_A_PAPER
    out = answer + (read * 60 if maps else 0) + answer // 3
    calls = 2 + maps
    if request.language == "zh":
        into, out, calls = into + answer, out + 2 * answer, calls + 2
    cost = model.price(into, out)
    return Estimate(selected, read, model.model, calls, into, out, cost, bool(model.budget and cost > model.budget))


def write(
    request: Request,
    snapshot: Snapshot,
    corpus: Corpus,
    settings: Settings,
    *,
    rows: Rows | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    again: bool = False,
    reader: str = LOCAL,
) -> Iterator[str | Briefing]:
    """Yield a briefing's draft as it is written, then, last, the checked :class:`Briefing`.

    Parameters
    ----------
    rows
        The selection's rows (n_selected,), when the caller has them; else they are found anew.
    cancelled
        Asked between words of the model; once true, what is there is checked and returned, said to be unfinished.
    again
        Whether to write even when the same briefing is kept from before.
    reader
        Whose briefing it is: it is kept with theirs, and found among theirs.

    Raises
    ------
    NotEnoughPapers
        When the selection is empty or has no abstracts.
    ModelError
        When the model's budget does not allow it.
    """
    rows = (
        request.selection.rows(snapshot, searcher(snapshot, corpus, settings.home))
        if rows is None
        else np.asarray(rows, dtype=np.int64)
    )
    if not len(rows):
        raise NotEnoughPapers("No paper passes these filters: widen them to write a briefing.", have=0, need=1)
    yield f"# {inline(_title(request, snapshot))}\n\n"
    model = LanguageModel.of(settings) if request.use_model and settings.has_llm else None
    if model is not None:
        require(Action.SPEND)
    embed, embedder = sentence_vectors(settings.home)
    evidence = _evidence(request, snapshot, corpus, rows, model, embed)
    key = _key(request, snapshot, rows, evidence, model, embedder)
    store = Store(settings.home, reader)
    if not again and store.has(key):
        kept = store.load(key)
        yield kept
        return
    run = _Run(request, evidence, model, Ledger(evidence, embed if model else None), cancelled, facts.bars(snapshot, rows))
    yield from run.draft()
    briefing = run.finished(key, snapshot, embedder if model and run.written_by else "")
    if not (briefing.stopped or run.failure):
        store.save(briefing)
    yield briefing


class _Run:
    """One briefing being written."""

    def __init__(
        self,
        request: Request,
        evidence: Evidence,
        model: LanguageModel | None,
        ledger: Ledger,
        cancelled: Callable[[], bool],
        bars: Sequence[tuple[str, int]],
    ) -> None:
        self.request, self.evidence, self.model, self.ledger, self.cancelled = request, evidence, model, ledger, cancelled
        self.stopped = self.failure = self.written_by = ""
        self.sentences: list[Sentence] = []
        self.entries: list[Entry] = []
        self.notes: list[str] = []
        self.extracted: list[extractive.Line] = []
        self.bars = list(bars)
        self.glance = list(extractive.glance(evidence, request.language, bars, extractive.ITEMS[request.length]))

    def draft(self) -> Iterator[str]:
        yield extractive.written(self.glance) + "\n"
        if self.model is not None:
            try:
                yield from self._with_model(self.model)
                return
            except ModelError as e:
                if self.model.budget and "HUB_LLM_BUDGET" in str(e):
                    raise
                self.failure = str(e)
                yield f"\n\n{self.failure}\n\n"
        yield from self._extracted()

    def _extracted(self) -> Iterator[str]:
        lines: list[extractive.Line] = []
        for line in extractive.sections(self.evidence, self.request.language, self.request.length):
            lines.append(line)
            yield extractive.written([line])
        self.extracted = lines
        self.entries = [line.entry for line in lines if line.entry is not None]

    def _with_model(self, model: LanguageModel) -> Iterator[str]:
        room = model.window - writer.answer_tokens(self.request) - 200
        messages = writer.prompt(self.evidence, self.request)
        if sum(tokens(m["content"]) for m in messages) > room:
            noted = []
            parts = max(1, room - 1000)
            total = len(writer.groups(self.evidence, parts))
            for at, note in enumerate(
                writer.mapped(model, self.evidence, self.request, self.ledger, parts, self.cancelled), start=1
            ):
                yield f"*{at}/{total}*\n\n"
                noted.append(note)
            self.notes.append(
                f"The papers exceed the model's window, so they were noted in {total} parts first (map-reduce over topics)."
            )
            messages = writer.prompt(self.evidence, self.request, "\n".join(noted))
        text, finish = yield from shown(writer.draft(model, messages, writer.answer_tokens(self.request), self.cancelled))
        if not text.strip():
            raise ModelError("The model answered with nothing: try again, or choose another model (HUB_LLM_MODEL).")
        self.stopped = "" if finish == "stop" else WHY[finish]
        self.written_by = model.model
        self.sentences = self._parsed(safe_markdown(text), "en")
        self.entries = self.ledger.check(self.sentences)
        self._note_missing()
        if not self.cancelled():
            try:
                self._revise(model)
                if self.request.language == "zh":
                    self._translate(model)
            except ModelError as e:
                self.notes.append(f"The model failed after the draft, which stands as it was: {e}")

    def _parsed(self, body: str, language: str) -> list[Sentence]:
        """Parse a body; a heading that is none of the six is taken for text, so that the ledger sees it too."""
        names = {phrase(language, name).casefold(): phrase(self.request.language, name) for name in SECTIONS}
        found = []
        for sentence in parsed(body):
            section = names.get(sentence.section.casefold(), "")
            if sentence.kind == "heading":
                found.append(Sentence(section, section, "heading") if section else Sentence(sentence.text, "", "text"))
            else:
                found.append(replace(sentence, section=section))
        return found

    def _note_missing(self) -> None:
        there = {s.section for s in self.sentences}
        missing = [phrase("en", name) for name in SECTIONS if phrase(self.request.language, name) not in there]
        if missing:
            self.notes.append(f"The model wrote nothing under: {', '.join(missing)}.")

    def _revise(self, model: LanguageModel) -> None:
        better = writer.revised(model, self.entries, self.evidence, self.cancelled)
        checked = {}
        for old, new in better.items():
            found = [s for s in parsed(new) if s.kind not in ("heading", "break")]
            if len(found) == 1:
                checked[old] = self.ledger.check(found)[0]
        sentences, entries, at = [], [], 0
        for sentence in self.sentences:
            if sentence.kind in ("heading", "break"):
                sentences.append(sentence)
                continue
            entry, at = self.entries[at], at + 1
            new_entry = checked.get(entry.sentence)
            if better.get(entry.sentence) == "":
                entry = replace(entry, kept=False, revised=True, note=f"{entry.note}; the model took it back")
            elif new_entry is not None and new_entry.kept and _RANK[new_entry.verdict] > _RANK[entry.verdict]:
                entry = replace(new_entry, section=entry.section, revised=True)
                sentence = replace(sentence, text=new_entry.sentence)
            sentences.append(sentence)
            entries.append(entry)
        self.sentences, self.entries = sentences, entries

    def _translate(self, model: LanguageModel) -> None:
        made = writer.translated(model, [e.sentence for e in self.entries if e.kept], self.cancelled)
        entries, at = [], 0
        sentences = []
        for sentence in self.sentences:
            if sentence.kind in ("heading", "break"):
                sentences.append(sentence)
                continue
            entry, at = self.entries[at], at + 1
            chinese, wrong = made.get(entry.sentence, ("", "it was not translated"))
            if entry.kept and wrong:
                entry = replace(entry, note="; ".join(filter(None, [entry.note, f"left in English: {wrong}"])))
            elif entry.kept:
                entry = replace(
                    entry, sentence=chinese, note="; ".join(filter(None, [entry.note, f"checked in English: {entry.sentence}"]))
                )
                sentence = replace(sentence, text=chinese)
            sentences.append(sentence)
            entries.append(entry)
        self.sentences, self.entries = sentences, entries
        self.notes.append(phrase(self.request.language, "translated"))

    def finished(self, key: str, snapshot: Snapshot, embedder: str) -> Briefing:
        """Assemble the file."""
        language, evidence = self.request.language, self.evidence
        if self.written_by:
            body = rendered(self.sentences, self.entries, language, self.ledger.texts.__contains__)
        else:
            body = extractive.written(self.extracted)
        if not body.strip():
            raise BriefingError(
                "Nothing that the model wrote could be kept: every sentence was struck out. Try again or without it."
            )
        body, entries, references, cited = renumbered(body, self.entries, evidence)
        kept = [line.fact for line in (*self.glance, *self.extracted) if line.fact is not None] if not self.written_by else cited
        body = f"{extractive.written(_cited(self.glance, cited))}\n{body}"
        lines = [phrase(language, "written", model=self.written_by) if self.written_by else phrase(language, "extractive")]
        if self.written_by:
            lines.append(phrase(language, "vectors", embedder=embedder) if embedder else phrase(language, "lexical"))
        lines += [self.failure] * bool(self.failure) + self.notes
        if self.stopped:
            lines.append(phrase(language, "stopped", why=self.stopped))
        spent = self.model.spent if self.model else None
        briefing = Briefing(
            key=key, title=_title(self.request, snapshot), markdown="", ledger=entries, references=references,
            request=_plain(self.request), made=datetime.now(UTC).isoformat(timespec="seconds"), snapshot=snapshot.version,
            model=self.written_by, embedder=embedder, selected=evidence.selected, read=len(evidence.sources),
            read_ids=tuple(s.id for s in evidence.sources), facts=tuple(kept), left_out=evidence.left_out,
            tokens={"in": spent.tokens_in, "out": spent.tokens_out} if spent else {"in": 0, "out": 0},
            cost=spent.cost if spent else 0.0, stopped=self.stopped, notes=(*lines, *evidence.notes),
            bars=tuple(self.bars),
        )  # fmt: skip
        totals = {str(name): briefing.totals[name] for name in VERDICTS}
        struck = sum(1 for e in entries if not e.kept)
        told = method(language, evidence, [_safe(line) for line in lines], totals, struck)
        return replace(briefing, markdown=document(briefing, body, told))


def _cited(glance: Sequence[extractive.Line], cited: Sequence[Fact]) -> list[extractive.Line]:
    """Give the counted lines of the orientation the marks by which the text below cites them."""
    marks = {fact.text: f" [F{fact.number}]" for fact in cited}
    return [replace(line, text=line.text + marks.get(line.fact.text, "")) if line.fact else line for line in glance]


def shown(stream: Generator[str, None, tuple[str, Any]]) -> Generator[str, None, tuple[str, Any]]:
    """Pass a model's words on a line at a time, each made safe for a page that renders Markdown."""
    waiting = ""
    while True:
        try:
            waiting += next(stream)
        except StopIteration as end:
            if waiting:
                yield safe_markdown(waiting)
            return end.value  # type: ignore[no-any-return]
        done, newline, rest = waiting.rpartition("\n")
        if newline:
            yield safe_markdown(done) + "\n"
            waiting = rest


def _safe(line: str) -> str:
    return safe_markdown(line.replace("\n", " "))


def _evidence(
    request: Request, snapshot: Snapshot, corpus: Corpus, rows: Rows, model: LanguageModel | None, embed: Embed | None
) -> Evidence:
    papers = LENGTHS[request.length][0]
    budget = papers * 1200
    if model is not None and model.budget and model.price_in:
        budget = min(budget, int(model.budget / model.price_in * 1e6 * 0.6))
    question = None
    if request.question.strip() and embed is not None and snapshot.meta.get("embedder") == _embedder_id():
        question = embed([request.question])[0]
    counted = facts.counted(snapshot, rows, request.language if model is None else "en")
    found = gather(snapshot, corpus, rows, papers=papers, budget=budget, question=question, seed=request.seed, facts=counted,
                   asked=request.selection.fields)  # fmt: skip
    language = request.language if model is None else "en"
    told, notes = facts.findings(snapshot, rows, request.selection, lambda _text: rows, language, len(counted) + 1)
    pairs = facts.paired(found.sources, found.pairs, language, len(counted) + len(told) + 1)
    known = [*counted, *told, *pairs]
    if request.question.strip() and question is None:
        notes.append(
            "The focus question did not steer the choice of papers: it needs the sentence model that made the papers' vectors."
        )
    return replace(found, facts=tuple(known), notes=tuple(notes))


def _embedder_id() -> str:
    from hub.embed.minilm import MiniLM

    return MiniLM.id


def sentence_vectors(home: Path) -> tuple[Embed | None, str]:
    """Return the sentence embedder and its id, or (None, "") where its model was not exported yet: no page waits for torch."""
    from hub.embed.minilm import MiniLM

    if not (home / "models" / f"{MiniLM.id}.onnx").exists():
        return None, ""
    return lambda texts: _minilm(home).embed(texts), MiniLM.id


@lru_cache(maxsize=1)
def _minilm(home: Path) -> MiniLM:
    from hub.embed.minilm import MiniLM

    return MiniLM(home / "models")


def _key(request: Request, snapshot: Snapshot, rows: Rows, evidence: Evidence, model: LanguageModel | None, embedder: str) -> str:
    ids = np.sort(snapshot.papers["id"].to_numpy()[rows].astype(str))
    held = blake2b("\n".join(ids.tolist()).encode(), digest_size=16).hexdigest()
    read = [[s.number, s.id, blake2b(s.abstract.encode(), digest_size=8).hexdigest()] for s in evidence.sources]
    by = [model.url, model.model, model.window] if model else None
    parts = [writer.PROMPT, _plain(request), held, read, [f.text for f in evidence.facts], by, embedder]
    return blake2b(json.dumps(parts, ensure_ascii=False, default=str).encode(), digest_size=16).hexdigest()


def _plain(request: Request) -> Mapping[str, Any]:
    names = ("question", "language", "length", "audience", "use_model", "seed", "appendix")
    return {"selection": dict(request.selection.described()), **{name: getattr(request, name) for name in names}}


def _title(request: Request, snapshot: Snapshot) -> str:
    chosen = request.selection
    parts: Sequence[str] = [
        ", ".join(chosen.fields), ", ".join(chosen.sources),
        ", ".join(snapshot.topic_names.get(t, str(t)) for t in chosen.topics),
        f"“{chosen.text.strip()}”" if chosen.text.strip() else "",
        phrase(request.language, "marked", n=f"{len(chosen.papers.ids):,}") if chosen.papers else "",
        " – ".join(day.isoformat() if day else "…" for day in (chosen.since, chosen.until)).replace("… – …", ""),
    ]  # fmt: skip
    what = "; ".join(part for part in parts if part) or phrase(request.language, "everything")
    question = " ".join(request.question.split())
    return phrase(request.language, "title", what=f"{what}: {question}" if question else what)
