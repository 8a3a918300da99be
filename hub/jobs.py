"""Long work in a worker process: one at a time, with progress that any process can read.

A worker is ``python -m hub ...``, started by a button, by the app's schedule or by cron. Whatever changes papers or topics
runs inside :func:`exclusive`, so that two refreshes never meet however many processes ask for one.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import diskcache
from filelock import FileLock, Timeout

from hub.errors import JobError


class Report(Protocol):
    """Called with the step in words, how many are done, and how many there are (0 when unknown)."""

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        """Say how far the job is."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the worker does, or did last. Times are seconds since 1970."""

    title: str
    state: str
    """``running``, ``done`` or ``failed``."""
    step: str = ""
    done: int = 0
    total: int = 0
    started: float = 0.0
    changed: float = 0.0
    error: str = ""


def current(home: Path) -> Job | None:
    """Return the job that runs, or the last one; a job whose process died is returned as failed."""
    record = _table(home).get("job")
    if record is None:
        return None
    job = Job(**record)
    if job.state == "running" and not busy(home):
        return Job(
            job.title, "failed", job.step, job.done, job.total, job.started, job.changed, "The worker stopped before it was done."
        )
    return job


def busy(home: Path) -> bool:
    """Return whether a worker holds the lock now."""
    try:
        with FileLock(_lock_file(home), timeout=0):
            return False
    except Timeout:
        return True


@contextmanager
def exclusive(home: Path, title: str, wait_s: float = 0.0) -> Iterator[Report]:
    """Hold the worker's lock while the body runs, and keep the record of its progress.

    Inside another ``exclusive`` of the same process the lock is shared and the outer title stays.

    Raises
    ------
    JobError
        When another process holds the lock longer than ``wait_s``.
    """
    lock = FileLock(_lock_file(home), is_singleton=True)
    outermost = not lock.is_locked
    try:
        lock.acquire(timeout=wait_s)
    except Timeout as e:
        now = _table(home).get("job") or {}
        raise JobError(f"The worker is busy ({now.get('title', 'another job')}). Try again when it is done.") from e
    started = time.time()
    last = Job(title, "running", started=started, changed=started)

    def report(step: str, done: int = 0, total: int = 0) -> None:
        nonlocal last
        now = time.time()
        if step == last.step and done < total and now - last.changed < 0.2:
            return  # a progress bar needs no more than five frames a second
        last = Job(title, "running", step, done, total, started, now)
        if outermost:
            _keep(home, last)

    try:
        if outermost:
            _keep(home, last)
        yield report
    except BaseException as e:
        if outermost:
            _keep(home, Job(title, "failed", last.step, last.done, last.total, started, time.time(), str(e) or type(e).__name__))
        raise
    else:
        if outermost:
            _keep(home, Job(title, "done", last.step, last.done, last.total, started, time.time()))
    finally:
        lock.release()


def start(home: Path, *arguments: str) -> subprocess.Popen[bytes] | None:
    """Start ``python -m hub ARGUMENTS`` as a process of its own and return it; None when a worker is at work already.

    What it prints goes to ``worker.log`` in the data folder.
    """
    if busy(home):
        return None
    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "HUB_HOME": str(home.resolve()), "NUMBA_CACHE_DIR": str((home / "numba").resolve())}
    with (home / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "hub", *arguments],
            cwd=Path(__file__).resolve().parents[1], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip


async def schedule(home: Path, hours: float, *arguments: str) -> None:
    """Start the worker every ``hours`` hours, counted from the end of the last run, for as long as the app runs."""
    while True:
        last = current(home)
        since = time.time() - last.changed if last else float("inf")
        if since >= hours * 3600:
            await asyncio.to_thread(start, home, *arguments)
        await asyncio.sleep(min(60.0, hours * 3600))


def _lock_file(home: Path) -> str:
    home.mkdir(parents=True, exist_ok=True)
    return str((home / "worker.lock").resolve())


def _table(home: Path) -> diskcache.Cache:
    return diskcache.Cache(str(home / "jobs"))


def _keep(home: Path, job: Job) -> None:
    with _table(home) as table:
        table["job"] = asdict(job)
