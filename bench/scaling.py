"""What a paper costs in memory: each step of a fit with its vectors given, and the web process after every page; how work grows.

``HUB_BENCH_PARTS`` is ``memory,growth`` unless set; growth, with its settings, is in :mod:`bench._scaling_growth`.
``HUB_BENCH_HOME`` names a data folder with papers and topics; without it 3,000 demo papers are taken, which tells little. Of its
papers ``HUB_BENCH_PAPERS`` (36,000) are fitted, evenly spread. Each part runs in a process of its own, and memory is counted
beyond what that process held before it began: the libraries are loaded, the paper table was opened once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench import _scaling_growth

PAPERS = int(os.environ.get("HUB_BENCH_PAPERS", "36000"))
PAGES = ("today", "trends", "topics", "bridges", "papers", "radar", "briefings", "sources")
LOOK_S = 0.02


def held() -> int:
    """Return the bytes of this process that no file holds.

    The kernel counts them as it goes; to read ``smaps_rollup`` it walks every page, which took two fifths of a fit of
    100,000 papers, and more the more was held.
    """
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon"))


class Watch:
    """The most that this process held in each step."""

    def __init__(self) -> None:
        self.most: dict[str, int] = {}
        self.step, self._stop = "", threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while not self._stop.wait(LOOK_S):
            self.most[self.step] = max(self.most.get(self.step, 0), held())


def of_fit(home: Path) -> None:
    """Print the most that each step of a fit holds, in bytes a paper."""
    import bertopic  # noqa: F401
    import sklearn.decomposition  # noqa: F401
    import torch  # noqa: F401

    from hub.storage import memory, snapshot
    from hub.storage.corpus import Corpus
    from hub.topics import fit

    memory.frugal()
    papers = Corpus(str(home / "corpus"))
    papers.columns(["id"])
    memory.release()
    before, watch = held(), Watch()
    now = snapshot.load(home, columns=("id",))
    texts = papers.columns(["id", "title", "abstract"])
    texts = texts[texts["id"].isin(now.row_of.keys())]
    texts = texts.iloc[:: max(1, len(texts) // PAPERS)].iloc[:PAPERS]
    written = [f"{title}. {abstract}" for title, abstract in zip(texts["title"], texts["abstract"], strict=True)]
    vectors = np.ascontiguousarray(now.vectors[[now.row_of[paper_id] for paper_id in texts["id"]]])
    titles, n = texts["title"].tolist(), len(texts)
    del now, texts
    memory.release()
    print(f"fit, {n} papers: {(held() - before) // n} bytes a paper for texts and vectors")
    clock = fit.Clock()
    timed = clock.step

    @contextmanager
    def step(name: str) -> Iterator[None]:
        watch.step = name
        with timed(name):
            yield

    clock.step = step  # type: ignore[method-assign]
    fit.fit_topics(vectors, written, 0, clock, lambda *_: None, None, titles)
    for name, seconds in clock.seconds.items():
        if name in watch.most:
            print(f"  {name}: {(watch.most[name] - before) // n} bytes a paper, {seconds:.1f} s")


def of_pages(home: Path) -> None:
    """Print what the web process holds after each page was opened once, in bytes a paper."""
    from streamlit.testing.v1 import AppTest

    from hub.settings import app_folder
    from hub.storage import snapshot
    from hub.ui import shell

    os.environ.update({"HUB_HOME": str(home), "HUB_AUTO_START": "0"})
    n, before = snapshot.told(home)["papers"], held()
    for name in PAGES:
        app = AppTest.from_file(str(Path(shell.__file__)), default_timeout=600)
        app.switch_page(str(app_folder() / "pages" / f"{name}.py")).run()
        assert not app.exception, app.exception
        print(f"web process of {n} papers, after {name}: {(held() - before) // n} bytes a paper")


def main() -> None:
    """Run the parts that are wanted."""
    parts = os.environ.get("HUB_BENCH_PARTS", "memory,growth").split(",")
    if "memory" in parts:
        of_memory()
    if "growth" in parts:
        _scaling_growth.main()


def of_memory() -> None:
    """Measure a fit's memory and the web process's, each in a process of its own, on a copy of the data folder."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if given := os.environ.get("HUB_BENCH_HOME"):
            home.mkdir()
            for name in ("corpus", "snapshots"):
                shutil.copytree(Path(given) / name, home / name)
        else:
            environment = os.environ | {"HUB_HOME": str(home), "HUB_EMBEDDER": "tfidf-svd"}
            for words in (["demo"], ["fit"]):
                done = [sys.executable, "-m", "hub", *words]
                subprocess.run(done, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for part in ("of_fit", "of_pages"):
            code = f"import sys; from pathlib import Path; from bench import scaling; scaling.{part}(Path(sys.argv[1]))"
            subprocess.run([sys.executable, "-c", code, str(home)], check=True, stderr=subprocess.DEVNULL)
