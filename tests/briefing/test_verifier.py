"""The verifier: passages, names that a text lacks, its files, and what happens without them."""

from __future__ import annotations

import pytest

from hub.briefing.support import Judge, Reason, Text
from hub.briefing.verifier.passages import chosen

BODY = "We weigh the retina of 40 mice with OCT. The retina of old mice is thinner. Diet had no effect on weight."


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The retina of old mice is thinner than usual.", Reason.SHARED),
        ("In old mice OCT shows a thinner retina.", Reason.SHARED),
        ("In old mice MRI shows a thinner retina.", Reason.NAME),
        ("The retina of old Wistar mice is thinner.", Reason.NAME),
    ],
)
def test_a_name_that_the_text_lacks_is_told(claim: str, reason: Reason) -> None:
    assert Judge({"1": Text("Ageing eyes", BODY)}).judge(claim, ["1"]).reason == reason


def test_passages_cover_the_claim_and_keep_their_order() -> None:
    passages = ["Nothing here.", "Diet had no effect.", "The retina is thinner.", "Mice were old."]
    assert chosen("The retina of mice is thinner and diet had no effect.", passages, words=12) == [1, 2, 3]
    assert chosen("Quite another matter.", passages, words=3) in ([1], [2], [0], [3])
