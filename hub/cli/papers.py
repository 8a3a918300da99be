"""Commands of the papers room: import, list, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.common import (
    AllowLoss,
    AsJson,
    Fields,
    Marked,
    Since,
    Sources,
    Text,
    Topics,
    Until,
    corpus,
    current,
    emit,
    progress,
    search,
    selection,
    stderr,
)  # fmt: skip
from hub.errors import RejectCode, SelectionError
from hub.i18n.messages import Said
from hub.search import answer
from hub.settings import settings
from hub.storage import integrity, losses
from hub.worker import jobs

if TYPE_CHECKING:
    import pandas as pd

Query = Annotated[str, typer.Option("--query", help="Words to search for, best match first; narrower than --text is wide.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="The most papers to list.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file; without one, text goes to stdout.")]
REJECTS_SHOWN = 20
UNREAD = frozenset({RejectCode.CUT_OFF, RejectCode.UNREADABLE, RejectCode.TOO_LARGE})
"""Rejects that tell of a file which was not read to its end: the import fails, and keeps what was read."""
COLUMNS = ("id", "title", "source", "field", "domain", "published", "topic", "confidence", "url", "doi", "authors", "version")


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command("import")(import_)
    app.command()(papers)
    app.command()(export)
    app.command()(near)


def import_(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders: BibTeX, RIS, CSV, JSON, XML, saved feeds, gzip; by content.")
    ],
    allow_loss: AllowLoss = False,
    as_json: AsJson = False,
) -> None:
    """Take papers from files; say what became of every entry."""
    from hub.sources.importing import import_paths
    from hub.worker.finishing import finish

    with losses.allowed(allow_loss):
        home, table = settings().home, corpus()
    with losses.allowed(allow_loss), jobs.exclusive(home, "import", wait_s=600) as report, progress("Importing") as seen:

        def tell(done: int, total: int) -> None:
            report(Said("Importing papers"), done, total)
            seen(done, total)

        summary = import_paths(paths, table, seen=tell)
        joined = finish(home, table, report)
        if joined:
            stderr.print(f"{joined} records are versions of papers that are here under another id.")
    if as_json:
        emit(summary.as_dict(), as_json)
    else:
        emit({**summary.as_dict(), "rejected": len(summary.rejected)}, as_json)
        for reject in summary.rejected[:REJECTS_SHOWN]:
            stderr.print(f"rejected: {reject.where}: {reject.why}", markup=False, highlight=False)
        if len(summary.rejected) > REJECTS_SHOWN:
            stderr.print(f"... and {len(summary.rejected) - REJECTS_SHOWN} more; --json lists them all.")
    if (summary.rejected and len(summary.rejected) == summary.seen) or any(reject.code in UNREAD for reject in summary.rejected):
        raise typer.Exit(1)


def papers(
    source: Sources = None,
    field: Fields = None,
    since: Since = "",
    until: Until = "",
    topic: Topics = None,
    text: Text = "",
    marked: Marked = "",
    query: Query = "",
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List papers: newest first, or best match first with --query."""
    rows = _selected(source, field, since, until, topic, text, query, marked).head(limit)
    emit(
        [_plain(row) for row in rows[list(COLUMNS)].to_dict("records")], as_json, ("id", "published", "source", "field", "title")
    )


def export(
    format: Annotated[str, typer.Argument(help="csv, parquet, jsonl, bibtex, ris or markdown")],
    output: Output = None,
    source: Sources = None,
    field: Fields = None,
    since: Since = "",
    until: Until = "",
    topic: Topics = None,
    text: Text = "",
    marked: Marked = "",
    query: Query = "",
) -> None:
    """Write the selected papers as a file that other tools read."""
    from hub.storage.export import exported

    table = _selected(source, field, since, until, topic, text, query, marked)
    abstracts = corpus().abstracts(table["id"].tolist())
    data = exported(table.assign(abstract=table["id"].map(abstracts).fillna("")), format)
    if output:
        try:
            integrity.write(output, data)
        except OSError as e:
            raise SelectionError(f"The papers cannot be written to {output}: {e.strerror}. Choose another file with -o.") from e
    else:
        typer.get_binary_stream("stdout").write(data)


def near(
    file: Annotated[str, typer.Argument(help="A text, Word or PDF file: an abstract, a draft, a proposal; - reads stdin.")],
    source: Sources = None,
    field: Fields = None,
    since: Since = "",
    until: Until = "",
    topic: Topics = None,
    text: Text = "",
    marked: Marked = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="The most papers and authors to list of each.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Say which papers are near a text, which of them are the newest, and who works on it."""
    from hub.search import near as near_to

    written, snapshot = _written(file), current()
    rows = selection(snapshot, source, field, since, until, topic, text, marked).rows(snapshot, search(snapshot))
    found = near_to(written, snapshot, corpus(), settings().home, rows)
    for told in found.told():
        stderr.print(str(told), markup=False, highlight=False)
    cosine = dict(zip(found.rows.tolist(), found.cosine.tolist(), strict=True))

    def listed(which: Any) -> list[dict[str, Any]]:
        papers = snapshot.papers.iloc[which[:limit]][list(COLUMNS)].to_dict("records")
        values = (cosine[row] if found.by_meaning else None for row in which[:limit].tolist())
        return [
            {**_plain(paper), "similarity": None if value is None else round(value, 3)}
            for paper, value in zip(papers, values, strict=True)
        ]

    ids = snapshot.papers["id"]
    authors = [{"author": name, "papers": ids.iloc[of].tolist()} for name, of in found.authors[:limit]]
    if as_json:
        done = {"by": "meaning" if found.by_meaning else "words", "passages": found.passages, "cut": found.cut}
        emit({**done, "nearest": listed(found.rows), "newest": listed(found.newest), "authors": authors}, True)
        return
    columns = (*(("similarity",) if found.by_meaning else ()), "published", "source", "title")
    for title, which in (("Nearest", found.rows), ("Newest of the near ones", found.newest)):
        stderr.print(title, style="bold")
        emit(listed(which), False, columns)
    stderr.print("Who works on it", style="bold")
    emit([{"author": row["author"], "near papers": len(row["papers"])} for row in authors], False, ("author", "near papers"))


def _written(file: str) -> str:
    from hub.sources.formats.prose import prose

    if file == "-":
        return typer.get_text_stream("stdin").read()
    try:
        return prose(Path(file).read_bytes(), Path(file).name)
    except OSError as e:
        raise SelectionError(f"{file} cannot be read ({e.strerror}): check the path.") from e


def _selected(
    source: list[str] | None,
    field: list[str] | None,
    since: str,
    until: str,
    topic: list[str] | None,
    text: str,
    query: str,
    marked: str,
) -> pd.DataFrame:
    snapshot = current()
    wanted = selection(snapshot, source, field, since, until, topic, text, marked)
    rows = wanted.rows(snapshot, search(snapshot))
    if query:
        rows = answer(query, snapshot, corpus(), settings().home).by_relevance(rows)
    return snapshot.papers.iloc[rows]


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    published = row["published"].date().isoformat()
    return {**row, "published": published, "topic": int(row["topic"]), "confidence": round(float(row["confidence"]), 4)}
