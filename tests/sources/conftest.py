"""What the tests of the sources share: an impatient client and a catalogue of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hub.settings import Settings
from hub.sources.web.client import Patience


@pytest.fixture
def patience() -> Patience:
    return Patience(connect_s=1.0, read_s=0.6, total_s=2.0, longest_wait_s=1.0, first_retry_s=0.02)


@pytest.fixture
def configured(tmp_path: Path) -> Callable[..., Settings]:
    """Return settings whose catalogue holds the given sources (dicts)."""

    def make(*sources: dict[str, object], allow_private: bool = True) -> Settings:
        lines = []
        for source in sources:
            entry = {"name": "Journal of Tests", "protocol": "feed", "on": True, "interval_s": 0.0, **source}
            lines.append("[[source]]")
            lines += [f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in entry.items()]
        path = tmp_path / "catalogue.toml"
        path.write_text("\n".join(lines), "utf-8")
        home = tmp_path / "home"
        return Settings(HUB_HOME=home, HUB_CATALOGUE=path, HUB_ALLOW_PRIVATE_URLS=allow_private, HUB_CORPUS=str(home / "corpus"))  # type: ignore[call-arg]

    return make
