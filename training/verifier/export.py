"""Writes a trained network as ONNX with 8-bit weights: ``python -m training.verifier.export reader.pt FOLDER``."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from hub.embed.minilm import weights_folder
from training.verifier.network import Reader

FILE = "verifier-int8.onnx"


def export(trained: Path, folder: Path, identity: str) -> dict[str, str]:
    """Write the model and ``verifier.json`` with its digest into ``folder``; return what the description says."""
    network = Reader(weights_folder())
    network.bert.set_attn_implementation("eager")
    network.load_state_dict(torch.load(trained))
    network.eval()
    example = (
        torch.ones((2, 16), dtype=torch.long),
        torch.zeros((2, 16), dtype=torch.long),
        torch.ones((2, 16), dtype=torch.long),
    )
    dynamic = {0: "batch", 1: "tokens"}
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch, "full.onnx")
        torch.onnx.export(
            network, example, str(full), dynamo=False, opset_version=17, input_names=["ids", "kinds", "mask"],
            output_names=["whole", "words"],
            dynamic_axes={**dict.fromkeys(("ids", "kinds", "mask", "words"), dynamic), "whole": {0: "batch"}},
        )  # fmt: skip
        # Seven-bit weights, one scale a column: eight bits overflow the 16-bit sums of processors without VNNI.
        quantize_dynamic(full, folder / FILE, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    about = {
        "id": identity,
        "file": FILE,
        "sha256": hashlib.sha256((folder / FILE).read_bytes()).hexdigest(),
        "tokenizer_sha256": hashlib.sha256((weights_folder() / "tokenizer.json").read_bytes()).hexdigest(),
    }
    (folder / "verifier.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    return about


if __name__ == "__main__":
    print(export(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "verifier-1"))
