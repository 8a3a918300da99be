"""Text out of bytes: which charset a file is in, by what it holds."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_RUN = re.compile(rb"[\x80-\xff]+")
PROBED = 200_000
"""Bytes by which a charset is told."""
_EAST_ASIAN = ("gb18030", "big5", "euc_jp", "shift_jis", "euc_kr")
_CANDIDATES = [*_EAST_ASIAN, "cp1251", "koi8_r", "cp1253", "iso8859_7", "cp1250", "cp1254", "cp1255", "cp1256", "cp1252"]
LEAST_HANGUL = 12
LEAST_COMMON = 0.6
"""Which share of a text's Chinese characters must be among the 3,755 common ones of GB 2312 for it to be taken for Chinese."""


def decoded(data: bytes) -> str:
    """Return the text of a file, its line ends as ``\\n``: in UTF-8, UTF-16 or -32, else in the charset that it is likely in.

    >>> decoded("题名,作者".encode("gb18030")), decoded("Müller; Núñez".encode("cp1252")), decoded("a\\rb".encode("utf-16"))
    ('题名,作者', 'Müller; Núñez', 'a\\nb')
    """
    return _read(data).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def _read(data: bytes) -> str:
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace")
    even, odd = data[:1000:2].count(0), data[1:1000:2].count(0)
    if max(even, odd) > 2 and min(even, odd) * 10 <= max(
        even, odd
    ):  # UTF-16 without its mark: its commas and line ends have noughts
        return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as e:
        if e.reason == "unexpected end of data" or _mostly_utf8(data):
            return data.decode("utf-8", "replace")
    charset = likely_charset(data[:PROBED])
    return data.decode(charset, "replace" if charset != "cp1252" else "cp1252-or-latin-1")


def _mostly_utf8(data: bytes) -> bool:
    """Whether text is UTF-8 but for a few broken bytes, rather than in another charset."""
    probe = data[:PROBED]
    broken = probe.decode("utf-8", "replace").count("\ufffd")
    whole = sum(len(run) > 1 for run in _RUN.findall(probe))
    return broken * 20 < whole


def likely_charset(data: bytes) -> str:
    """Return the charset of bytes that are not UTF-8."""
    runs = _RUN.findall(data)
    if not runs:
        return "cp1252"
    paired = sum(len(run) for run in runs if len(run) % 2 == 0) / sum(map(len, runs))
    long_runs = sum(len(run) for run in runs if len(run) > 2) / sum(map(len, runs))
    if paired > 0.5 and _common_chinese(data) >= LEAST_COMMON:
        return "euc_kr" if _is_korean(runs) else "gb18030"
    if long_runs < 0.5:  # single letters with accents among plain ones
        return "cp1252"
    from charset_normalizer import from_bytes  # 40 ms to import, and few files need it

    best = from_bytes(data, cp_isolation=_CANDIDATES, enable_fallback=False).best()
    return best.encoding if best else "cp1252"


def _common_chinese(data: bytes) -> float:
    """Return which share of a text's pairs of high bytes are common Chinese characters (or punctuation) in GB 2312."""
    pairs = [run[at] for run in _RUN.findall(data) for at in range(0, len(run) - 1, 2)]
    return sum(0xB0 <= lead <= 0xD7 or lead in (0xA1, 0xA3) for lead in pairs) / len(pairs) if pairs else 0.0


def _is_korean(runs: list[bytes]) -> bool:
    """Whether pairs of high bytes are Hangul of EUC-KR, which all begin with B0 to C8, as less than two thirds of Chinese do."""
    leads = [lead for run in runs for lead in run[::2] if lead >= 0xB0]
    return len(leads) >= LEAST_HANGUL and sum(lead <= 0xC8 for lead in leads) >= 0.97 * len(leads)


def _latin_1(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return error.object[error.start : error.end].decode("latin-1"), error.end
    raise error


codecs.register_error("cp1252-or-latin-1", _latin_1)
