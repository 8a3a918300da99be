"""Embedding on a cluster of 2 and 4 processes of this machine, beside processes that share nothing, and one process.

Each way embeds the same texts in parts of 512, in turn, :data:`TURNS` times; the best counts. ``apart`` are as many processes as
the cluster has workers, each with every n-th part and nothing to wait for but its own: what this machine gives at most. Vectors
are compared with those of one process. Where Ray is installed it does the same parts beside Dask.

HUB_BENCH_PAPERS    texts (4096) of sample_arxiv_multifield_2018_2019, made-up ones where ../shared is missing
HUB_BENCH_WORKERS   numbers of processes (2,4)
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bench.radar import CORPORA, SHARED, records_of
from hub import demo, spread
from hub.embed import Vectors
from hub.embed.minilm import MiniLM
from hub.topics.vectors import SPREAD_PART, embed_part

ROOT = Path(__file__).resolve().parents[1]
TURNS = 2
OWN = """
import sys
from bench import cluster
own = cluster.parts()[int(sys.argv[1])::int(sys.argv[2])]
cluster.embed_part((cluster.MiniLM.id, ["warm"]))
print("ready", flush=True)
for _ in sys.stdin:
    for part in own:
        cluster.embed_part(part)
    print("done", flush=True)
"""

Way = Callable[[], list[Vectors]]


def main() -> None:
    """Print papers a second of each way, and its share of what processes apart give."""
    made = parts()
    texts = sum(len(part) for _, part in made)
    print(f"{texts} texts in {len(made)} parts, {os.cpu_count()} processors; ratio to processes apart")
    with tempfile.TemporaryDirectory() as home:
        os.environ["HUB_HOME"] = home
        embed_part((MiniLM.id, ["warm"]))  # the weights are made once, before any clock runs
        for n in os.environ.get("HUB_BENCH_WORKERS", "2,4").split(","):
            _compare(int(n), made)


def _compare(n: int, made: list[tuple[str, list[str]]]) -> None:
    with contextlib.ExitStack() as stack:
        apart, cluster = stack.enter_context(_apart(n)), stack.enter_context(_dask(n, made))
        ways: dict[str, Way] = {"apart": apart, "one process": lambda: [embed_part(part) for part in made], "of Dask": cluster}
        if importlib.util.find_spec("ray"):
            ways["of Ray"] = stack.enter_context(_ray(n, made))
        best, found = dict.fromkeys(ways, np.inf), dict[str, list[Vectors]]()
        for _ in range(TURNS):
            for name, way in ways.items():
                start = time.perf_counter()
                found[name] = way()
                best[name] = min(best[name], time.perf_counter() - start)
    alone, texts = found["one process"], sum(len(part) for _, part in made)
    for name, seconds in best.items():
        near = min((float((a * b).sum(axis=1).min()) for a, b in zip(found[name], alone, strict=False)), default=1.0)
        told = name if name == "one process" else f"{n} {name}"
        print(f"{told}: {texts / seconds:.1f} texts/s, ratio {best['apart'] / seconds:.2f}, least cosine {near:.6f}", flush=True)


def parts() -> list[tuple[str, list[str]]]:
    """Return what a worker gets at a time: the embedder's id and texts."""
    n = int(os.environ.get("HUB_BENCH_PAPERS", "4096"))
    if SHARED.exists():
        texts = [f"{r['title']}. {r['abstract']}" for r in records_of(CORPORA[0])[:n]]
    else:
        texts = [f"{paper.title}. {paper.abstract}" for paper in demo.papers(count=n)]
    return [(MiniLM.id, texts[start : start + SPREAD_PART]) for start in range(0, len(texts), SPREAD_PART)]


@contextlib.contextmanager
def _apart(n: int) -> Iterator[Way]:
    """Processes that wait for a line and then embed their own parts."""
    command = [sys.executable, "-W", "ignore", "-c", OWN]
    with contextlib.ExitStack() as stack:
        own = [
            stack.enter_context(
                subprocess.Popen([*command, str(i), str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            )
            for i in range(n)
        ]

        def told(line: str) -> None:
            for process in own:
                assert process.stdout and process.stdout.readline().strip() == line

        def way() -> list[Vectors]:
            for process in own:
                assert process.stdin
                process.stdin.write("\n")
                process.stdin.flush()
            told("done")
            return []

        told("ready")
        yield way


@contextlib.contextmanager
def _dask(n: int, made: list[tuple[str, list[str]]]) -> Iterator[Way]:
    from distributed import LocalCluster

    with LocalCluster(
        silence_logs=logging.CRITICAL, n_workers=n, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as local:

        def way() -> list[Vectors]:
            os.environ["HUB_DASK"] = local.scheduler_address
            try:
                return list(spread.mapped(embed_part, made))
            finally:
                del os.environ["HUB_DASK"]

        os.environ["HUB_DASK"] = local.scheduler_address
        spread._client.cache_clear()
        spread._client(local.scheduler_address).run(embed_part, (MiniLM.id, ["warm"]))
        yield way
        spread._client(local.scheduler_address).close()
        spread._client.cache_clear()


@contextlib.contextmanager
def _ray(n: int, made: list[tuple[str, list[str]]]) -> Iterator[Way]:
    import ray

    ray.init(num_cpus=n, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
    task = ray.remote(embed_part)
    ray.get([task.remote((MiniLM.id, ["warm"])) for _ in range(4 * n)])
    yield lambda: list(ray.get([task.remote(part) for part in made]))
    ray.shutdown()
