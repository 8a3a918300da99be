"""A finished briefing as files people send: Markdown, BibTeX, HTML in one file, Word, and PDF where a browser is."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from hub.briefing import figure, word
from hub.briefing.markdown import link, parts_of
from hub.briefing.model import Briefing
from hub.briefing.pdf import browser, printed
from hub.briefing.phrases import phrase
from hub.briefing.safety import inline
from hub.briefing.tex import MATHS, in_unicode, unicode_maths
from hub.errors import BriefingError
from hub.i18n.messages import about
from hub.storage import export

_STYLE = """body{font:17px/1.6 Georgia,'Liberation Serif','DejaVu Serif',serif;max-width:46rem;
margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff;overflow-wrap:anywhere}
:lang(zh-CN) body{font-family:Georgia,'Liberation Serif','DejaVu Serif','Noto Serif CJK SC','Source Han Serif SC',
'Songti SC',SimSun,serif;line-height:1.8;line-break:strict;text-autospace:normal}
h1,h2,h3{font-family:system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;line-height:1.25}
h1{font-size:1.7rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin:1.2rem 0 .2rem}
a{color:#0b5394}a.cite,a.back{text-decoration:none}li{margin:.35rem 0}li:target,a:target{background:#fff3c4}
svg{margin:.5rem 0}footer,footer h2{color:#555;font-size:.8rem}footer{border-top:1px solid #ddd;margin-top:3rem}
@media print{body{margin:0;max-width:none;font-size:11pt}a{color:inherit}h2,h3{break-after:avoid}li{break-inside:avoid}}"""


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
    """Return the Markdown without its front matter, each ``[n]`` a link to its paper."""
    text, references, rest = parts_of(briefing)
    return "\n\n".join(filter(None, (_linked(text, briefing), _headed(references, briefing), rest))) + "\n"


def markdown(briefing: Briefing) -> bytes:
    """Return the Markdown file, each ``[n]`` a link to its paper."""
    head = briefing.markdown.split("\n---\n", 1)[0]
    return f"{head}\n---\n\n{body(briefing)}".encode()


def _linked(text: str, briefing: Briefing) -> str:
    links = {str(s.number): link(s) for s in briefing.references}
    return re.sub(r"(?<!\\)\[(\d+)\](?!\()", lambda m: f"[\\[{m[1]}\\]]({links[m[1]]})" if links.get(m[1]) else m.group(), text)


def _headed(references: str, briefing: Briefing) -> str:
    return f"## {phrase(str(briefing.request['language']), 'references')}\n\n{references}" if references else ""


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
    """Return one HTML file that loads nothing: no script, no style sheet, no image from anywhere; ``[n]`` linked both ways."""
    language = str(briefing.request["language"])
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    text, references, rest = (_unicode(part) for part in parts_of(briefing))
    parser = _parser()
    numbers = {str(s.number) for s in briefing.references}
    seen: Counter[str] = Counter()

    def cited(match: re.Match[str]) -> str:
        number = match.group(1)
        if number not in numbers:
            return match.group()
        seen[number] += 1
        return f'<a class="cite" id="cite-{number}-{seen[number]}" href="#ref-{number}">[{number}]</a>'

    picture = figure.svg(briefing.bars, phrase(language, "glance"))
    lines = [line for line in text.split("\n") if word.BAR not in line]
    shown = re.sub(r"\[(\d+)\]", cited, parser.render("\n".join(lines)))
    heading = f"<h2>{html.escape(phrase(language, 'glance'))}</h2>"
    before, found, after = shown.partition(heading)
    end = after.find("</ul>") + len("</ul>") if "</ul>" in after else 0
    shown = f"{before}{found}{after[:end]}\n{picture}{after[end:]}" if found else f"{before}{picture}"
    entries = []
    for line in filter(None, references.split("\n")):
        number, _, entry = line.partition(". ")
        back = f' <a class="back" href="#cite-{number}-1" aria-label="[{number}]">↩</a>' if seen[number] else ""
        entries.append(f'<li id="ref-{number}" value="{number}">{parser.renderInline(entry)}{back}</li>')
    listed = f"<h2>{html.escape(phrase(language, 'references'))}</h2>\n<ol>\n{chr(10).join(entries)}\n</ol>\n" if entries else ""
    whole = (
        f'<!doctype html>\n<html lang="{about(language).tag}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{html.escape(in_unicode(briefing.title))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{shown}{listed}"
        f"<footer>{parser.render(rest)}<p>AcademicHub, {html.escape(briefing.made[:10])}</p></footer>\n</body>\n</html>\n"
    )
    return whole.replace(word.NOT_CITED, "[").encode()


def pdf(briefing: Briefing) -> bytes:
    """Return the HTML file as a browser of this machine prints it."""
    return printed(page(briefing))


def docx(briefing: Briefing) -> bytes:
    """Return a Word document with real headings, lists and links."""
    text, references, rest = (_unicode(part) for part in parts_of(briefing))
    return word.document(briefing, text, _headed(references, briefing).replace("\n\n", "\n", 1), rest, _parser())


def _unicode(text: str) -> str:
    """Replace the formulas of a Markdown text, which neither HTML nor Word sets by itself."""
    return MATHS.sub(lambda match: inline(unicode_maths((match.group(1) or match.group(2) or "").strip())), text)


def _parser() -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
    parser.core.ruler.before("text_join", "not_cited", _shielded)
    return parser


def _shielded(state: Any) -> None:
    """Tell a bracket that was escaped, as in a name such as [2]catenane, from one that opens a citation."""
    for child in (child for token in state.tokens for child in token.children or ()):
        if child.type == "text_special" and child.content == "[":
            child.content = word.NOT_CITED


FORMATS: Mapping[str, Callable[[Briefing], bytes]] = {"md": markdown, "bib": bibtex, "html": page, "docx": docx, "pdf": pdf}
"""Formats by the ending of their files."""


def formats() -> tuple[str, ...]:
    """Return the formats that this machine can make: PDF only where a browser is."""
    return tuple(name for name in FORMATS if name != "pdf" or browser())


MEDIA = {
    "md": "text/markdown",
    "bib": "application/x-bibtex",
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def file_name(briefing: Briefing, format: str) -> str:
    """Return a file name that every system takes: date, title, ending."""
    words = "".join(c if c.isalnum() else "-" for c in briefing.title)[:60]
    return f"{briefing.made[:10]}-{'-'.join(filter(None, words.split('-')))}.{format}"
