"""A worker or a command that is asked to end does so within ten seconds, says so, and keeps what was taken in."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.worker import jobs, stopping

ROOT = Path(__file__).resolve().parents[2]
WORK = """
import pathlib, sys, time
from hub.__main__ import main
from hub.cli import common
from hub.worker import jobs, stopping
home = pathlib.Path(sys.argv[1])

def work():
    with jobs.exclusive(home, "gather") as report:
        report("Reading", 3, 10)
        print("at work", flush=True)
        {body}

import hub.__main__ as command
command.application = lambda: lambda **_: work()
command.command()
"""
BODIES = {
    "waits": "time.sleep(60)",
    "holds on to each entry": """
        while True:
            try:
                time.sleep(0.2)
            except Exception:
                pass""",
    "counts outside Python": "import hashlib; stopping.GRACE_S = 1.0; hashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**9)",
    "waits for threads": """
        from concurrent.futures import ThreadPoolExecutor
        stopping.GRACE_S = 1.0
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(time.sleep, [60, 60]))""",
}


def started(home: Path, body: str) -> subprocess.Popen[str]:
    code = WORK.replace("{body}", body)
    process = subprocess.Popen([sys.executable, "-c", code, str(home), "gather"], cwd=ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env={**os.environ, "HUB_HOME": str(home)})  # fmt: skip
    assert process.stdout is not None and process.stdout.readline().strip() == "at work"
    return process


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("asked", stopping.SIGNALS)
def test_a_job_that_is_asked_to_end_says_that_it_was_stopped(asked: signal.Signals, body: str, hub_home: Path) -> None:
    process = started(hub_home, BODIES[body])
    process.send_signal(asked)
    _out, told = process.communicate(timeout=60)
    assert process.returncode == 128 + asked
    assert "Traceback" not in told
    job = jobs.current(hub_home)
    assert job is not None and job.state is jobs.State.STOPPED and not job.at_work
    assert "stopped before it was done" in job.error
    assert not jobs.busy(hub_home)


def test_the_time_to_come_to_an_end_is_less_than_ten_seconds() -> None:
    assert stopping.GRACE_S + stopping.RECORD_S <= 9


def test_a_second_signal_does_not_wait(hub_home: Path) -> None:
    process = started(hub_home, "import hashlib; stopping.GRACE_S = 1000.0; hashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**9)")
    process.send_signal(signal.SIGTERM)
    select.select([], [], [], 0.5)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize("asked", stopping.SIGNALS)
def test_an_import_that_is_stopped_keeps_what_it_took_in(
    asked: signal.Signals, hub_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Real papers through the real command; it is asked to end once the first of them are in the table."""
    file = tmp_path_factory.mktemp("files") / "many.jsonl"
    row = {"abstract": "We measure ice.", "authors": ["Ada Byron"], "published": "2026-01-02", "source": "Journal"}
    file.write_text("".join(json.dumps({**row, "id": f"x:{n}", "title": f"Paper {n}"}) + "\n" for n in range(20_000)), "utf-8")
    command = [sys.executable, "-m", "hub", "import", str(file)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not ((job := jobs.current(hub_home)) and job.at_work and job.done >= 2_000):
        time.sleep(0.05)
    process.send_signal(asked)
    _out, told = process.communicate(timeout=60)
    assert process.returncode == 128 + asked, told
    assert told.strip().splitlines()[-1].startswith("hub: stopped before it was done")
    job = jobs.current(hub_home)
    assert job is not None and job.state is jobs.State.STOPPED
    from hub.settings import settings
    from hub.storage.corpus import Corpus

    kept = len(Corpus(settings().corpus_path))
    assert 0 < kept < 20_000
