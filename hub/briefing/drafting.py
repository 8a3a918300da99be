"""One briefing being written: the draft, its check by verifier and model, one revision, a translation, the finished file."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hub.briefing import extractive, planning, second, writer
from hub.briefing.checker import checker
from hub.briefing.ledger import Ledger, Sentence, parsed, rendered
from hub.briefing.markdown import document, method, renumbered
from hub.briefing.model import VERDICTS, Briefing, Entry, Evidence, Fact, Request
from hub.briefing.phrases import SECTIONS, phrase
from hub.briefing.safety import safe_markdown
from hub.briefing.tensions import reader_at_hand
from hub.errors import BriefingError, ModelError, OverBudget
from hub.llm import LanguageModel, Message, tokens
from hub.storage.snapshot import Snapshot

WHY = {"length": "its answer reached the allowed length", "broken": "the connection broke", "stalled": "the server fell silent",
       "cancelled": "it was cancelled"}  # fmt: skip
_RANK = {"unsupported": 0, "no citation": 1, "inference": 2, "partly": 3, "supported": 4, "quoted": 5}


class Run:
    """One briefing being written."""

    def __init__(
        self,
        request: Request,
        evidence: Evidence,
        model: LanguageModel | None,
        ledger: Ledger,
        cancelled: Callable[[], bool],
        bars: Sequence[tuple[str, int]],
        title: str,
        asked: Mapping[str, Any],
        former: str = "",
    ) -> None:
        self.request, self.evidence, self.model, self.ledger, self.cancelled = request, evidence, model, ledger, cancelled
        self.stopped = self.failure = self.written_by = ""
        self.sentences: list[Sentence] = []
        self.entries: list[Entry] = []
        self.notes: list[str] = []
        self.extracted: list[extractive.Line] = []
        self.bars = list(bars)
        self.title, self.asked, self.former = title, asked, former
        self.glance = list(extractive.glance(evidence, request.language, bars, extractive.ITEMS[request.length]))

    def draft(self) -> Iterator[str]:
        """Yield the text as it is written; a model that refuses leaves an extractive one."""
        yield extractive.written(self.glance) + "\n"
        if self.model is not None:
            try:
                yield from self._with_model(self.model)
                return
            except OverBudget:
                raise
            except ModelError as e:
                self.failure = str(e)
                yield f"\n\n{self.failure}\n\n"
        yield from self._extracted()

    def _extracted(self) -> Iterator[str]:
        lines: list[extractive.Line] = []
        for line in extractive.sections(self.evidence, self.request.language, self.request.length, reader_at_hand()):
            lines.append(line)
            yield extractive.written([line])
        self.extracted = lines
        self.entries = [line.entry for line in lines if line.entry is not None]

    def _with_model(self, model: LanguageModel) -> Iterator[str]:
        room = model.window - writer.answer_tokens(self.request) - 200
        if self.former:
            messages = writer.prompt(self.evidence, self.request, former=self.former)
            if sum(tokens(m["content"]) for m in messages) > room:
                whole = planning.briefed(self.evidence, {}, 0, writer.element)
                messages = writer.prompt(self.evidence, self.request, whole, former=self.former)
        else:
            messages = yield from self._planned(model, room)
        text, finish = yield from shown(writer.draft(model, messages, writer.answer_tokens(self.request), self.cancelled))
        if not text.strip():
            self.stopped = WHY["cancelled"] if self.cancelled() else ""
            raise ModelError("The model answered with nothing: try again, or choose another model (HUB_LLM_MODEL).")
        self.stopped = "" if finish == "stop" else WHY[finish]
        self.written_by = model.model
        self.sentences = self._parsed(safe_markdown(text), "en")
        self.entries = self.ledger.check(self.sentences)
        self._note_missing()
        if not self.cancelled():
            try:
                self._revise(model)
                self._seconded(model)
                if self.request.language == "zh":
                    self._translate(model)
            except ModelError as e:
                self.notes.append(f"The model failed after the draft, which stands as it was: {e}")

    def _planned(self, model: LanguageModel, room: int) -> Generator[str, None, list[Message]]:
        """Ask for quotes, then for an outline; return the messages that ask for the text.

        Where the budget allows the text but not its planning, there is none.
        """
        quotes: planning.Quotes = {}
        papers = sum(tokens(writer.element(s)) for s in self.evidence.sources)
        answer, n = writer.answer_tokens(self.request), len(self.evidence.sources)
        if model.budget and model.price(3 * papers, 2 * answer + 100 * n) > model.budget - model.spent.cost:
            return writer.prompt(self.evidence, self.request, planning.briefed(self.evidence, {}, room - 1000, writer.element))
        parts = list(planning.groups(self.evidence, max(1, room - 1000), writer.element))
        for at, group in enumerate(parts, start=1):
            if self.cancelled():
                break
            yield f"*{at}/{len(parts) + 1}*\n\n"
            asked = planning.quote_prompt(group, self.request, writer.element)
            quotes |= planning.verbatim(writer.answered(model, asked, 90 * len(group) + 100, self.cancelled), group)
        asked = planning.outline_prompt(self.evidence, quotes, self.request)
        outline: list[str] = []
        if not self.cancelled() and sum(tokens(m["content"]) for m in asked) <= room:
            said = writer.answered(model, asked, planning.OUTLINE_TOKENS, self.cancelled)
            outline = planning.outlined(said, self.evidence)
        empty = writer.prompt(self.evidence, self.request, [], outline)
        left = room - sum(tokens(m["content"]) for m in empty) + papers
        sources = planning.briefed(self.evidence, quotes, left, writer.element)
        if sources != list(self.evidence.sources):
            self.notes.append(
                "The papers exceed the model's window: it wrote from quotes of them, copied word for word and compared."
            )
        return writer.prompt(self.evidence, self.request, sources, outline)

    def _seconded(self, model: LanguageModel) -> None:
        """Let the model judge what the verifier judged; the stricter verdict stands."""
        sources = {str(n): s for n, s in self.evidence.by_number.items()}
        facts = {f"F{f.number}": f for f in self.evidence.facts}
        self.entries = second.seconded(model, self.entries, sources, facts, writer.element, self.cancelled)
        asked = [e for e in self.entries if e.second]
        if asked:
            differ = sum(e.disputed for e in asked)
            self.notes.append(
                f"A second check by the model {model.model}: {len(asked)} sentences judged, {differ} otherwise than by the "
                "verifier; the stricter verdict stands."
            )

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
            how = "verified" if self.ledger.verified else "vectors" if embedder else "lexical"
            lines.append(phrase(language, how, embedder=embedder))
        lines += [self.failure] * bool(self.failure) + self.notes
        if self.stopped:
            lines.append(phrase(language, "stopped", why=self.stopped))
        spent = self.model.spent if self.model else None
        name, score = checker()
        briefing = Briefing(
            key=key, title=self.title, markdown="", ledger=entries, references=references,
            request=self.asked, made=datetime.now(UTC).isoformat(timespec="seconds"), snapshot=snapshot.version,
            model=self.written_by, embedder=embedder, selected=evidence.selected, read=len(evidence.sources),
            read_ids=tuple(s.id for s in evidence.sources), facts=tuple(kept), left_out=evidence.left_out,
            tokens={"in": spent.tokens_in, "out": spent.tokens_out} if spent else {"in": 0, "out": 0},
            cost=spent.cost if spent else 0.0, stopped=self.stopped, notes=(*lines, *evidence.notes),
            bars=tuple(self.bars),
            checker=name if self.written_by else "",
            checker_score=score if self.written_by else 0.0,
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
