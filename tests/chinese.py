"""What of a Chinese text is still English: for tests of what readers see."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"“[^”]*”|`[^`]*`|'[^']*'|https?://\S+")
_SENTENCE = re.compile(r"[A-Za-z][a-z'-]*(?:[ ,]+[A-Za-z][a-z'-]*){2,}")


def left_in_english(text: str) -> list[str]:
    """Return every run of three Latin words or more that is no address and no quotation of what a server said.

    >>> left_in_english("nature.com：此地址已无内容（HTTP 404）。"), left_in_english("nature.com：its server failed")
    ([], ['its server failed'])
    """
    return _SENTENCE.findall(_QUOTED.sub(" ", text))
