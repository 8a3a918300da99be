"""multilingual-e5-small as an ONNX graph of 8-bit weights, written without torch.

ONNX Runtime also multiplies 4-bit weights as they are (MatMulNBits): cosine 0.99995 to the package's own engine in place of
0.997, at half the speed.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from hub.data_folder import QUIET
from hub.embed.e5_weights import BLOCK, Quantised, Weights

OPSET = 17


class _Graph:
    """Nodes and constants as they are added; every method returns the name of what it makes."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: list[str], name: str, **options: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **options))
        return name

    def linear(self, x: str, name: str, weights: Quantised, bias: Any) -> str:
        """``x`` times the transposed matrix, plus the bias."""
        made = self.add("MatMul", [x, self.constant(f"{name}.w", weights.full.T)], f"{name}.x")
        return self.add("Add", [made, self.constant(f"{name}.b", bias)], name)

    def normal(self, x: str, name: str, weights: Weights) -> str:
        inner = [self.constant(f"{name}.{part}", weights.vector(f"{name}.{part}")) for part in "wb"]
        return self.add("LayerNormalization", [x, *inner], name, axis=-1, epsilon=weights.epsilon)


def write(weights: Weights, target: Path) -> None:
    """Write the model, with mean pooling inside, to the file ``target``.

    Inputs ``input_ids`` and ``attention_mask`` (n_texts, n_tokens) int64; output ``vectors`` (n_texts, 384), not normalised.
    """
    os.environ.update(QUIET)
    from onnx import TensorProto, helper, save
    from onnxruntime.quantization import QuantType, quantize_dynamic

    g = _Graph()
    for name, value in (("axis1", [1]), ("axis2", [2]), ("one", [1])):
        g.constant(name, np.array(value, dtype=np.int64))
    x = _embedded(g, weights)
    mask = _mask(g)
    for number in range(weights.layers):
        x = _layer(g, weights, f"l{number}", x, mask)
    kept = g.add("Unsqueeze", ["mask", "axis2"], "kept")
    total = g.add("ReduceSum", [g.add("Mul", [x, kept], "kept.x"), "axis1"], "total", keepdims=0)
    g.add("Div", [total, g.add("ReduceSum", ["mask", "axis1"], "count", keepdims=1)], "vectors")
    shape = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")]
    output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", weights.hidden])
    graph = helper.make_graph(g.nodes, "e5", inputs, [output], g.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".made-", suffix=".tmp") as folder:
        full, small = Path(folder, "full.onnx"), Path(folder, "int8.onnx")
        save(helper.make_model(graph, opset_imports=opsets, ir_version=9), str(full))
        quantize_dynamic(  # as MiniLM's: seven bits, one scale a column
            full, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, op_types_to_quantize=["MatMul"],
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )  # fmt: skip
        os.replace(small, target)


def _embedded(g: _Graph, weights: Weights) -> str:
    """Token, position and kind added and normalised; a token's vector is unpacked only where it is used."""
    word = weights.matrix("emb.word", weights.hidden)
    values = word.values.reshape(len(word.values), -1, BLOCK)
    g.constant("word.q", values), g.constant("word.s", word.scales[..., None].astype(np.float16))
    q = g.add(
        "Cast",
        [
            g.add("Gather", ["word.q", "input_ids"], "word.q.at"),
        ],
        "word.q.f",
        to=1,
    )
    s = g.add(
        "Cast",
        [
            g.add("Gather", ["word.s", "input_ids"], "word.s.at"),
        ],
        "word.s.f",
        to=1,
    )
    g.constant("hidden.shape", np.array([0, 0, weights.hidden], dtype=np.int64))
    token = g.add("Reshape", [g.add("Mul", [q, s], "word.full"), "hidden.shape"], "word")
    position = weights.vector("emb.pos").reshape(-1, weights.hidden) + weights.vector("emb.type")[: weights.hidden]
    g.constant("position.all", position), g.constant("zero", np.array([0], dtype=np.int64))
    count = g.add("Gather", [g.add("Shape", ["input_ids"], "shape"), "one"], "tokens.n")
    places = g.add("Slice", ["position.all", "zero", count, "zero"], "position")
    return g.normal(g.add("Add", [token, places], "embedded"), "emb.ln", weights)


def _mask(g: _Graph) -> str:
    """What is added to a score: nothing for a token, a large negative number for padding."""
    g.add("Cast", ["attention_mask"], "mask", to=1)
    g.constant("mask.1", np.float32(1.0)), g.constant("mask.far", np.float32(-1e9))
    gone = g.add("Mul", [g.add("Sub", ["mask.1", "mask"], "mask.gone"), "mask.far"], "mask.add2")
    return g.add("Unsqueeze", [gone, g.constant("axis12", np.array([1, 2], dtype=np.int64))], "mask.add")


def _layer(g: _Graph, weights: Weights, at: str, x: str, mask: str) -> str:
    """One layer of BERT (Devlin et al. 2019): attention, then the inner layer, each added and normalised."""
    hidden, heads = weights.hidden, weights.heads
    if at == "l0":
        g.constant("heads.shape", np.array([0, 0, heads, hidden // heads], dtype=np.int64))
        g.constant("heads.scale", np.float32(1 / np.sqrt(hidden // heads)))

    def linear(source: str, name: str, columns: int) -> str:
        return g.linear(source, f"{at}.{name}", weights.matrix(f"{at}.{name}.w", columns), weights.vector(f"{at}.{name}.b"))

    def head(name: str, order: list[int]) -> str:
        parted = g.add("Reshape", [linear(x, name, hidden), "heads.shape"], f"{at}.{name}.parts")
        return g.add("Transpose", [parted], f"{at}.{name}.heads", perm=order)

    query, key, value = head("q", [0, 2, 1, 3]), head("k", [0, 2, 3, 1]), head("v", [0, 2, 1, 3])
    raw = g.add("Mul", [g.add("MatMul", [query, key], f"{at}.qk"), "heads.scale"], f"{at}.scaled")
    share = g.add("Softmax", [g.add("Add", [raw, mask], f"{at}.masked")], f"{at}.share", axis=-1)
    mixed = g.add("Transpose", [g.add("MatMul", [share, value], f"{at}.mix")], f"{at}.back", perm=[0, 2, 1, 3])
    told = linear(g.add("Reshape", [mixed, "hidden.shape"], f"{at}.joined"), "ao", hidden)
    middle = g.normal(g.add("Add", [x, told], f"{at}.x1"), f"{at}.aln", weights)
    wide = g.add("Gelu", [linear(middle, "fi", hidden)], f"{at}.gelu", domain="com.microsoft")
    return g.normal(g.add("Add", [middle, linear(wide, "fo", weights.inner)], f"{at}.x2"), f"{at}.oln", weights)
