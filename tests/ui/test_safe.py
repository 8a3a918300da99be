"""Nothing in an abstract may become live: read its Markdown as the renderer does, and look for all but text and maths."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hub.papers.addresses import web_address
from hub.ui.safe import CUT, link, safe
from hub.ui.tex import formula

PARSER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
MATHS = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]*?[^\s$])\$(?!\d)")
# What the renderer of Streamlit 1.67 turns into something else after escapes are resolved (remark-gfm, remark-emoji, its own).
LATE = re.compile(
    r"https?://|www\.|[-.\w+]@[-\w]+\.|:material_\w+:|:streamlit:|:[\w+-]+:", re.IGNORECASE
)  # fmt: skip
NASTY = [
    "![x](https://example.org/pixel.png)",
    "[click](javascript:alert(1))",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <a href='https://example.org'>x</a>",
    "<https://example.org> https://example.org/a?b=c www.example.org me@example.org ftp://example.org mailto:me@example.org",
    ":material/home: :material_home: :red[red] :blue-background[x] :rainbow[x]:badge :streamlit: :smile: :+1: :small[x] :help[x]",
    "# heading", "1. one\n2. two", "- a\n- b", "> quote", "    code", "```\ncode\n```", "`code` ``co`de``", "a\n===\nb", "---",
    "| a | b |\n|---|---|\n| c | d |", "[^1]\n\n[^1]: note", "~~gone~~ **bold** _it_ ***both***",
    "[ref]\n\n[ref]: https://example.org",
    "&lt;b&gt; &#60;b&#62; &amp;", "a\\\nb", "a  \nb", "\\<b\\>", "\\[https://example.org\\]", "$`x`$", "$a$$b$", "$5 and $10",
    "$$$$", "$",
    "::: note\nx\n:::", "::youtube[x]{#id}", ":color[x]{foreground=red}", "$x$`$`", "`$x$`", "\\`$x$\\`", "$\\$", "\\$x$y$",
    "$\\href{https://example.org}{x}$ $\\url{https://example.org}$ $\\includegraphics{https://example.org/a.png}$",
    "$\\rule{999em}{999em}$ $\\def\\a{\\a\\a}\\a$ $\\htmlClass{x}{y}$ $\\kern-9em x$ $\\color{white}{x}$",
    "\u202egnp.exe", "a\u200bb", "http\u2060s://example.org",
]  # fmt: skip


def live(markdown: str) -> list[str]:
    """Return whatever in ``markdown`` is neither text nor mathematics."""
    plain = MATHS.sub(lambda m: "" if formula(m[1]) else "LIVE($)", markdown)
    found = re.findall(r"LIVE\(\$\)", plain) + [t for t in ("\n", "\u202e", ":material/") if t in markdown]
    for token in PARSER.parse(plain):
        if token.type not in ("paragraph_open", "paragraph_close", "inline"):
            found.append(token.type)
        text = ""
        for child in token.children or ():
            if child.type == "text":
                text += child.content
            else:
                found.append(child.type)
        found += LATE.findall(text)
    return found


@pytest.mark.parametrize("text", NASTY)
def test_nothing_is_live(text: str) -> None:
    assert live(safe(text)) == []


def test_the_check_itself_sees_what_is_live() -> None:
    assert all(
        live(t) for t in ("[a](https://x.org)", "<b>x</b>", "# h", "https://x.org", ":smile:", "`c`", "$\\href{a}{b}$", "a\nb")
    )


@settings(deadline=None)
@given(st.text())
def test_nothing_is_live_in_any_text(text: str) -> None:
    assert live(safe(text)) == []


SIGNS = ("$", "`", "\\", "[", "]", "(", ")", "!", "<", ">", ":", "_", "^", "{", "}", "@", "http://", "www.", "\n", " ",
         "a", "1", "#", "material/", "red", "\\(", "\\)", "\\[", "\\]", "\\alpha", "x", "&", "~", "*", "|", "-", ".")  # fmt: skip
PIECES = st.sampled_from(SIGNS)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_nothing_is_live_in_any_heap_of_signs(text: str) -> None:
    assert live(safe(text)) == []
    assert live(f":small[{link(text, 'javascript:x')}]".removeprefix(":small[").removesuffix("]")) == []


@settings(deadline=None)
@given(st.text(st.characters(categories=("L", "N", "P", "Zs", "Sm"), exclude_characters="$\\")))
def test_text_without_mathematics_reads_as_it_was(text: str) -> None:
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", safe(text)).replace(CUT, "")
    assert shown == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (r"We prove $x^2 \ge 0$ for all $x$.", r"We prove $x^2 \ge 0$ for all $x$\."),
        ("$n$th of $ n $ and $$E = mc^2$$", "$n$th of $n$ and $E = mc^2$"),
        (r"\(a+b\) and \[c\]", "$a+b$ and $c$"),
        ("$a$$b$", f"$a${CUT}$b$"),
        ("$10^5$5 papers", f"$10^5${CUT}5 papers"),
        ("It costs $5 and then $10.", r"It costs \$5 and then \$10\."),
        (r"$M\mbox{GeV}$", r"$M\text{GeV}$"),
        ("A\n\n  B", "A B"),
    ],
)
def test_what_is_shown(text: str, markdown: str) -> None:
    assert safe(text) == markdown


@pytest.mark.parametrize("tex", [
    r"\frac{a}{b}", r"\left( x \right]", "x_1^2", "x'_1", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\mathcal{O}(n\log n)",
    r"10^{-3}\,\text{s}", r"\|x\|_2", r"{\rm Mpc}", "50\\%", "α+β",
])  # fmt: skip
def test_mathematics_that_katex_renders_stays(tex: str) -> None:
    assert formula(tex) == tex


@pytest.mark.parametrize("tex", [
    "", " ", "{", "}{", r"\unknown x", "x^a^b", "x_", r"\left( x", "a & b", "50%", "a#b", "`x`", "x\\",
    r"\begin{tikzpicture}\end{tikzpicture}",
    r"\begin{array}", "{\\rm", "{\\rm}", r"\text{a_b}", "x" * 500, r"\\" * 20, r"\sqrt",
])  # fmt: skip
def test_mathematics_that_would_fail_or_harm_becomes_text(tex: str) -> None:
    assert formula(tex) is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x",
                                 "//example.org", "/pages", "https://", "ftp://example.org",
                                 "", "https://user@example.org", "https://[bad", " "])  # fmt: skip
def test_only_web_addresses_are_linked(url: str) -> None:
    assert web_address(url) == ""
    assert link("x", url) == "x"


def test_an_address_cannot_leave_its_link() -> None:
    markdown = link("a] ![b", "https://example.org/x) <b> [y](z \"'`|\\")
    (paragraph,) = [t for t in PARSER.parse(markdown) if t.type == "inline"]
    kinds = [child.type for child in paragraph.children or ()]
    assert kinds.count("link_open") == kinds.count("link_close") == 1
    assert not {"image", "html_inline", "code_inline"} & set(kinds)
    assert kinds[-1] == "link_close"
