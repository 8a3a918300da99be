"""What the tests share: where the papers of ../shared are, and a skip with its reason where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs ../shared on a machine without it."""
    if SHARED.exists():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="the papers and feeds of ../shared are not on this machine"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real papers and feeds."""
    return SHARED
