"""docs/SECURITY.md tells as many attacks as are tried here."""

from __future__ import annotations

import re
from pathlib import Path

from tests import test_permissions as roles
from tests.browser import test_policy as policy
from tests.security import test_doors as doors
from tests.security import test_figures as figures
from tests.security import test_files_in as files
from tests.security import test_files_out as out
from tests.security import test_growth as growth
from tests.security import test_injection as injection
from tests.security import test_markdown_out as leaving
from tests.security import test_orders as orders
from tests.security import test_pages as pages
from tests.security import test_weights as weights
from tests.sources import test_feeds_in as feeds

GROWING = "an expression that strangers' texts meet"
"""The row whose count grows with every expression that somebody adds: it is told to the fifth."""


def test_the_counts_are_those_of_the_suite() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "SECURITY.md").read_text("utf-8")
    told = {what: int(n.replace(",", "")) for what, n in re.findall(r"^\| ([^|]+) \| ([\d,]+) \|", text, re.M)}
    tried = {
        "a role's act that it may not do": len(roles.GATES) * 6,
        "a name that is not ours, for a page and for a session": 2 * len(doors.STRANGE_HOSTS),
        "an act from another origin, HTTP and websocket": 2 * len(doors.STRANGE_ORIGINS),
        "a link that is none, wherever a paper is linked": len(out.LINKING) * len(out.BAD_LINKS),
        "a text in Markdown that leaves": len(leaving.WORDS) * (len(leaving.PLACES) * len(leaving.ESCAPERS) + 2),
        "a thing put into a page in Chromium": len(policy.PUT_IN),
        "a formula in a cell of a CSV": 20 * len(out.FORMULAS),
        "a BibTeX field that ends its entry": 6 * len(out.BREAKERS),
        "entities in a charset without a mark": 21,
        "a query of ten thousand words or brackets": 7,
        "an address for mail that is none or several": 16,
        "an order to a model in an abstract": len(orders.ORDERS),
        GROWING: sum(len(growth.texts(one)) for one in growth.found().values()),
        "a cleaner of texts": len(growth.CLEANERS) * len(growth.PIECES),
        "a page with 33 hostile papers": len(pages.VIEWS),
        "a kind of figure with their words as labels": len(figures.FIGURES),
        "a pickle in a table of the data folder": 2,
        "a document, archive or table that no reader opens": len(files.FILES),
        "references that come many times in a file": len(files.MANY) + len(files.FIELDS),
        "a feed that is filled with openers, previewed over HTTP": len(feeds.FILLED),
        "an odd line of JSON": 2 * len(files.ODD),
        "weights that are others": 7 + 5 * len(weights.CHANGES),
        "an order to a model in a name or a title": 3 * len(orders.ORDERS) + 7,
        "an answer of a model's server that lies": len(injection.LIES) + len(injection.ODD) + len(injection.NAMELESS) + 1,
        "a request for what another reader keeps": 14,
    }
    most = tried.pop(GROWING)
    assert told.pop(GROWING) <= most <= 1.2 * 31_000
    assert told == tried
