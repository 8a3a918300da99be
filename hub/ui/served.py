"""Bytes that pages have the reader's browser fetch beside the page: where points lie, what is written of one paper.

Each has an address that nobody can guess who was not given it on a page, and that never changes what it holds, so that a
browser keeps it. They are kept in this process, the least recently asked for leave first; a page keeps what it needs anew in
each run.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

PATH, ANSWERS = "map/bytes", "map/papers"
MOST_BYTES = 512 * 1024 * 1024
MOST_ANSWERS = 64
Answer = Callable[[int], dict[str, Any] | None]
"""What stands at a number, None where there is nothing."""

_secret = secrets.token_bytes(32)
_lock = threading.Lock()
_kept: OrderedDict[str, bytes] = OrderedDict()
_answers: OrderedDict[str, Answer] = OrderedDict()


def keep(content: bytes) -> str:
    """Keep bytes and return the address, relative to a page, from which its reader fetches them."""
    key = blake2b(content, key=_secret, digest_size=16).hexdigest()
    with _lock:
        _kept[key] = content
        _kept.move_to_end(key)
        while len(_kept) > 1 and sum(map(len, _kept.values())) > MOST_BYTES:
            _kept.popitem(last=False)
    return f"{PATH}/{key}"


def keep_answers(name: str, answer: Answer) -> str:
    """Keep what answers by number, under a name that says all that it depends on; return the address that takes ``?n=``."""
    key = blake2b(name.encode(), key=_secret, digest_size=16).hexdigest()
    with _lock:
        _answers[key] = answer
        _answers.move_to_end(key)
        while len(_answers) > MOST_ANSWERS:
            _answers.popitem(last=False)
    return f"{ANSWERS}/{key}"


def kept(key: str) -> bytes | None:
    """Return the bytes of a key, None when there are none any more."""
    with _lock:
        return _kept.get(key)


def answered(key: str, number: int) -> dict[str, Any] | None:
    """Return what stands at a number of a key, None when nothing does any more."""
    with _lock:
        answer = _answers.get(key)
    return None if answer is None else answer(number)
