"""A small hub of written papers: six topics, four domains, with the corpus and Snapshot that a briefing needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hub.papers.model import Paper
from hub.settings import Settings
from hub.storage import publishing, republish, snapshot
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot
from tests.servers.llm import LlmServer, honest, serving

THINGS = (
    ("barley", "q-bio.PE", "Biology", "rust resistance in barley", "the spread of leaf rust"),
    ("glacier", "physics.geo-ph", "Earth science", "melt rates of alpine glaciers", "the basal sliding speed"),
    ("parser", "cs.CL", "Computer science", "dependency parsers for rare languages", "the attachment error"),
    ("catalyst", "physics.chem-ph", "Chemistry", "nickel catalysts for methane", "the coking of pores"),
    ("auction", "econ.TH", "Economics", "sealed auctions of spectrum", "the revenue of sellers"),
    ("robot", "cs.RO", "Computer science", "grasping robots in greenhouses", "the bruising of fruit"),
)


@dataclass
class Hub:
    home: Path
    corpus: Corpus
    snapshot: Snapshot

    def settings(self, url: str = "", **more: object) -> Settings:
        model = {"OPENAI_BASE_URL": url, "HUB_LLM_MODEL": "test-model", "OPENAI_API_KEY": "sk-very-secret"} if url else {}
        empty = {"OPENAI_BASE_URL": "", "HUB_LLM_MODEL": "", "OPENAI_API_KEY": ""}
        return Settings.model_validate({"HUB_HOME": self.home, **empty, **model, **more})


def paper(i: int, abstract: str = "", **more: object) -> Paper:
    """Return the i-th written paper."""
    name, field, domain, about, effect = THINGS[i % len(THINGS)]
    low, high = 11 + i, 61 + 2 * i
    text = abstract or (
        f"The study of {about} remains poorly understood in region {i}. "
        f"We show that treatment {name}-{i} lowers {effect} by {low}% in {high} trials. "
        f"Contrary to earlier reports, no evidence of harm to neighbouring {name} sites was seen. "
        f"The gain may depend on the season and on the depth of the {name} layer."
    )
    values = {
        "id": f"arXiv:2601.{i:05d}", "title": f"Treatment {name}-{i} and {effect}", "abstract": text,
        "authors": (f"Ada Author{i}", "Ben Other"), "published": date(2026, 1, 1) + timedelta(days=3 * i), "source": "arXiv",
        "field": field, "domain": domain, "categories": (field,), "url": f"https://arxiv.org/abs/2601.{i:05d}",
    }  # fmt: skip
    return Paper(**{**values, **more})  # type: ignore[arg-type]


def make_hub(home: Path, papers: list[Paper], *, topics: bool = True, vectors: bool = True) -> Hub:
    """Publish papers as a hub: a topic for each of :data:`THINGS`, vectors that lie near their topic."""
    corpus = Corpus(str(home / "corpus"))
    corpus.upsert(papers)
    corpus.optimize()
    frame = republish.papers_frame(corpus)
    kinds = [thing[1] for thing in THINGS]
    at = np.array([kinds.index(f) if f in kinds else 0 for f in frame["field"].astype(str)], dtype=np.int32)
    made = None
    if vectors:
        noise = np.random.default_rng(0).normal(0, 0.25, (len(frame), 16))
        made = np.eye(16)[at] + 0.5 * np.eye(16)[10] + noise
        made = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    table = pd.DataFrame({c: pd.Series(dtype="object") for c in snapshot.TOPIC_COLUMNS})
    if topics:
        frame["topic"] = at
        table = pd.DataFrame(
            {"topic": np.arange(len(THINGS), dtype=np.int32), "name": [t[3] for t in THINGS], "words": [[t[0]] for t in THINGS],
             "papers": np.bincount(at, minlength=len(THINGS)), "parent": -1, "x": 0.0, "y": 0.0}
        )  # fmt: skip
    themes = pd.DataFrame({c: pd.Series(dtype="object") for c in snapshot.THEME_COLUMNS})
    publishing.publish(home, frame, table, themes, vectors=made)
    return Hub(home, corpus, snapshot.load(home))


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """Return a hub of 60 papers."""
    return make_hub(tmp_path, [paper(i) for i in range(60)])


@pytest.fixture
def llm() -> Iterator[LlmServer]:
    """Run a server that answers honestly until a test tells it otherwise."""
    with serving(LlmServer(honest)) as server:
        yield server
