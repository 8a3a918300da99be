"""What lies in the data folder, how large it is, and what of it needs a hand: for ``hub doctor``.

Nothing is changed but by :func:`repair`. A finding names what is wrong and the command that mends it; a note is for knowing only.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub import plain_disk
from hub.errors import HubError, SelectionError
from hub.plain_disk import ASIDE
from hub.settings import settings
from hub.storage import closed, integrity, inventory, leftovers, opening, paper_sets, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import republish

PLACES = {
    "corpus": "the papers", "snapshots": "what pages show", "models": "the embedder", "radars": "radars, notes, feeds' addresses",
    "briefings": "briefings", "sets": "marked papers", "curation.json": "decisions about topics",
    "curation.lock": "that one is made", "sources.json.lock": "that sources change", "sources.lock": "that sources change",
    "sources.json": "sources turned on, off or added", "sources": "visits to sources", "http": "what servers said of their pages",
    "abstracts": "abstracts asked for", "llm": "answers of the language model", "jobs": "what the worker did last",
    "inventory.log": "which things readers keep", "worker.log": "what the worker said", "worker.log.1": "what it said before",
    **{f"web.log{more}": "what the app did" for more in ("", ".1", ".2", ".3")},
    "worker.lock": "that a worker is at work", "start.lock": "that a worker starts",
    "caches": "libraries' own", "numba": "compiled code of a former release",
}  # fmt: skip
"""What may lie in the data folder, by name."""
OURS = {
    "corpus": "papers.lance", "snapshots": "CURRENT", "models": "*-int8.onnx", "radars": "*/*.json", "briefings": "*.json",
    "sets": "*.txt.gz", **dict.fromkeys(("sources", "http", "abstracts", "llm", "jobs"), "cache.db"),
}  # fmt: skip
"""What a folder in the home directory must hold to be ours: a person may have folders of these names."""
STRAY = (".cache/Microsoft/DeveloperTools/.onnxruntime",)
"""What libraries of former releases left in the home directory."""
TABLES = ("jobs", "sources", "http", "abstracts", "llm")
"""Tables whose content comes anew."""
NAMED = 3
"""Documents that are gone and told by name, of each place."""
LOW_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that needs a hand: what is wrong, and the command that mends it (empty where a person must decide)."""

    what: str
    command: str = ""


def sizes(home: Path) -> dict[str, int]:
    """Return the bytes of each thing in the data folder, what :data:`PLACES` does not know under its own name.

    A file that several versions of a Snapshot have in common counts once.
    """
    return {place.name: _size(place) for place in sorted(home.iterdir())}


def _size(place: Path) -> int:
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file() and not file.is_symlink()]
    return sum({(about.st_dev, about.st_ino): about.st_size for about in map(Path.stat, files)}.values())


def shown(home: Path) -> dict[str, Any]:
    """Return what the Snapshot of now is made of; empty where there is none, it is damaged or closed."""
    try:
        meta = snapshot.load(home).meta
    except (HubError, OSError):  # closed: told as a finding
        return {}
    return {name: meta.get(name) for name in ("version", "papers", "topics", "embedder")}


def findings(home: Path, corpus_path: str, user_home: Path) -> list[Finding]:
    """Return all that needs a hand: damaged, left over, nearly full, or lying in the user's home directory.

    Parameters
    ----------
    corpus_path
        The paper table, which may lie elsewhere.
    user_home
        The home directory, which a former release filled where ``HUB_HOME`` was not set.
    """
    found = _closed(home)
    for look in (lambda: _strewn(home, user_home), lambda: _left_over(home), lambda: _damaged(home, corpus_path)):
        try:
            found += look()
        except OSError as e:
            found.append(Finding(f"{e.filename or home} cannot be read ({e.strerror})."))
    if (free := shutil.disk_usage(home).free) < LOW_BYTES:
        left = f"The disk of {home} has {free / 1e6:,.0f} MB left, and a fit writes a new version beside the old: make room."
        found.append(Finding(left))
    return found


