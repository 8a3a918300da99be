"""Query by example: a text of any length finds what is near it, the newest of that and its authors; by words without a model."""

from __future__ import annotations

import io

import numpy as np
import pytest

from hub.errors import SelectionError
from hub.search.near import LONGEST, TOKENS, near_text, passages, telling
from hub.sources.formats.prose import prose
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot
from tests.radar.conftest import THEMES, corpus, made_home, snapshot, vectors_of  # noqa: F401 - fixtures

DRAFT = "We plan a gripper. Its arm has a tactile sensor and a planner for torque at each joint. Grasping is learned."
NOISE = "This proposal was written for the office. It asks for money. The budget is in the annex. "


def fields(snapshot: Snapshot, rows: np.ndarray) -> set[str]:  # noqa: F811
    return set(snapshot.papers["field"].iloc[rows].astype(str))


def test_a_draft_finds_its_theme_by_meaning(snapshot: Snapshot, corpus: Corpus) -> None:  # noqa: F811
    found = near_text(NOISE * 6 + DRAFT * 16, snapshot, corpus, lambda texts: vectors_of(list(texts)), most=20)
    assert found.by_meaning and found.passages >= 3 and not found.told()
    assert fields(snapshot, found.rows) == {"robots"}
    assert np.all(np.diff(found.cosine) <= 0)
    assert sorted(found.newest) == sorted(found.rows)
    assert np.all(np.diff(snapshot.days[found.newest]) <= 0)
    assert found.authors[0][0] == "Coauthor Robots" and len(found.authors[0][1]) == 20


def test_without_a_model_its_words_are_compared_and_that_is_said(snapshot: Snapshot, corpus: Corpus) -> None:  # noqa: F811
    found = near_text(DRAFT, snapshot, corpus, None, most=20)
    assert fields(snapshot, found.rows) == {"robots"} and np.isnan(found.cosine).all()
    assert not found.by_meaning and "by its words" in found.told()[0]
    assert {"gripper", "tactile", "torque"} <= set(telling(DRAFT, snapshot)[:8])


@pytest.mark.parametrize("embedded", [True, False])
def test_only_papers_of_the_selection_are_named(snapshot: Snapshot, corpus: Corpus, embedded: bool) -> None:  # noqa: F811
    among = np.flatnonzero(snapshot.papers["source"].astype(str) == "bioRxiv")
    embed = (lambda texts: vectors_of(list(texts))) if embedded else None
    found = near_text(DRAFT, snapshot, corpus, embed, among)
    assert len(found.rows) and np.isin(found.rows, among).all()


def test_passages_hold_the_whole_text_and_none_is_longer_than_a_model_reads() -> None:
    text = " ".join(f"Sentence {i} of the {theme}: {words}." for i in range(12) for theme, words in THEMES.items())
    for whole in (text, text.replace(".", " "), "图神经网络预测药物相互作用。" * 60, "图神经网络" * 200):
        parts = passages(whole)
        assert "".join("".join(parts).split()) == "".join(whole.split())
        assert len(parts) > 1 and max(len(part.split()) for part in parts) <= TOKENS and max(map(len, parts)) < 8 * TOKENS
    assert passages(" \n .") == []


def test_what_was_not_read_is_said_and_an_empty_text_is_refused(snapshot: Snapshot, corpus: Corpus) -> None:  # noqa: F811
    found = near_text(DRAFT + " x" * LONGEST, snapshot, corpus, lambda texts: vectors_of(list(texts)))
    assert found.cut and f"{LONGEST:,}" in found.told()[0]
    with pytest.raises(SelectionError, match="no text"):
        near_text(" . ", snapshot, corpus, None)


def test_a_draft_is_read_from_its_file() -> None:
    from docx import Document

    made, out = Document(), io.BytesIO()
    made.add_paragraph("A gripper.")
    made.add_paragraph("It grasps.")
    made.save(out)
    assert prose(out.getvalue(), "draft.docx") == "A gripper.\nIt grasps."
    tex = rb"\documentclass{x}\begin{document}A \textbf{gripper} % note" + b"\nL\\'evy\n\\end{document}"
    read = prose(tex, "draft.tex")
    assert "A gripper" in read and "Lévy" in read and "note" not in read and "documentclass" not in read
    chinese = "抓取机器人的触觉传感器与关节力矩规划方法研究。"
    assert prose(chinese.encode("gb18030"), "draft.txt") == chinese
    for data in (b"PK\x03\x04 broken", b"\x00\x01\x02" * 99):
        with pytest.raises(SelectionError, match="save it as plain text"):
            prose(data, "draft.doc")
