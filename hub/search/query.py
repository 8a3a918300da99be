"""What a reader typed into the search box, as a tree. Nothing that can be typed is an error: what is no operator is a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from hub.papers.chinese import HAN
from hub.papers.identifiers import arxiv_id, doi
from hub.papers.sentences import words

FIELDS = ("author", "title", "doi", "topic", "source", "field", "id", "institution")
"""What may stand before a colon: ``author:bengio``, ``title:"mean field"``, ``topic:12``."""
ALIASES = {"authors": "author", "au": "author", "ti": "title", "journal": "source", "category": "field", "arxiv": "id",
           "作者": "author", "标题": "title", "主题": "topic", "来源": "source", "领域": "field",
           "institutions": "institution", "affiliation": "institution", "机构": "institution"}  # fmt: skip
STOPWORDS = words(
    """a about above after again all am an and any are as at be because been before being below between both but by can did do
    does doing down during each few for from further had has have having he her here hers him his how i if in into is it its
    itself just me more most my no nor not now of off on once only or other our ours out over own same she should so some such
    than that the their theirs them then there these they this those through to too under until up very was we were what when
    where which while who whom why will with you your yours"""
)
"""Words that a question holds and that say nothing of what it asks for; the full-text index keeps none of them."""
_TOKEN = re.compile(
    r"""(?P<open>\()|(?P<close>\))|(?P<minus>(?<!\S)[-−](?=[\w"(]))"""
    r"""|(?:(?P<field>[^\W\d_]+):)?(?:"(?P<phrase>[^"]*)"?|“(?P<curly>[^”]*)”?|(?P<word>[^\s()"“”]+))""",
)
LONGEST, MOST = 2_000, 200
"""Characters and words of a query that are looked for: a search is a page's work for all readers."""
_PARTS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Word:
    """Papers that hold a word, in whatever form."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Papers that hold these words in this order; a hyphenated word is one that nobody ``quoted``."""

    text: str
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """Papers whose author, title, DOI, topic, source, field or institution is so called."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """Papers that ``node`` leaves out."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """Papers that pass all nodes; all papers where there is none."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Papers that pass any node."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | Field | Not | And | Or


def parse(text: str) -> Node:
    """Return the tree of a query. Neighbours are joined by AND, which may be written; OR binds less; - and NOT leave out.

    >>> parse('speculative decoding -"draft model"')
    And(nodes=(Word(text='speculative'), Word(text='decoding'), Not(node=Phrase(text='draft model', quoted=True))))
    >>> parse("mean-field OR (author:bengio topic:12)").nodes[1]
    And(nodes=(Field(name='author', text='bengio'), Field(name='topic', text='12')))
    >>> parse("https://arxiv.org/abs/2606.18811v2"), parse("note: (unclosed")
    (Field(name='id', text='arXiv:2606.18811'), And(nodes=(Word(text='note'), Word(text='unclosed'))))
    """
    text = unicodedata.normalize("NFC", text[:LONGEST]).strip()
    named = _identifier(text)
    return named or _Reader(text).tree()


def _identifier(text: str) -> Field | None:
    """Return the field that a pasted id, DOI or address stands for, when it is all that was typed."""
    if " " in text:
        return None
    if name := doi(text):
        return Field("doi", name)
    found = arxiv_id(text) if re.search(r"\d{4}\.\d{4,5}|/\d{7}", text) else None
    return Field("id", f"arXiv:{found.id}") if found else None


class _Reader:
    """One pass over the tokens, one method a rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._tokens = list(islice(_TOKEN.finditer(text), MOST))
        self._at = 0

    def tree(self) -> Node:
        nodes: list[Node] = []
        while self._at < len(self._tokens):  # more than one round only where a bracket closes that none opened
            nodes.append(self._either())
            self._at += 1
        return _joined(And, nodes)

    def _either(self) -> Node:
        choices = [self._all()]
        while self._is("OR", "|"):
            self._at += 1
            choices.append(self._all())
        choices = [node for node in choices if node != And(())]
        return _joined(Or, choices) if choices else And(())

    def _all(self) -> Node:
        nodes: list[Node] = []
        while (token := self._now()) and token.lastgroup != "close" and not self._is("OR", "|"):
            if self._is("AND", "&"):
                self._at += 1
                continue
            nodes.append(self._one())
        return _joined(And, nodes)

    def _one(self) -> Node:
        token = self._tokens[self._at]
        self._at += 1
        if token.lastgroup == "minus" or (token["word"] == "NOT" and not token["field"] and self._now()):
            left_out = self._one() if (now := self._now()) and now.lastgroup != "close" else And(())
            return Not(left_out) if left_out != And(()) else And(())
        if token.lastgroup == "open":
            inner = self._either()
            if (now := self._now()) and now.lastgroup == "close":
                self._at += 1
            return inner
        return _leaf(token)

    def _now(self) -> re.Match[str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _is(self, *signs: str) -> bool:
        token = self._now()
        return token is not None and token["field"] is None and token["word"] in signs


def _leaf(token: re.Match[str]) -> Node:
    name = (token["field"] or "").lower()
    name = ALIASES.get(name, name)
    quoted = token["phrase"] if token["phrase"] is not None else token["curly"]
    text = (quoted if quoted is not None else token["word"]).strip()
    if name in FIELDS:
        text = text if quoted is not None or name in ("doi", "id", "field", "topic") else text.rstrip(",;")
        if name == "doi":
            text = doi(text) or text.lower()
        if name == "id" and (found := arxiv_id(text)):
            text = f"arXiv:{found.id}"
        return Field(name, text) if text else And(())
    before = [Word(part) for part in _PARTS.findall(token["field"] or "")]
    parts = _PARTS.findall(text)
    single = len(parts) == 1 and not (quoted is not None and HAN.search(parts[0]))  # a quoted run of Chinese is many words
    leaf = [] if not parts else [Word(parts[0])] if single else [Phrase(" ".join(parts), quoted is not None)]
    told = [node for node in (*before, *leaf) if not (isinstance(node, Word) and node.text.lower() in STOPWORDS)]
    return _joined(And, list(told))


def _joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, kind) else [node]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def leaves(node: Node) -> Iterator[Word | Phrase | Field]:
    """Yield what a paper may hold, in the order in which it was typed; what is left out is no part of it."""
    if isinstance(node, And | Or):
        for inner in node.nodes:
            yield from leaves(inner)
    elif not isinstance(node, Not):
        yield node


def words_of(node: Node) -> list[str]:
    """Return the words and phrases that are looked for in text, and in titles and names of topics.

    >>> words_of(parse('sparse "mixture of experts" -dense title:routing source:arXiv'))
    ['sparse', 'mixture of experts', 'routing']
    """
    told = (leaf for leaf in leaves(node) if not isinstance(leaf, Field) or leaf.name in ("title", "topic"))
    return list(dict.fromkeys(leaf.text for leaf in told if not leaf.text.isdigit() or isinstance(leaf, Word)))


def is_plain(node: Node) -> bool:
    """Return whether these are words and hyphenated words alone, as in a title or a question: such a query may be widened."""
    parts = node.nodes if isinstance(node, And) else (node,)
    return all(isinstance(part, Word) or (isinstance(part, Phrase) and not part.quoted) for part in parts)
