"""The command line as a script calls it: arguments in, one JSON document out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main


@pytest.fixture
def demo(demo_home: Path, hub_home: Path) -> Path:
    """Let the settings name the demo papers in a folder of this test's own, and return it."""
    return Path(shutil.copytree(demo_home, hub_home, dirs_exist_ok=True))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return a function that runs ``python -m hub ARGUMENTS --json`` and gives what it wrote, its error line when it failed."""

    def ran(*arguments: str) -> Any:
        failed = main([*arguments, "--json"])
        out, err = capsys.readouterr()
        return err.strip().splitlines()[-1] if failed else json.loads(out)

    return ran
