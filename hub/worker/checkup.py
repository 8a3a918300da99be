"""All that needs a hand, in every room: for ``hub doctor``."""

from __future__ import annotations

from pathlib import Path

from hub.briefing.store import Store
from hub.errors import HubError
from hub.radar.store import RadarStore, readers
from hub.storage import checkup, snapshot
from hub.storage.checkup import Finding
from hub.topics import curation
from hub.topics.facts import READER


def findings(home: Path, corpus_path: str, user_home: Path) -> list[Finding]:
    """Return what :func:`hub.storage.checkup.findings` does, and which readers' files and decisions are damaged or gone."""
    found = checkup.findings(home, corpus_path, user_home)
    for look in (_radars, _briefings, _decisions):
        try:
            found += look(home)
        except (HubError, OSError) as e:
            found.append(Finding(str(e)))
    return found


def _radars(home: Path) -> list[Finding]:
    faults = [(reader, RadarStore(home, reader).fault()) for reader in readers(home)]
    return [Finding(f"radars/{reader}: {error} Bring it back from a backup.") for reader, error in faults if error]


def _briefings(home: Path) -> list[Finding]:
    known = [Store(home), *(Store(home, reader) for reader in readers(home) if reader != Store(home).reader)]
    return [
        Finding(f"The briefing {store.place}/{key}.json is damaged. Bring it back from a backup, or delete it.")
        for store in known
        for key in store.damaged()
    ]


def _decisions(home: Path) -> list[Finding]:
    if curation.kept(home).stamp(curation.FILE) or snapshot.current_version(home) is None:
        return []
    topics = snapshot.load(home, columns=("id",)).topics
    marks = [topics[name] for name in ("hidden", "pinned") if name in topics]
    if ("named_by" in topics and (topics["named_by"] == READER).any()) or any(mark.fillna(False).any() for mark in marks):
        gone = f"Topics bear names or marks that people gave them, and {curation.FILE} is gone: the next fit would drop them."
        return [Finding(f"{gone} Bring it back from a backup.")]
    return []
