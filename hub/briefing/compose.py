"""From a request to a finished briefing: gather, write, check, revise, translate, assemble, keep."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from hub.briefing import facts, planning, second, writer
from hub.briefing.drafting import Run
from hub.briefing.evidence import gather
from hub.briefing.ledger import Ledger
from hub.briefing.markdown import parts_of
from hub.briefing.model import LENGTHS, Briefing, Evidence, Request
from hub.briefing.phrases import SECTIONS, phrase
from hub.briefing.safety import inline
from hub.briefing.store import Store
from hub.briefing.support import Embed
from hub.briefing.verifier.reader import verifier
from hub.errors import BriefingError, NotEnoughPapers
from hub.llm import LanguageModel
from hub.papers.untrusted import free_of_orders
from hub.permissions import LOCAL, Action, require
from hub.search import searcher
from hub.settings import Settings
from hub.storage.corpus import Corpus
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

TOKENS_A_PAPER = 330
"""A title and an abstract with what is told about them: the mean over ../shared/corpora (docs/BRIEFINGS.md)."""


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
    parts = -(-papers // max(room, TOKENS_A_PAPER))
    sentences = LENGTHS[request.length][1] // 18
    checks, check_in, check_out = second.estimated(read, sentences, TOKENS_A_PAPER)
    quoting = papers + parts * 150, read * 90
    planning_in = read * 110
    into = min(papers, room) + 1500 + quoting[0] + planning_in + check_in + 12 * TOKENS_A_PAPER
    out = answer + quoting[1] + planning.OUTLINE_TOKENS + check_out + answer // 3
    calls = 3 + parts + checks
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
    parent: Briefing | None = None,
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
    parent
        The kept briefing that ``request.change`` is about; the new one is a version of it and names it.

    Raises
    ------
    NotEnoughPapers
        When the selection is empty or has no abstracts.
    ModelError
        When the model's budget does not allow it.
    BriefingError
        When a kept briefing is to be changed and no model did it.
    """
    if parent is not None and not (request.change.strip() and request.use_model and settings.has_llm):
        raise BriefingError("To change a kept briefing say what to change, and set a language model (HUB_LLM_MODEL).")
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
    checks, why_not = verifier() if model is not None else (None, "")
    checked_by = checks.id if checks is not None else embedder
    key = _key(request, snapshot, rows, evidence, model, checked_by, parent.key if parent else "")
    store = Store(settings.home, reader)
    if not again and store.has(key):
        kept = store.load(key)
        yield kept
        return
    ledger = Ledger(evidence, embed if model and checks is None else None, checks)
    former = _former(parent, evidence) if parent else ""
    title, asked = _title(request, snapshot), _plain(request)
    run = Run(request, evidence, model, ledger, cancelled, facts.bars(snapshot, rows), title, asked, former)
    run.notes += [why_not] * bool(why_not)
    yield from run.draft()
    briefing = run.finished(key, snapshot, checked_by if model and run.written_by else "")
    if parent is not None:
        if not briefing.model:
            raise BriefingError(f"The briefing was not changed: {run.failure or 'that needs a language model'}")
        briefing = replace(briefing, parent=parent.key, change=request.change)
    if not (briefing.stopped or run.failure):
        store.save(briefing)
    yield briefing


def _former(parent: Briefing, evidence: Evidence) -> str:
    """Return the text of a kept briefing with its citations as the evidence numbers them; those of other papers are dropped."""
    numbers = {s.id: s.number for s in evidence.sources}
    new = {str(s.number): numbers.get(s.id) for s in parent.references}
    facts_now = {f.text: f.number for f in evidence.facts}
    new_facts = {f"F{f.number}": facts_now.get(f.text) for f in parent.facts}

    def exchanged(match: re.Match[str]) -> str:
        mark = match.group(1)
        number = new_facts.get(mark) if mark.startswith("F") else new.get(mark)
        return "" if number is None else f"[{'F' if mark.startswith('F') else ''}{number}]"

    text = parts_of(parent)[0]
    first = text.find(f"## {phrase(str(parent.request['language']), SECTIONS[0])}")
    return re.sub(r"\[(F?\d+)\]", exchanged, text[max(first, 0) :])


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
    known = [replace(fact, text=free_of_orders(fact.text)) for fact in (*counted, *told, *pairs)]
    known = [fact for fact in known if fact.text]
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
    from hub.embed.queries import embed_with

    embed = embed_with(_embedder_id(), home)
    return embed, _embedder_id() if embed is not None else ""


def _key(
    request: Request,
    snapshot: Snapshot,
    rows: Rows,
    evidence: Evidence,
    model: LanguageModel | None,
    embedder: str,
    parent: str,
) -> str:
    ids = np.sort(snapshot.papers["id"].to_numpy()[rows].astype(str))
    held = blake2b("\n".join(ids.tolist()).encode(), digest_size=16).hexdigest()
    read = [[s.number, s.id, blake2b(s.abstract.encode(), digest_size=8).hexdigest()] for s in evidence.sources]
    by = [model.url, model.model, model.window] if model else None
    parts = [writer.PROMPT, _plain(request), parent, held, read, [f.text for f in evidence.facts], by, embedder]
    return blake2b(json.dumps(parts, ensure_ascii=False, default=str).encode(), digest_size=16).hexdigest()


def _plain(request: Request) -> Mapping[str, Any]:
    names = ("question", "language", "length", "audience", "use_model", "seed", "appendix", "change")
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
