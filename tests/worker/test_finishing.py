"""What came is joined, indexed and published once; the next run does what a stopped one left, whether it brings papers or not."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from hub.i18n.messages import Said
from hub.papers.model import Kind, Paper
from hub.storage import finished, snapshot
from hub.storage.corpus import Corpus
from hub.worker.finishing import finish

TITLE = "A deep network predicts how proteins fold in living cells"
NAMES = ("arXiv:2601.00001", "doi:10.1038/s41586-026-1")
TOGETHER = [
    Paper(name, TITLE, "", ("Ada Berg", "Bo Chen"), date(2026, 3, 1), "Nature", doi=name.removeprefix("doi:"))
    for name in NAMES
]  # fmt: skip
"""Two records of one paper."""


class Killed(Exception):
    """Stands for the end of the process."""


def told(home: Path, corpus: Corpus) -> list[str]:
    """Finish; return the steps that were done."""
    steps: list[str] = []

    def report(step: Said, done: int = 0, total: int = 0) -> None:
        steps.append(str(step))

    finish(home, corpus, report)
    return steps


def is_done(home: Path, corpus: Corpus) -> bool:
    """Return whether the papers are joined, indexed and published."""
    kinds = {paper.kind for paper in corpus.papers(NAMES)}
    try:
        shown = set(snapshot.load(home).papers["id"])
    except snapshot.SnapshotError:
        return False
    return Kind.VERSION in kinds and corpus.is_indexed and NAMES[1] in shown


@pytest.mark.parametrize(
    "step", ["hub.sources.linkage.merging.join", "hub.storage.corpus.Corpus.optimize", "hub.worker.finishing.republish"]
)
def test_what_a_stopped_run_left_is_done_though_nothing_new_came(step: str, tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    corpus.upsert(TOGETHER)

    def killed(*given: object, **further: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(step, killed)
        told(tmp_path, corpus)
    assert not is_done(tmp_path, corpus)
    assert corpus.upsert(TOGETHER).duplicates == len(TOGETHER)
    assert len(told(tmp_path, corpus)) == 3 and is_done(tmp_path, corpus)
    assert told(tmp_path, corpus) == []


def test_nothing_is_done_again_until_something_is_written_or_pages_cannot_show_it(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    corpus.upsert(TOGETHER)
    assert told(tmp_path, corpus)
    shown, version = snapshot.current_version(tmp_path), corpus.version
    again = Corpus(str(tmp_path / "corpus"))  # another process
    assert told(tmp_path, again) == [] and (snapshot.current_version(tmp_path), again.version) == (shown, version)

    corpus.put([TOGETHER[1].replace(title="A deep network predicts how membrane proteins fold")])
    assert told(tmp_path, again) and told(tmp_path, again) == []

    papers = tmp_path / "snapshots" / str(snapshot.current_version(tmp_path)) / "papers.arrow"
    papers.write_bytes(papers.read_bytes()[:-100])
    assert told(tmp_path, again) and told(tmp_path, again) == []

    shutil.rmtree(tmp_path / "snapshots")
    assert told(tmp_path, again) and told(tmp_path, again) == []


def test_a_folder_whose_pages_were_made_of_other_papers_is_finished_for_itself(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    corpus.upsert(TOGETHER)
    one, other = tmp_path / "one", tmp_path / "other"
    assert told(one, corpus) and told(other, corpus) and finished.finished(other, corpus)
    assert told(one, corpus), "it does not know what the other's run published"
