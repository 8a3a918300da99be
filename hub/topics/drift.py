"""When a refit is due, and why: growth, papers that no topic explains, vectors that move away, topics that wait."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hub.storage.positions import positions
from hub.storage.snapshot import Snapshot

GROWN = 0.25
DRIFT_FACTOR = 2.0
DRIFT_SHARE = 0.05
MANY_CANDIDATES = 3
LEAST = 50
"""New papers from which their shares and means say anything."""
FARTHER = 0.5
"""Spreads of the fitted papers' closeness by which the new ones' mean must fall."""


def drift(now: Snapshot) -> list[str]:
    """Return the reasons for a refit, in plain words; none while the topics still hold.

    A refit is due when the corpus has grown by a quarter since the fit, when papers far from every topic are twice as
    common among the new ones as they were at the fit (and more than 5 %), when the new papers' vectors lie half a
    spread farther from the centres of their topics, or when three candidate topics wait.
    """
    reasons: list[str] = []
    placed = now.papers["topic"].to_numpy() >= 0
    fitted = int(now.meta.get("fitted", 0))
    base = now.table("model_papers")
    new = np.zeros(len(now), dtype=bool)
    if base is not None:
        at = positions(now.papers["id"], base["id"])
        new = placed & ~((at >= 0) & base["fitted"].to_numpy(dtype=bool)[at])
    if fitted and new.sum() > GROWN * fitted:
        reasons.append(f"{int(new.sum())} papers came since the fit of {fitted}")
    far, usual = now.papers["unplaced"].to_numpy(), float(now.meta.get("unplaced_share", 0.0))
    share = float(far[new].mean()) if new.any() else 0.0
    if new.sum() >= LEAST and share > max(DRIFT_SHARE, DRIFT_FACTOR * usual):
        reasons.append(f"{100 * share:.1f} % of the new papers are far from every topic ({100 * usual:.1f} % at the fit)")
    reasons += _farther(base, int(new.sum()))
    waiting = now.table("candidates")
    if waiting is not None and len(waiting) >= MANY_CANDIDATES:
        reasons.append(f"{len(waiting)} candidate topics have formed: {'; '.join(waiting['name'].tolist()[:3])}")
    return reasons


def _farther(base: pd.DataFrame | None, new: int) -> list[str]:
    """Compare how near the vectors of new papers lie to their topics' centres with how near those of the fit did."""
    if base is None or "closeness" not in base or new < LEAST:
        return []
    seen = base["fitted"].to_numpy(dtype=bool)
    closeness = base["closeness"].to_numpy(dtype=np.float64)
    before, now = closeness[seen], closeness[~seen & np.isfinite(closeness)]
    if not len(now) or not len(before) or before.mean() - now.mean() <= FARTHER * before.std():
        return []
    return [f"the new papers lie farther from their topics: mean cosine {now.mean():.2f} ({before.mean():.2f} at the fit)"]
