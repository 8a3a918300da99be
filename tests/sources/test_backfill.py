"""kill -9 in the middle of a backfill: after a resume the corpus is that of an undisturbed run."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
import threading
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
from hub.sources.web.client import Patience
from hub.storage.corpus import Corpus
from hub.storage.layout import SCHEMA
from tests.servers.feeds import Request, publisher

Make = Callable[..., Settings]
PAGES = 40
KILLS = 10
ROWS = 200
PATIENT = Patience(connect_s=300.0, read_s=300.0, total_s=600.0)
"""The machine may be busy: what is asked here is whether anything is lost, not how long it takes."""


class Crossref:
    """Answers as Crossref does, pages by cursor; holds back what comes after ``allowed`` requests until :meth:`let_go`.

    So a reader can be killed anywhere around a page, and never gets to the end first, however slow the machine is.
    """

    def __init__(self) -> None:
        self.asked, self.allowed = 0, 10**9
        self._changed = threading.Condition()

    def __call__(self, request: Request) -> None:
        with self._changed:
            self.asked += 1
            number = self.asked
            self._changed.notify_all()
            self._changed.wait_for(lambda: number <= self.allowed)
        asked = parse_qs(urlsplit(request.path).query)
        page = 0 if asked["cursor"] == ["*"] else int(asked["cursor"][0])
        items = [
            {"DOI": f"10.5555/w.{page}.{n}", "title": [f"A long study number {page} of the thing {n}"], "type": "journal-article",
             "author": [{"given": "Ada", "family": "Byron"}], "published": {"date-parts": [[2026, 1 + page % 12, 1 + n % 28]]}}
            for n in range(ROWS if page < PAGES - 1 else 7)
        ]  # fmt: skip
        message = {"items": items, "next-cursor": str(page + 1), "total-results": ROWS * (PAGES - 1) + 7}
        request.send(200, json.dumps({"status": "ok", "message": message}).encode())

    def hold_after(self, pages: int) -> int:
        """Answer so many more requests and hold the next one; return how many will have been answered."""
        with self._changed:
            self.allowed = self.asked + pages
            return self.allowed

    def wait_for(self, number: int) -> None:
        """Wait until so many requests have come."""
        with self._changed:
            self._changed.wait_for(lambda: self.asked >= number)

    def let_go(self) -> None:
        """Answer what was held back, and all that comes."""
        with self._changed:
            self.allowed = 10**9
            self._changed.notify_all()


def backfill(home: str, catalogue: str) -> None:
    config = Settings(HUB_HOME=Path(home), HUB_CATALOGUE=Path(catalogue), HUB_CORPUS=f"{home}/corpus")  # type: ignore[call-arg]
    refresh(config.home, ["w"], date(2026, 1, 1), config=config, patience=PATIENT)


def content(config: Settings) -> pd.DataFrame:
    whole = [name for name in SCHEMA.names if name not in ("added", "changed")]  # the times of writing differ
    table = Corpus(config.corpus_path).columns(whole)
    return table.map(lambda value: tuple(value) if isinstance(value, np.ndarray) else value)


def test_a_backfill_that_is_killed_ten_times_ends_as_if_it_had_not_been(
    configured: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # a page that AppTest ran must not run in a child
    works = Crossref()
    with publisher({"/works": works}) as server:
        config = configured({"id": "w", "protocol": "crossref", "url": f"{server.url}/works"})
        undisturbed = Settings(
            HUB_HOME=tmp_path / "other", HUB_CATALOGUE=config.catalogue, HUB_CORPUS=str(tmp_path / "other" / "corpus")
        )  # type: ignore[call-arg]
        refresh(undisturbed.home, ["w"], date(2026, 1, 1), config=undisturbed, patience=PATIENT)
        works.asked = 0
        chance = random.Random(20260101)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["hub.sources.refresh"])
        killed = []
        for _ in range(KILLS):
            last = works.hold_after(chance.choice((1, 2, 3)))
            child = context.Process(target=backfill, args=(str(config.home), str(config.catalogue)))
            child.start()
            works.wait_for(last)
            time.sleep(chance.uniform(0, 0.15))  # somewhere in reading, in writing, or in asking for the next page
            assert child.is_alive() and child.pid
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            works.let_go()
            killed.append(works.asked)
        [visit] = refresh(config.home, ["w"], date(2026, 1, 1), config=config, patience=PATIENT)
    assert visit.error == ""
    assert len(set(killed)) == KILLS  # at ten different points
    assert works.asked <= PAGES + KILLS  # each kill loses the page that was being read, and no other
    assert visit.summary.seen <= visit.listed < ROWS * (PAGES - 1) + 7  # a resumed reading counts what was left
    pd.testing.assert_frame_equal(content(config), content(undisturbed))
    assert len(content(config)) == ROWS * (PAGES - 1) + 7
