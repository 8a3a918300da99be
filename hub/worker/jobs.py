"""Long work in a worker process: one at a time, with progress that any process can read.

A worker is ``python -m hub ...``, started by a button, by the app's schedule or by cron. Whatever changes papers or topics
runs inside :func:`exclusive`, so that two refreshes never meet however many processes ask for one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, Protocol

import diskcache
from filelock import FileLock, Timeout

from hub import logs, plain_disk
from hub.errors import JobError, Stopped
from hub.i18n.messages import Said, packed, said_by, unpacked
from hub.permissions import Action, require
from hub.settings import settings
from hub.storage import integrity, remote


class Report(Protocol):
    """Called with the step, as pages say it, how many are done, and how many there are (0 when unknown)."""

    def __call__(self, step: Said, done: int = 0, total: int = 0) -> None:
        """Say how far the job is."""


LOOK_S = 0.5
"""Longer than a page that asks whether the worker is at work holds its lock."""
STARTING_S = 600.0
"""A process that started so long ago and still does not hold the lock is another's, which got its number since."""
LOG_BYTES = 5_000_000
logger = logging.getLogger(__name__)
BROKEN_OFF = Said("The last update was stopped before it was done. What it had taken in is kept.")
READING = ("gather", "refresh")
"""The jobs that read the sources."""


class State(StrEnum):
    """How a job stands."""

    STARTING = auto()
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()
    STOPPED = auto()
    """Asked to end by a signal before it was done."""


_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Job:
    """What the worker does, or did last. Times are seconds since 1970."""

    title: str
    state: State
    step: str = ""
    """What it is at; :class:`hub.i18n.messages.Said`, for the reader's language."""
    done: int = 0
    total: int = 0
    started: float = 0.0
    changed: float = 0.0
    error: str = ""
    """Why it failed; :class:`hub.i18n.messages.Said` where it can be said in the reader's language."""
    pid: int = 0
    """The process that does it."""

    @property
    def command(self) -> str:
        """The command that it runs, without its options."""
        return self.title.partition(" ")[0]

    @property
    def at_work(self) -> bool:
        """Whether it has not come to an end."""
        return self.state in (State.STARTING, State.RUNNING)

    @property
    def broke_off(self) -> bool:
        """Whether it ended before it was done."""
        return self.state in (State.FAILED, State.STOPPED)


def current(home: Path) -> Job | None:
    """Return the job that runs, or the last one; a job whose process died is returned as failed."""
    try:
        job = _read(_table(home).get("job"))
        if job is not None and job.at_work and not busy(home) and not _starting(job):
            job = _read(_table(home).get("job"))  # it may have come to its end between the two looks
            if job is not None and job.at_work:
                return replace(job, state=State.FAILED, error=job.error or Said("The worker stopped before it was done."))
    except (sqlite3.OperationalError, OSError) as e:  # a folder that only can be read from: pages go on
        logger.warning("what the worker does cannot be read: %s", e)
        return None
    return job


def _read(record: Any) -> Job | None:
    """Return the job of a record; None for none, and for one of a release that kept it in another way."""
    try:
        numbers = {name: float(record.get(name, 0)) for name in ("started", "changed")}
        counts = {name: int(record.get(name, 0)) for name in ("done", "total", "pid")}
        told = {name: unpacked(record.get(name, "")) for name in ("step", "error")}
        texts = {name: value if isinstance(value, str) else str(value) for name, value in told.items()}
        return Job(str(record["title"]), State(record["state"]), **numbers, **counts, **texts)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def busy(home: Path) -> bool:
    """Return whether a worker holds the lock now."""
    return integrity.held(Path(_lock_file(home)))


@contextmanager
def exclusive(home: Path, title: str, wait_s: float = 0.0) -> Iterator[Report]:
    """Hold the worker's lock while the body runs, and keep the record of its progress.

    Inside another ``exclusive`` of the same process the lock is shared and the outer title stays. Where machines share a database
    it is one worker of them all; where they share Snapshots it begins with what they show.

    Raises
    ------
    JobError
        When another process holds the lock longer than ``wait_s``.
    """
    lock = FileLock(_lock_file(home), is_singleton=True)
    outermost = not lock.is_locked
    try:
        lock.acquire(timeout=max(wait_s, LOOK_S), poll_interval=0.02)
    except Timeout as e:
        now = _read(_table(home).get("job"))
        raise JobError(Said("The worker is busy ({job}). Try again when it is done.", job=now.title if now else "?")) from e
    started = time.time()
    last = Job(title, State.RUNNING, started=started, changed=started, pid=os.getpid())

    def report(step: Said, done: int = 0, total: int = 0) -> None:
        nonlocal last
        now = time.time()
        if step == last.step and done < total and now - last.changed < 0.2:
            return  # a progress bar needs no more than five frames a second
        last = Job(title, State.RUNNING, step, done, total, started, now, pid=os.getpid())
        if outermost:
            _keep(home, last)

    try:
        with _everywhere(home, wait_s) if outermost else nullcontext():
            if outermost:
                _keep(home, last)
                logs.event(logger, "job starts", title=title, pid=last.pid)
            yield report
    except Stopped:
        if outermost:
            _ended(last, State.STOPPED)
            _keep(home, replace(last, state=State.STOPPED, changed=time.time(), error=BROKEN_OFF))
        raise
    except BaseException as e:
        if outermost:
            _ended(last, State.FAILED, error=str(e))
            _keep(home, replace(last, state=State.FAILED, changed=time.time(), error=said_by(e)))
        raise
    else:
        if outermost:
            _ended(last, State.DONE)
            _keep(home, replace(last, state=State.DONE, changed=time.time()))
    finally:
        if outermost:
            with _table(home) as table:
                table[("ended", title)] = time.time()
        lock.release()


