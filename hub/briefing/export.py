"""A finished briefing as files: Markdown as it is, BibTeX, HTML and DOCX made from that same Markdown."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from hub.briefing.model import Briefing
from hub.errors import BriefingError
from hub.storage import export

if TYPE_CHECKING:
    from markdown_it.token import Token

_STYLE = """body{font:17px/1.6 Georgia,'Noto Serif SC',serif;max-width:46rem;margin:2rem auto;padding:0 1rem;
color:#1c1c1c;background:#fff}
h1,h2{font-family:system-ui,'Noto Sans SC',sans-serif;line-height:1.25}h1{font-size:1.7rem}h2{font-size:1.2rem;margin-top:2rem}
a{color:#0b5394}li{margin:.3rem 0;overflow-wrap:anywhere}footer{color:#555;font-size:.85rem;margin-top:3rem}
@media print{body{margin:0;max-width:none}a{color:inherit}}"""


def exported(briefing: Briefing, format: str) -> bytes:
    """Return a briefing in one of :data:`FORMATS`.

    Raises
    ------
    BriefingError
        When there is no such format.
    """
    if format not in FORMATS:
        raise BriefingError(f"There is no format {format!r} for a briefing: take one of {', '.join(FORMATS)}.")
    return FORMATS[format](briefing)


def body(briefing: Briefing) -> str:
    """Return the Markdown without its front matter."""
    return briefing.markdown.split("\n---\n", 1)[-1].lstrip()


def markdown(briefing: Briefing) -> bytes:
    """Return the Markdown file."""
    return briefing.markdown.encode()


def bibtex(briefing: Briefing) -> bytes:
    """Return the references as BibTeX, in the order of their numbers."""
    rows = [
        {
            "id": s.id, "title": s.title, "abstract": "", "authors": "; ".join(s.authors), "published": pd.Timestamp(s.published),
            "updated": pd.NaT, "source": s.label.split(" (")[0], "field": s.field, "domain": s.domain, "categories": s.field,
            "url": s.url, "doi": s.doi, "version": 1, "announce": "", "kind": "paper", "journal": "",
        }
        for s in briefing.references
    ]  # fmt: skip
    return export.bibtex(pd.DataFrame(rows)) if rows else b""


def page(briefing: Briefing) -> bytes:
    """Return one HTML file that loads nothing: no script, no style sheet, no image from anywhere."""
    language = "zh-CN" if briefing.request["language"] == "zh" else "en"
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    rendered = _parser().render(body(briefing))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{html.escape(briefing.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{rendered}"
        f"<footer>AcademicHub, {html.escape(briefing.made[:10])}</footer>\n</body>\n</html>\n"
    ).encode()


def docx(briefing: Briefing) -> bytes:
    """Return a Word document with real headings, lists and links."""
    from docx import Document

    document = Document()
    document.core_properties.title = briefing.title[:250]
    document.core_properties.author = "AcademicHub"
    styles: list[str] = []
    opened: str | None = None
    number = 0
    for token in _parser().parse(body(briefing)):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            styles.append("List Bullet" if token.type.startswith("bullet") else "ordered")
            number = int(token.attrGet("start") or 1) - 1 if token.type.startswith("ordered") else number
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            styles.pop()
        elif token.type == "heading_open":
            opened = f"Heading {token.tag[1]}"
        elif token.type == "list_item_open" and styles and styles[-1] == "ordered":
            number += 1
            opened = f"{number}. "
        elif token.type == "inline":
            _paragraph(document, token, opened, styles)
            opened = None
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _paragraph(document: Any, token: Token, opened: str | None, styles: Sequence[str]) -> None:
    if opened and opened.startswith("Heading"):
        paragraph = document.add_paragraph(style=opened)
    elif styles and styles[-1] != "ordered":
        paragraph = document.add_paragraph(style="List Bullet" if len(styles) == 1 else "List Bullet 2")
    else:
        paragraph = document.add_paragraph()  # numbers are written out: [n] in the text must find them
        if opened:
            paragraph.add_run(opened)
    bold = italic = False
    address = ""
    for part in token.children or []:
        if part.type in ("strong_open", "strong_close"):
            bold = part.type == "strong_open"
        elif part.type in ("em_open", "em_close"):
            italic = part.type == "em_open"
        elif part.type == "link_open":
            address = str(part.attrGet("href") or "")
        elif part.type == "link_close":
            address = ""
        elif part.type in ("softbreak", "hardbreak"):
            paragraph.add_run(" ")
        elif part.content:
            run = _link(paragraph, address, part.content) if address else paragraph.add_run(part.content)
            run.bold, run.italic = bold or None, italic or None


def _link(paragraph: Any, address: str, text: str) -> Any:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    run = paragraph.add_run(text)
    run.font.color.rgb = RGBColor(0x0B, 0x53, 0x94)
    run.font.underline = True
    wrapper = OxmlElement("w:hyperlink")
    wrapper.set(qn("r:id"), relation)
    wrapper.append(run._r)  # moves the run out of the paragraph, into the link
    paragraph._p.append(wrapper)
    return run


def _parser() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")


FORMATS: Mapping[str, Callable[[Briefing], bytes]] = {"md": markdown, "bib": bibtex, "html": page, "docx": docx}
"""Formats by the ending of their files."""
MEDIA = {
    "md": "text/markdown",
    "bib": "application/x-bibtex",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def file_name(briefing: Briefing, format: str) -> str:
    """Return a file name that every system takes: date, title, ending."""
    words = "".join(c if c.isalnum() else "-" for c in briefing.title)[:60]
    return f"{briefing.made[:10]}-{'-'.join(filter(None, words.split('-')))}.{format}"
