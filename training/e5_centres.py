"""Make hub/embed/e5_centres.npy: the mean vector of English and of Chinese texts that say the same, by authored sentences."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from bench._bilingual import papers
from hub.embed.e5 import CENTRES, E5


def main() -> None:
    """Write (2, 384) float32: English, Chinese. None of the phrases stands among those that are measured, but for methods."""
    pairs = papers("calibration")
    with tempfile.TemporaryDirectory() as folder:
        model = E5(Path(folder), centred=False)
        means = [model.embed([". ".join(pair[lang]) for pair in pairs]).mean(axis=0) for lang in (0, 1)]
    np.save(CENTRES, np.array(means, dtype=np.float32))


if __name__ == "__main__":
    main()
