"""Names of topics, checked: which topic a name leads to, whether titles use it, whether its words hold, stop words, doubles."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from bench._topics_method import Sample
from hub.embed import Embedder
from hub.stats.neighbours import centroids, unit
from hub.topics.fit import Clock, fit_topics
from hub.topics.naming.names import Corpus
from hub.topics.naming.phrases import LANGUAGES, LEAST, foreign, title_phrases

NOUNS = frozenset({"amount", "bill", "cry", "detail", "fire", "interest", "mill", "mine", "side", "system"})
"""Words of scikit-learn's list that are nouns, terms of a field among them: "Power system", "Forest fire" (see Nothman, Qin and
Yurchak 2018, "Stop Word Lists in Free Open-source Software Packages")."""
WORDS = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def names(sample: Sample, titles: Sequence[str], model: Embedder) -> None:
    """Fit, name, and print the checks and the names."""
    found = fit_topics(sample.vectors, sample.texts, 0, Clock(), lambda name, done, total: None, None, titles, model.embed)
    given, topic = found.names, found.topic
    mean = sample.vectors.mean(axis=0)
    centred = unit(sample.vectors - mean)
    places = np.arange(len(given))
    said = model.embed(given)
    own = np.mean(np.argmax(said @ centroids(sample.vectors, topic).T, axis=1) == places)
    centres = centroids(centred, topic)
    about = np.mean(np.argmax(unit(said - mean) @ centres.T, axis=1) == places)
    plain = [" ".join(title.split()).casefold() for title in titles]
    stem = Corpus(title_phrases([]), found.terms, sample.vectors).stem
    verbatim, strict, loose = [], [], []
    for t, name in enumerate(given):
        rows = np.flatnonzero(topic == t)
        verbatim.append(all(sum(part in plain[i] for i in rows) >= LEAST for part in name.casefold().split(" and ")))
        central = rows[np.argsort(-(centred[rows] @ centres[t]), kind="stable")[:5]]
        telling = [stem(word) for word in WORDS.findall(name) if word != "and"]
        used = np.array([[w in {stem(x) for x in WORDS.findall(sample.texts[i])} for w in telling] for i in central])
        strict.append(bool((used.sum(axis=0) >= 4).all()))
        loose.append(bool(used.any(axis=1).sum() >= 4))
    stopped = [name for name in given if _stop_words() & {w.casefold() for w in WORDS.findall(name)} - {"and"}]
    print(
        f"  {sample.name}, {len(given)} names: nearest centre its own {own:.3f} (about the mean {about:.3f}), in {LEAST} titles "
        f"word for word {np.mean(verbatim):.3f}, all words in 4 of 5 papers {np.mean(strict):.3f} (one {np.mean(loose):.3f}), "
        f"doubles {len(given) - len({name.casefold() for name in given})}, with a stop word of {len(LANGUAGES) + 1} languages "
        f"{len(stopped)} {stopped}, themes with a name {[sum(map(bool, level)) for level in found.themes]} "
        f"of {[len(level) for level in found.themes]}"
    )
    print("   ", "; ".join(given), flush=True)


def _stop_words() -> frozenset[str]:
    """A library's lists for ten languages, and scikit-learn's for English: the library's English one has words of all kinds."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return foreign() | (ENGLISH_STOP_WORDS - NOUNS)
