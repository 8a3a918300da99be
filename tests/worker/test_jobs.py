"""One worker at a time, and a record of what it does that tells the truth after a kill."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from hub.errors import JobError
from hub.worker import jobs


def run(moment: Coroutine[object, object, None]) -> None:
    """Run to its end in a thread of its own: Playwright keeps a loop running in the tests' thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, moment).result()


HOLD = """
import sys, pathlib
from hub.worker import jobs
with jobs.exclusive(pathlib.Path(sys.argv[1]), "refresh") as report:
    report("Reading sources", 3, 10)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """Return another process that holds the worker's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    yield process
    process.kill()
    process.wait()


def test_a_second_process_is_told_who_is_at_work(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(JobError, match="refresh"), jobs.exclusive(tmp_path, "fit"):
        pass
    job = jobs.current(tmp_path)
    assert job is not None
    assert (job.state, job.step, job.done, job.total) == ("running", "Reading sources", 3, 10)
    assert jobs.start(tmp_path, "gather") is None


def test_a_killed_worker_is_not_taken_for_running(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    job = jobs.current(tmp_path)
    assert job is not None
    assert job.state == "failed"
    assert "stopped" in job.error
    with jobs.exclusive(tmp_path, "fit"):
        assert jobs.busy(tmp_path) is True
    assert jobs.busy(tmp_path) is False


def test_a_failure_is_kept_and_raised(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="boom"), jobs.exclusive(tmp_path, "fit"):
        raise ValueError("boom")
    job = jobs.current(tmp_path)
    assert job is not None
    assert (job.state, job.error) == ("failed", "boom")


def test_an_inner_job_shares_the_lock_and_keeps_the_outer_title(tmp_path: Path) -> None:
    with jobs.exclusive(tmp_path, "gather"):
        with jobs.exclusive(tmp_path, "fit") as report:
            report("Clustering", 1, 2)
        job = jobs.current(tmp_path)
        assert job is not None
        assert (job.title, job.state) == ("gather", "running")
    assert jobs.current(tmp_path).state == "done"  # type: ignore[union-attr]


def test_many_readers_of_an_empty_page_start_one_worker(tmp_path: Path) -> None:
    started = [jobs.start(tmp_path, "doctor") for _ in range(5)]
    assert [worker is not None for worker in started] == [True, False, False, False, False]
    job = jobs.current(tmp_path)
    assert job is not None
    assert (job.state, job.step) == ("starting", "Starting the worker")
    assert started[0] is not None
    started[0].wait(120)
    ended = jobs.current(tmp_path)
    assert ended is not None
    assert ended.state == "failed"  # it never took up the work that a reader waits for
    again = jobs.start(tmp_path, "doctor")
    assert again is not None
    again.wait(120)


def test_a_worker_that_should_have_started_long_ago_is_not_waited_for(tmp_path: Path) -> None:
    now = time.time()
    table = jobs._table(tmp_path)
    for changed, at_work in ((now, True), (now - 2 * jobs.STARTING_S, False), (now + 2 * jobs.STARTING_S, False)):
        table["job"] = {"title": "gather", "state": "starting", "started": changed, "changed": changed, "pid": os.getpid()}
        job = jobs.current(tmp_path)
        assert job is not None and job.at_work is at_work  # its number belongs to another process: a machine that began anew


@pytest.mark.parametrize("harm", [
    {"title": ["name", "--all"]}, {"title": None}, {"step": [1]}, {"step": {"said": "{n} of {m}", "values": {}}}, {"error": 7},
    {"done": "many"}, {"total": None}, {"pid": 2**70}, {"pid": -1}, {"started": "today"}, {"changed": [1]}, {"state": "asleep"},
    {"title": "$(touch x); rm -r /"},
])  # fmt: skip
def test_a_record_that_another_wrote_stops_nobody_and_starts_nothing(tmp_path: Path, harm: dict[str, object]) -> None:
    jobs._table(tmp_path)["job"] = {"title": "gather", "state": "starting", "changed": time.time(), "pid": 2**22} | harm
    job = jobs.current(tmp_path)
    assert job is None or (not job.at_work and isinstance(job.title, str) and isinstance(job.step, str))
    assert job is None or job.done + job.total == 0


def test_a_started_worker_leaves_its_words_in_the_log(tmp_path: Path) -> None:
    worker = jobs.start(tmp_path, "no-such-command")
    assert worker is not None
    assert worker.wait(120) == 2
    assert "no-such-command" in (tmp_path / "worker.log").read_text("utf-8")


def test_the_schedule_counts_from_the_last_reading_whoever_did_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs, "start", lambda home, *arguments: started.append(arguments) or object())

    def turns(hours: float, seconds: float = 0.3) -> int:
        """Let the schedule run for a moment; return how often it started the worker."""
        started.clear()

        async def moment() -> None:
            with suppress(TimeoutError):
                await asyncio.wait_for(jobs.schedule(tmp_path, hours, "gather"), seconds)

        run(moment())
        return len(started)

    assert turns(6.0) == 1  # never read before: at once, and then not again
    with jobs.exclusive(tmp_path, "refresh"):
        pass
    assert turns(6.0) == 0  # cron has just read the sources
    assert turns(0.1 / 3600, 3.0) >= 2  # every tenth of a second
    monkeypatch.setattr(jobs, "ended", lambda home, title: time.time() - 7 * 3600 if title in jobs.READING else time.time())
    assert turns(6.0) == 1  # an import that ended just now does not put it off


def test_the_schedule_waits_while_another_job_is_at_work(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    async def moment() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(jobs.schedule(tmp_path, 0.05 / 3600, "doctor"), 0.4)

    run(moment())
    assert not (tmp_path / "worker.log").exists()  # nothing was started
