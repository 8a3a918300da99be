"""Every case of ../shared/cases comes out as it was found right: by digests, since no text of theirs is kept here.

After a change of what comes out, look at it (``python -m tests.sources.cases NUMBER``), and write the digests anew with
``python -m tests.sources.test_cases``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.cases import SHARED, cases, digest

RIGHT = Path(__file__).with_name("cases_right.tsv")


@pytest.mark.shared
def test_every_case_comes_out_as_it_was_found_right() -> None:
    if not SHARED.exists():
        pytest.skip("../shared is not here")
    right = dict(line.split("\t") for line in RIGHT.read_text("utf-8").splitlines())
    found = {number: digest(files) for number, _, files in cases()}
    assert found == right


if __name__ == "__main__":
    RIGHT.write_text("".join(f"{number}\t{digest(files)}\n" for number, _, files in cases()), "utf-8")
