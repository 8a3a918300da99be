"""kill -9 in the middle of a backfill: after a resume the corpus is that of an undisturbed run."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

from hub.settings import Settings
from hub.sources.refresh import refresh
from hub.storage.corpus import Corpus
from hub.storage.layout import SCHEMA
from tests.servers.feeds import Publisher, Request, publisher

Make = Callable[..., Settings]
PAGES = 40
KILLS = 10
ROWS = 200


def works(request: Request) -> None:
    """Answer as Crossref does: pages by cursor."""
    asked = parse_qs(urlsplit(request.path).query)
    page = 0 if asked["cursor"] == ["*"] else int(asked["cursor"][0])
    items = [
        {"DOI": f"10.5555/w.{page}.{n}", "title": [f"A long study number {page} of the thing {n}"], "type": "journal-article",
         "author": [{"given": "Ada", "family": "Byron"}], "published": {"date-parts": [[2026, 1 + page % 12, 1 + n % 28]]}}
        for n in range(ROWS if page < PAGES - 1 else 7)
    ]  # fmt: skip
    message = {"items": items, "next-cursor": str(page + 1), "total-results": ROWS * (PAGES - 1) + 7}
    request.send(200, json.dumps({"status": "ok", "message": message}).encode())


def backfill(home: str, catalogue: str) -> None:
    config = Settings(HUB_HOME=Path(home), HUB_CATALOGUE=Path(catalogue), HUB_CORPUS=f"{home}/corpus")  # type: ignore[call-arg]
    refresh(config.home, ["w"], date(2026, 1, 1), config=config)


def content(config: Settings) -> pd.DataFrame:
    whole = [name for name in SCHEMA.names if name not in ("added", "changed")]  # the times of writing differ
    table = Corpus(config.corpus_path).columns(whole)
    return table.map(lambda value: tuple(value) if isinstance(value, np.ndarray) else value)


@pytest.fixture
def server() -> Publisher:
    with publisher({"/works": works}) as running:
        yield running


def test_a_backfill_that_is_killed_ten_times_ends_as_if_it_had_not_been(
    configured: Make, server: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # a page that AppTest ran must not run in a child
    config = configured({"id": "w", "protocol": "crossref", "url": f"{server.url}/works"})
    undisturbed = Settings(
        HUB_HOME=tmp_path / "other", HUB_CATALOGUE=config.catalogue, HUB_CORPUS=str(tmp_path / "other" / "corpus")
    )  # type: ignore[call-arg]
    refresh(undisturbed.home, ["w"], date(2026, 1, 1), config=undisturbed)
    server.asked.clear()
    chance = random.Random(20260101)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hub.sources.refresh"])
    killed = []
    while len(killed) < KILLS:
        child = context.Process(target=backfill, args=(str(config.home), str(config.catalogue)))
        before = server.asked["/works"]
        child.start()
        while child.is_alive() and server.asked["/works"] < before + chance.choice((1, 2, 3)):
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.15))
        assert child.is_alive() and child.pid, "the backfill was done before it was killed ten times: give it more pages"
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        killed.append(server.asked["/works"])
    [visit] = refresh(config.home, ["w"], date(2026, 1, 1), config=config)
    assert visit.error == ""
    assert len(set(killed)) == KILLS  # at ten different points
    assert server.asked["/works"] <= PAGES + KILLS  # each kill loses the page that was being read, and no other
    assert visit.summary.seen <= visit.listed < ROWS * (PAGES - 1) + 7  # a resumed reading counts what was left
    pd.testing.assert_frame_equal(content(config), content(undisturbed))
    assert len(content(config)) == ROWS * (PAGES - 1) + 7
