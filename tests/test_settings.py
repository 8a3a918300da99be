"""Only the documented names are read from the environment, and an empty one is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from hub.errors import SettingsError
from hub.settings import Settings, app_folder, default_home, settings


def test_the_variables_of_a_strangers_shell_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("HUB_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    plain = settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "/nowhere/nonsense")
        monkeypatch.setenv(name, "/nowhere/nonsense")
    assert settings() == plain


def test_every_setting_is_named_for_the_hub_or_for_openai() -> None:
    assert all(str(field.alias).startswith(("HUB_", "OPENAI_")) for field in Settings.model_fields.values())


def test_data_lies_beside_the_app_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", None):
        monkeypatch.setenv("HUB_HOME", value) if value is not None else monkeypatch.delenv("HUB_HOME")
        assert settings().home == default_home() == app_folder() / "cache"


def test_a_relative_folder_is_meant_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUB_HOME", "data here/论文")
    assert settings().home == tmp_path / "data here" / "论文"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HUB_HOME", "~/data")
    assert settings().home == tmp_path / "data"


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_LLM_CONTEXT", "-1")
    with pytest.raises(SettingsError, match="HUB_LLM_CONTEXT"):
        settings()


def test_a_field_is_set_by_its_variables_name_only(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Settings(home=tmp_path)  # type: ignore[call-arg]
