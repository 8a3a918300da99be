"""Lines that a program can read, with ids, and nobody's secrets in them: by our own rooms, by libraries, by what is printed."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import logs
from hub.worker import jobs

ROOT = Path(__file__).resolve().parents[1]
MODEL_KEY, SMTP = "sk-quite-secret-0123456789", "smtp://postman:hunter2@mail.example.org:587"


@pytest.fixture
def kept(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of the log; the root logger is as before afterwards."""
    root, level = logging.getLogger(), logging.getLogger("hub").level
    before = root.handlers[:]
    monkeypatch.setenv("OPENAI_API_KEY", MODEL_KEY)
    monkeypatch.setenv("HUB_SMTP_URL", SMTP)
    monkeypatch.setenv("HUB_OPENALEX_KEY", "plain-words-as-key")
    logs.to_file(hub_home / logs.WEB)
    yield hub_home / logs.WEB
    for handler in [handler for handler in root.handlers if handler not in before]:
        handler.close()
    root.handlers[:] = before
    logging.getLogger("hub").setLevel(level)


SECRETS = (
    ("asked with plain-words-as-key", "plain-words-as-key"),
    (f"refused {MODEL_KEY}", MODEL_KEY),
    (f"could not reach {SMTP}", "hunter2"),
    ("mailed to Ada.Lovelace+papers@sub.example.org today", "Lovelace"),
    ("GET https://api.example.org/works?mailto=ada@example.org&api_key=abc123def&page=2", "abc123def"),
    ("GET https://ada:pa55word@feeds.example.org/x", "pa55word"),
    ("/radar/Zm9vYmFyYmF6cXV4cXV1eGNvcmdl.xml", "Zm9vYmFyYmF6"),
    ("/mail/confirm?token=Zm9vYmFyYmF6cXV4", "Zm9vYmFyYmF6"),
    ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc", "eyJhbGciOiJIUzI1NiJ9"),
    ('{"password": "open sesame"}', "open"),
    ("another key sk-abcdefghijklmnop", "sk-abc"),
)


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_no_line_tells_a_secret(kept: Path, text: str, secret: str) -> None:
    log = logging.getLogger("hub.sources.web.client")
    log.info(text)
    logs.event(log, "visited", address=text, n=3)
    logging.getLogger("httpx").warning("%s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("it failed")
    written = kept.read_text("utf-8")
    assert len(written.splitlines()) == 4 and logs.HIDDEN in written
    assert secret not in written


def test_a_line_is_an_object_with_ids(kept: Path) -> None:
    with logs.about(session="ab12"):
        logs.event(logging.getLogger("hub.ui"), "page", page="trends", seconds=0.25)
    logging.getLogger("httpx").info("a library's chatter")
    (line,) = map(json.loads, kept.read_text("utf-8").splitlines())
    assert line["time"].endswith("+00:00") and {**line, "time": ""} == {
        "time": "", "level": "info", "room": "hub.ui", "event": "page", "session": "ab12", "page": "trends", "seconds": 0.25,
    }  # fmt: skip


def test_a_long_file_is_put_aside_and_few_stay(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "BYTES", 2000)
    logs.to_file(kept)
    for number in range(200):
        logs.event(logging.getLogger("hub"), "page", number=number)
    files = sorted(kept.parent.glob(f"{logs.WEB}*"))
    assert len(files) == 1 + logs.FILES and all(file.stat().st_size <= 2000 for file in files)
    assert kept.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_to_stops_nothing(kept: Path, tmp_path: Path) -> None:
    assert isinstance(logs.to_file(tmp_path / "none" / "web.log"), logging.StreamHandler)


def test_a_worker_s_words_carry_its_job_and_no_secret(hub_home: Path) -> None:
    code = (
        "import os, sys\nfrom hub.__main__ import main\nfrom hub.worker import jobs\nfrom pathlib import Path\n"
        "main(['sets', '--help'])\nprint('mailed to ada@example.org')\n"
        "with jobs.exclusive(Path(os.environ['HUB_HOME']), 'fit'): print('hunter2', file=sys.stderr)\n"
        "raise ValueError('hunter2 of ada@example.org')"
    )
    environment = {**os.environ, logs.JOB: "ab12", "HUB_LLM_MODEL": "m", "OPENAI_API_KEY": "hunter2"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "hunter2" not in done.stdout + done.stderr and "example.org" not in done.stdout + done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [(line["event"], line["job"]) for line in lines] == [("job starts", "ab12"), ("job ends", "ab12")]
    assert "Traceback" in done.stderr and "ValueError: ***" in done.stderr


def test_the_app_gives_a_worker_the_id_of_its_job(hub_home: Path) -> None:
    process = jobs.start(hub_home, "sources", "--json")
    assert process is not None and process.wait() == 0
    assert (hub_home / "worker.log").read_text("utf-8").startswith("[")
