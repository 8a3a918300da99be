"""The words of the file uploader, which Streamlit has in English alone."""

from __future__ import annotations

import pytest

from hub.ui import i18n, shell


@pytest.mark.parametrize(("lang", "words"), [("en", ()), ("zh", ("选择文件", "每个文件不超过"))])
def test_another_language_puts_its_words_in_place_of_the_english_ones(
    monkeypatch: pytest.MonkeyPatch, lang: str, words: tuple[str, ...]
) -> None:
    for module in (i18n, shell):
        monkeypatch.setattr(module, "language", lambda: lang)
    rules = shell._uploader()
    assert bool(rules) == bool(words)
    assert all(f'content: "{word}' in rules for word in words)
