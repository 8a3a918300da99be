"""What comes out of each of ../shared/cases: ``python -m tests.sources.cases [NUMBER...]`` prints it beside the right value."""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from hub.papers.model import Paper
from hub.sources.formats.files import read_file
from hub.sources.importing import import_paths
from hub.sources.linkage.merging import join
from hub.sources.record import Record, Reject, odd, paper_of
from hub.storage.corpus import Corpus

SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases"


def cases() -> Iterator[tuple[str, str, list[Path]]]:
    """Yield each case of the index: its number, what is right, and its files."""
    with (SHARED / "INDEX.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            files = [SHARED / name.strip() for name in row["file"].split(",")]
            yield row["case"], row["right value"], [f for f in files if f.exists()] or sorted(SHARED.glob(f"{files[0].stem}*"))


def entries(files: list[Path]) -> list[Paper | Reject]:
    """Return what became of each entry of the files, one by one."""
    made: list[Paper | Reject] = []
    for file in files:
        for entry in read_file(file):
            try:
                made.append(paper_of(entry) if isinstance(entry, Record) else entry)
            except Exception as e:  # noqa: BLE001 - as the import does
                made.append(odd(entry.where, e))
    return made


def imported(files: list[Path]) -> list[Paper]:
    """Return the corpus after the files were imported one after another, and joined."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(folder)
        for file in files:
            import_paths([file], corpus)
        join(corpus)
        return sorted(corpus.papers(corpus.columns(["id"])["id"]), key=lambda paper: paper.id)


def told(made: Paper | Reject) -> str:
    """Return one outcome as a line."""
    if isinstance(made, Reject):
        return f"  - {made.code}: {made.where}: {made.why}"
    marks = " ".join(filter(None, [made.status, *made.relations]))
    head = f"  + {made.kind} {marks} | {made.id} | {made.title} | {'; '.join(made.authors)} | {made.published} | {made.source}"
    return f"{head} | {made.doi} | {made.abstract[:150]}"


def digest(files: list[Path]) -> str:
    """Return a digest of all that becomes of the files: no text of theirs is kept to test them."""
    made = [told(entry) for entry in entries(files)]
    together = len(files) > 1 or "join" in files[0].name or "same_link" in files[0].name
    kept = [f"{p.id} {p.kind} {p.status} {p.versions}" for p in (imported(files) if together else ())]
    return blake2b("\n".join([*made, *kept]).encode(), digest_size=8).hexdigest()


def main(numbers: list[str]) -> None:
    """Print what comes out of the cases of these numbers; of all without any."""
    for number, right, files in cases():
        if not numbers or number in numbers:
            sys.stdout.write(f"== {number} {', '.join(f.name for f in files)}\n  RIGHT: {right}\n")
            sys.stdout.write("".join(re.sub(r"\s+", " ", told(made))[:420] + "\n" for made in entries(files)))
            if len(files) > 1 or "join" in files[0].name or number in ("62", "79"):
                sys.stdout.write("".join(f"  corpus: {p.kind} {p.id} {p.title[:60]} {p.versions}\n" for p in imported(files)))


if __name__ == "__main__":
    main(sys.argv[1:])
