"""What a power cut could take: the order of writes, flushes and renames as the system saw them: ``python -m bench flushes``.

Each act runs under strace (Linux). A file must have been flushed before it is renamed to its name, everything in a folder before
the folder is; the folder that a name was put into must have been flushed before the act acknowledges anything; CURRENT must be
renamed after the version that it names was. Caches and logs may be lost: they come anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
OF_FD = re.compile(r"^-?\d+<([^>]*)>")
NAMES = re.compile(r'"((?:[^"\\]|\\.)*)"')
PASSING = re.compile(
    r"\.lock$|(^|/)#\d+$|\.log(\.\d)?$|(^|/)(jobs|http|sources|abstracts|llm|caches|models)/|\.probe-|cache\.db|child\.log"
)
"""What comes anew, files without a name, and SQLite's, which SQLite flushes itself."""
TRACED = (
    "write,writev,pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,copy_file_range,sendfile,ftruncate"
)
WANTED = ("publish", "rename", "thumbs", "notes", "radar", "brief", "sets", "export", "backup", "import")


def main() -> None:
    """Trace each act of HUB_BENCH_PARTS and print what was not flushed in time."""
    if not shutil.which("strace"):
        print("strace is not here: nothing is measured")
        return
    from bench.kills import _apart, _filled

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve() / "home"
        os.environ |= {"HUB_HOME": str(home), "HUB_EMBEDDER": "tfidf-svd", "HUB_AUTO_START": "0"}
        _apart(lambda: _filled(home, int(os.environ.get("HUB_BENCH_PAPERS", "120"))))
        for name in os.environ.get("HUB_BENCH_PARTS", ",".join(WANTED)).split(","):
            trace = Path(folder) / "trace"
            code = f"import os\nfrom pathlib import Path\nfrom bench._acts import ACTS\nACTS[{name!r}].do(Path({str(home)!r}), 7)"
            run = ["strace", "-f", "-y", "-s", "0", "-o", str(trace), "-e", f"trace={TRACED}", sys.executable, "-c", code]
            done = subprocess.run(run, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{name}: failed: {done.stderr[-300:]}")
                continue
            faults, counted = checked(trace.read_text("utf-8", "replace").splitlines(), home.parent)
            told = ", ".join(f"{number} {what}" for what, number in counted.items())
            print(f"{name}: {told}; out of order {len(faults)} {sorted(set(faults))[:6]}", flush=True)


def checked(lines: list[str], root: Path) -> tuple[list[str], Counter[str]]:
    """Return what a trace shows to be out of order below a folder, and how many calls of each kind were seen there."""
    faults: list[str] = []
    counted: Counter[str] = Counter({"writes": 0, "flushes": 0, "renames": 0})
    dirty: set[str] = set()
    folders: set[str] = set()
    for line in _joined(lines):
        call = CALL.match(line)
        if not call or int(call[3]) < 0:
            continue
        kind, arguments = call[1], call[2]
        fd = OF_FD.match(arguments)
        file = fd[1] if fd else ""
        if kind in ("fsync", "fdatasync"):
            dirty.discard(file)
            folders.discard(file)
            counted["flushes"] += file.startswith(str(root))
        elif kind.startswith("rename"):
            old, new = _named(arguments)
            if not new.startswith(str(root)) or _passes(new, root):
                continue
            counted["renames"] += 1
            faults += [f"{_short(one, root)} was renamed before it was flushed" for one in _under(dirty, old)]
            if new.endswith("/CURRENT") and folders:
                faults.append("CURRENT was renamed before the names that it leads to were flushed")
            dirty = {new + one[len(old) :] if one in _under(dirty, old) else one for one in dirty}
            folders.add(str(Path(new).parent))
        elif kind.startswith("unlink"):
            dirty.discard(_named(arguments)[-1])
        elif file.startswith(str(root)) and not _passes(file, root):
            counted["writes"] += 1
            dirty.add(file)
    faults += [
        f"{_short(one, root)} was not flushed at the end" for one in sorted(dirty) if not one.endswith((".tmp", "(deleted)"))
    ]
    faults += [f"a name in {_short(one, root)} was not flushed at the end" for one in sorted(folders)]
    return faults, counted


def _joined(lines: list[str]) -> list[str]:
    """Return the calls with those that strace told in two halves put together, at the place where they ended."""
    begun: dict[str, str] = {}
    whole: list[str] = []
    for line in lines:
        pid = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>").rstrip()
        elif "resumed>" in line and pid in begun:
            whole.append(begun.pop(pid) + line.partition("resumed>")[2])
        else:
            whole.append(line)
    return whole


def _named(arguments: str) -> list[str]:
    """Return the files of a call, absolute where it names folders by number."""
    found = []
    for before, name in re.findall(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"', arguments):
        found.append(name if name.startswith("/") else f"{before}/{name}")
    return found


def _under(files: set[str], place: str) -> list[str]:
    return [one for one in files if one == place or one.startswith(place + "/")]


def _passes(file: str, root: Path) -> bool:
    return bool(PASSING.search(os.path.relpath(file, root)))


def _short(file: str, root: Path) -> str:
    """Name a file without what differs from run to run."""
    return re.sub(r"\d{8}T\d{12}|[0-9a-f]{8}[0-9a-f-]{12,}|\b\d{6,}\b|[\w-]{32}(?=\.)", "*", os.path.relpath(file, root))


if __name__ == "__main__":
    main()
