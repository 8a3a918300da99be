"""The joining rule on labelled pairs of records: precision, recall, and every pair it gets wrong.

``joining_pairs.tsv`` holds ids only; the records are read from ../shared. The positive pairs and those negative ones that are
no two numbers of one kind were labelled by reading both titles and author lists; two published DOIs and two arXiv ids count as
two papers. Pairs were drawn by exact title, by first author with a word of the title, and by first and last author.
"""

from __future__ import annotations

import csv
from pathlib import Path

from hub.errors import PaperError
from hub.sources.files import files_in, read_file
from hub.sources.joining import Facts, same_paper
from hub.sources.record import Record, paper_of

PAIRS = Path(__file__).with_name("joining_pairs.tsv")
SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPORA = ("arxiv_2025_2026", "biomed_covid_preprints_2020", "journals_picnic_2024_2026", "mixed_2025_2026")


def main() -> None:
    """Print precision and recall."""
    if not SHARED.exists():
        print("joining: ../shared is not here")
        return
    with PAIRS.open(encoding="utf-8") as file:
        pairs = [(row["a"], row["b"], row["same"] == "1") for row in csv.DictReader(file, delimiter="\t")]
    known = records({name for a, b, _ in pairs for name in (a, b)})
    missing = [pair for pair in pairs if pair[0] not in known or pair[1] not in known]
    judged = [(a, b, same, same_paper(known[a], known[b])) for a, b, same in pairs if a in known and b in known]
    right = sum(same and said for _, _, same, said in judged)
    said, true = sum(said for *_, said in judged), sum(same for _, _, same, _ in judged)
    print(f"pairs {len(judged)} ({true} of one paper, {len(judged) - true} of two), not found {len(missing)}")
    print(f"precision {right / said:.4f}  recall {right / true:.4f}")
    for a, b, same, verdict in judged:
        if same != verdict:
            print(f"  {'missed' if same else 'joined wrongly'}: {a} {b}")


def records(ids: set[str]) -> dict[str, Facts]:
    """Return what the rule looks at of the records with these ids, read from ../shared."""
    files = [SHARED / "corpora" / f"{name}.jsonl.gz" for name in CORPORA]
    found: dict[str, Facts] = {}
    for file in [*files, *files_in([SHARED / "feeds"])]:
        for entry in read_file(file):
            if not isinstance(entry, Record):
                continue
            try:
                p = paper_of(entry)
            except PaperError:
                continue  # counted by the import, not a matter of joining
            if p.id in ids and (p.id not in found or (p.doi and not found[p.id].doi)):
                found[p.id] = Facts(p.id, p.title, p.authors, p.published, p.doi, p.kind, p.source)
    return found


if __name__ == "__main__":
    main()
