"""Events of real corpora: two that never happened and must not be called, and turns that history knows."""

from __future__ import annotations

import gzip
import json
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hub.storage.snapshot import Snapshot
from hub.trends import Trends, trends
from tests.trends import corpus

pytestmark = pytest.mark.shared
EPOCH = date(1970, 1, 1)


@cache
def papers(file: Path) -> pd.DataFrame:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        found = pd.DataFrame([json.loads(line) for line in lines])
    found = found[found["published"].str.len() >= 10].reset_index(drop=True)
    text = (found["title"] + " " + found["abstract"].fillna("")).str.lower()
    return found.drop(columns=["abstract", "authors"]).assign(text=text)


def about(file: Path, pattern: str) -> Snapshot:
    """Topic 1 are the papers whose title or abstract holds the pattern, topic 0 the rest."""
    found = papers(file)
    topic = found["text"].str.contains(pattern, regex=True).to_numpy().astype(np.int64)
    return corpus.of_columns(
        found["id"].astype(str).tolist(), pd.DatetimeIndex(pd.to_datetime(found["published"].str[:10])), found["source"].tolist(),
        found["field"].fillna("").tolist(), [" ".join(c or []) for c in found["categories"]], topic,
    )  # fmt: skip


def of(made: Snapshot, until: date | None = None) -> tuple[pd.Series, Trends]:
    day = None if until is None else (until - EPOCH).days
    found = trends(made, np.arange(len(made)), until=day)
    return found.table.set_index("topic").loc[1], found


@pytest.mark.parametrize("until", [date(2026, 7, 10), date(2026, 7, 31)])
def test_a_source_that_stops_is_no_collapse_of_language_models(shared: Path, until: date) -> None:
    made = about(shared / "corpora/arxiv_2025_2026.jsonl.gz", r"\bllms?\b|language model")
    row, found = of(made, until)
    assert row["call"] == "steady"
    stops = found.breaks[found.breaks["stream"].eq("arXiv (cs.CL)") & (found.breaks["day"] >= "2026-06-27")]
    assert len(stops) == 1


@pytest.mark.parametrize("until", [date(2026, 5, 14), date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)])
def test_a_source_that_stops_is_no_fall_of_navier_stokes(shared: Path, until: date) -> None:
    made = about(shared / "corpora/arxiv_2025_2026.jsonl.gz", "navier.stokes")
    row, found = of(made, until)
    assert row["call"] == "steady"
    assert found.breaks[found.breaks["stream"].eq("arXiv (math.AP)")]["day"].between("2026-04-15", "2026-05-07").any()


@pytest.mark.parametrize(
    ("name", "pattern", "sign"),
    [
        ("sample_arxiv_multifield_2018_2019", "federated learning", 1),
        ("sample_arxiv_multifield_2018_2019", "graph neural network|graph convolution", 1),
        ("arxiv_2025_2026", r"\bagentic\b|llm.{0,20}agents?\b", 1),
        ("arxiv_2025_2026", r"rlvr|grpo|verifiable reward", 1),
        ("arxiv_2025_2026", "adversarial network", -1),
        ("arxiv_2025_2026", "gaussian splatting|3dgs", 1),
        ("arxiv_2025_2026", r"\bmamba\b", -1),
    ],
)
def test_turns_that_history_knows_have_the_right_sign(shared: Path, name: str, pattern: str, sign: int) -> None:
    row, _ = of(about(shared / f"corpora/{name}.jsonl.gz", pattern))
    assert np.sign(row["slope_month"]) == sign
