"""All that writes into a data folder, as acts that are done again and again, each with what it acknowledges.

``do`` returns what is acknowledged once it has come to its end; ``gone``, in a process that starts anew, what of it is not there.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from hub import demo
from hub.__main__ import main
from hub.briefing.store import Store
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.storage import backup, paper_sets, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.topics import curation

BATCH = 10
THUMBS = "My radar"


class Act(NamedTuple):
    """``do(home, n)`` does it the n-th time; ``gone(home, acknowledged)`` names what was acknowledged and is not there."""

    do: Callable[[Path, int], str]
    gone: Callable[[Path, list[str]], list[str]]


def command(*words: str) -> str:
    """Run a command as the command line does; return what it printed.

    Raises
    ------
    RuntimeError
        When it ends with another code than 0.
    """
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([*words])
    if code:
        raise RuntimeError(f"{' '.join(words)}: {code}: {err.getvalue()[-300:]}")
    return out.getvalue()


def new_papers(n: int, size: int = BATCH) -> list[dict[str, object]]:
    """Return records of papers that no other number gives."""
    made = demo.papers(seed=1000 + n, count=size)
    return [
        {"doi": f"10.5555/{n:05d}.{i:04d}", "title": f"{paper.title} ({n}, {i})", "abstract": paper.abstract,
         "authors": list(paper.authors), "published": str(paper.published), "source": "arXiv", "field": paper.field}
        for i, paper in enumerate(made)
    ]  # fmt: skip


def _import(home: Path, n: int) -> str:
    with _lines(new_papers(n)) as file:
        command("import", file, "--json")
    return f"doi:10.5555/{n:05d}.0000"


@contextmanager
def _lines(records: list[dict[str, object]]) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
        file.flush()
        yield file.name


def _imported(home: Path, acknowledged: list[str]) -> list[str]:
    wanted = [f"{first[:-4]}{i:04d}" for first in acknowledged for i in range(BATCH)]
    stored = set(Corpus(str(home / "corpus")).columns(["id"])["id"])
    shown = set(snapshot.load(home, columns=("id",)).papers["id"])
    return [paper for paper in wanted if paper not in stored or paper not in shown]


def _none(home: Path, acknowledged: list[str]) -> list[str]:
    return []


def _run(*words: str) -> Callable[[Path, int], str]:
    def do(home: Path, n: int) -> str:
        command(*words, "--json")
        return "done"

    return do


def _place(home: Path, n: int) -> str:
    told = _import(home, n)
    command("place", "--json")
    return told


def _rename(home: Path, n: int) -> str:
    topic = int(snapshot.load(home, columns=("id",)).topics["topic"].iloc[0])
    command("curate", "rename", str(topic), f"Name {n}", "--json")
    command("curate", "pin" if n % 2 else "unpin", str(topic), "--json")
    return f"{topic} {n}"


def _renamed(home: Path, acknowledged: list[str]) -> list[str]:
    if not acknowledged:
        return []
    topic, n = map(int, acknowledged[-1].split())
    named = curation.load(home).names.get(topic, "")
    later = named.removeprefix("Name ")  # of an act that was killed before it was acknowledged, or of several
    return [] if later.isdigit() and int(later) >= n else [f"topic {topic} is {named!r}, not Name {n}"]


def _merge(home: Path, n: int) -> str:
    topics = sorted(snapshot.load(home, columns=("id",)).topics["topic"].tolist())
    decided = curation.load(home).merged
    if decided:
        command("curate", "forget", str(next(iter(decided))), "--json")
        return ""
    command("curate", "merge", str(topics[-1]), str(topics[0]), "--json")
    return ""


def _publish(home: Path, n: int) -> str:
    return republish(home, Corpus(str(home / "corpus")))


def _published(home: Path, acknowledged: list[str]) -> list[str]:
    now = snapshot.current_version(home) or ""
    return [f"{acknowledged[-1]} was published, {now} is shown"] if acknowledged and now < acknowledged[-1] else []


def _thumb(home: Path, n: int) -> str:
    store = RadarStore(home)
    if THUMBS not in store.names():
        store.save(Radar(THUMBS))
    store.change(THUMBS, lambda radar: radar.rated(f"p{n}", 1 if n % 3 else -1))
    return f"p{n}"


def _thumbs(home: Path, acknowledged: list[str]) -> list[str]:
    if not acknowledged:
        return []
    radar = RadarStore(home).radar(THUMBS)
    return [paper for paper in acknowledged if paper not in (*radar.liked, *radar.disliked)]


def _note(home: Path, n: int) -> str:
    reading = Reading(RadarStore(home))
    reading.note(f"p{n}", f"note {n}")
    reading.mark([f"p{n}"], "saved")
    return f"p{n}"


def _notes(home: Path, acknowledged: list[str]) -> list[str]:
    notes, saved = Reading(RadarStore(home)).notes(), Reading(RadarStore(home)).statuses()
    return [paper for paper in acknowledged if paper not in notes or saved.get(paper) != "saved"]


def _radar(home: Path, n: int) -> str:
    command("radar", "--name", f"radar {n % 80}", "--keyword", f"word{n}", "--save", "--limit", "1", "--json")
    return f"radar {n % 80}"


def _radars(home: Path, acknowledged: list[str]) -> list[str]:
    return [name for name in acknowledged if name not in RadarStore(home).names()]


def _brief(home: Path, n: int) -> str:
    told = json.loads(command("brief", "--no-llm", "--length", "short", "--seed", str(n), "--question", f"number {n}", "--json"))
    return str(told["key"])


def _briefs(home: Path, acknowledged: list[str]) -> list[str]:
    kept = Store(home)
    return [key for key in acknowledged if not kept.has(key) or key in kept.damaged()]


def _set(home: Path, n: int) -> str:
    return paper_sets.keep(home, [f"p{n}", f"p{n + 1}"]).key


def _sets(home: Path, acknowledged: list[str]) -> list[str]:
    return [key for key in acknowledged if len(paper_sets.load(home, key).ids) != 2]


def _out(home: Path, name: str) -> Path:
    return home.parent / f"{home.name}-{name}"


def _backup(home: Path, n: int) -> str:
    command("backup", str(_out(home, "kept.tar")), "--json")
    return "kept.tar"


def _backups(home: Path, acknowledged: list[str]) -> list[str]:
    file = _out(home, "kept.tar")
    if not acknowledged and not file.exists():
        return []
    with tempfile.TemporaryDirectory() as folder:
        done = backup.restore(Path(folder), f"{folder}/corpus", file)
        return [] if done.papers == len(snapshot.load(Path(folder), columns=("id",))) else ["the backup lacks papers"]


def _restore(home: Path, n: int) -> str:
    if not _out(home, "kept.tar").exists():
        _backup(home, n)
    command("restore", "--replace", str(_out(home, "kept.tar")), "--json")
    return "restored"


def _export(home: Path, n: int) -> str:
    command("export", "csv", "-o", str(_out(home, "all.csv")))
    return "all.csv"


def _exports(home: Path, acknowledged: list[str]) -> list[str]:
    file = _out(home, "all.csv")
    if not acknowledged:
        return []
    data = file.read_bytes()
    return [] if data.endswith(b"\n") and data.count(b"\ndoi:") >= 30 else ["the export is not whole"]


def _source(home: Path, n: int) -> str:
    command("sources", "--off" if n % 2 else "--on", "letters", "--json")
    return str(n % 2)


def _sources(home: Path, acknowledged: list[str]) -> list[str]:
    json.loads((home / "sources.json").read_text("utf-8")) if acknowledged else None
    return []


ACTS: dict[str, Act] = {
    "import": Act(_import, _imported), "gather": Act(_run("gather"), _none), "refresh": Act(_run("refresh"), _none),
    "place": Act(_place, _imported), "fit": Act(_run("fit"), _none), "clean": Act(_run("clean"), _none),
    "publish": Act(_publish, _published), "rename": Act(_rename, _renamed), "merge": Act(_merge, _none),
    "thumbs": Act(_thumb, _thumbs), "notes": Act(_note, _notes), "radar": Act(_radar, _radars), "brief": Act(_brief, _briefs),
    "sets": Act(_set, _sets), "backup": Act(_backup, _backups), "export": Act(_export, _exports),
    "sources": Act(_source, _sources), "restore": Act(_restore, _none),
}  # fmt: skip
"""By name; ``restore`` last, since what it brings back is older than what the others acknowledged."""
