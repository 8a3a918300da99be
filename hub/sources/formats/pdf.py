"""The text of a PDF, read in a process of its own that ends where it asks for too much: a stranger may have uploaded it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from hub.errors import SelectionError
from hub.i18n.messages import Said
from hub.sources.formats import pdf_reader

LARGEST = 25_000_000
"""Bytes of a file that is read."""
WITHIN_S = 30.0
"""Seconds by the clock for one; its processor time and memory are bounded besides (:mod:`.pdf_reader`)."""
AT_ONCE = BoundedSemaphore(2)
LEAST = 200
"""Letters of a text; a scan has none, or a stamp on each page."""
BROKEN = "{name} is broken and cannot be read: save it anew from the program that wrote it, or paste its text."
LOCKED = "{name} asks for a password: save it without one, or paste its text."
SCANNED = "{name} holds pictures of pages and no text: have it read by text recognition (OCR) first, or paste its text."
TOO_MUCH = "{name} takes too much to read: give fewer pages of it, at most {mb} MB, or paste its text."
BUSY = "Other files are being read: try {name} again in a minute."
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad]\n(?=[a-z])")
_REFERENCES = re.compile(
    r"^[^\w\n]*(?:\d+[^\w\n]+)?(?:references|bibliography|literature cited|works cited|参考文献)[^\w\n]*$", re.I | re.M
)
_WHY = {pdf_reader.LOCKED: LOCKED, pdf_reader.BROKEN: BROKEN}


def text(data: bytes, name: str) -> str:
    """Return the text of a PDF's first pages, its lines joined, without its list of references.

    Raises
    ------
    SelectionError
        When it is a scan, locked, broken, or takes too much.
    """
    too_much = SelectionError(Said(TOO_MUCH, name=name, mb=LARGEST // 1_000_000))
    if len(data) > LARGEST:
        raise too_much
    if not AT_ONCE.acquire(timeout=WITHIN_S):
        raise SelectionError(Said(BUSY, name=name))
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(pdf_reader.__file__))], input=data, capture_output=True, timeout=WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired as e:
        raise too_much from e
    finally:
        AT_ONCE.release()
    if done.returncode:
        raise SelectionError(Said(_WHY[done.returncode], name=name)) if done.returncode in _WHY else too_much
    written = joined(done.stdout.decode("utf-8", "replace"))
    if sum(map(str.isalpha, written)) < LEAST:
        raise SelectionError(Said(SCANNED, name=name))
    return written


def joined(lines: str) -> str:
    """Return the text of pages as it reads: lines and parted words joined, what follows the heading of its references left out.

    >>> joined("Maps are com-\\npared\\nhere.\\nReferences\\n[1] A. Other")
    'Maps are compared here.'
    """
    heads = [found.start() for found in _REFERENCES.finditer(lines)]
    body = lines[: heads[-1]] if heads and heads[-1] > len(lines) // 3 else lines
    return " ".join(_HYPHEN.sub("", body).split())
