"""The languages of whatever says something to a reader: pages, feeds, digests, alerts, errors.

The English text is the key. Another language is a folder of ``hub/i18n/locale`` and nothing else: ``language.toml`` says what it
is, the ``.po`` files, one a room, are read as one, and ``phrases.toml`` has the fixed sentences of a briefing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from numbers import Integral
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Language:
    """What the app must know of a language beside its messages."""

    name: str
    tag: str
    """Of HTML and feeds (BCP 47)."""
    babel: str
    browser: str
    """How the browser's language begins."""
    semicolon: str = "; "
    comma: str = ", "


def _languages() -> dict[str, Language]:
    found = {"en": Language("English", "en", "en", "en")}
    for file in sorted(LOCALES.glob("*/language.toml")):
        found[file.parent.name] = Language(**tomllib.loads(file.read_text("utf-8")))
    return found


_ALL = _languages()
LANGUAGES = {code: language.name for code, language in _ALL.items()}
"""The languages by their code, as each calls itself."""


def about(lang: str) -> Language:
    """Return what the app must know of a language."""
    return _ALL[lang]


def wanted(browser: str) -> str:
    """Return the code of the language that a browser asks for, English when there is none such.

    >>> wanted("zh-TW"), wanted("pt-BR"), wanted("")
    ('zh', 'en', 'en')
    """
    asked = browser.lower()
    return next((code for code, language in _ALL.items() if asked.startswith(language.browser)), "en")


@cache
def _phrases(lang: str) -> dict[str, Any]:
    file = LOCALES / lang / "phrases.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def phrases_of(lang: str) -> dict[str, str]:
    """Return a briefing's fixed sentences in a language by their keys; none for English, where they stand in the code."""
    return _phrases(lang)


def marks_of(lang: str) -> dict[str, str]:
    """Return what marks a briefing's sentence in a language, by verdict."""
    return dict(_phrases(lang).get("marks", {}))


Say = Callable[..., str]
"""An English message and the values of its ``{names}`` in, the text in one language out."""


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return what each English text is in ``lang``; nothing for English itself."""
    texts: dict[str, str] = {}
    for file in sorted((LOCALES / lang).glob("*.po")):
        with file.open("rb") as stream:
            texts |= {str(m.id): str(m.string) for m in read_po(stream) if m.id and m.string}
    return texts


def message(lang: str, text: str, /, **values: Any) -> str:
    """Return ``text`` in a language, with ``{names}`` filled in; a value that was :class:`Said` is said in it too."""
    found = catalogue(lang).get(text) or _of_one(text, values)
    return found.format(**{name: spoken(value, lang) for name, value in values.items()}) if values else found


NOUNS = re.compile(
    r"(\{(\w++)[^{}]*\}(?: (?:new|more|subscribed|selected|complete))? )"
    r"(papers|sources|fields|topics|themes|names|words|days|weeks|months|month ends|feeds|breaks|sentences|tokens|requests"
    r"|records|entries|radars|briefings)\b(?: (are|were|need|hold|have|lie))?"
)
VERBS = {"are": "is", "were": "was", "need": "needs", "hold": "holds", "have": "has", "lie": "lies"}


def _of_one(text: str, values: dict[str, Any]) -> str:
    """Return an English message with the nouns after each count of 1 in the singular, and the verbs after them.

    >>> message("en", "{n:,} papers in {weeks} weeks are here", n=1, weeks=2)
    '1 paper in 2 weeks are here'
    >>> message("en", "{n} more sources need a look", n=1)
    '1 more source needs a look'
    """

    def one(found: re.Match[str]) -> str:
        value = values.get(found[2])
        if not isinstance(value, Integral) or value != 1:
            return found[0]
        noun = found[3].removesuffix("ies") + "y" if found[3].endswith("ies") else found[3].removesuffix("s")
        return found[1] + noun + (f" {VERBS[found[4]]}" if found[4] else "")

    return NOUNS.sub(one, text) if values else text


def counted(lang: str, n: int, one: str, many: str, /, **values: Any) -> str:
    """Return the message for a count: ``one`` for 1, else ``many``; a language without plurals has one text for both.

    >>> counted("en", 1, "{n:,} paper", "{n:,} papers"), counted("en", 1200, "{n:,} paper", "{n:,} papers")
    ('1 paper', '1,200 papers')
    """
    return message(lang, one if n == 1 else many, n=n, **values)


def speaker(lang: str) -> Say:
    """Return what says English messages in a language.

    >>> speaker("en")("{n} papers", n=3)
    '3 papers'
    """
    return partial(message, lang)


class Said(str):
    """An English sentence that remembers its template and values, so that it can be said in the reader's language.

    A value may be ``Said`` itself, or a tuple of them, which is listed.

    >>> Said("{n} papers", n=3), Said("{n} papers", n=3).template
    ('3 papers', '{n} papers')
    >>> spoken(Said("Broken: {parts}.", parts=(Said("no title"), Said("no end"))))
    'Broken: no title; no end.'
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Said:
        """Return the sentence with its values filled in."""
        plain = {name: spoken(value) for name, value in values.items()}
        made = super().__new__(cls, _of_one(template, plain).format(**plain) if values else template)
        made.template, made.values = template, values
        return made


def spoken(value: Any, lang: str = "en") -> Any:
    """Return what was :class:`Said` (or a tuple of it, or an error that was raised with it) in a language; else the value.

    >>> spoken(ValueError(Said("{n} papers", n=2)))
    '2 papers'
    """
    if isinstance(value, Said):
        return message(lang, value.template, **value.values)
    if isinstance(value, tuple):
        return about(lang).semicolon.join(str(spoken(item, lang)) for item in value)
    if isinstance(value, Exception):
        return str(spoken(value.args[0], lang)) if len(value.args) == 1 else str(value)
    return value


def said_by(error: BaseException) -> str:
    """Return what an error says: a :class:`Said` when it was raised with one, else its text, else its kind.

    >>> said_by(ValueError(Said("{n} papers", n=2))).template
    '{n} papers'
    """
    first = error.args[0] if len(error.args) == 1 else None
    return first if isinstance(first, Said) else str(error) or type(error).__name__


def packed(value: Any) -> Any:
    """Return what was :class:`Said` as a plain dict that can be kept on disk, for :func:`unpacked`; another value as it is.

    >>> packed(Said("{n} papers", n=2))
    {'said': '{n} papers', 'values': {'n': 2}}
    """
    if isinstance(value, Said):
        return {"said": value.template, "values": {name: packed(part) for name, part in value.values.items()}}
    return {"listed": [packed(part) for part in value]} if isinstance(value, tuple) else value


def unpacked(value: Any) -> Any:
    """Return what was :func:`packed`; another value, such as the plain text of a former release, as it is.

    >>> unpacked(packed(Said("{n} papers", n=2))), unpacked("2 papers")
    ('2 papers', '2 papers')
    """
    if isinstance(value, dict) and "said" in value:
        template, values = value["said"], {name: unpacked(part) for name, part in value["values"].items()}
        return Said(template, **values)
    return tuple(unpacked(part) for part in value["listed"]) if isinstance(value, dict) and "listed" in value else value
