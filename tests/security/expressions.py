"""Every regular expression of hub, where it stands and how it is asked; and for each the texts that would make it slow.

They are looked up, not listed: an expression that somebody adds is tried without a word here.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import hub
from tests.security.steps import within

ASKED = frozenset({"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"})
AT_ONE_PLACE = frozenset({"match", "fullmatch"})
"""Ways to ask that begin at one place; all others begin anew at each."""


@dataclass(frozen=True)
class Expression:
    """One regular expression; ``anchored`` when it is only ever asked at one place of a text."""

    name: str
    pattern: re.Pattern[str]
    anchored: bool


def modules() -> list[ModuleType]:
    """Return the modules of hub."""
    names = [info.name for info in pkgutil.walk_packages(hub.__path__, "hub.") if info.name != "hub.__main__"]
    return [importlib.import_module(name) for name in names]


def expressions(module: ModuleType) -> tuple[list[Expression], list[str]]:
    """Return the expressions of a module (constants, in tables, within functions), and the functions that make some of what
    only they know: those cannot be looked up."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    ways: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            ways.setdefault(node.value.id, set()).add(node.attr)
    found: dict[tuple[str, int], Expression] = {}
    made: list[str] = []

    def add(name: str, pattern: re.Pattern[Any], anchored: bool) -> None:
        if isinstance(pattern.pattern, bytes):
            pattern = re.compile(pattern.pattern.decode("latin-1"), pattern.flags | re.A)
        key = (pattern.pattern, pattern.flags)
        if key not in found or (found[key].anchored and not anchored):
            number = sum(one.name.startswith(f"{module.__name__}.{name}") for one in found.values())
            found[key] = Expression(f"{module.__name__}.{name}{f'.{number}' if number else ''}", pattern, anchored)

    for name, value in vars(module).items():
        for pattern in _inside(value):
            add(name, pattern, name in ways and ways[name] <= AT_ONE_PLACE)
    known = set(found)
    for function in (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))):
        for call in filter(_asks, ast.walk(function)):
            try:
                text = _value(call.args[0], module)
                flags = sum(_value(part, module) for part in (*call.args, *(k.value for k in call.keywords)) if _is_flag(part))
            except NameError:
                made.append(f"{module.__name__}.{function.name}")
                continue
            pattern = re.compile(text, flags)
            if (pattern.pattern, pattern.flags) not in known:
                add(f"{function.name}:{call.lineno}", pattern, call.func.attr in AT_ONE_PLACE)
    return list(found.values()), made


def _asks(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) and node.args else None
    named = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re"
    return named and called.attr in ASKED  # type: ignore[union-attr]


def _value(node: ast.expr, module: ModuleType) -> Any:
    return eval(compile(ast.Expression(node), "", "eval"), vars(module))  # our own source, in a test


def _is_flag(node: ast.expr) -> bool:
    parts = list(ast.walk(node))
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    return bool(names) and set(names) == {"re"} and all(not isinstance(part, ast.Call) for part in parts)


def _inside(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from _inside(part)
    elif isinstance(value, (tuple, list, frozenset, set)):
        for part in value:
            yield from _inside(part)


def attacks(pattern: re.Pattern[str]) -> list[tuple[str, str, str]]:
    """Return (head, unit, tail) of texts ``head + unit * n + tail`` that pump each repeat, and each beginning, of a pattern."""
    tree = list(parser.parse(pattern.pattern, pattern.flags))
    made: dict[tuple[str, str, str], None] = {}
    for head, unit in _pumps(tree, ""):
        if unit:
            made |= dict.fromkeys([(head, unit, ""), (head, unit, "\x00"), ("", head + unit, "\x00")])
    openers = (_sample(tree[:n]) for n in range(1, len(tree) + 1))
    return list(made | dict.fromkeys(("", opener, "") for opener in openers if opener))


def _pumps(nodes: Sequence[Any], head: str) -> Iterator[tuple[str, str]]:
    for node in nodes:
        kind, value = str(node[0]), node[1]
        if kind.endswith("REPEAT"):
            if int(value[1]) > 8:
                yield from ((head, one) for one in _ways(list(value[2])))
            yield from _pumps(list(value[2]), head)
        elif kind == "SUBPATTERN":
            yield from _pumps(list(value[3]), head)
        elif kind == "ATOMIC_GROUP":
            yield from _pumps(list(value), head)
        elif kind == "BRANCH":
            for way in value[1]:
                yield from _pumps(list(way), head)
        elif kind.startswith("ASSERT"):
            yield from _pumps(list(value[1]), head)
        head += _sample([node])


def _ways(nodes: Sequence[Any]) -> list[str]:
    """Return some texts that the inside of a repeat matches."""
    kind, value = (str(nodes[0][0]), nodes[0][1]) if len(nodes) == 1 else ("", None)
    if kind == "SUBPATTERN":
        return _ways(list(value[3]))
    if kind == "BRANCH":
        return [_sample(list(way)) for way in value[1]][:4]
    if kind == "IN":
        return [c for c in " a0-\n(" if within(value, c, False)] or [_sample(nodes)]
    return [_sample(nodes)]


def _sample(nodes: Sequence[Any]) -> str:
    """Return one text that the nodes match, each repeat taken as few times as it allows, but once at least."""
    out = ""
    for node in nodes:
        kind, value = str(node[0]), node[1]
        if kind == "LITERAL":
            out += chr(value)
        elif kind in ("NOT_LITERAL", "ANY"):
            out += "b" if value == ord("a") else "a"
        elif kind == "IN":
            out += next((c for c in "a0 -.é\t\\{}()[]<>" if within(value, c, False)), "") or next(
                (chr(n) for n in range(1, 0x3000) if within(value, chr(n), False)), ""
            )
        elif kind.endswith("REPEAT"):
            out += _sample(list(value[2])) * max(1, int(value[0])) if int(value[1]) else ""
        elif kind == "SUBPATTERN":
            out += _sample(list(value[3]))
        elif kind == "ATOMIC_GROUP":
            out += _sample(list(value))
        elif kind == "BRANCH":
            out += _sample(list(value[1][0]))
    return out
