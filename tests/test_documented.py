"""Nothing a reader can use is undocumented, and nothing documented is gone."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from hub import reference
from hub.settings import Settings
from hub.storage import schema

ROOT = Path(__file__).resolve().parents[1]
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
SPOKEN = [*TEXTS, *sorted((ROOT / "hub").rglob("*.py")), *sorted((ROOT / "hub").rglob("*.po"))]
OF_TESTS = re.compile(r"HUB_(BENCH_\w+|REQUIRE_BROWSER|APART|JOB)")
"""Variables of measurements, of the tests and between our own processes: no settings of the app."""


@cache
def known_commands() -> frozenset[str]:
    return frozenset(name.split()[0] for name in reference.commands())


def test_the_reference_says_what_the_commands_and_settings_say() -> None:
    assert (ROOT / "docs" / "REFERENCE.md").read_text("utf-8") == reference.document(), "run python -m hub.reference"


def test_every_command_setting_and_option_has_words() -> None:
    assert [name for name, command in reference.commands().items() if not command.help] == []
    assert [field.alias for field in Settings.model_fields.values() if not field.description] == []


@pytest.mark.parametrize("file", SPOKEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_command_that_is_spoken_of_is_there(file: Path) -> None:
    spoken = re.findall(r"(?:python -m hub|`hub) ([a-z]+)", file.read_text("utf-8"))
    assert set(spoken) - known_commands() - {"reference", "storage"} == set()


@pytest.mark.parametrize("file", SPOKEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_setting_that_is_spoken_of_is_there(file: Path) -> None:
    known = {str(field.alias) for field in Settings.model_fields.values()}
    spoken = set(re.findall(r"\b(?:HUB|OPENAI)_[A-Z][A-Z_]+\b", file.read_text("utf-8")))
    assert {name for name in spoken - known if not OF_TESTS.fullmatch(name)} == set()


def test_every_page_is_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text("utf-8").split("## Pages")[1].split("##")[0]
    named = {row.split("|")[1].strip().casefold() for row in table.splitlines() if row.startswith("|")} - {"page", "---"}
    assert named == {page.stem for page in (ROOT / "pages").glob("*.py") if page.stem != "paper"}


def test_every_table_is_described() -> None:
    assert (ROOT / "docs" / "DATA.md").read_text("utf-8") == schema.document(), "run python -m hub.storage.schema"


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_no_text_leads_to_a_file_that_is_not_here(file: Path) -> None:
    text = file.read_text("utf-8")
    linked = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text)
    named = re.findall(r"(?<![\w./<-])(?:docs|hub|pages|tests|bench)/[\w./-]*\w\.(?:py|md|toml|tsv|png|po)\b", text)
    assert [name for name in linked if not (file.parent / name).exists()] == []
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert re.findall(r"shared/\w+\.md", text) == []
