"""A briefing as a Word document: real headings, lists, pictures of the bars, citations and references linked both ways."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hub.briefing import figure
from hub.briefing.model import Briefing
from hub.briefing.tex import in_unicode
from hub.papers.untrusted import CONTROL

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARK = re.compile(r"(\[F?\d+\])")
BAR = "▇"
NOT_CITED = "\ue05b"
"""Stands for a bracket that opens no citation, until the file is made (a private code point)."""


def document(briefing: Briefing, text: str, references: str, rest: str, parser: Any) -> bytes:
    """Return the file; ``text``, ``references`` and ``rest`` are the Markdown of its parts."""
    from docx import Document

    word = Document()
    word.core_properties.title = CONTROL.sub("", in_unicode(briefing.title))[:250]
    word.core_properties.author = "AcademicHub"
    writer = _Writer(word, briefing)
    if briefing.request["language"] == "zh":
        writer.set_chinese()
    writer.write(parser.parse(text))
    heading, _, entries = references.partition("\n")
    writer.write(parser.parse(heading))
    writer.references(parser, entries)
    writer.write(parser.parse(rest), small=True)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


class _Writer:
    def __init__(self, word: Any, briefing: Briefing) -> None:
        self.word, self.briefing = word, briefing
        self.cited: set[str] = set()
        self.bookmarks = 0
        self.drawn = False

    def set_chinese(self) -> None:
        from docx.oxml.ns import qn

        for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
            fonts = self.word.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
            fonts.set(qn("w:eastAsia"), "宋体" if name == "Normal" else "黑体")

    def write(self, tokens: Sequence[Token], small: bool = False) -> None:
        styles: list[str] = []
        opened = ""
        number = 0
        for token in tokens:
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
                if BAR in token.content:
                    self._bars()
                else:
                    self._paragraph(token, opened, styles, small)
                opened = ""

    def references(self, parser: Any, entries: str) -> None:
        """Write the list, each entry the target of its citations and linked back to the first of them."""
        for line in filter(None, entries.split("\n")):
            number, _, entry = line.partition(". ")
            paragraph = self.word.add_paragraph()
            self._bookmark(paragraph, f"ref{number}", f"{number}. ")
            for token in parser.parseInline(entry):
                self._runs(paragraph, token.children or [], small=False)
            if f"[{number}]" in self.cited:
                paragraph.add_run(" ")
                self._link(paragraph, "↩", anchor=f"cite{number}")

    def _bars(self) -> None:
        """Draw the picture once, where the first of the text's bars stands: names, bars, numbers."""
        from docx.shared import Cm

        if self.drawn:
            return
        self.drawn = True
        longest = max((n for _, n in self.briefing.bars), default=1)
        table = self.word.add_table(rows=0, cols=3)
        for name, n in self.briefing.bars:
            cells = table.add_row().cells
            cells[0].text = figure.shortened(CONTROL.sub("", in_unicode(name)))
            picture = io.BytesIO(figure.png_bar(max(2, round(240 * n / longest))))
            cells[1].paragraphs[0].add_run().add_picture(picture, width=Cm(max(0.1, 6.0 * n / longest)), height=Cm(0.3))
            cells[2].text = f"{n:,}"

    def _paragraph(self, token: Token, opened: str, styles: Sequence[str], small: bool) -> None:
        if opened.startswith("Heading"):
            paragraph = self.word.add_paragraph(style=opened)
        elif styles and styles[-1] != "ordered":
            paragraph = self.word.add_paragraph(style="List Bullet" if len(styles) == 1 else "List Bullet 2")
        else:
            paragraph = self.word.add_paragraph()
            if opened:
                paragraph.add_run(opened)
        self._runs(paragraph, token.children or [], small and not opened.startswith("Heading"))

    def _runs(self, paragraph: Any, parts: Sequence[Token], small: bool) -> None:
        from docx.shared import Pt

        bold = italic = False
        address = ""
        for part in parts:
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
            elif part.content and address:
                self._link(paragraph, part.content.replace(NOT_CITED, "["), address=address)
            elif part.content:
                for piece in filter(None, _MARK.split(part.content)):
                    run = (
                        self._mark(paragraph, piece)
                        if _MARK.fullmatch(piece)
                        else paragraph.add_run(piece.replace(NOT_CITED, "["))
                    )
                    run.bold, run.italic = bold or None, italic or None
                    if small:
                        run.font.size = Pt(9)

    def _mark(self, paragraph: Any, mark: str) -> Any:
        number = mark[1:-1]
        if number.startswith("F") or not any(str(s.number) == number for s in self.briefing.references):
            return paragraph.add_run(mark)
        if mark not in self.cited:
            self.cited.add(mark)
            self._bookmark(paragraph, f"cite{number}", "")
        return self._link(paragraph, mark, anchor=f"ref{number}")

    def _bookmark(self, paragraph: Any, name: str, text: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self.bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(self.bookmarks))
        start.set(qn("w:name"), name)
        paragraph._p.append(start)
        if text:
            paragraph.add_run(text)
        paragraph._p.append(end)

    def _link(self, paragraph: Any, text: str, address: str = "", anchor: str = "") -> Any:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import RGBColor

        run = paragraph.add_run(text)
        run.font.color.rgb = RGBColor(0x0B, 0x53, 0x94)
        run.font.underline = bool(address) or None
        wrapper = OxmlElement("w:hyperlink")
        if address:
            wrapper.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        else:
            wrapper.set(qn("w:anchor"), anchor)
        wrapper.append(run._r)  # moves the run out of the paragraph, into the link
        paragraph._p.append(wrapper)
        return run
