"""Which passages of a cited text bear on a claim, and the two packed as the verifier reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from hub.papers.sentences import STOPWORDS, content, numbers, stem

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CLAIM_TOKENS = 80
TOKENS = 176
"""Tokens of claim and passages together, at most; the model was trained with the same."""
CLS, SEP = 101, 102
LACKING, SHARED, MARK, READ, READ_SHARED = range(5)
"""What a token is: of the claim and not in the passages, of the claim and in them, a mark, of the passages, of both."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A claim and its passages as token ids; ``kinds`` says what each token is.

    ``ids`` and ``kinds`` have one entry a token; ``word_of`` says to which word of the claim each token of the claim, which
    stand at 1, 2, ..., belongs.
    """

    ids: list[int]
    kinds: list[int]
    word_of: list[int]


def chosen(claim: str, passages: Sequence[str], words: int = 70) -> list[int]:
    """Return the positions of the passages that together share most with a claim, in their order, up to so many words.

    Each next passage is the one that adds most of the claim's stems and numbers that the ones before lack; from the third on
    it must add one.

    >>> chosen("Cats sleep and dogs bark.", ["It rained.", "Dogs bark a lot.", "Cats sleep all day."], words=8)
    [1, 2]
    """
    asked = _signs(claim)
    held = [_signs(p) & asked for p in passages]
    sizes = [len(p.split()) for p in passages]
    found: list[int] = []
    covered: frozenset[str] = frozenset()
    left = words
    while True:
        open_ = [i for i in range(len(passages)) if i not in found and (sizes[i] <= left or not found)]
        if not open_:
            break
        best = max(open_, key=lambda i: (len(held[i] - covered), len(held[i]), -i))
        if len(found) > 1 and not held[best] - covered:
            break
        found.append(best)
        covered |= held[best]
        left -= sizes[best]
    return sorted(found)


@lru_cache(maxsize=8192)
def _signs(text: str) -> frozenset[str]:
    return frozenset(content(text)) | {f"{n:g}" for n in numbers(text)}


def packed(claim: str, passages: Sequence[str], tokenizer: Tokenizer) -> Packed:
    """Return claim and passages as the model reads them: ``[CLS] claim [SEP] passages [SEP]``."""
    words = claim.split()
    ours = tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)
    word_of = [w for w in ours.word_ids[:CLAIM_TOKENS] if w is not None]
    theirs_words = " ".join(passages).split()
    theirs = tokenizer.encode(theirs_words, is_pretokenized=True, add_special_tokens=False)
    room = TOKENS - len(word_of) - 3
    our_signs, their_signs = [_sign(w) for w in words], [_sign(w) for w in theirs_words]
    in_ours, in_theirs = frozenset().union(*our_signs), frozenset().union(*their_signs)
    shared = [bool(s) and s <= in_theirs for s in our_signs]
    also = [bool(s) and s <= in_ours for s in their_signs]
    kinds = [SHARED if shared[w] else LACKING for w in word_of]
    kinds += [MARK]
    kinds += [READ_SHARED if also[w] else READ for w in theirs.word_ids[:room] if w is not None]
    ids = [CLS, *ours.ids[: len(word_of)], SEP, *theirs.ids[:room], SEP]
    return Packed(ids, [MARK, *kinds, MARK], word_of)


@lru_cache(maxsize=65536)
def _sign(word: str) -> frozenset[str]:
    """Stems and numbers of one word as it stands in a text; a function word stands for itself."""
    found = _signs(word)
    bare = word.lower().strip(".,;:!?()[]\"'“”‘’")
    return found or (frozenset({stem(bare) if bare not in STOPWORDS else bare}) if bare else frozenset())
