"""Where fields meet: papers of two fields, and pairs that are close and say one thing."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np

from hub.briefing import Request, facts
from hub.briefing.evidence import by_field, gather
from hub.briefing.meeting import meeting, shared_phrase, sides
from hub.storage import snapshot
from hub.storage.selection import Selection
from tests.briefing.conftest import Hub, make_hub, paper
from tests.briefing.test_extractive import written

ASKED = ("cs.CL", "q-bio.PE")


def test_papers_that_stand_in_two_fields_are_cited(tmp_path: Path) -> None:
    papers = [paper(i, categories=("cs.CL", "q-bio.PE")) if i == 8 else paper(i) for i in range(60)]
    hub = make_hub(tmp_path, papers)
    made = written(hub, Request(Selection(fields=ASKED)))
    assert papers[8].id in {s.id for s in made.references}
    meet = made.markdown.split("## Where they meet")[1].split("\n## ")[0]
    assert "stand in cs.CL and q-bio.PE at once" in meet and papers[8].title in meet


def test_each_field_asked_for_has_its_share(tmp_path: Path) -> None:
    """A field of few papers is read and quoted although another has ten times as many."""
    papers = [paper(i if i % 11 == 0 else 2, id=f"arXiv:2602.{i:05d}") for i in range(0, 110)]
    papers = [p if p.field in ASKED else paper(0, id=p.id) for p in papers]
    hub = make_hub(tmp_path, papers)
    selection = Selection(fields=ASKED)
    rows = selection.rows(hub.snapshot)
    sizes = Counter(hub.snapshot.papers["field"].astype(str).to_numpy()[rows].tolist())
    assert min(sizes.values()) < 15
    order = by_field(hub.snapshot, rows, 24, ASKED)
    taken = Counter(hub.snapshot.papers["field"].astype(str).to_numpy()[order[:24]].tolist())
    assert min(taken.values()) >= 6
    evidence = gather(hub.snapshot, hub.corpus, rows, papers=24, budget=100_000, asked=ASKED)
    assert Counter(evidence.side.values())[1] >= 5 and evidence.asked == ASKED


def test_pairs_lie_above_the_corpus_on_two_sides_and_share_a_phrase(tmp_path: Path) -> None:
    same = "We show that percolation thresholds of clustered networks decide how far an outbreak or a rumour can travel."
    papers = [paper(i, abstract=same) if i in (6, 8) else paper(i) for i in range(60)]
    hub = make_hub(tmp_path, papers)
    rows = np.arange(len(hub.snapshot))
    at = {hub.snapshot.row_of[papers[i].id]: i for i in (6, 8)}
    one, two = at
    vectors = np.array(hub.snapshot.vectors)
    vectors[two] = vectors[one]
    hub.snapshot.__dict__["vectors"] = vectors
    found = meeting(hub.snapshot, hub.corpus, rows, ASKED, 3)
    assert {found.pairs[0][0], found.pairs[0][1]} == {one, two}
    assert found.pairs[0][3] > 99.9 or found.pairs[0][2] > 0.99
    assert "percolation thresholds" in found.pairs[0][4]
    side = dict(zip(rows.tolist(), sides(hub.snapshot, rows, ASKED).tolist(), strict=True))
    assert all({side[a], side[b]} == {0, 1} for a, b, *_ in found.pairs)


def test_a_phrase_of_everywhere_is_none() -> None:
    one = paper(0, title="Rust", abstract="Deep learning for large scale experiments shows different results.")
    two = paper(1, title="Melt", abstract="Deep learning for large scale experiments gives other figures.")
    assert shared_phrase(one, two) == ""


def test_a_field_alone_meets_nothing(hub: Hub) -> None:
    made = written(hub, Request(Selection(fields=("cs.CL",))))
    assert "Where they meet" not in made.markdown


def test_a_chinese_briefing_gives_reasons_and_domains_in_chinese(demo_home: Path, tmp_path: Path) -> None:
    shown = snapshot.load(Path(shutil.copytree(demo_home, tmp_path / "home")))
    rows = np.arange(len(shown.papers))
    told = {kind: [f.text for f in facts.findings(shown, rows, Selection(), lambda _: rows, "zh", 1)[0] if f.kind == kind]
            for kind in ("trend", "bridge")}  # fmt: skip
    assert told["trend"]
    assert told["bridge"]
    for text in told["trend"]:
        assert not re.search(r"share|month|weeks|mostly|earlier|= <", text)
    assert not any(re.search(r"Economics|Computer science|Medicine|Physics", text.split("（")[0]) for text in told["bridge"])
