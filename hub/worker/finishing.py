"""What follows when papers came: versions of one paper are joined, the indices brought up to date, all of it published."""

from __future__ import annotations

from pathlib import Path

from hub.i18n.messages import Said
from hub.storage import finished, memory
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.worker.jobs import Report


def finish(home: Path, corpus: Corpus, report: Report) -> int:
    """Join, index and publish the papers; return how many records became versions of a paper.

    Nothing is done where nothing was written since all of that was done last, whichever run did it.
    """
    from hub.sources.linkage.merging import join

    if finished.finished(home, corpus):
        return 0
    memory.release()
    report(Said("Joining versions of one paper"))
    joined = join(corpus)
    memory.release()
    report(Said("Indexing the papers"))
    corpus.optimize()
    memory.release()
    if len(corpus):
        report(Said("Publishing the papers"))
        state = finished.written(corpus)
        finished.note(corpus, state, republish(home, corpus))
    return joined
