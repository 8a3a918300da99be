"""Every visible string has its Chinese text, with the same names to fill in."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import string
from pathlib import Path
from xml.parsers.expat import ErrorString

import pytest
from babel.messages.extract import extract_from_dir

import hub.radar
import hub.sources
from hub.sources.record import PLACES
from hub.ui import i18n

ROOT = Path(__file__).resolve().parents[2]


def messages() -> set[str]:
    found: set[str] = set()
    said = {"_": None, "Said": None, "plural": (2, 3)}
    for folder, keywords in (("pages", said), ("hub", said), ("hub/radar", {"say": None}), ("hub/figures/trends", {"say": None})):
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, method_map=[("**.py", "python")], keywords=keywords
        ):
            found |= {message} if isinstance(message, str) else {part for part in message if isinstance(part, str)}
    return found


def names(text: str) -> set[str]:
    return {name for _before, name, _format, _conversion in string.Formatter().parse(text) if name}


def test_every_message_has_its_chinese_text() -> None:
    assert sorted(messages() - i18n.catalogue("zh").keys()) == []


@pytest.mark.parametrize(("english", "chinese"), sorted(i18n.catalogue("zh").items()))
def test_both_texts_fill_in_the_same_names(english: str, chinese: str) -> None:
    assert names(english) == names(chinese)


def test_what_hub_says_by_a_constant_has_its_chinese_text() -> None:
    """Templates that stand in constants are not seen by the extractor."""
    said = set()
    rooms = [m.name for room in (hub.radar, hub.sources) for m in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]
    for module in [*rooms, "hub.i18n.failures"]:
        for name, value in vars(importlib.import_module(module)).items():
            texts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
            said |= {t for t in texts if name.isupper() and isinstance(t, str) and " " in t}
    assert said
    assert sorted(said - i18n.catalogue("zh").keys()) == []


def test_no_catalogue_has_a_text_that_nobody_says() -> None:
    said = {ErrorString(code) for code in range(1, 60)} | set(PLACES.values())
    for file in (*ROOT.glob("hub/**/*.py"), *ROOT.glob("pages/*.py")):
        said |= {
            n.value
            for n in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        }
    named = "".join(file.read_text("utf-8") for file in ROOT.glob("hub/**/*.toml") if "locale" not in file.parts)
    assert [text for text in i18n.catalogue("zh") if text not in said and text not in named] == []