@contextmanager
def _everywhere(home: Path, wait_s: float) -> Iterator[None]:
    """Be the one worker of all machines that share a database, and begin with the Snapshot that they show."""
    with ExitStack() as held:
        if url := settings().database.get_secret_value():
            from hub.storage import database

            if not held.enter_context(database.alone(url, "worker", max(wait_s, LOOK_S))):
                raise JobError(Said("The worker is busy on another machine. Try again when it is done."))
        if remote.is_shared():
            remote.pull(home)
        yield


def _ended(job: Job, state: State, **told: str) -> None:
    logs.event(
        logger, "job ends", title=job.title, state=state, seconds=round(time.time() - job.started, 1), step=str(job.step), **told
    )


def note_stopped(home: Path) -> None:
    """Keep that the job of this process, where it does one, was asked to end: for a process that ends without coming back."""
    job = _read(_table(home).get("job"))
    if job is not None and job.at_work and job.pid == os.getpid():
        _keep(home, replace(job, state=State.STOPPED, changed=time.time(), error=BROKEN_OFF))


def start(home: Path, *arguments: str) -> subprocess.Popen[bytes] | None:
    """Start ``python -m hub ARGUMENTS`` as a process of its own and return it; None when a worker is at work already.

    A worker that is still loading counts as at work, so that many readers of an empty page start one. What it prints goes
    to ``worker.log`` in the data folder.
    """
    require(Action.START)
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "start.lock"):
        job = current(home)
        if busy(home) or (job is not None and job.at_work):
            return None
        now = time.time()
        environment = {**os.environ, "HUB_HOME": str(home.resolve()), logs.JOB: logs.short(f"{now} {arguments}")}
        with _log(home).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hub", *arguments],
                cwd=Path(__file__).resolve().parents[2], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        _children.append(process)
        _keep(
            home, Job(" ".join(arguments), State.STARTING, Said("Starting the worker"), started=now, changed=now, pid=process.pid)
        )
        return process


def _log(home: Path) -> Path:
    """Return the file that a worker's words go to; a long one is put aside first, in place of the one before it."""
    log = home / "worker.log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        os.replace(log, home / "worker.log.1")
    return log


def _starting(job: Job) -> bool:
    """Return whether the process of ``job`` lives, though it does not hold the lock (yet)."""
    _children[:] = [child for child in _children if child.poll() is None]  # a child that ended is no longer a process
    if job.pid <= 0 or job.state is not State.STARTING or not -STARTING_S < time.time() - job.changed < STARTING_S:
        return False
    try:
        os.kill(job.pid, 0)
    except (ProcessLookupError, OverflowError):  # a number that no process has
        return False
    except PermissionError:
        return True
    return True


async def schedule(home: Path, hours: float, *arguments: str) -> None:
    """Start the worker every ``hours`` hours for as long as the app runs, counted from the end of the last such run.

    Other jobs (an import, a fit) do not put it off; one by cron or by a button counts. While another job runs it waits.
    """
    tried = 0.0
    while True:
        last = max(tried, *(ended(home, title) for title in {*arguments[:1], *READING}))
        if time.time() - last >= hours * 3600 and await asyncio.to_thread(start, home, *arguments) is not None:
            tried = time.time()
        await asyncio.sleep(min(60.0, hours * 3600))


def ended(home: Path, title: str) -> float:
    """Return when a job of this title last came to an end, well or not, in seconds since 1970; 0 when it never did."""
    with _table(home) as table:
        return float(table.get(("ended", title), 0.0))


def _lock_file(home: Path) -> str:
    home.mkdir(parents=True, exist_ok=True)
    return str((home / "worker.lock").resolve())


def _table(home: Path) -> diskcache.Cache:
    return plain_disk.table(home / "jobs")


def _keep(home: Path, job: Job) -> None:
    with _table(home) as table:
        table["job"] = {**asdict(job), "state": str(job.state), "step": packed(job.step), "error": packed(job.error)}