def repair(home: Path, corpus_path: str) -> list[str]:
    """Mend what can be mended without losing anything, and say what was done; the worker must not be at work.

    A damaged search index is made anew; leftovers of stopped workers go, damaged tables are moved aside, ``CURRENT`` names the
    newest version again, and where an older Snapshot stands in, the papers are published anew with its topics.
    """
    done = _indexed(corpus_path)
    if swept := leftovers.sweep(home, 0):
        done.append(f"removed what stopped workers left: {', '.join(file.name for file in swept)}")
    for name in TABLES:
        if os.access(home / name / "cache.db", os.R_OK) and _broken(home / name / "cache.db"):
            plain_disk.table(home / name).close()
            done.append(f"moved the damaged {name} aside; what it held comes anew")
    version = snapshot.current_version(home)
    try:
        now = snapshot.load(home) if version else None
        if now is not None and now.instead_of:
            done.append(f"published {republish(home, opening.corpus(home, corpus_path))} in place of the damaged {version}")
        elif version and snapshot.pointed(home) != version:
            integrity.write(home / "snapshots" / "CURRENT", version)
            done.append(f"CURRENT names {version} again")
    except HubError as e:
        done.append(f"not mended: {e}")
    return done


def _indexed(corpus_path: str) -> list[str]:
    if "://" not in corpus_path and not Path(corpus_path).exists():
        return []
    done = []
    try:
        table = Corpus(corpus_path)
        if aside := table.move_damaged_aside():
            done.append(f"moved damaged tables of the papers aside: {', '.join(aside)}; what they held is made again")
        if len(table) and table.index_fault():
            table.reindex()
            done.append("made the search index anew")
    except Exception as e:  # noqa: BLE001  # whatever a broken table raises is told, and the rest is mended
        done.append(f"not mended: the paper table ({e})")
    return done


def _damaged(home: Path, corpus_path: str) -> list[Finding]:
    found = []
    papers, mend = 0, "python -m hub doctor --repair"
    try:
        if "://" in corpus_path or Path(corpus_path).exists():  # opening it would make it
            stored = Corpus(corpus_path)
            papers = len(stored)
            if papers and (why := stored.index_fault()):
                what = f"The search index of the paper table is damaged ({why}); it can be made anew, and no paper is lost."
                found.append(Finding(what, mend))
            found += [
                Finding(
                    f"The table {name} of {corpus_path} is damaged; what it holds is made again.", "python -m hub doctor --repair"
                )
                for name in stored.damaged_tables()
            ]
    except Exception as e:  # noqa: BLE001  # whatever a broken table raises is the finding
        found.append(Finding(str(e)))
    again = "python -m hub fit" if papers else ""
    try:
        if not papers and (shown := snapshot.told(home)["papers"]):
            gone = f"Pages show {shown} papers, and the paper table {corpus_path} is gone, empty or closed."
            found.append(Finding(f"{gone} Bring it back from a backup (`hub restore`)."))
        version = snapshot.current_version(home)
        if version:
            now = snapshot.load(home)
            _ = now.vectors.shape, now.terms.counts.shape, now.subtopics.shape
            found += _stood_in(home, now, again)
    except Exception as e:  # noqa: BLE001  # whatever a broken file raises is the finding
        found.append(Finding(f"The snapshot that pages show is damaged ({e}).", again))
    for name in ("curation.json", "sources.json"):
        file = home / name
        try:
            if file.exists():
                json.loads(file.read_text("utf-8"))
        except OSError:  # told as closed
            continue
        except ValueError as e:
            away = _command("mv", file, file.with_suffix(".damaged"))
            found.append(Finding(f"{file} cannot be read ({e}): correct it, or move it away.", away))
    found += _sets(home)
    found += _gone(home)
    for table in TABLES:
        file = home / table / "cache.db"
        if os.access(file, os.R_OK) and (why := _broken(file)):
            found.append(Finding(f"{file} is damaged ({why}); what it holds comes anew.", _command("rm", "-r", file.parent)))
    return found


def _closed(home: Path) -> list[Finding]:
    mend = "python -m hub doctor --repair"
    found = [Finding(f"{place} cannot be read, or not written to.", mend) for place in closed.closed(home)]
    return found + [Finding(f"{place} is a file where a folder belongs.", mend) for place in closed.out_of_place(home)]


