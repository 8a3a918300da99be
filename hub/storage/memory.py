"""Memory given back to the system between the steps of a long job, so that each starts where the first one did."""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa

_APART = "HUB_APART"
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Numbers of glibc's mallopt(3)."""
ARENAS, KEPT, APART_FROM = 2, 100_000, 65_536


def frugal() -> None:
    """Let this process hold little that is free: two heaps for all threads, blocks of 64 KiB and more given back at once.

    LanceDB allocates in some twenty threads, and glibc gives each a heap of its own. After an import of 60,000 papers a process
    holds 157 MB so, and 205 MB without; at its peak 259 and 369 MB.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):  # musl has none
        pa.set_memory_pool(pa.system_memory_pool())
        for name, value in ((_M_ARENA_MAX, ARENAS), (_M_TRIM_THRESHOLD, KEPT), (_M_MMAP_THRESHOLD, APART_FROM)):
            mallopt(name, value)


def release() -> None:
    """Give back what is free: Python's garbage, Arrow's pool and, where the C library is glibc, its heap.

    After an import of 400,000 papers that is a third of what the process holds.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)


def is_apart() -> bool:
    """Return whether this process was started by :func:`apart`."""
    return bool(os.environ.get(_APART))


def apart(statement: str) -> str:
    """Run a statement in a process of its own, which gives back all it held when it ends; return what it prints.

    Raises
    ------
    subprocess.CalledProcessError
        When it fails; it has said why on stderr.
    """
    root, environment = Path(__file__).parents[2], {**os.environ, _APART: "1"}
    statement = f"from hub.storage import memory\nmemory.frugal()\n{statement}"
    done = subprocess.run(
        [sys.executable, "-c", statement], check=True, cwd=root, env=environment, stdout=subprocess.PIPE, text=True
    )
    return done.stdout
