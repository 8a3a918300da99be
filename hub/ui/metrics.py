"""What the app tells Prometheus: how long pages take, how many run and wait, sessions, the worker, how old the data is."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hub import logs
from hub.settings import settings
from hub.storage import snapshot
from hub.worker import jobs

log = logging.getLogger(__name__)
REGISTRY = CollectorRegistry()
SECONDS = Histogram(
    "academichub_page_seconds", "Seconds a run of a page took, without its waiting.", ["page"],
    buckets=(0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 30), registry=REGISTRY,
)  # fmt: skip
PROCESSOR = Counter(
    "academichub_page_processor_seconds", "Processor seconds that runs of a page took.", ["page"], registry=REGISTRY
)
FAILED = Counter(
    "academichub_page_failures", "Runs of a page that ended in an error that nobody foresaw.", ["page"], registry=REGISTRY
)
RUNNING = Gauge("academichub_runs_running", "Runs of pages at work now.", registry=REGISTRY)
WAITING = Gauge("academichub_runs_waiting", "Runs of pages that wait for their turn now.", registry=REGISTRY)
SESSIONS = Gauge("academichub_sessions", "Browsers that are connected now.", registry=REGISTRY)


@dataclass
class Run:
    """A run of the shell; ``page`` becomes known in its course."""

    page: str = "none"


@contextmanager
def run() -> Iterator[Run]:
    """Time a run of the shell in this thread, and write a line about it."""
    this, began, used = Run(), time.perf_counter(), time.thread_time()
    context = get_script_run_ctx(suppress_warning=True)
    with logs.about(session=logs.short(context.session_id) if context else ""):
        try:
            yield this
        except Exception:
            FAILED.labels(this.page).inc()
            log.exception("page failed", extra={"told": {"page": this.page}})
            raise
        finally:
            seconds, processor = time.perf_counter() - began, time.thread_time() - used
            SECONDS.labels(this.page).observe(seconds)
            PROCESSOR.labels(this.page).inc(processor)
            logs.event(log, "page", page=this.page, seconds=round(seconds, 3), processor_s=round(processor, 3))


class State(Collector):
    """What is looked up when it is asked for. What cannot be read is left out: a damaged folder stops no other figure."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield the worker's state, seconds since the last refresh, the Snapshot's age and size, and the disk's room."""
        for ask in (_worker, _refresh, _snapshot, _disk):
            try:
                yield from ask()
            except Exception as e:  # noqa: BLE001 - whatever a damaged file raises is not this figure's to tell
                log.warning("%s cannot be told: %s", ask.__name__.lstrip("_"), e)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"academichub_{name}", text, value=value)


def _worker() -> Iterator[GaugeMetricFamily]:
    job = jobs.current(settings().home)
    state = GaugeMetricFamily("academichub_worker_state", "1 for the state of the worker's last job.", labels=["state"])
    for known in ("none", *jobs.State):
        state.add_metric([str(known)], float(known == (job.state if job else "none")))
    yield state
    if job is not None:
        yield _gauge("worker_changed_seconds", "Seconds since the worker last said how far it is.", time.time() - job.changed)


def _refresh() -> Iterator[GaugeMetricFamily]:
    last = max(jobs.ended(settings().home, title) for title in jobs.READING)
    if last:
        yield _gauge("refresh_age_seconds", "Seconds since sources were last read to the end.", time.time() - last)


def _snapshot() -> Iterator[GaugeMetricFamily]:
    version = snapshot.current_version(settings().home)
    if version:
        made = datetime.strptime(version, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
        yield _gauge("snapshot_age_seconds", "Seconds since what pages show was published.", time.time() - made.timestamp())
        yield _gauge("snapshot_papers", "Papers that pages show.", snapshot.told(settings().home)["papers"])


def _disk() -> Iterator[GaugeMetricFamily]:
    yield _gauge("disk_free_bytes", "Bytes left on the disk of the data folder.", shutil.disk_usage(settings().home).free)


REGISTRY.register(State())
ProcessCollector(registry=REGISTRY)


def exposition() -> Any:
    """Return all of it in Prometheus' text format."""
    return generate_latest(REGISTRY)
