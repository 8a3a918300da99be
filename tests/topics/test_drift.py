"""When a refit is due: what is said of vectors that move away from their topics, and when nothing is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hub.stats.neighbours import Axes, unit
from hub.topics.drift import LEAST, _farther, drift
from hub.topics.transform import Ground


def closeness(new_mean: float, new: int) -> pd.DataFrame:
    random = np.random.default_rng(0)
    values = np.concatenate([random.normal(0.5, 0.1, 400), random.normal(new_mean, 0.1, new)])
    return pd.DataFrame({"closeness": values.astype(np.float32), "fitted": np.arange(len(values)) < 400})


@pytest.mark.parametrize(
    ("mean", "new", "due"), [(0.5, 200, False), (0.4, 200, True), (0.6, 200, False), (0.4, LEAST - 1, False)]
)
def test_vectors_that_lie_farther_from_their_topics_ask_for_a_refit(mean: float, new: int, due: bool) -> None:
    said = _farther(closeness(mean, new), new)
    assert bool(said) == due
    if due:
        assert "mean cosine 0.40 (0.50 at the fit)" in said[0]


def test_a_snapshot_keeps_the_space_that_new_papers_are_placed_in() -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(300, 128)))
    axes = Axes.of(vectors)
    kept = Ground(np.array([f"p:{i}" for i in range(300)], dtype=object), axes, axes.on(vectors))
    tables = kept.tables()

    class Published:
        @staticmethod
        def table(name: str) -> pd.DataFrame:
            return tables[name].copy()

    read = Ground.read(Published())  # type: ignore[arg-type]
    assert read.ids.tolist() == kept.ids.tolist()
    assert np.allclose(read.axes.on(vectors), kept.space, atol=1e-5)
    assert np.allclose(read.space, kept.space, atol=1e-4)


class Standing:
    """As much of a Snapshot as the question needs: ``fitted`` papers and ``new`` ones, ``far`` of the latter unplaced."""

    def __init__(self, fitted: int, new: int, far: int = 0, waiting: int = 0, usual: float = 0.0) -> None:
        n = fitted + new
        ids = [f"p{i}" for i in range(n)]
        self.papers = pd.DataFrame({"id": ids, "topic": 0, "unplaced": np.arange(n) >= n - far})
        self.meta = {"fitted": fitted, "unplaced_share": usual}
        self.tables = {
            "model_papers": pd.DataFrame({"id": ids, "fitted": np.arange(n) < fitted}),
            "candidates": pd.DataFrame({"name": [f"c{i}" for i in range(waiting)]}),
        }

    def __len__(self) -> int:
        return len(self.papers)

    def table(self, name: str) -> pd.DataFrame | None:
        return self.tables.get(name)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (Standing(400, 100), ""),
        (Standing(400, 101), "101 papers came since the fit of 400"),
        (Standing(400, 60, far=3), ""),
        (Standing(400, 60, far=4), "6.7 % of the new papers are far from every topic (0.0 % at the fit)"),
        (Standing(400, 60, far=4, usual=0.04), ""),
        (Standing(400, LEAST - 1, far=40), ""),
        (Standing(400, 0, waiting=2), ""),
        (Standing(400, 0, waiting=3), "3 candidate topics have formed: c0; c1; c2"),
    ],
)
def test_growth_papers_far_from_all_and_waiting_candidates_ask_for_a_refit(now: Standing, why: str) -> None:
    assert drift(now) == ([why] if why else [])  # type: ignore[arg-type]
