"""The arrows point one way, and the web process stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ORDER = (
    ("errors",), ("i18n",), ("settings",), ("permissions", "data_folder", "plain_disk", "logs"), ("llm", "spread"),
    ("papers",), ("embed",), ("stats",),
    ("storage",), ("search",), ("sources", "demo"), ("topics",), ("trends",), ("bridges",), ("radar",), ("briefing",),
    ("figures",), ("worker",), ("cli", "ui"), ("__main__",), ("reference",),
)  # fmt: skip
"""The rooms of hub from the ground up: each may import what stands below it, and nothing beside or above."""
HEAVY = ("torch", "bertopic", "umap", "numba", "transformers", "evoc", "hdbscan", "sentence_transformers")
MODULES = sorted((ROOT / "hub").rglob("*.py"))


def imported(file: Path, everywhere: bool = True) -> set[str]:
    """Return the modules that a file imports, at its top level only unless ``everywhere``."""
    tree = ast.parse(file.read_text("utf-8"))
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_hub_knows_neither_pages_nor_streamlit(file: Path) -> None:
    in_ui = "ui" in file.relative_to(ROOT / "hub").parts[:1]
    names = {name.split(".")[0] for name in imported(file)}
    assert "pages" not in names
    if not in_ui:
        assert "streamlit" not in names
        assert not any(name == "hub.ui" or name.startswith("hub.ui.") for name in imported(file))


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_room_imports_only_rooms_below_it(file: Path) -> None:
    floors = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}
    room = file.relative_to(ROOT / "hub").parts[0].removesuffix(".py")
    if room == "__init__":
        return
    assert room in floors, f"hub/{room} has no place in ORDER: give it one"
    names = {name.split(".")[1] for name in imported(file) if name.startswith("hub.")} & {*floors}
    assert {other for other in names - {room} if floors[other] >= floors[room]} == set()


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_heavy_module_is_imported_at_the_top(file: Path) -> None:
    assert not {name.split(".")[0] for name in imported(file, everywhere=False)} & set(HEAVY)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def test_the_web_process_loads_no_heavy_module() -> None:
    """Import, in a fresh process, all that the shell, the pages and the parts of hub.ui import."""
    files = [*(ROOT / "pages").glob("*.py"), *(ROOT / "hub" / "ui").rglob("*.py"), ROOT / "app.py"]
    wanted = sorted({name for file in files for name in imported(file) if name.startswith("hub") and is_module(name)})
    load = f"import importlib, sys\nfor name in {wanted!r}: importlib.import_module(name)\n"
    code = f"{load}print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_importing_hub_reads_nothing() -> None:
    code = "import sys, hub, hub.errors, hub.papers.model; print('pandas' in sys.modules, 'lancedb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"
