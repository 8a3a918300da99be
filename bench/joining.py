"""The joining rule on labelled pairs of records: precision, recall, and every pair it gets wrong; and what it joins in ../shared.

Both sets hold ids only; the records are read from ../shared. A pair counts as joined when it shares a key that makes it a
candidate and the rule accepts it, as in a corpus.

``joining_pairs.tsv`` was drawn by exact title, by first author with a word of the title, and by first and last author, and
seen while the rule was made. ``joining_held_out.tsv`` was drawn afterwards by other generators (neighbours by rare words of the
abstract, by character runs of the title, by the set of authors, by shared authors with a similar title) from what was left, and
labelled before the rule ran on it: the easy pairs were in the first set, so its pairs of one paper are the hard ones.
Translations under a DOI of their own and pairs that titles and authors do not settle were left out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from hub.errors import PaperError
from hub.sources.formats.files import files_in, read_file
from hub.sources.linkage.blocking import signatures
from hub.sources.linkage.matching import Facts, same_paper
from hub.sources.linkage.merging import facts_of, groups
from hub.sources.record import Record, paper_of

SETS = ("joining_pairs", "joining_held_out")
SHARED = Path(__file__).resolve().parents[2] / "shared"


def main() -> None:
    """Print precision and recall on each set, and how many records of ../shared are joined."""
    if not SHARED.exists():
        print("joining: ../shared is not here")
        return
    known = records()
    labels: dict[frozenset[str], bool] = {}
    for name in SETS:
        pairs = labelled(name)
        labels |= {frozenset((a, b)): same for a, b, same in pairs}
        judge(name, pairs, known)
    judge("both", [(*sorted(pair), same) for pair, same in labels.items()], known)
    joined = [(a.id, b.id) for group in groups(list(known.values())) for a in group for b in group if a.id < b.id]
    unread = [pair for pair in joined if frozenset(pair) not in labels]
    wrong = [pair for pair in joined if labels.get(frozenset(pair)) is False]
    print(
        f"all {len(known):,} records of ../shared: {len(joined)} pairs joined, {len(wrong)} of them labelled two, "
        f"{len(unread)} not labelled {unread}"
    )


def labelled(name: str) -> list[tuple[str, str, bool]]:
    """Return the pairs of a set: two ids, and whether they are one paper."""
    with Path(__file__).with_name(f"{name}.tsv").open(encoding="utf-8") as file:
        return [(row["a"], row["b"], row["same"] == "1") for row in csv.DictReader(file, delimiter="\t")]


def judge(name: str, pairs: list[tuple[str, str, bool]], known: dict[str, Facts]) -> None:
    """Print precision and recall on labelled pairs, and the pairs that are wrong."""
    there = [(known[a], known[b], same) for a, b, same in pairs if a in known and b in known]
    verdicts = [(a, b, same, same_paper(a, b) and are_candidates(a, b)) for a, b, same in there]
    right = sum(same and said for *_, same, said in verdicts)
    said, true = sum(said for *_, said in verdicts), sum(same for *_, same, _ in verdicts)
    print(f"{name}: {len(there)} pairs ({true} of one paper), {len(pairs) - len(there)} not found; "
          f"precision {right / max(1, said):.4f}  recall {right / true:.4f}")  # fmt: skip
    for a, b, same, verdict in verdicts if name != "both" else ():
        if same != verdict:
            print(f"  {'missed' if same else 'joined wrongly'}: {a.id} {b.id}")


def are_candidates(a: Facts, b: Facts) -> bool:
    """Whether a corpus would compare two records."""
    return bool(len(signatures([a, b]).pairs(np.ones(2, dtype=bool))))


def records() -> dict[str, Facts]:
    """Return what the rule looks at of all records of ../shared, the fullest of each id."""
    found: dict[str, Facts] = {}
    for record in _cleaned():
        kept = found.get(record.id)
        if kept is None or _fullness(record) > _fullness(kept):
            found[record.id] = record
    return found


def _cleaned() -> Iterable[Facts]:
    for file in [*sorted((SHARED / "corpora").glob("*.jsonl.gz")), *files_in([SHARED / "feeds"])]:
        for entry in read_file(file):
            if isinstance(entry, Record):
                try:
                    yield facts_of(paper_of(entry))
                except PaperError:
                    continue  # counted by the import, not a matter of joining


def _fullness(record: Facts) -> tuple[bool, int, bool]:
    return bool(record.abstract), len(record.authors), bool(record.doi)


if __name__ == "__main__":
    main()
