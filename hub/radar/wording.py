"""Sentences that a page may show in another language: the English text, and what it was made of."""

from __future__ import annotations

from typing import Any


class Said(str):
    """An English sentence that remembers its template and values, so that a page can say it in the reader's language.

    >>> Said("{n} papers", n=3), Said("{n} papers", n=3).template
    ('3 papers', '{n} papers')
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Said:
        """Return the sentence with its values filled in."""
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made
