"""A language is a folder of hub/i18n/locale, and nothing else knows of it."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from hub.briefing.ledger import MARKS
from hub.briefing.phrases import PHRASES, phrase
from hub.i18n import messages
from hub.i18n.messages import LANGUAGES, LOCALES, marks_of, phrases_of

HUB = Path(messages.__file__).parents[1]
CHINESE_ONLY = {
    "briefing/compose.py",
    "briefing/drafting.py",
    "briefing/word.py",
    "topics/naming/chinese.py",
    "topics/naming/llm.py",
}
"""Names in Chinese, what a model writes, and the typeface of Word: README says that these know two languages."""


def names(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_code_names_a_language_but_english() -> None:
    codes = set(LANGUAGES) - {"en"}
    naming = {
        str(file.relative_to(HUB))
        for file in HUB.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in codes
    }
    assert naming == CHINESE_ONLY


def test_a_folder_more_is_a_language_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pt").mkdir()
    (tmp_path / "pt" / "language.toml").write_text('name = "Português"\ntag = "pt"\nbabel = "pt"\nbrowser = "pt"\n')
    (tmp_path / "pt" / "phrases.toml").write_text('first = "O que ler primeiro"\n')
    monkeypatch.setattr(messages, "LOCALES", tmp_path)
    monkeypatch.setattr(messages, "_ALL", messages._languages())
    messages._phrases.cache_clear()
    assert {code: language.name for code, language in messages._ALL.items()} == {"en": "English", "pt": "Português"}
    assert messages.wanted("pt-BR") == "pt"
    assert phrase("pt", "first") == "O que ler primeiro" and phrase("pt", "gaps") == phrase("en", "gaps")
    messages._phrases.cache_clear()


@pytest.mark.parametrize("lang", sorted(folder.name for folder in LOCALES.iterdir() if folder.is_dir()))
def test_a_language_says_every_fixed_sentence_with_its_values(lang: str) -> None:
    said = {key: text for key, text in phrases_of(lang).items() if key != "marks"}
    assert set(said) == set(PHRASES["en"]) and set(marks_of(lang)) == set(MARKS)
    assert {key for key, text in said.items() if names(text) != names(PHRASES["en"][key])} == set()


@pytest.mark.parametrize("name", ["text", "lang", "template", "one", "many", "cls"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_value_may_have_any_name(name: str, lang: str) -> None:
    said = messages.Said(f"It says {{{name}}}.", **{name: messages.Said("this")})
    assert messages.spoken(said, lang) == "It says this."
    assert messages.unpacked(messages.packed(said)) == "It says this."
    assert messages.counted(lang, 1, f"{{{name}}}", "", **{name: "x"}) == "x"
