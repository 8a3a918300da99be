"""A small hub of papers written for these tests: six themes, each with words and a place of its own among the vectors."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hub.papers.model import Paper
from hub.radar.ranking.space import column_of, counts_of
from hub.storage import publishing
from hub.storage import snapshot as snapshots
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.storage.snapshot import Snapshot, Terms

THEMES = {
    "glaciers": "glacier ice sheet melt calving fjord moraine snowline albedo crevasse",
    "proteins": "protein folding residue enzyme ligand binding helix chaperone domain mutation",
    "robots": "robot gripper grasping manipulation arm tactile planner joint torque sensor",
    "galaxies": "galaxy halo redshift quasar spectrum disk bulge merger cluster luminosity",
    "markets": "market price volatility portfolio asset option hedge liquidity trader yield",
    "graphs": "graph vertex edge colouring clique matching tree degree spanning planar",
}
EACH = 40
NEWEST = date(2026, 6, 30)
DIM = 16


def papers() -> list[Paper]:
    """Return ``EACH`` papers a theme, four days apart, newest first; the words of each are drawn from its theme's."""
    rng = np.random.default_rng(7)
    made = []
    for t, (theme, words) in enumerate(THEMES.items()):
        for i in range(EACH):
            drawn = rng.choice(words.split(), 6, replace=False).tolist()
            made.append(
                Paper(
                    f"arXiv:2606.{t}{i:04d}", f"{theme.title()} study {i}: {' '.join(drawn[:3])}",
                    f"We examine {' and '.join(drawn)} in a sample of {theme} number {i}.",
                    ("Wei Wang" if i % 2 else "Ada Lovelace" if i == 4 else f"Author{t} Number{i}", f"Coauthor {theme.title()}"),
                    NEWEST - timedelta(days=i), "arXiv" if i % 3 else "bioRxiv", theme, "Other",
                    url=f"https://example.org/{t}/{i}",
                    institutions=("ETH Zürich", "New York University") if i % 5 == 1 else ("Lund University",) if i == 7 else (),
                )
            )  # fmt: skip
    return made


def vectors_of(texts: list[str]) -> np.ndarray:
    """Return vectors (n_texts, DIM): each theme's words lie near a direction of their own."""
    basis = np.random.default_rng(3).normal(size=(60, DIM)).astype(np.float32)
    words = [word for line in THEMES.values() for word in line.split()]
    centre = np.random.default_rng(5).normal(size=(len(THEMES), DIM)).astype(np.float32) * 3
    counts = counts_of(texts, column_of(np.array(words))).toarray()
    made = counts @ (basis + np.repeat(centre, 10, axis=0)) + 0.01
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def publish(home: Path, made: list[Paper]) -> Snapshot:
    """Put papers into a corpus and publish them with a topic a theme, as import and fit do."""
    corpus = Corpus(str(home / "corpus"))
    corpus.upsert(made)
    corpus.optimize()
    frame = papers_frame(corpus)
    names = list(THEMES)
    frame["topic"] = [names.index(str(field)) for field in frame["field"]]
    text_of = {paper.id: paper.text for paper in made}
    texts = [text_of[i] for i in frame["id"]]
    words = np.array(sorted({word for line in THEMES.values() for word in line.split()} | {"protein folding", "ice sheet"}))
    topics = pd.DataFrame(
        {
            "topic": range(6),
            "name": names,
            "words": [THEMES[n].split() for n in names],
            "papers": EACH,
            "parent": -1,
            "x": 0.0,
            "y": 0.0,
        }
    ).astype({"topic": "int32"})
    themes = pd.DataFrame({c: pd.Series(dtype="object") for c in snapshots.THEME_COLUMNS})
    publishing.publish(
        home, frame, topics, themes, vectors=vectors_of(texts), terms=Terms(counts_of(texts, column_of(words)), words)
    )
    return snapshots.load(home)


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the test papers; shared, so nothing writes radars into it."""
    home = tmp_path_factory.mktemp("hub")
    publish(home, papers())
    return home


@pytest.fixture(scope="session")
def snapshot(made_home: Path) -> Snapshot:
    return snapshots.load(made_home)


@pytest.fixture(scope="session")
def corpus(made_home: Path) -> Corpus:
    return Corpus(str(made_home / "corpus"))


@pytest.fixture
def home(tmp_path: Path, made_home: Path) -> Path:
    """Return a data folder of this test's own, with the test papers."""
    for name in ("corpus", "snapshots"):
        (tmp_path / name).symlink_to(made_home / name)
    return tmp_path
