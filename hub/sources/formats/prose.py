"""The text of a draft as people have it: plain text, Markdown, LaTeX, Word, PDF."""

from __future__ import annotations

import io
import re
import zipfile

from hub.errors import SelectionError
from hub.i18n.messages import Said
from hub.papers.latex import delatexed
from hub.sources.formats import pdf
from hub.sources.formats.text import decoded

ENDINGS = ("txt", "md", "tex", "docx", "pdf")
UNPACKED = 50_000_000
"""Bytes of a Word file's parts together at most: more can be an attack."""
_COMMENT = re.compile(r"(?<!\\)%.*")
NOT_TEXT = "{name} is not text: save it as plain text, Markdown, LaTeX, Word (.docx) or PDF first."


def prose(data: bytes, name: str) -> str:
    """Return the text of a file.

    Raises
    ------
    SelectionError
        When it holds none that can be read here.
    """
    if data[:1024].lstrip().startswith(b"%PDF"):
        return pdf.text(data, name)
    if data.startswith(b"PK"):
        return _word(data, name)
    text = decoded(data)
    if "\x00" in text[:10_000]:
        raise SelectionError(Said(NOT_TEXT, name=name))
    if name.lower().endswith(".tex"):
        start, body, rest = text.partition(r"\begin{document}")
        return delatexed(_COMMENT.sub("", rest if body else start))
    return text


def _word(data: bytes, name: str) -> str:
    from docx import Document

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED:
                raise ValueError("it unpacks to more than may be")
        return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)
    except Exception as e:  # python-docx raises what its libraries raise
        raise SelectionError(Said(NOT_TEXT, name=name)) from e
