"""The command line as a script calls it: arguments in, one JSON document out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main


@pytest.fixture
def demo(demo_home: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the settings name the demo papers, and return their folder. Read it; never write to it."""
    monkeypatch.setenv("HUB_HOME", str(demo_home))
    return demo_home


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return a function that runs ``python -m hub ARGUMENTS --json`` and gives what it wrote, its error line when it failed."""

    def ran(*arguments: str) -> Any:
        failed = main([*arguments, "--json"])
        out, err = capsys.readouterr()
        return err.strip().splitlines()[-1] if failed else json.loads(out)

    return ran
