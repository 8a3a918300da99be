"""What became of every entry of ../shared/feeds, by publisher: the table of docs/SOURCES.md, as Markdown on stdout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hub.errors import PaperError
from hub.papers.teasers import TEASER
from hub.sources.formats.files import files_in, read_file
from hub.sources.record import Record, paper_of

SHARED = Path(__file__).resolve().parents[2] / "shared" / "feeds"
COLUMNS = (
    "Entries",
    "Papers",
    "Not papers",
    "Rejected",
    "Abstract",
    "Teaser",
    "Authors",
    "Date of its own",
    "DOI",
    "Institutions",
)


def main() -> None:
    """Print the table, and that each file's entries add up."""
    if not SHARED.exists():
        print("feeds: ../shared is not here")
        return
    rows: dict[str, Counter[str]] = {}
    files = list(files_in([SHARED]))
    for file in files:
        found = Counter(entry for part in _entries(file) for entry in part)
        assert found["Entries"] == found["Papers"] + found["Not papers"] + found["Rejected"], file
        rows.setdefault("(INDEX.tsv)" if file.parent == SHARED else file.parent.name, Counter()).update(found)
    print(f"{len(files)} files\n\n| Publisher | {' | '.join(COLUMNS)} |\n|---|{'---:|' * len(COLUMNS)}")
    for name, row in sorted(rows.items()):
        print(f"| {name} | {' | '.join(str(row[c]) for c in COLUMNS)} |")
    total = sum(rows.values(), Counter[str]())
    print(f"| all | {' | '.join(str(total[c]) for c in COLUMNS)} |")


def _entries(file: Path) -> Iterator[tuple[str, ...]]:
    """Yield for each entry of a file the columns that it counts in."""
    for entry in read_file(file):
        try:
            paper = paper_of(entry) if isinstance(entry, Record) else None
        except PaperError:
            paper = None
        if paper is None:
            yield "Entries", "Rejected"
        elif paper.kind != "paper":
            yield "Entries", "Not papers"
        else:
            is_teaser = paper.origins.get("abstract") == TEASER
            has = (paper.abstract and not is_teaser, is_teaser, paper.authors, "published" not in paper.origins, paper.doi,
                   paper.institutions)  # fmt: skip
            yield ("Entries", "Papers", *(name for name, there in zip(COLUMNS[4:], has, strict=True) if there))


if __name__ == "__main__":
    main()
