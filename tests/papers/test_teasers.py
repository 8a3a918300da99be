"""A line that cites a paper is no abstract; a teaser is known as one; an abstract stays as it is."""

from __future__ import annotations

import pytest

from hub.papers.teasers import told_by

CITES = [
    ("Soil Letters, Volume 12, Issue 3, Page 41-58, April 2026.", {}),
    ("Proceedings of the Moss Society, Volume 7, Issue 9, March 2026.", {}),
    ("Reviews of Counting, Ahead of Print.", {}),
    ("Annals of Glass, EarlyView.", {}),
    ("Annals of Glass, Volume 65, Issue 3, January 13, 2026.", {}),
    ("Moss, Published online: 20 August 2025; doi:10.5555/s41586-025-00001-2", {"source": "Moss"}),
    ("Eddies 36, 012101 (2026)", {"source": "Eddies"}),
    ("Volume 56, Issue 3, December 2021, Page 163-175.", {}),
    ("J. Moss Phys. 164, 024101 (2026) https://doi.org/10.5555/5.0000", {"source": "Journal of Moss Physics"}),
    ("Publication date: June 2026 Source: Moss Today, Volume 300 Author(s): Ada Byron", {"authors": ("Ada Byron",)}),
    ("《苔藓学报》2026年第52卷第3期", {"source": "苔藓学报"}),
    ("Moss Communications, Article number: 1234 (2026)", {"source": "Moss Communications"}),
    ("How moss counts", {"title": "How moss counts"}),
]
TEASERS = [
    ("Moss Letters, Ahead of Print. Moss counts the days of rain and ...", {}),
    ("Halogens are everywhere in the forest, yet their paths remain unknown (...", {}),
    ("A map of the forest floor reveals new kinds of moss.", {"from_feed": True}),
    ("Moss grows on stones. It also grows on trees and on the roofs of houses where", {"from_feed": True}),
    ("Moss states can be […]", {}),
    ("Wet stones […] [Moss Rev. Lett. 136, 010401] Published Thu Jan 01, 2026", {"from_feed": True}),
]
WHOLE = [
    ("We prove a theorem.", {}),
    ("Two moss beds are compared, and the first volume 2 of the survey is told in full here and nowhere else.", {}),
    ("We measure moss. It grows. It dies in the sun, and the rate is 3 mm a day.", {"from_feed": True}),
    ("Moss Letters, Volume 3, Issue 1, May 2026. " + "We measure how moss grows at night, and why. " * 9, {"from_feed": True}),
    ("我们测量了苔藓在黑暗中的生长。结果表明它在夜间生长更快。这一发现解释了森林的分布。", {"from_feed": True}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "about"), CITES)
def test_a_citation_is_no_abstract(text: str, about: dict[str, object]) -> None:
    assert told_by(text, **about) == ("", False)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "about"), TEASERS)
def test_a_teaser_is_kept_and_known(text: str, about: dict[str, object]) -> None:
    told = told_by(text, **about)  # type: ignore[arg-type]
    assert told.text and told.is_teaser
    assert "Published" not in told.text and "Ahead of Print" not in told.text


@pytest.mark.parametrize(("text", "about"), WHOLE)
def test_an_abstract_stays(text: str, about: dict[str, object]) -> None:
    told = told_by(text, **about)  # type: ignore[arg-type]
    assert not told.is_teaser
    assert told.text == text.removeprefix("Moss Letters, Volume 3, Issue 1, May 2026. ").strip()


@pytest.mark.parametrize("piece", ["Volume 1, ", "a, ", "Author(s): ", "[1] ", "... ", "(", "，", " ", "[1 Published "])
def test_a_long_text_of_one_piece_comes_to_an_end(piece: str) -> None:
    told_by(piece * (300_000 // len(piece)), title="a", source="b", from_feed=True)  # hours, were the work quadratic
