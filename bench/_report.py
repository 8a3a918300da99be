"""All rooms within a time, each in a process of its own that ends with its share, and a page that tells what came of it."""

from __future__ import annotations

import os
import platform
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "scikit-learn", "bertopic", "lancedb", "onnxruntime", "streamlit", "plotly")
LEFT_OUT = re.compile(r"not(hing)? (is |to )?measured?\b|(is|are|not) (not )?(on this machine|here)\b|names no data folder")
RATIO = re.compile(r"\bratios?\b", re.IGNORECASE)
END_S = 10.0
"""How long a room may clean up after itself once its time is over; what is still there then is killed."""
LINES = 200
"""Lines of a room that the page repeats, the last ones."""

Calls = Mapping[str, tuple[Sequence[str], Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Room:
    """What came of a room: ``became`` says whether it was done, ``lines`` are what it printed, ``sizes`` what it was told."""

    name: str
    became: str
    seconds: float
    lines: tuple[str, ...] = ()
    sizes: Mapping[str, str] | None = None


def measured(calls: Calls, ends: float, page: Path) -> list[Room]:
    """Run each call in its share of what is left until ``ends`` (time.monotonic()); write the page after each, and return all.

    A room that needs less than its share leaves the rest to those after it.

    Parameters
    ----------
    calls
        By the name of the room: what is run, and the settings that it gets where they are not set already.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in the background of a shell: rooms would not hear it either
        signal.signal(signal.SIGINT, signal.default_int_handler)
    began, rooms = datetime.now(UTC), list(calls)
    load, done = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"), list[Room]()
    for name, (command, sizes) in calls.items():
        share = (ends - END_S - time.monotonic()) / (len(rooms) - len(done))
        if share < 1.0:
            done.append(Room(name, "not begun: the time was over", 0.0))
            continue
        print(f"== {name}, at most {share:.0f} s", flush=True)
        given = {key: os.environ.get(key, value) for key, value in sizes.items()}
        done.append(_run(name, command, given, share))
        print(f"   {done[-1].became}", flush=True)
        page.write_text(_page(done, rooms[len(done) :], began, load), "utf-8")
    page.write_text(_page(done, (), began, load), "utf-8")
    return done


def _run(name: str, command: Sequence[str], sizes: Mapping[str, str], share_s: float) -> Room:
    lines: list[str] = []

    def read(out: IO[str]) -> None:
        for line in out:
            print(line, end="", flush=True)
            lines.append(line.rstrip())

    began = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **sizes, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, stderr=said,
            text=True, errors="replace", start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        reader = threading.Thread(target=read, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            process.wait(share_s)
            cut = False
        except subprocess.TimeoutExpired:
            cut = True
        finally:
            _end(process)
        reader.join(END_S)
        seconds = time.monotonic() - began
        said.seek(0)
        errors = [line.strip() for line in said if line.strip()]
    if cut:
        became = f"cut off after {share_s:.0f} s"
    elif process.returncode:
        became = f"failed: {errors[-1][:300] if errors else process.returncode}"
    else:
        told = [line for line in lines if line.strip()]
        became = "nothing measured" if told and all(LEFT_OUT.search(line) for line in told) else "done"
    return Room(name, became, seconds, tuple(lines), sizes)


def _end(process: subprocess.Popen[str]) -> None:
    """End a room and what it started: by an interrupt first, at which it removes its folders and servers."""
    for how in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:  # nobody of it is left
            break
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _page(done: Sequence[Room], left: Iterable[str], began: datetime, load: float) -> str:
    """Return the page as Markdown."""
    took = sum(room.seconds for room in done) / 60
    rows = [f"| {room.name} | {room.became} | {room.seconds:.0f} | {_sizes(room)} |" for room in done]
    rows += [f"| {name} | not begun yet | | |" for name in left]
    ratios = [f"- {room.name}: {line.strip()}" for room in done for line in room.lines if RATIO.search(line)]
    missing = [f"- {room.name}: {line.strip()}" for room in done for line in room.lines if LEFT_OUT.search(line)]
    parts = [
        "# What `python -m bench` measured", "", *(f"- {what}: {value}" for what, value in _about(began, load).items()),
        f"- took {took:.1f} minutes", "", "Seconds are of this machine and its load; a ratio is of one run.", "",
        "## Rooms", "", "| room | what came of it | s | set to |", "| --- | --- | --- | --- |", *rows, "",
        "## Ratios", "", *(ratios or ["None came."]), "", "## Left out, as the rooms say", "", *(missing or ["Nothing."]),
    ]  # fmt: skip
    for room in done:
        if room.lines:
            parts += ["", f"## {room.name}", "", "```", *room.lines[-LINES:], "```"]
    return "\n".join(parts) + "\n"


def _sizes(room: Room) -> str:
    return ", ".join(f"{key.removeprefix('HUB_BENCH_').lower()} {value}" for key, value in (room.sizes or {}).items())


def _about(began: datetime, load: float) -> dict[str, str]:
    """Return what the figures are of: machine, versions, commit, day."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9 if hasattr(os, "sysconf") else float("nan")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES if _is_here(name)]
    return {
        "began": f"{began:%Y-%m-%d %H:%M} UTC",
        "commit": _commit(),
        "machine": f"{_processor()}, {cores} cores, {memory:.0f} GB of memory, load {load:.1f} at the start",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "packages": ", ".join(versions),
    }


def _is_here(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:  # not Linux
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(named), platform.processor() or platform.machine())


def _commit() -> str:
    try:
        shown = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*"]
        return subprocess.run(shown, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "not a clone"
