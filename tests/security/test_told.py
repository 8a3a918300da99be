"""docs/SECURITY.md tells as many attacks as are tried here."""

from __future__ import annotations

import re
from pathlib import Path

from tests import test_permissions as roles
from tests.security import test_doors as doors
from tests.security import test_files_out as out
from tests.security import test_growth as growth
from tests.security import test_orders as orders


def test_the_counts_are_those_of_the_suite() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "SECURITY.md").read_text("utf-8")
    told = [int(n) for n in re.findall(r"^\| [^|]+ \| (\d+) \|", text, re.M)]
    tried = [
        len(roles.GATES) * 6, 2 * len(doors.STRANGE_HOSTS), 2 * len(doors.STRANGE_ORIGINS), 2 * len(out.BAD_LINKS),
        20 * len(out.FORMULAS), 6 * len(out.BREAKERS), 21, 7, 16, len(orders.ORDERS),
        len(list(growth.expressions())) * len(growth.UNITS), 2,
    ]  # fmt: skip
    assert told == tried
