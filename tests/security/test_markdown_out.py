"""Strangers' words in the Markdown that leaves (export, digest, edition, briefing): shown, never live, whatever opens it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from markdown_it import MarkdownIt

from hub.briefing.safety import inline
from hub.papers.addresses import web_address
from hub.papers.markdown import literal, markdown
from hub.radar.delivery import edition
from hub.radar.delivery.digest import as_html
from hub.storage import export
from tests.security.hostile import EVIL, TEXTS
from tests.security.test_files_out import papers

READERS = (MarkdownIt("gfm-like", {"html": True, "linkify": False}), MarkdownIt("commonmark", {"html": True}))
"""What opens a file may render HTML, and need not know mathematics."""
IN_FORMULAS = (
    "$![x](https://evil.example/p.png)$", "$[c](javascript:x)$", "$<img src=x onerror=1>$", "$$[c](https://evil.example/)$$",
    "$`a`$", "$a$ [b](https://evil.example/)", "$x\\]$(https://evil.example/)", "![a$](https://evil.example/$b)", "$(0,1]$",
    "$f[x](t) < g[y][z] \\<b\\>$", "$<https://evil.example/>$", "$a ]: b$", "$x$<script>1</script>$y$",
)  # fmt: skip
AT_A_START = ("1. a", "- a", "+ a", "> a", "===", "    code", "a\n\n# h", "a\n---\nb", "a\n```\nb",
              "| a | b |\n|---|---|\n| c | d |", "[a]: https://evil.example/\n[a]", "\\", "x\\",
              "&#60;img src=x&#62;")  # fmt: skip
WORDS = (*TEXTS, *IN_FORMULAS, *AT_A_START)
PLACES = ("{}", "- **{}** end", "1. [{}](<https://ok.example/>)  \n   by", "> {}", "## 1. {}", "{}. by A")
ESCAPERS: dict[str, Callable[[str], str]] = {"literal": literal, "with formulas": markdown, "in a briefing": inline}


def kinds(text: str, reader: MarkdownIt) -> Counter[str]:
    """Return what a Markdown text is made of, emphasis aside, which is live in no way."""
    tokens = [token for block in reader.parse(text) for token in (block, *(block.children or ()))]
    return Counter(token.type for token in tokens if token.type not in ("text", "inline", "softbreak", "text_special")
                   and not token.type.startswith(("em_", "strong_")))  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("escape", ESCAPERS)
def test_no_text_is_more_than_text_wherever_it_stands(escape: str, place: str) -> None:
    for reader in READERS:
        plain = kinds(place.format("word"), reader)
        for text in WORDS:
            made = kinds(place.format(ESCAPERS[escape](text)), reader)
            assert made <= plain, (text, made)
            assert made == plain or escape == "in a briefing", (text, made)  # which leaves out what is no word


def test_the_check_sees_what_is_live() -> None:
    live = [text for text in WORDS if kinds(text, READERS[0]) != kinds("word", READERS[0])]
    assert len(live) > 20


@pytest.mark.parametrize("text", WORDS)
def test_nothing_is_live_in_an_export_or_an_edition(text: str) -> None:
    frame = papers(title=text, abstract=text, authors=text, journal=text, source=text, url=f"https://{EVIL}/?{text[:100]}")
    made = export.markdown(frame).decode()
    for reader in READERS:
        found = kinds(made, reader)
        assert found["image"] == found["html_inline"] == found["html_block"] == found["code_inline"] == found["fence"] == 0
        assert found["link_open"] <= 1 and found["ordered_list_open"] == 1 and found["bullet_list_open"] == 0
    entry = edition.Entry(1, text, text, text, text, date(2026, 1, 2), "javascript:1", text, text)
    page = edition.html(edition.Daily(text, text, date(2026, 1, 2), (edition.Section(text, text, (entry,)),)))
    _head, body = page.split("<body>")
    assert not any(f"<{tag}" in body for tag in ("script", "img", "iframe", "svg", "style", "a ", "pre", "code", "table"))


def test_mathematics_is_kept() -> None:
    assert markdown("We see $x_1^{2} < 3$ and $f[a](b)$.") == r"We see $x_1^{2} \lt  3$ and $f[a]{}(b)$."
    assert markdown("on $(0,1]$ for $5") == r"on $(0,1\rbrack $ for \$5"
    assert "<em>" not in as_html(literal("a *b* c"), "t") and "a *b* c" in as_html(literal("a *b* c"), "t")


def test_an_address_that_is_followed_holds_no_sign_of_markdown() -> None:
    made = web_address("https://example.org/a b<c>\"d'e`f\\g[h](i)|j")
    assert made == "https://example.org/a%20b%3Cc%3E%22d%27e%60f%5Cg%5Bh%5D%28i%29%7Cj"
