"""The finished file: YAML front matter, the body with its citations numbered anew, how it was made, the references."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml

from hub.briefing.ledger import GROUP, expanded
from hub.briefing.model import Briefing, Entry, Evidence, Fact, Source
from hub.briefing.phrases import phrase
from hub.briefing.safety import inline
from hub.briefing.tex import settable, unescaped
from hub.i18n.messages import about, spoken
from hub.papers.addresses import web_address

MARK = re.compile(r"\[(F?\d+)\]")


def renumbered(
    body: str, entries: Sequence[Entry], evidence: Evidence
) -> tuple[str, tuple[Entry, ...], tuple[Source, ...], tuple[Fact, ...]]:
    """Return body, entries, cited sources and cited facts with the citations numbered by first appearance in ``body``."""
    by_number = evidence.by_number
    order = list(dict.fromkeys(m for mark in GROUP.findall(body) for m in expanded(mark)))
    papers = [m for m in order if not m.startswith("F")]
    counted = [m for m in order if m.startswith("F")]
    new = {m: str(i) for i, m in enumerate(papers, start=1)} | {m: f"F{i}" for i, m in enumerate(counted, start=1)}

    def exchange(text: str) -> str:
        return GROUP.sub(lambda g: "".join(f"[{new[m]}]" if m in new else f"[{m}]" for m in expanded(g.group())), text)

    def noted(mark: re.Match[str]) -> str:
        if mark.group(1) in new:
            return f"[{new[mark.group(1)]}]"
        return "another paper read" if mark.group(1).isdigit() and int(mark.group(1)) in by_number else mark.group()

    def entry(e: Entry) -> Entry:
        if not e.kept:
            return e  # a struck sentence keeps the numbers that its writer used; they resolve to nothing on purpose
        marks = tuple(new[m] for m in e.citations if m in new)
        note = MARK.sub(noted, e.note)
        return replace(e, sentence=exchange(e.sentence), citations=marks, note=note, passage_of=new.get(e.passage_of, ""))

    facts = {f"F{f.number}": f for f in evidence.facts}
    return (
        exchange(body),
        tuple(map(entry, entries)),
        tuple(replace(by_number[int(m)], number=int(new[m])) for m in papers),
        tuple(replace(facts[m], number=int(new[m][1:])) for m in counted),
    )


def front_matter(values: Mapping[str, Any]) -> str:
    """Return YAML front matter."""
    return f"---\n{yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=1000)}---\n"


def link(source: Source) -> str:
    """Return the address of a paper, "" when it has none that is safe to follow.

    >>> from datetime import date
    >>> link(Source(1, "x", "", (), date(2026, 1, 1), "", "", "", "", "javascript:alert(1)", "10.1/a(b)", ""))
    'https://doi.org/10.1/a%28b%29'
    """
    return web_address(source.url) or (web_address(f"https://doi.org/{source.doi}") if source.doi else "")


def reference(source: Source) -> str:
    """Return a paper's entry in the list of references."""
    names = "; ".join(source.authors[:6]) + (" et al." if len(source.authors) > 6 else "")
    address = link(source)
    shown = inline(source.doi or source.id.removeprefix("url:"))
    where = f" [{shown}]({address})" if address else f" {shown}"
    title = inline(settable(source.title.rstrip(".")))
    who = f"{inline(names)} " if names else ""
    return f"{source.number}. {who}({source.published.isoformat()}). {title}. {inline(source.label)}.{where}"


def method(language: str, evidence: Evidence, lines: Sequence[str], totals: Mapping[str, int], struck: int) -> str:
    """Return the section that says what the briefing rests on and what was left out."""
    n, read = len(evidence.sources), evidence.selected
    left = [phrase(language, f"left_{why}", n=f"{k:,}") for why, k in evidence.left_out.items()]
    rest = read - n - sum(k for why, k in evidence.left_out.items() if why.whole)
    if rest > 0:
        left.insert(0, phrase(language, "left_rest", n=f"{rest:,}"))
    told = [phrase(language, "read", selected=f"{read:,}", read=n, how=spoken(evidence.how, language))]
    if left:
        told.append(phrase(language, "left", parts="; ".join(left)))
    told += [*lines, *evidence.notes]
    counted = ", ".join(f"{phrase(language, name)} {k}" for name, k in totals.items() if k)
    told.append(phrase(language, "totals", parts=counted or "-", struck=struck))
    return f"## {phrase(language, 'method')}\n\n" + "\n".join(f"- {line}" for line in told) + "\n"


