"""The bars of a selection's largest topics, as a picture for files: one colour, labels as text, nothing to load."""

from __future__ import annotations

import html
import struct
import zlib
from collections.abc import Sequence

from hub.briefing.tex import in_unicode

Bars = Sequence[tuple[str, int]]
INK, TINT = "#33526e", (0x33, 0x52, 0x6E)
_ROW, _LABEL, _WIDTH, _NUMBER = 26, 300, 720, 70


def svg(bars: Bars, title: str) -> str:
    """Return horizontal bars as one SVG element, "" where there are none; ``title`` is its text alternative."""
    if not bars:
        return ""
    longest = max(n for _, n in bars)
    rows = []
    for at, (name, n) in enumerate(bars):
        y = at * _ROW
        width = max(2, round((_WIDTH - _LABEL - _NUMBER) * n / longest))
        shown = html.escape(shortened(in_unicode(name)))
        rows.append(
            f'<text x="{_LABEL - 10}" y="{y + 17}" text-anchor="end">{shown}</text>'
            f'<rect x="{_LABEL}" y="{y + 4}" width="{width}" height="{_ROW - 9}" rx="2" fill="{INK}"/>'
            f'<text x="{_LABEL + width + 8}" y="{y + 17}">{n:,}</text>'
        )
    said = html.escape("; ".join(f"{name}: {n:,}" for name, n in bars))
    return (
        f'<svg role="img" aria-label="{html.escape(title)}: {said}" viewBox="0 0 {_WIDTH} {_ROW * len(bars)}" '
        f'width="100%" font-size="14" fill="currentColor" font-family="system-ui, sans-serif">{"".join(rows)}</svg>\n'
    )


def shortened(name: str, most: int = 36) -> str:
    """Return a name that fits beside its bar; wide characters count twice.

    >>> shortened("LLMs, language model, human"), shortened("a" * 60)[-2:]
    ('LLMs, language model, human', 'a…')
    """
    spent = 0
    for at, c in enumerate(name):
        spent += 1 + (ord(c) >= 0x2E80)
        if spent > most:
            return f"{name[:at].rstrip()}…"
    return name


def png_bar(width: int, height: int = 12) -> bytes:
    """Return a filled rectangle as PNG, (height, width) pixels."""
    row = b"\0" + bytes(TINT) * width
    packed = zlib.compress(row * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
