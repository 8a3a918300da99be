"""The ledger on a labelled set; roles of sentences; facts told of reviews; a briefing of 2,000 papers; the file through Pandoc.

HUB_BENCH_PARTS        which of ledger, titles, extractive, roles, reviews; all unless set
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench import _ledger_rules as rules
from bench import _reviews, _roles
from hub.briefing.support import Embed, Judge, Text
from hub.briefing.verifier.reader import Reader, verifier
from hub.papers.sentences import content
from hub.papers.untrusted import without_orders
from hub.storage import publishing

SHARED = Path(__file__).resolve().parents[2] / "shared"
IDS = Path(__file__).parent / "ledger_ids.txt"
CORPUS = "mixed_2025_2026"
_URL = re.compile(r"https?:|www\.|\bgithub\b|\bavailable at\b", re.IGNORECASE)
PARTS = "ledger,titles,extractive,roles,reviews"
READ = 48
"""Papers in one body of evidence, as in a standard briefing."""
EXPECTED = {"true": "supported", "paraphrase": "supported", "other paper": "unsupported", "number": "unsupported",
            "negation": "unsupported", "overclaim": "partly"}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A claim, the paper that it cites, what was done to it, and by rules of which list."""

    claim: str
    paper: str
    kind: str
    which: str


def main() -> None:
    """Print every figure of docs/BRIEFINGS.md."""
    if not SHARED.exists():
        print("../shared is not on this machine: nothing to measure")
        return
    parts = os.environ.get("HUB_BENCH_PARTS", PARTS).split(",")
    for name, run in (("ledger", ledger), ("titles", titles), ("extractive", extractive), ("roles", _roles.main),
                      ("reviews", _reviews.main)):  # fmt: skip
        if name in parts:
            run()


