"""What happens, one JSON object a line, with the ids by which lines belong together, and without anybody's secrets.

The app writes ``web.log`` in the data folder, a worker that it starts writes ``worker.log``; a long one is put aside.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import blake2b
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from hub.errors import HubError
from hub.settings import settings

WEB, JOB = "web.log", "HUB_JOB"
"""The app's file; the variable that tells a worker that its words go to a log, and the id of its job."""
BYTES, FILES = 5_000_000, 3
"""A file that grows beyond so many bytes is put aside; so many of those stay."""
HIDDEN = "***"
SECRET = (
    (re.compile(r"(?<=://)[^/\s@\"']{1,200}@"), f"{HIDDEN}@"),
    (re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)++"), HIDDEN),
    (
        re.compile(r"(?i)\b((?:api[_-]?key|access[_-]?token|token|key|secret|password|passwd|mailto|email|authorization)[\"']?"
                   r"\s{0,3}[=:]\s{0,3}[\"']?(?:bearer |basic )?)[^\s&\"',;<>]{1,500}"),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s[\w.~+/=-]{8,500}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(/radar/)[^/\s?\"']{16,200}?(?=\.xml|[\s?\"']|$)"), rf"\1{HIDDEN}"),
    (re.compile(r"\bsk-[\w-]{8,200}"), HIDDEN),
)  # fmt: skip
"""What is no line's business: addresses of mail, users in addresses, values that are named as secrets, feeds' tokens."""
_about: ContextVar[dict[str, Any]] = ContextVar("about", default={})  # noqa: B039 - it is never written to


def scrubbed(text: str) -> str:
    """Return a text without the settings' secrets, addresses of mail, tokens and passwords.

    >>> scrubbed("GET https://ada:pw@host.example/a?token=abc&n=1 for ada@host.example")
    'GET https://***@host.example/a?token=***&n=1 for ***'
    """
    for secret in _secrets():
        text = text.replace(secret, HIDDEN)
    for pattern, instead in SECRET:
        text = pattern.sub(instead, text)
    return text


def _secrets() -> list[str]:
    try:
        values = [value.get_secret_value() for _, value in settings() if isinstance(value, SecretStr)]
    except HubError:
        return []
    return sorted((value for value in values if len(value) > 3), key=len, reverse=True)


@contextmanager
def about(**ids: Any) -> Iterator[None]:
    """Add ids to every line that the body writes in this thread."""
    token = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(token)


def event(log: logging.Logger, name: str, **told: Any) -> None:
    """Write a line about something that happened, with what is told of it."""
    log.info(name, extra={"told": told})


def short(secret: str) -> str:
    """Return a short name of an id that must not stand in a log itself, the same each time."""
    return blake2b(secret.encode(), digest_size=4).hexdigest()


class Lines(logging.Formatter):
    """Makes a JSON object of a record: time (UTC), level, room, event, the ids and what else is told, and how it failed."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, scrubbed."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "room": record.name, "event": scrubbed(record.getMessage()),
            **_plain({**_about.get(), **getattr(record, "told", {})}),
        }  # fmt: skip
        if record.exc_info:
            line["error"] = scrubbed(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, (int, float, bool, type(None))) else scrubbed(str(value)) for name, value in told.items()
    }


def to_file(file: Path) -> logging.Handler:
    """Write what hub's rooms log, warnings of libraries too, into a file that is put aside when it is long.

    Where the file cannot be written to, the lines go to standard error: no log is a reason to stop.
    """
    try:
        handler: logging.Handler = _Private(file, maxBytes=BYTES, backupCount=FILES, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    _listen(handler)
    return handler


def to_stream(job: str) -> None:
    """Write the same to standard error, with the id of the job; whatever else this process prints is scrubbed on its way."""
    sys.stdout, sys.stderr = _Scrubbing(sys.stdout), _Scrubbing(sys.stderr)
    _listen(logging.StreamHandler(sys.stderr))
    _about.set({"job": job})


def _listen(handler: logging.Handler) -> None:
    handler.setFormatter(Lines())
    handler.addFilter(lambda record: record.name.startswith("hub") or record.levelno >= logging.WARNING)
    root = logging.getLogger()
    for known in [known for known in root.handlers if isinstance(known.formatter, Lines)]:
        root.removeHandler(known)
        known.close()
    root.addHandler(handler)
    logging.getLogger("hub").setLevel(logging.INFO)


class _Private(RotatingFileHandler):
    """Makes files that their owner alone reads."""

    def _open(self) -> Any:
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=lambda path, flags: os.open(path, flags, 0o600))


class _Scrubbing(io.TextIOBase):
    """Passes text on, a line at a time, scrubbed."""

    def __init__(self, out: Any) -> None:
        self._out, self._rest = out, ""

    def write(self, text: str) -> int:
        """Write what has become whole lines."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._out.write(scrubbed(line) + "\n")
        return len(text)

    def flush(self) -> None:
        """Write the last line too, though it has not ended."""
        if self._rest:
            self._out.write(scrubbed(self._rest))
            self._rest = ""
        self._out.flush()

    def fileno(self) -> int:
        """Return the number of the file that is written to."""
        return int(self._out.fileno())

    def isatty(self) -> bool:
        """Return that nobody sits before it."""
        return False
