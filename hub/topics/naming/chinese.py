"""What a topic is called in Chinese without a language model: by its Chinese titles, else by its domain and its English name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors
from hub.i18n.messages import message
from hub.storage.snapshot import Terms
from hub.topics.naming import names
from hub.topics.naming.phrases import CHARACTERS, Phrases

LEAST = 0.1
"""Share of a topic's papers that must use a Chinese phrase before it is the topic's name."""
MOSTLY = 0.5
"""Share of a topic's papers that must be of one domain before the name says it."""
Labels = npt.NDArray[np.int32]


def from_titles(phrases: Phrases, terms: Terms, vectors: Vectors, group: Labels, n_groups: int) -> list[str]:
    """Return the Chinese name of each group of papers, empty where no Chinese phrase of its titles holds."""
    own = np.array([bool(CHARACTERS.fullmatch(phrase)) for phrase in phrases.shown], dtype=bool)
    if not own.any():
        return [""] * n_groups
    chinese = Phrases(sparse.csr_matrix(phrases.used[:, own]), phrases.shown[own])
    return names.names(names.Corpus(chinese, terms, vectors), group, n_groups, least=LEAST, joined="与")


def bilingual(english: Sequence[str], chinese: Sequence[str], group: Labels, domains: npt.NDArray[np.object_]) -> list[str]:
    """Return a name for Chinese readers of each group: the Chinese one, else ``计算机科学 · Gaussian splatting``.

    Parameters
    ----------
    english, chinese
        Names of the groups; a Chinese one may be empty.
    group, domains
        (n_papers,) the group and the domain of each paper. A group of many domains has the empty name.
    """
    made = []
    for t, (name, own) in enumerate(zip(english, chinese, strict=True)):
        kinds, counts = np.unique(domains[group == t].astype(str), return_counts=True)
        domain = str(kinds[np.argmax(counts)]) if len(kinds) and counts.max() >= MOSTLY * counts.sum() else ""
        said = message("zh", domain) if domain not in ("", "Other") else ""
        made.append(own or ("" if CHARACTERS.search(name) or not said or said == domain else f"{said} · {name}"))
    return made
