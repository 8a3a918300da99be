"""Commands of the briefing room."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import AsJson, Fields, Marked, Since, Sources, Text, Topics, Until, corpus, current, emit, search, selection
from hub.settings import settings
from hub.storage import integrity


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(brief)


def brief(
    source: Sources = None,
    field: Fields = None,
    since: Since = "",
    until: Until = "",
    topic: Topics = None,
    text: Text = "",
    marked: Marked = "",
    no_llm: Annotated[bool, typer.Option("--no-llm", help="Write from the abstracts' own sentences, without a model.")] = False,
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    length: Annotated[str, typer.Option(help="short, standard or long.")] = "standard",
    audience: Annotated[str, typer.Option(help="researchers, newcomers or decision makers.")] = "researchers",
    question: Annotated[str, typer.Option(help="What to look at above all.")] = "",
    seed: Annotated[int, typer.Option(help="Breaks ties among papers that would serve equally.")] = 0,
    appendix: Annotated[bool, typer.Option("--appendix", help="Put the ledger into the Markdown too.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Write anew even when the same briefing is kept.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many papers, tokens and how much money, and stop.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; .html, .docx, .pdf, .bib, else Markdown.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a cross-domain briefing of the selected papers, each sentence checked against what it cites."""
    from hub import briefing
    from hub.briefing.export import FORMATS, exported
    from hub.errors import BriefingError, NotEnoughPapers

    config, snapshot, papers = settings(), current(), corpus()
    request = briefing.Request(
        selection(snapshot, source, field, since, until, topic, text, marked),
        question,
        language,
        length,
        audience,
        not no_llm,
        seed,
        appendix,
    )
    rows = request.selection.rows(snapshot, search(snapshot))
    expected = briefing.estimate(request, len(rows), config)
    if dry_run:
        if not len(rows):
            raise NotEnoughPapers("No paper passes these filters: widen them to write a briefing.", have=0, need=1)
        emit(
            {
                "selected": expected.selected, "read": expected.read, "markdown": "", "ledger": [],
                "tokens": {"in": expected.tokens_in, "out": expected.tokens_out}, "cost": expected.cost, "dry_run": True,
                "calls": expected.calls, "model": expected.model, "over_budget": expected.over_budget,
            },
            as_json,
        )  # fmt: skip
        return
    made: briefing.Briefing | None = None
    for piece in briefing.write(request, snapshot, papers, config, rows=rows, again=again):
        if isinstance(piece, str):
            if not as_json and output is None and sys.stderr.isatty():
                print(piece, end="", file=sys.stderr, flush=True)
        else:
            made = piece
    if made is None:
        raise BriefingError("The briefing was cancelled before anything was written.")
    if output is not None:
        ending = output.suffix.lstrip(".").lower()
        try:
            integrity.write(output, exported(made, ending if ending in FORMATS else "md"))
        except OSError as e:
            raise BriefingError(f"The briefing cannot be written to {output}: {e.strerror}. Choose another file with -o.") from e
    if as_json:
        ledger = [
            {
                "sentence": e.sentence, "citations": list(e.citations), "verdict": e.verdict, "passage": e.passage,
                "note": e.note, "kept": e.kept, "section": e.section,
            }
            for e in made.ledger
        ]  # fmt: skip
        emit(
            {
                "selected": made.selected, "read": made.read, "markdown": exported(made, "md").decode(), "ledger": ledger,
                "tokens": dict(made.tokens), "cost": made.cost, "model": made.model, "key": made.key,
                "title": made.title, "totals": made.totals,
                "references": [{"number": s.number, "id": s.id, "title": s.title, "url": s.url} for s in made.references],
                "stopped": made.stopped, "snapshot": made.snapshot,
            },
            True,
        )  # fmt: skip
    elif output is None:
        print(exported(made, "md").decode())
    else:
        emit(
            {
                "file": str(output),
                "selected": made.selected,
                "read": made.read,
                **made.totals,
                "tokens": dict(made.tokens),
                "cost": made.cost,
            },
            False,
        )
