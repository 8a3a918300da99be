"""Papers whose every field tries something: scripts, links, frames, Markdown, TeX, templates, directions, unseen signs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hub import demo
from hub.embed import embedder
from hub.papers.model import Paper
from hub.storage.corpus import Corpus
from hub.topics.fit import fit
from hub.worker import derived

EVIL = "evil.example"
TEXTS = (
    "<script>window.PWNED=1</script>", "<img src=https://evil.example/p.png onerror='window.PWNED=1'>",
    "<a href='https://evil.example/'>click</a>", "<a href='javascript:window.PWNED=1'>click</a>",
    "<iframe src='https://evil.example/'></iframe>", "<svg onload='window.PWNED=1'></svg>", "<style>body{display:none}</style>",
    "<span style='font-size:999px'>big</span>", "</div></body><h1>new</h1>", "&lt;script&gt;window.PWNED=1&lt;/script&gt;",
    "![x](https://evil.example/p.png)", "[click](https://evil.example/)", "[click](javascript:window.PWNED=1)",
    "<https://evil.example/>",
    "https://evil.example/ www.evil.example a@evil.example", "[x]: https://evil.example/", "[^1]: note",
    "# heading", "> quote", "`code` ```code```", "| a | b |", ":material/home: :red[red] :streamlit:", ":small[:red[x]]",
    "$\\href{https://evil.example/}{x}$", "$\\includegraphics{https://evil.example/p.png}$", "$\\def\\a{\\a\\a}\\a$",
    "$\\htmlData{a=b}{x}$", "\\(" * 2_000, "$" * 2_000, "%{customdata[0]} %{x} <extra>x</extra>", "\u202egnp.exe \u2066x\u2069",
    "a\x00b\x07c\x1b[31m\ufffe", "{{7*7}} ${7*7} #{7*7} %s %(x)s {0} {x.__class__}",
)  # fmt: skip


def papers(newest: date) -> list[Paper]:
    """Return a paper a text, which stands in each of its fields; none of it was cleaned."""
    return [
        Paper(
            f"x:{n}", f"Study {n} {text}", f"We measure ice and neural networks {text} in {n} samples. {text}",
            (f"Ada {text}", text),
            newest - timedelta(days=n % 5), f"Journal {text[:200]}", f"Field {text[:200]}", "Other", (text[:200],),
            f"https://{EVIL}/{n}?{text[:100]}" if n % 2 else "javascript:window.PWNED=1", doi=f"10.5555/{n}{text[:50]}",
            journal=text,
        )
        for n, text in enumerate(TEXTS)
    ]  # fmt: skip


def publish(home: Path, *, beside: int = 120) -> None:
    """Publish them with papers of the demo corpus and find topics in all of them, as the worker does."""
    corpus = Corpus(str(home / "corpus"))
    demo.add(home, corpus, count=beside)
    newest = max(corpus.columns(["published"])["published"])
    corpus.upsert(papers(newest if isinstance(newest, date) else newest.date()))
    fit(home, corpus, embedder("tfidf-svd", home)[0], derive=derived.tables)
