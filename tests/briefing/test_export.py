"""The file that leaves: nothing in it loads, every number resolves, other tools read it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import bibtexparser
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hub.briefing import Request
from hub.briefing.export import exported, file_name, formats
from hub.briefing.markdown import appendix, parts_of
from hub.briefing.model import Entry
from hub.briefing.pdf import browser
from hub.briefing.safety import inline, safe_markdown
from hub.briefing.tex import in_unicode, settable, unicode_maths
from hub.briefing.word import NOT_CITED
from hub.errors import BriefingError
from hub.papers.untrusted import without_orders
from hub.ui.briefings.page import _sentence
from tests.briefing.conftest import Hub, make_hub, paper
from tests.briefing.test_extractive import body_and_references, written

EVIL = (
    "We show ![pixel](https://evil.example/p.png) that <img src='https://evil.example/q.png' onerror=alert(1)> barley "
    "grows by 12%. "
    "We find [a link](https://evil.example) and [ref][1] and https://evil.example/bare "
    "with $\\href{https://evil.example}{x}$ in it. "
    "We report that costs of $5 and of $\\frac{a}{b fall while `code` and **bold** | tables ~~vanish~~ in the north. "
    "We demonstrate that $x^2 \\le 3$ holds <!-- hidden --> for every one of the barley fields that were measured [^1]."
)


@pytest.fixture
def evil(tmp_path: Path) -> Hub:
    papers = [paper(i, abstract=EVIL, title=f"# <b>Title</b> {i} ![t](http://evil.example) *x*") for i in range(8)]
    return make_hub(tmp_path, papers)


def tokens(markdown: str) -> list[str]:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    found = []
    for token in parser.parse(markdown.split("\n---\n", 1)[-1]):
        found += [token.type, *(child.type for child in token.children or [])]
    return found


def test_hostile_abstracts_leave_only_text(evil: Hub) -> None:
    made = written(evil, Request(appendix=True))
    kinds = tokens(made.markdown)
    assert not {"image", "html_inline", "html_block", "code_inline", "fence", "s_open"} & set(kinds)
    assert kinds.count("link_open") == len(made.references)
    assert "evil.example" not in made.markdown
    assert "$x^2 \\le 3$" in made.markdown
    assert made.totals["quoted"] == len(made.ledger)


def test_html_loads_nothing_and_word_has_the_same_sections(evil: Hub) -> None:
    made = written(evil, Request())
    page = exported(made, "html").decode()
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:img|script|iframe|link|object)\b|\bsrc=|\bon\w+=", page)
    addresses = set(re.findall(r'href="([^"]+)"', page))
    assert {a for a in addresses if not a.startswith("#")} == {s.url for s in made.references}
    assert {a[1:] for a in addresses if a.startswith("#")} <= set(re.findall(r'id="([^"]+)"', page))
    assert all(f'href="#ref-{s.number}"' in page and f'href="#cite-{s.number}-1"' in page for s in made.references)
    assert "<svg" in page and "▇" not in page and "$x" not in page and "x² ≤" in page
    document = Document(io.BytesIO(exported(made, "docx")))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name.startswith("Heading")]
    assert headings[1:] == re.findall(r"(?m)^## (.+)$", made.markdown)
    references = [p.text for p in document.paragraphs if re.match(r"\d+\. ", p.text)]
    assert len([r for r in references if "2601." in r]) >= len(made.references)
    links = [r.target_ref for r in document.part.rels.values() if r.reltype.endswith("/hyperlink")]
    assert set(links) == {s.url for s in made.references}
    inside = document.element.xml
    assert set(re.findall(r'w:anchor="([^"]+)"', inside)) <= set(re.findall(r'w:name="([^"]+)"', inside))
    assert all(f'w:anchor="ref{s.number}"' in inside and f'w:anchor="cite{s.number}"' in inside for s in made.references)
    assert len(document.tables[0].rows) == len(made.bars) == len(document.inline_shapes)


def test_bibtex_holds_one_entry_a_reference(hub: Hub) -> None:
    made = written(hub, Request())
    parsed = bibtexparser.parse_string(exported(made, "bib").decode())
    assert not parsed.failed_blocks
    assert [e["eprint"] for e in parsed.entries] == [s.id.removeprefix("arXiv:") for s in made.references]


def test_formats_and_names(hub: Hub) -> None:
    made = written(hub, Request())
    for ending in formats():
        assert exported(made, ending)
        assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d-[\w-]+\.{ending}", file_name(made, ending))
    with pytest.raises(BriefingError, match="md, bib, html, docx, pdf"):
        exported(made, "odt")


@pytest.mark.skipif(not browser(), reason="no browser that prints is on this machine")
def test_a_browser_prints_the_same_page_as_pdf(hub: Hub) -> None:
    assert exported(written(hub, Request()), "pdf").startswith(b"%PDF-")


def test_without_a_browser_there_is_no_pdf_and_the_error_says_what_to_do(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.briefing.pdf.shutil.which", lambda _: None)
    assert "pdf" not in formats()
    with pytest.raises(BriefingError, match="print the HTML file"):
        exported(written(hub, Request()), "pdf")


def test_every_number_of_the_markdown_file_is_a_link_to_its_paper(hub: Hub) -> None:
    made = written(hub, Request())
    file = exported(made, "md").decode()
    urls = {str(s.number): s.url for s in made.references}
    text = parts_of(made)[0]
    linked = re.findall(r"\[\\\[(\d+)\\\]\]\(([^)]+)\)", file)
    assert len(linked) == len(re.findall(r"\[\d+\]", text)) > 10
    assert all(urls[n] == address for n, address in linked)
    assert file.startswith("---\ntitle:")


def test_a_number_in_brackets_that_is_part_of_a_name_is_no_citation(tmp_path: Path) -> None:
    named = "We show that the [2]catenane of ring size {} binds zinc in water, and that [2]rotaxanes do not bind it at all."
    made = written(make_hub(tmp_path, [paper(i, abstract=named.format(i)) for i in range(8)]), Request())
    html = exported(made, "html").decode()
    document = Document(io.BytesIO(exported(made, "docx")))
    texts = [run.text for paragraph in document.paragraphs for run in paragraph.runs]
    assert "[2]catenane" in html and any("[2]catenane" in text for text in texts)
    assert NOT_CITED not in html and not any(NOT_CITED in text for text in texts)


@pytest.mark.parametrize("part", ["$\\alpha_{1}$", "$\\mathbb{R}$"])
def test_a_formula_stays_whole_in_the_ledger(part: str) -> None:
    assert part in _sentence(Entry(f"A map \\[2\\] in {part} grows [1].", ("1",), "supported"))


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="Pandoc is not on this machine")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_file_goes_through_pandoc_and_back(evil: Hub, tmp_path: Path, language: str) -> None:
    made = written(evil, Request(language=language, appendix=True))
    source = tmp_path / "b.md"
    source.write_text(made.markdown, "utf-8")

    def pandoc(*arguments: str) -> str:
        ran = subprocess.run(["pandoc", "--wrap=none", *arguments], capture_output=True, text=True, check=True)
        assert ran.stderr == ""
        return ran.stdout

    for target in ("html", "docx", "gfm", "latex"):
        pandoc("-s", "-t", target, "-o", str(tmp_path / f"b.{target}"), str(source))
    (tmp_path / "again.md").write_text(pandoc("-s", "-t", "markdown", str(source)), "utf-8")
    assert pandoc("-t", "plain", str(source)) == pandoc("-t", "plain", str(tmp_path / "again.md"))
    body, references = body_and_references(made.markdown)
    assert {int(n) for n in re.findall(r"\[(\d+)\]", body)} == set(references)


def test_a_book_of_an_abstract_is_cut() -> None:
    text, planted, cut = without_orders("We show that the field grows well. " * 2000)
    assert cut and len(text) <= 4000 and not planted
    assert text.endswith("well.")


@given(st.text(alphabet="ab [](){}!<>/:;&#$\\^_`*|~-\n.1hw", max_size=80))
def test_nothing_survives_that_loads_or_links(text: str) -> None:
    kinds = tokens(safe_markdown(text))
    assert not {"image", "html_inline", "html_block", "link_open"} & set(kinds)
    assert not {"image", "html_inline", "link_open", "em_open", "strong_open", "code_inline"} & set(tokens(f"x {inline(text)} y"))


@given(st.text(max_size=200))
def test_making_safe_twice_is_making_safe_once(text: str) -> None:
    once = safe_markdown(text)
    assert "](" not in once
    kinds = tokens(safe_markdown(once))
    assert "link_open" not in kinds and "image" not in kinds


@given(st.text(alphabet="$\\{}^_ab1 frcqhsty%&+-=", max_size=60))
def test_no_torn_formula_is_an_error(text: str) -> None:
    assert "\\" not in unicode_maths(text)
    assert in_unicode(in_unicode(text)) is not None and settable(text) is not None


def test_a_chinese_file_sets_latin_quotes_in_a_latin_typeface_and_brackets_as_chinese_does(hub: Hub) -> None:
    made = written(hub, Request(language="zh"))
    text = exported(made, "html").decode()
    fonts = text.partition(":lang(zh-CN) body{font-family:")[2].partition("}")[0]
    assert 0 < fonts.index("Liberation Serif") < fonts.index("Noto Serif CJK SC")
    told = next(line for line in made.markdown.splitlines() if "论文来自" in line)
    assert "论文来自 " not in told and "（20）" in told and " (" not in told


def test_the_ledger_in_a_file_keeps_formulas_and_the_space_before_a_citation() -> None:
    entry = Entry(r"We show that $f(\mathbb{Q})$ gravity of \[2\]catenane grows [1] and $x$ [2].", ("1", "2"), "supported")
    assert r"**supported**: We show that $f(\mathbb{Q})$ gravity of \[2\]catenane grows [1] and $x$ [2]." in appendix(
        "en", [entry]
    )
