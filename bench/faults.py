"""Every file of a data folder, gone, empty, cut short, garbled, older, newer or closed: what pages, commands and doctor say.

``python -m bench faults``. For each kind of file one is harmed in a copy of a small data folder; then a process that starts anew
opens the pages that need it, runs commands that read and write, and ``hub doctor``, once more after ``--repair``. An exception
that nobody foresaw is a traceback; a command that ends well and leaves fewer papers or no topics is a silent loss, and so is a
file that cannot be read, cannot be made again, and of which nobody tells. HUB_BENCH_PARTS names parts of names;
HUB_BENCH_SECONDS ends it early, after a sample. Of HUB_BENCH_SHARD (``0/2``) one part is done. HUB_BENCH_RESULTS names a file
that lines are added to: harms that stand there are not tried again, so that a run that was broken off goes on.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.kills import _apart, _prepared, _quiet

CAPABILITIES = "-dac_override,-dac_read_search"
MOST_BYTES = 8 << 30
PAGES = (
    (r"snapshots(/\*)?$|/(papers|topics|themes)\.arrow|meta\.json|CURRENT", ("today", "trends", "topics", "bridges", "papers")),
    (r"/(outlook|trust|lineage)\.arrow", ("trends", "topics")),
    (r"/(bridge|closer|paper_links|vectors\.npy)", ("bridges", "papers")),
    (r"/(terms|model_|sub|candidates)", ("topics", "papers")),
    (r"^snapshots", ("today", "papers")),
    (r"^corpus/(papers\.lance/(data|_versions|_indices)|[^/]*\.lance$)|^corpus$", ("today", "papers")),
    (r"^corpus|^sets|^models", ("papers",)),
    (r"^radars", ("radar", "today")),
    (r"^briefings", ("briefings",)),
    (r"^curation", ("topics",)),
    (r"^(sources|http|jobs|abstracts)", ("sources", "today")),
    (r"", ("today",)),
)
"""The pages that need what lies under a name: of the first expression that is found in it."""
COMMANDS: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    (r"^snapshots|^corpus/(papers|notes)|^corpus$", (("topics", "--json"), ("import", "{new}", "--json"))),
    (r"^corpus/vectors|^models", (("place", "--json"),)),
    (r"^radars", (("radar", "--name", "radar 1", "--limit", "1", "--json"), ("radar", "--due", "--json"))),
    (r"^briefings", (("brief", "--no-llm", "--length", "short", "--seed", "5", "--json"),)),
    (r"^sets", (("export", "csv", "--set", "{set}", "-o", "{out}"),)),
    (r"^curation", (("curate", "list", "--json"), ("curate", "pin", "0", "--json"))),
    (r"", (("sources", "--health", "--json"), ("refresh", "--json"))),
)
LIKE_OTHERS = re.compile(r"/(bridge_|candidates|closer|found_|lineage|model_|outlook|paper_links|trust|themes)|part_|page_lookup|"
                         r"_indices/\*/\*|_transactions|_deletions|abstracts|web\.log")  # fmt: skip
FEW = ("missing", "half", "newer", "unreadable", "closed")
"""Harms of what is read as others are."""
AGAIN = re.compile(
    r"^(caches|http|jobs|sources/|abstracts|llm|models|worker|web|start|snapshots|corpus/(vectors|notes)|corpus/.*_transactions"
    r"|radars/[^/]*/vectors-|[^/]*\.lock)"
)
"""What can be made again; of the rest it must be told."""


def main() -> None:
    """Harm, look, and print a line for each harm of each file, and the sums."""
    if os.name == "posix" and os.geteuid() == 0 and "HUB_BENCH_BOUND" not in os.environ and shutil.which("setpriv"):
        bound = [
            "setpriv",
            f"--bounding-set={CAPABILITIES}",
            f"--inh-caps={CAPABILITIES}",
            sys.executable,
            "-m",
            "bench",
            "faults",
        ]
        subprocess.run(bound, check=False, env={**os.environ, "HUB_BENCH_BOUND": "1"})  # else no file is closed to root
        return
    warnings.filterwarnings("ignore", message="lancedb fork")
    with tempfile.TemporaryDirectory() as folder:
        feed = subprocess.Popen([sys.executable, "-m", "bench.kills", "--feed"], stdout=subprocess.PIPE, text=True)
        assert feed.stdout is not None
        try:
            home = _prepared(Path(folder), feed.stdout.readline().strip(), int(os.environ.get("HUB_BENCH_PAPERS", "120")))
            os.environ["HUB_AUTO_START"] = "0"
            older = Path(shutil.copytree(home, Path(folder) / "older"))
            key = _apart(lambda: _lived_in(home))
            _preload()
            _all_harms(home, older, key, Path(folder) / "trial")
        finally:
            feed.terminate()
            feed.wait()


def _preload() -> None:
    """Import once what each look needs: no table is opened before the fork."""
    for name in (
        "hub.sources.linkage.merging", "hub.sources.refresh", "hub.topics.fit", "hub.topics.transform", "hub.ui.shell",
        "hub.ui.sources.page", "hub.ui.trends.page", "hub.worker.checkup", "hub.worker.pipeline", "lancedb.index",
        "lancedb.query", "onnxruntime", "sklearn.cluster", "streamlit.testing.v1",
    ):  # fmt: skip
        importlib.import_module(name)


def _lived_in(home: Path) -> str:
    """Let a data folder have all that readers and the worker leave in it; return the name of the set of papers."""
    from bench._acts import ACTS
    from hub.storage import paper_sets, snapshot

    for name in ("gather", "import", "fit", "rename", "thumbs", "notes", "brief", "sources"):
        ACTS[name].do(home, 2)
    ACTS["radar"].do(home, 1)
    (home / "web.log").write_text("{}\n")
    return paper_sets.keep(home, snapshot.load(home, columns=("id",)).papers["id"].head(3).tolist()).key


def _all_harms(home: Path, older: Path, key: str, trial: Path) -> None:
    totals: Counter[str] = Counter()
    words = [word for word in os.environ.get("HUB_BENCH_PARTS", "").split(",") if word]
    ends = time.monotonic() + float(os.environ.get("HUB_BENCH_SECONDS", "36000"))
    harms = [
        (kind, file, harm, does)
        for kind, file in kinds(home).items()
        for harm, does in (HARMS_OF_FOLDERS if (home / file).is_dir() else HARMS).items()
        if (not words or any(word in kind for word in words)) and (harm in FEW or not LIKE_OTHERS.search(kind))
    ]
    totals["all"] = len(harms)
    random.Random(0).shuffle(harms)  # so that what the time allows is a sample of all
    shard, _, of = os.environ.get("HUB_BENCH_SHARD", "0/1").partition("/")
    results = Path(os.environ.get("HUB_BENCH_RESULTS") or home.parent / "results.jsonl")
    done = {(row["file"], row["harm"]) for row in _rows(results)}
    for kind, file, harm, does in harms[int(shard) :: int(of)]:
        if time.monotonic() > ends:
            break
        if (kind, harm) in done:
            continue
        shutil.rmtree(trial, ignore_errors=True)
        shutil.copytree(home, trial, copy_function=_linked)
        if not does(trial / file, older / file):
            totals["not possible"] += 1
            _note(results, {"file": kind, "harm": harm, "possible": False})
            continue
        os.environ["HUB_HOME"] = str(trial)
        try:
            row = _apart(partial(_seen, trial, home, file, key))
        except RuntimeError as e:
            row = {"tracebacks": [f"! {str(e).strip().splitlines()[-1]}"], "lost": [], "told": False, "mended": False}
        subprocess.run(["chmod", "-R", "u+rwX", str(trial)], check=True)
        for name in ("tracebacks", "lost", "told", "mended"):
            totals[name] += bool(row[name])
        totals["harms"] += 1
        print(json.dumps({"file": kind, "harm": harm, **row}, ensure_ascii=False), flush=True)
        _note(results, {"file": kind, "harm": harm, **row})
    print(json.dumps({"all": dict(totals)}), flush=True)


def _rows(results: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in results.read_text("utf-8").splitlines()] if results.exists() else []


def _note(results: Path, row: dict[str, Any]) -> None:
    with results.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _linked(file: str, to: str) -> str:
    """Copy a file; a large one that is never written in place becomes a link, which every harm replaces."""
    return os.link(file, to) or to if file.endswith(".onnx") else shutil.copy2(file, to)  # type: ignore[func-returns-value]


def kinds(home: Path) -> dict[str, str]:
    """Return of each kind of file and folder the newest one, by a name without numbers."""
    found: dict[str, tuple[float, str]] = {}
    current = (home / "snapshots" / "CURRENT").read_text()
    for place in home.rglob("*"):
        name = str(place.relative_to(home))
        passing = "caches" in name or name.endswith(".lock")
        if passing or (name.startswith("snapshots/2") and current not in name):
            continue
        kind = re.sub(r"\d{8}T\d{12}|[0-9a-f]{8}[0-9a-f-]{8,}|\d{6,}|[\w-]{32}(?=[./]|$)", "*", name)
        kind = re.sub(r"(?<=/)[0-9a-zA-Z*-]+(?=\.(lance|manifest|txn)$)", "*", kind) if "/data/" in kind or "_" in kind else kind
        if kind not in found or place.stat().st_mtime > found[kind][0]:
            found[kind] = place.stat().st_mtime, name
    return {kind: name for kind, (_, name) in sorted(found.items())}


def _garbled(file: Path, _older: Path) -> bool:
    data = bytearray(file.read_bytes())
    start, length = len(data) // 3, max(1, len(data) // 3)
    data[start : start + length] = random.Random(0).randbytes(length)
    return _written(file, bytes(data))


def _written(file: Path, data: bytes) -> bool:
    file.unlink()
    file.write_bytes(data)
    return True


def _older(file: Path, older: Path) -> bool:
    if older.name.count("T") and not older.exists():
        older = next(iter(sorted(older.parents[1].glob(f"2*/{file.name}"))), older)
    return older.is_file() and older.read_bytes() != file.read_bytes() and _written(file, older.read_bytes())


def _newer(file: Path, _older: Path) -> bool:
    """Write what a later release might: one more column, one more key, a higher number of the format."""
    if file.suffix == ".arrow":
        import pyarrow as pa
        import pyarrow.feather as feather

        table = feather.read_table(file)
        file.unlink()
        feather.write_feather(table.append_column("of_later", pa.array([1] * len(table))), file, compression="uncompressed")
        return True
    try:
        value = json.loads(file.read_text("utf-8"))
    except ValueError:
        return False
    if not isinstance(value, dict):
        return False
    return _written(file, json.dumps({**value, "format": 99, "of_later": {"a": [1]}}).encode())


def _missing(place: Path, _older: Path) -> bool:
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    return True


def _mode(mode: int) -> Callable[[Path, Path], bool]:
    def harm(place: Path, _older: Path) -> bool:
        place.chmod(mode)
        return True

    return harm


def _a_file(place: Path, _older: Path) -> bool:
    return _missing(place, place) and place.write_bytes(b"") == 0


HARMS: dict[str, Callable[[Path, Path], bool]] = {
    "missing": _missing, "empty": lambda file, _: _written(file, b""),
    "half": lambda file, _: _written(file, file.read_bytes()[: file.stat().st_size // 2]), "garbled": _garbled, "older": _older,
    "newer": _newer, "unreadable": _mode(0),
}  # fmt: skip
HARMS_OF_FOLDERS: dict[str, Callable[[Path, Path], bool]] = {
    "missing": _missing, "a file": _a_file, "closed": _mode(0o500), "unreadable": _mode(0),
}  # fmt: skip


def _seen(trial: Path, home: Path, file: str, key: str) -> dict[str, Any]:
    """Look at a harmed folder as a new process does."""
    from bench._acts import new_papers
    from hub.storage import snapshot

    _quiet(home.parent / "child.log")
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))  # a garbled length may ask for any amount
    kind = re.sub(r"\d{8}T\d{12}", "*", file)
    opened = next(pages for pattern, pages in PAGES if re.search(pattern, kind))
    asked = next(commands for pattern, commands in COMMANDS if re.search(pattern, kind))
    before, stands = snapshot.told(home), (trial / file).exists()
    out = home.parent / "out.csv"
    new = home.parent / "new.jsonl"
    new.write_text("".join(json.dumps(record) + "\n" for record in new_papers(77, 3)))
    doctor = _doctor(trial)
    pages = {page: _page(page) for page in opened}
    commands = {}
    for words in asked:
        commands[" ".join(words[:2])] = _command([word.format(new=new, set=key, out=out) for word in words])
    lost = []
    if asked[-1][0] in ("import", "refresh", "place") and all(said == "0" for said in commands.values()):
        after = snapshot.told(trial)
        lost += [f"{name}: {before[name]}, now {after[name]}" for name in before if not after[name]]
        lost += ["fewer papers"] if after["papers"] < before["papers"] else []
    told = bool(doctor or [1 for said in (*pages.values(), *commands.values()) if said not in ("ok", "0")])
    if not told and not AGAIN.match(file) and stands and not _reads(trial / file):
        lost.append("nobody tells of it")
    repaired = _command(["doctor", "--repair", "--json"])
    again = _doctor(trial)
    wrong = [f"{name}: {said}" for name, said in {**pages, **commands, "repair": repaired}.items() if said.startswith("!")]
    wrong += [said for said in (*doctor, *again) if said.startswith("!")]
    return {"tracebacks": wrong, "lost": lost, "told": told, "mended": not again, "pages": pages, "commands": commands,
            "doctor": doctor[:3], "after_repair": again[:3]}  # fmt: skip


def _reads(file: Path) -> bool:
    """Whether what stands there can be read: what is older or newer and understood is no harm."""
    try:
        return file.is_dir() or bool(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError):
        return False


def _doctor(home: Path) -> list[str]:
    from hub.errors import HubError
    from hub.worker import checkup

    try:
        return [finding.what[:160] for finding in checkup.findings(home, str(home / "corpus"), home / "none")]
    except HubError as e:
        return [str(e)[:160]]
    except Exception as e:  # noqa: BLE001 - this is what is looked for
        return [f"! doctor: {type(e).__name__}: {e}"[:200]]


def _page(page: str) -> str:
    from streamlit.testing.v1 import AppTest

    import hub.ui
    from hub.settings import app_folder

    try:
        app = AppTest.from_file(str(Path(hub.ui.__file__).with_name("shell.py")), default_timeout=120)
        if page == "papers":
            app.query_params["q"] = "mixing"
        app.switch_page(str(app_folder() / "pages" / f"{page}.py"))
        app.run()
    except Exception as e:  # noqa: BLE001 - this is what is looked for
        return f"! {type(e).__name__}: {e}"[:200]
    if app.exception:
        return f"! {app.exception[0].message}"[:200]
    said = [element.value for kind in (app.error, app.warning) for element in kind]
    return f"told: {said[0]}"[:140] if said else "ok"


def _command(words: list[str]) -> str:
    import contextlib
    import io

    from hub.__main__ import main as run

    err = io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
            code = run(words)
    except Exception as e:  # noqa: BLE001 - this is what is looked for
        return f"! {type(e).__name__}: {e}"[:200]
    return "0" if code == 0 else f"{code}: {err.getvalue().strip()[-140:]}"


if __name__ == "__main__":
    main()