def corpus(name: str = CORPUS) -> Iterator[dict[str, Any]]:
    """Yield the records of a corpus of ../shared."""
    with gzip.open(SHARED / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def labelled() -> tuple[list[Pair], dict[str, Text], dict[str, str]]:
    """Rebuild the set: pairs, texts by paper, and the half (``development`` or ``held-out``) of each paper."""
    half = {i: part for part, i in (line.split() for line in IDS.read_text("utf-8").splitlines())}
    records = {r["id"]: r for r in corpus() if r["id"] in half}
    ids = [i for i in half if i in records]
    texts = {i: Text(records[i]["title"], without_orders(records[i]["abstract"])[0]) for i in ids}
    pairs: list[Pair] = []
    made: Counter[tuple[str, str]] = Counter()
    for at, i in enumerate(ids):
        which = "B" if half[i] == "held-out" and at % 2 else "A"
        usable = [s for s in texts[i].sentences if 10 <= len(s.split()) <= 45 and s.endswith(".") and not _URL.search(s)]
        mates = [j for j in ids if half[j] == half[i] and j != i and records[j]["field"] == records[i]["field"]]
        pairs += _pairs(i, usable, mates, texts, which, made, at)
    return pairs, texts, half


def _pairs(
    i: str,
    usable: Sequence[str],
    mates: Sequence[str],
    texts: dict[str, Text],
    which: str,
    made: Counter[tuple[str, str]],
    at: int,
) -> Iterator[Pair]:
    if not usable:
        return
    yield Pair(usable[at % len(usable)], i, "true", which)
    for kind, ways in (("paraphrase", rules.paraphrases(which)), ("negation", rules.negations(which)),
                       ("overclaim", rules.overclaims(which)), ("number", rules.numbers(which))):  # fmt: skip
        options = [(n, new) for s in usable for n, rule in enumerate(ways) if (new := rule(s)) and new != s]
        if options:  # the rule that was used least so far, so that all of them are heard
            n, new = min(options, key=lambda o: (made[f"{kind}{which}", str(o[0])], options.index(o)))
            made[f"{kind}{which}", str(n)] += 1
            yield Pair(new, i, kind, which)
    if mates:
        near = max(mates, key=lambda j: len(texts[i].all_stems & texts[j].all_stems) / len(texts[j].all_stems))
        theirs = [s for s in texts[near].sentences if 10 <= len(s.split()) <= 45 and len(content(s)) >= 6]
        if theirs:
            yield Pair(theirs[at % len(theirs)], i, "other paper", which)


def judged(pairs: Sequence[Pair], texts: dict[str, Text], embed: Embed | None, reader: Reader | None = None) -> list[str]:
    """Return the ledger's verdict on each pair, in bodies of evidence of :data:`READ` papers."""
    papers = list(dict.fromkeys(p.paper for p in pairs))
    verdicts: dict[Pair, str] = {}
    for start in range(0, len(papers), READ):
        part = papers[start : start + READ]
        judge = Judge({i: texts[i] for i in part}, embed, reader)
        mine = [p for p in pairs if p.paper in set(part)]
        judge.prepare([(p.claim, (p.paper,)) for p in mine])
        verdicts |= {p: judge.judge(p.claim, (p.paper,)).verdict for p in mine}
    return [verdicts[p] for p in pairs]


def ledger() -> None:
    """Print micro-F1 and the share of right verdicts by class, for both halves, with vectors and without."""
    pairs, texts, half = labelled()
    embed = _embed()
    print(f"{len(pairs)} sentence-paper pairs of {len({p.paper for p in pairs})} papers: {dict(Counter(p.kind for p in pairs))}")
    reader, why = verifier()
    print(why or f"the verifier is {reader.id if reader else ''}")
    ways: list[tuple[str, Embed | None, Reader | None]] = [("words, numbers, negations", None, None)]
    if embed is not None:
        ways.append(("the same and vectors", embed, None))
    if reader is not None:
        ways.append((f"the same and {reader.id}", None, reader))
    for name, used, reads in ways:
        got = dict(zip(pairs, judged(pairs, texts, used, reads), strict=True))
        for part, which in (("development", "A"), ("held-out", "A"), ("held-out", "B"), ("held-out", "AB")):
            mine = [p for p in pairs if half[p.paper] == part and p.which in which]
            right = sum(got[p] == EXPECTED[p.kind] for p in mine)
            by = {k: f"{np.mean([got[p] == EXPECTED[k] for p in mine if p.kind == k]):.2f}" for k in EXPECTED}
            print(
                f"{name}; {part}, rules {which}: micro-F1 {right / len(mine):.3f} of {len(mine)}; "
                f"right by class {by}; {_f1(mine, got)}"
            )


def _f1(mine: Sequence[Pair], got: dict[Pair, str]) -> str:
    out = []
    for verdict in ("supported", "partly", "unsupported"):
        hit = sum(got[p] == verdict == EXPECTED[p.kind] for p in mine)
        said, is_so = sum(got[p] == verdict for p in mine), sum(EXPECTED[p.kind] == verdict for p in mine)
        out.append(f"{verdict} {2 * hit / max(1, said + is_so):.2f}")
    return "F1 " + ", ".join(out)


def _embed() -> Embed | None:
    from hub.embed import embedder
    from hub.errors import EmbedderError
    from hub.settings import settings

    try:
        return embedder("minilm-int8", settings().home)[0].embed
    except EmbedderError as e:
        print(f"no sentence vectors: {e}")
        return None


def titles() -> None:
    """Print verdicts on claims that no rule of ours made: a paper's title against its own abstract, and against a neighbour's."""
    _, texts, half = labelled()
    ids = [i for i in texts if half[i] == "held-out"]
    bodies = {i: Text("", " ".join(texts[i].sentences)) for i in ids}
    other = {
        i: max(
            (j for j in ids if j != i), key=lambda j: len(bodies[i].all_stems & bodies[j].all_stems) / len(bodies[j].all_stems)
        )
        for i in ids
    }
    for name, used in (("words", None), ("words and vectors", _embed())):
        for cited, of in (("its own abstract", {i: i for i in ids}), ("the nearest other abstract", other)):
            pairs = [Pair(texts[i].title, of[i], "title", "A") for i in ids]
            judge = Judge(bodies, used)
            judge.prepare([(p.claim, (p.paper,)) for p in pairs])
            print(f"titles against {cited}, {name}: {dict(Counter(judge.judge(p.claim, (p.paper,)).verdict for p in pairs))}")


def extractive(papers: int = 2000) -> None:
    """Print times and verdicts of an extractive briefing of so many papers, and what Pandoc says of the file."""
    from hub import briefing
    from hub.settings import Settings
    from hub.storage.snapshot import load

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        store = _hub(home, papers)
        config = Settings.model_validate({"HUB_HOME": home, "HUB_LLM_MODEL": "", "OPENAI_BASE_URL": ""})
        for language in briefing.LANGUAGES:
            snapshot = load(home)
            start = time.perf_counter()
            first = 0.0
            made: briefing.Briefing | None = None
            for piece in briefing.write(briefing.Request(language=language, appendix=True), snapshot, store, config):
                first = first or time.perf_counter() - start
                made = piece if isinstance(piece, briefing.Briefing) else made
            whole = time.perf_counter() - start
            assert made is not None
            print(
                f"extractive, {language}, {made.selected} papers, {made.read} read: first text {first:.2f} s, all {whole:.2f} s, "
                f"{made.totals['quoted']} of {len(made.ledger)} items quoted word for word, {_resolved(made)}"
            )
            _pandoc(made.markdown, home)


def _resolved(made: Any) -> str:
    from hub.briefing.markdown import parts_of

    body, references, _ = parts_of(made)
    cited = set(re.findall(r"\[(\d+)\]", body))
    there = set(re.findall(r"(?m)^(\d+)\. ", references))
    return f"{len(cited & there)} of {len(cited)} citations resolve"


def _pandoc(markdown: str, folder: Path) -> None:
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        print("pandoc is not on this machine: no round trip")
        return
    source = folder / "b.md"
    source.write_text(markdown, "utf-8")
    said = []
    for target in ("html", "docx", "markdown", "gfm", "latex", "json"):
        out = str(folder / f"b.{target}")
        ran = subprocess.run([pandoc, "--standalone", "--wrap=none", "-f", "markdown", "-t", target, "-o", out, str(source)],
                             capture_output=True, text=True, check=False)  # fmt: skip
        said += [f"{target}: {line}" for line in ran.stderr.splitlines()]
    again = subprocess.run(
        [pandoc, "-f", "markdown", "-t", "plain", "--wrap=none", str(folder / "b.markdown")],
        capture_output=True,
        text=True,
        check=True,
    )
    once = subprocess.run(
        [pandoc, "-f", "markdown", "-t", "plain", "--wrap=none", str(source)], capture_output=True, text=True, check=True
    )
    same = again.stdout == once.stdout
    print(
        f"pandoc to html, docx, markdown, gfm, latex, json: {len(said)} warnings {said[:3]}; "
        f"the same text after a round trip: {same}"
    )


def _hub(home: Path, papers: int) -> Any:
    """Publish that many papers of a corpus, every k-th, with TF-IDF vectors and k-means in place of fitted topics."""
    import pandas as pd
    from sklearn.cluster import MiniBatchKMeans

    from hub.embed.tfidf import TfidfSvd
    from hub.papers.model import Paper
    from hub.storage import republish, snapshot
    from hub.storage.corpus import Corpus

    records = [r for r in corpus() if r["title"] and r["published"]]
    step = len(records) // papers
    store = Corpus(str(home / "corpus"))
    store.upsert(
        Paper(r["id"], r["title"], r["abstract"] or "", tuple(r["authors"]), date.fromisoformat(r["published"][:10]), r["source"],
              r["field"] or "", "Other", tuple(r["categories"]), r.get("url") or "")
        for r in records[: step * papers : step]
    )  # fmt: skip
    store.optimize()
    frame = republish.papers_frame(store)
    abstracts = store.abstracts(frame["id"].tolist())
    vectors = TfidfSvd().embed([f"{t}. {abstracts[i]}" for i, t in zip(frame["id"], frame["title"], strict=True)])
    labels = MiniBatchKMeans(40, random_state=0, n_init=1).fit_predict(vectors)
    frame["topic"] = labels.astype(np.int32)
    topics = pd.DataFrame(
        {"topic": np.arange(40, dtype=np.int32), "name": [f"cluster {i}" for i in range(40)], "words": [[""]] * 40,
         "papers": np.bincount(labels, minlength=40), "parent": -1, "x": 0.0, "y": 0.0}
    )  # fmt: skip
    themes = pd.DataFrame({c: pd.Series(dtype="object") for c in snapshot.THEME_COLUMNS})
    publishing.publish(home, frame, topics, themes, vectors=vectors)
    return store