def _gone(home: Path) -> list[Finding]:
    places: dict[str, list[str]] = {}
    if settings().database.get_secret_value():
        return []  # readers' things are there
    for name in inventory.gone(home):
        place, _, last = name.rpartition("/")
        places.setdefault(place, []).append(last)
    return [
        Finding(
            f"{home / place} kept {', '.join(names[:NAMED])}{f' and {len(names) - NAMED} more' if len(names) > NAMED else ''},"
            " and that is gone. Bring it back from a backup; where it was meant to go, say so:",
            "python -m hub doctor --forget",
        )
        for place, names in places.items()
    ]


def _sets(home: Path) -> list[Finding]:
    found = []
    for key in paper_sets.names(home):
        try:
            paper_sets.load(home, key)
        except SelectionError as e:
            found.append(Finding(str(e), _command("rm", home / "sets" / f"{key}.txt.gz")))
    return found


def _stood_in(home: Path, now: snapshot.Snapshot, again: str) -> list[Finding]:
    """Return what keeps pages from showing the newest version, or all of it."""
    if now.instead_of:
        return [Finding(f"The snapshot {now.instead_of} is damaged; pages show the older {now.version}.", again)]
    if now.damaged:
        return [Finding(f"The snapshot {now.version} lacks what is damaged: {', '.join(now.damaged)}.", again)]
    if snapshot.pointed(home) != now.version:
        return [Finding(f"{home / 'snapshots' / 'CURRENT'} is gone or damaged; pages show the newest, {now.version}.", again)]
    return []


def _broken(file: Path) -> str:
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as table:
            (said,) = table.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as e:
        return str(e)
    return "" if said == "ok" else str(said)


def _left_over(home: Path) -> list[Finding]:
    drafts = leftovers.drafts(home)
    known = {*PLACES, *(file.name for file in drafts)}
    known |= {place.name for place in home.iterdir() if place.name.startswith(".") or ASIDE in place.name}
    unknown = sorted(place.name for place in home.iterdir() if place.name not in known)
    found = []
    if drafts and not integrity.held(home / "worker.lock"):
        found.append(Finding("Files of a worker that was stopped are left over.", _command("rm", "-r", *drafts)))
    found += [
        Finding(f"{place} was damaged and moved aside{_anew(place.name)}.", _command("rm", "-r", place))
        for place in sorted([*home.glob(f"*{ASIDE}*"), *home.glob(f"corpus/*{ASIDE}*")])
    ]
    if unknown:
        found.append(Finding(f"Not of AcademicHub: {', '.join(unknown)}. Is {home} the right folder?"))
    return found


def _anew(name: str) -> str:
    return "" if name.partition(".")[0] in inventory.ROOMS else "; what it held comes anew"


def _strewn(home: Path, user_home: Path) -> list[Finding]:
    """Return what a former release left in the home directory, and the command that moves it into the data folder."""
    found = []
    if home.resolve() == user_home.resolve():
        found.append(Finding("HUB_HOME is your home directory. Unset it, or set it to a folder of its own; then run this again."))
    elif (user_home / "snapshots" / "CURRENT").exists() or (user_home / "corpus" / "papers.lance").exists():
        there = [user_home / name for name, ours in OURS.items() if any((user_home / name).glob(ours))]
        there += [place for name in ("curation.json", "sources.json", "worker.log") if (place := user_home / name).is_file()]
        twice = [place.name for place in there if (home / place.name).exists()]
        move = [place for place in there if place.name not in twice and place.suffix != ".lock"]
        names = ", ".join(place.name for place in there)
        what = f"An earlier run left its data in your home directory: {names}."
        if twice:
            what += f" {home} has {', '.join(twice)} too: look at both (the old with HUB_HOME={user_home}), keep one."
        found.append(Finding(what, _command("mv", *move, home) if move and not twice else ""))
    found += [
        Finding(f"A library's telemetry of an earlier run is left: {user_home / place}.", _command("rm", "-r", user_home / place))
        for place in STRAY
        if (user_home / place).exists()
    ]
    return found


def _command(*words: str | Path) -> str:
    return shlex.join(str(word) for word in words)