def facts_section(language: str, facts: Sequence[Fact]) -> str:
    """Return the list of what was counted and is cited as ``[F1]``."""
    if not facts:
        return ""
    return f"## {phrase(language, 'facts')}\n\n" + "\n".join(f"- F{f.number}: {inline(f.text)}" for f in facts) + "\n\n"


def appendix(language: str, entries: Sequence[Entry]) -> str:
    """Return the ledger as a list: verdict, sentence, passage and why."""
    lines = [f"## {phrase(language, 'ledger')}", ""]
    for e in entries:
        verdict = phrase(language, e.verdict) + ("" if e.kept else f", {phrase(language, 'struck')}")
        text = inline(unescaped(GROUP.sub("", e.sentence))) if not e.kept else _kept_marks(e.sentence)
        lines.append(f"- **{verdict}**: {text}" + (f" ({inline(e.note)})" if e.note else ""))
        if e.passage:
            lines.append(f"    - “{inline(e.passage)}”" + (f" [{e.passage_of}]" if e.passage_of else ""))
    return "\n".join(lines) + "\n\n"


def _kept_marks(sentence: str) -> str:
    """Make a sentence plain text that still cites."""
    return "".join(
        part if MARK.fullmatch(part) else f"{' ' * part.startswith(' ')}{inline(unescaped(part))}{' ' * part[1:].endswith(' ')}"
        for part in re.split(r"(\[F?\d+\])", sentence)
    )


def document(briefing: Briefing, body: str, method_section: str) -> str:
    """Return the whole Markdown file: the text, the references, then how it was made and the manifest."""
    language = str(briefing.request["language"])
    selection = dict(briefing.request["selection"])
    head: dict[str, Any] = {
        "title": briefing.title,
        "date": briefing.made,
        "lang": about(language).tag,
        "selection": selection or phrase(language, "everything"),
    }
    if briefing.request.get("question"):
        head["question"] = briefing.request["question"]
    head |= {"complete": not briefing.stopped, "generator": "AcademicHub"}
    listed = [f for f in briefing.facts if f"[F{f.number}]" in body and inline(f.text) not in body]
    ledger = appendix(language, briefing.ledger) if briefing.request.get("appendix") else ""
    references = "\n".join(map(reference, briefing.references))
    return (
        f"{front_matter(head)}\n# {inline(settable(briefing.title))}\n\n{body.strip()}\n\n{facts_section(language, listed)}"
        f"{ledger}## {phrase(language, 'references')}\n\n{references}\n\n{method_section}- {manifest(briefing)}\n"
    )


def manifest(briefing: Briefing) -> str:
    """Return in one line what another reader needs to make the same briefing, or to compare it."""
    totals = {str(name): n for name, n in briefing.totals.items() if n}
    struck = sum(1 for e in briefing.ledger if not e.kept)
    parts: dict[str, Any] = {
        "snapshot": briefing.snapshot,
        "model": briefing.model or "none (extractive)",
        "embedder": briefing.embedder or "none",
        "seed": briefing.request["seed"],
        "selected": briefing.selected,
        "read": briefing.read,
        "cited": len(briefing.references),
        **totals,
        "struck out": struck,
    }
    if briefing.model:
        parts |= {"tokens": sum(briefing.tokens.values()), "cost": round(briefing.cost, 6)}
    return f"{phrase(str(briefing.request['language']), 'manifest')}: " + inline("; ".join(f"{k} {v}" for k, v in parts.items()))


def parts_of(briefing: Briefing) -> tuple[str, str, str]:
    """Return the text, the references and the rest of a kept briefing's Markdown, without its front matter."""
    language = str(briefing.request["language"])
    whole = briefing.markdown.split("\n---\n", 1)[-1].lstrip()
    for name in (phrase(language, "references"), "References"):  # a briefing of an earlier release names them in English
        text, heading, after = whole.rpartition(f"\n## {name}\n")
        if heading:
            references, how, rest = after.partition("\n## ")
            return text.strip(), references.strip(), f"## {rest}".strip() if how else ""
    return whole, "", ""
