"""The foundation's speed: embedding, text to labelled topics, and what the web process imports.

``HUB_BENCH_PAPERS`` sets how many papers go from text to topics (20,000 unless told; plain BERTopic embeds on torch in fp32,
which takes most of the time).
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpora" / "mixed_2025_2026.jsonl.gz"
EMBEDDED = 400


def texts(count: int) -> list[str]:
    """Return title and abstract of the first ``count`` papers of mixed_2025_2026."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for _n, line in zip(range(count), lines, strict=False)]
    return [f"{paper['title']}. {paper['abstract']}" for paper in papers]


def embedding(folder: Path) -> None:
    """Print our papers a second beside those of sentence-transformers on the same texts, and how near the vectors are."""
    from sentence_transformers import SentenceTransformer

    from hub.embed.minilm import MiniLM, weights_folder

    sample = texts(EMBEDDED)
    ours, theirs = MiniLM(folder), SentenceTransformer(str(weights_folder()), device="cpu")
    ours.embed(sample[:16]), theirs.encode(sample[:16])  # neither pays for its first call
    start = time.perf_counter()
    mine = ours.embed(sample)
    between = time.perf_counter()
    reference = theirs.encode(sample, normalize_embeddings=True)
    end = time.perf_counter()
    cosine = (mine * reference).sum(axis=1)
    mine_per_s, theirs_per_s = len(sample) / (between - start), len(sample) / (end - between)
    print(f"embedding {len(sample)} papers: {mine_per_s:.1f} against {theirs_per_s:.1f} papers/s")
    print(f"  ratio {mine_per_s / theirs_per_s:.2f} (goal 5)")
    print(f"  mean cosine {cosine.mean():.4f} (goal 0.99), least {cosine.min():.4f}")


def text_to_topics(folder: Path, count: int) -> None:
    """Print seconds from texts to labelled topics, ours beside ``BERTopic()`` with the same model, each in a fresh process."""
    sample = folder / "texts.json"
    sample.write_text(json.dumps(texts(count)), "utf-8")
    seconds = {}
    for name, code in (("hub", OURS), ("BERTopic()", PLAIN)):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, str(sample), str(folder)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        seconds[name] = float(done.stdout.split()[-1])
    print(f"text to labelled topics, {count} papers: hub {seconds['hub']:.0f} s, BERTopic() {seconds['BERTopic()']:.0f} s")
    print(f"  ratio {seconds['BERTopic()'] / seconds['hub']:.2f} (goal 5)")


OURS = """
import json, sys, time
from datetime import date
from pathlib import Path
from hub.storage.corpus import Corpus
from hub.embed import embedder
from hub.papers.model import Paper
from hub.topics.fit import fit
home = Path(sys.argv[2], "home")
texts = json.load(open(sys.argv[1]))
papers = [Paper(f"bench:{n}", *text.split(". ", 1), ("A",), date(2026, 1, 1), "bench") for n, text in enumerate(texts)]
corpus = Corpus(str(home / "corpus"))
corpus.upsert(papers)
start = time.perf_counter()
fit(home, corpus, embedder("minilm-int8", home)[0])
print(time.perf_counter() - start)
"""
PLAIN = """
import json, sys, time
from bertopic import BERTopic
from sentence_transformers import SentenceTransformer
from hub.embed.minilm import weights_folder
texts = json.load(open(sys.argv[1]))
start = time.perf_counter()
BERTopic(embedding_model=SentenceTransformer(str(weights_folder()), device="cpu")).fit(texts)
print(time.perf_counter() - start)
"""


def imports() -> None:
    """Print how long the shell's imports take in a fresh process, and which heavy modules they load (none may)."""
    code = (
        "import time; start = time.perf_counter()\n"
        "import streamlit, hub.worker.jobs, hub.ui.data, hub.ui.filters, hub.ui.worker, hub.ui.i18n, hub.ui.briefings.sidebar\n"
        "import sys; heavy = [m for m in ('torch', 'bertopic', 'umap', 'numba', 'transformers') if m in sys.modules]\n"
        "print(round(time.perf_counter() - start, 2), heavy)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
        for _ in range(3)
    ]
    print(f"imports of hub.ui.shell, seconds and heavy modules, three runs: {'; '.join(runs)} (goal under 3 s, none)")


def main() -> None:
    """Measure all three."""
    if not CORPUS.exists():
        print("the papers of ../shared are not on this machine: nothing measured")
        return
    imports()
    with tempfile.TemporaryDirectory() as folder:
        embedding(Path(folder))
        text_to_topics(Path(folder), int(os.environ.get("HUB_BENCH_PAPERS", "20000")))
