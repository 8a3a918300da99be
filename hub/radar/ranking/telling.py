"""Which terms a reason may name: words of a matter, not words that papers of every subject use."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.papers.sentences import words
from hub.storage.snapshot import Snapshot
from hub.topics.naming.phrases import NOUNS_IN_ED, PARTICIPLE
from hub.topics.naming.stopwords import STOP_WORDS

LEAST = 0.15
"""How far the topics of a term's papers are from those of all papers at least, as a part of how much a topic tells at most.

Kullback-Leibler divergence over the entropy of the topics: 0 for a term used in all alike, 1 for one of a single topic."""
PRIOR = 2.0
"""Papers that a term is taken to have besides its own, spread as all are, so that two papers prove nothing."""
ADJECTIVE = re.compile(r".{2,}(?:ive|ous|able|ible|ful|less|ic|ural|onal|eral|ical|based|free|driven|aware|wise)$")
"""Endings of words that alone name nothing, but open terms of their own: symbolic execution, lateral inhibition."""
ADVERB = 5
"""Letters above which a word in -ly is an adverb; "fly" and "jelly" are none."""
GENERAL = words(
    """ability accuracy advantage benchmark entire expertise format memory progress signal society solver window
    agreed ask clear closer common deep direct disagreed essential excess excluding explicit flat internal junior large mild older
    optimal random rare read say sharp short small strong thin zero
    accuracy activity addition adult advance age aim amount analysis answer application area argument aspect assessment
    attempt author average basis behavior behaviour benefit best better body book bound calculation capability capacity case
    category cause century challenge chance change chapter character choice city class code combination community comparison
    complexity component computation concept concern condition conference consequence constraint construction contrast control
    correlation cost country course criterion current cycle daily date day days decade decision decline decrease definition
    degree demand description design detail development device difference difficulty dimension direction discussion distance
    document dynamics effort element end environment equation error estimate evaluation event evidence example exchange
    existence experience experiment expert explanation extension factor failure family feature finding focus force form formula
    framework function future gain gap goal group growth guide hand help hour human idea identification impact importance
    improvement increase index individual influence input insight instance interest interval issue journal kind knowledge lack
    length lesson level life limit line link list loss majority male female match measure measurement mechanism member minute
    mode modification month motivation name need norm notion number object observation option order output overview pair parameter
    participant path patient pattern peak people percent period person perspective phase phenomenon place plan point population
    position potential power practice presence pressure principle problem procedure process product production program progress
    project property proportion protocol public purpose quality quantity question range rank rate ratio reader reason reduction
    reference region relation relationship report representation requirement resource response review risk role rule sample scale
    scenario scope score search selection sense sequence series service session setting shape share shift sign significance
    situation size solution source space specification stage state statement step strategy strength structure student success
    sum survey table target team technique technology tendency term theme theory thing threshold time tool total track trade
    training transition treatment trend trial type unit usage use user validation variable variant variation variety version view
    volume way week weight woman women word work world year young"""
)
"""Words of every subject: alone they say nothing of what two papers are on; in a term of two words they may."""
VERBS = words(
    """achieve address adopt affect allow apply argue arise assess assume attain avoid capture characterize check combine
    compare compute conclude conduct confirm consist construct contain contribute create define deliver demonstrate depend derive
    describe detect determine develop differ discover discuss emerge employ enable enhance ensure establish evaluate evolve
    exhibit exist exploit explore extend facilitate fail follow generalize generate give handle happen
    examine highlight identify illustrate implement imply improve incorporate indicate infer introduce investigate involve learn
    leverage maintain mitigate modify observe obtain occur operate optimize outperform overcome perform predict
    prefer produce promote prove provide quantify reach receive recover reduce reflect relate rely remain remove represent require
    resemble resolve restrict retain reveal seek select serve solve suffer suggest surpass take try understand
    activate execute enter necessitate regulate seek simulate undergo underlie utilize validate vary verify"""
)
"""Verbs of abstracts: no term of a matter ends in one."""


@lru_cache(maxsize=2)
def telling(snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    """Return which terms of a Snapshot (n_terms,) a reason may name; made once a version.

    A term passes that reads as a name (no participle, adverb or verb of abstracts, no noun of every subject alone) and whose
    papers are of few topics.
    """
    named = np.array([_reads_as_a_name(str(term)) for term in snapshot.terms.words], dtype=bool)
    return named & (_divergence(snapshot) >= LEAST)


def _reads_as_a_name(term: str) -> bool:
    parts = term.casefold().split()
    last = parts[-1]
    stem = last.removesuffix("ing") if len(parts) == 1 else last  # "reinforcement learning" is a name
    if VERBS.intersection((last, last.removesuffix("s"), stem, f"{stem}e")) or (
        PARTICIPLE.fullmatch(last) and last not in NOUNS_IN_ED
    ):
        return False
    if len(parts) == 1 and ADJECTIVE.fullmatch(last):
        return False
    empty = (part in STOP_WORDS or part.isdigit() or (part.endswith("ly") and len(part) > ADVERB) for part in parts)
    return not any(empty) and not all(map(_is_general, parts))


def _is_general(word: str) -> bool:
    return word in GENERAL or word.removesuffix("s") in GENERAL or word.removesuffix("es") in GENERAL


def _divergence(snapshot: Snapshot) -> npt.NDArray[np.float32]:
    """Return how far the topics of each term's papers are from those of all papers (n_terms,), 0 to 1; 1 without topics."""
    topics = snapshot.papers["topic"].to_numpy()
    placed = np.flatnonzero(topics >= 0)
    names, code = np.unique(topics[placed], return_inverse=True)
    if len(names) < 2:
        return np.ones(len(snapshot.terms.words), dtype=np.float32)
    share = (np.bincount(code)[:, None] / len(placed)).astype(np.float32)
    inside = sparse.csr_matrix((np.ones(len(placed), np.float32), (code, placed)), (len(names), len(topics)))
    papers = np.asarray((inside @ snapshot.terms.counts.astype(bool).astype(np.float32)).todense())
    of_term = (papers + np.float32(PRIOR) * share) / (papers.sum(axis=0) + np.float32(PRIOR))
    divergence = (of_term * np.log(of_term / share)).sum(axis=0)
    return np.asarray(divergence / -float((share * np.log(share)).sum()), dtype=np.float32)
