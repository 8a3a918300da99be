"""Counts the steps that a backtracking matcher of regular expressions takes: growth can be held by a test without a clock.

It walks the tree that CPython's own parser makes of a pattern, as its matcher does: greedy and lazy repeats try one length
after the other, a search starts anew at each place after a failure. Nothing is remembered, so its counts grow as the
matcher's time does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Next = Callable[[int], int]
"""What matches the rest from a place on; returns the end, or -1."""
CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w", "NOT_DIGIT": r"\D", "NOT_SPACE": r"\S", "NOT_WORD": r"\W"}


class TooMany(Exception):
    """More steps than were allowed."""


@cache
def _parsed(pattern: re.Pattern[str]) -> tuple[list[Any], dict[int, Callable[[str], bool]]]:
    return list(parser.parse(pattern.pattern, pattern.flags)), {}


def within(choices: Sequence[Any], c: str, ignore: bool) -> bool:
    """Return whether a sign is one of a class, ``[...]``."""
    forms = {c, c.lower(), c.upper()} if ignore else {c}
    negated = str(choices[0][0]) == "NEGATE"
    return any(_one_of(choice, form) for choice in choices for form in forms if len(form) == 1) is not negated


def _one_of(choice: Any, c: str) -> bool:
    kind, value = str(choice[0]), choice[1]
    if kind == "LITERAL":
        return c == chr(value)
    if kind == "RANGE":
        return bool(value[0] <= ord(c) <= value[1])
    return kind == "CATEGORY" and re.match(CATEGORIES[str(value).removeprefix("CATEGORY_")], c) is not None


class Steps:
    """One matcher; ``n`` counts its steps."""

    def __init__(self, pattern: re.Pattern[str], text: str, most: int) -> None:
        self.text, self.n, self.most = text, 0, most
        self.tree, self.sets = _parsed(pattern)
        self.ignore, self.all, self.lines = (bool(pattern.flags & flag) for flag in (re.I, re.S, re.M))
        self.groups: dict[int, tuple[int, int]] = {}

    def everywhere(self) -> int:
        """Look for all matches, one after the other, as ``sub`` and ``finditer`` do; return the steps."""
        at = 0
        while at <= len(self.text):
            end = self.sequence(self.tree, 0, at, lambda i: i)
            at = end if end > at else at + 1
        return self.n

    def tick(self) -> None:
        self.n += 1
        if self.n > self.most:
            raise TooMany

    def sequence(self, nodes: Sequence[Any], index: int, at: int, then: Next) -> int:
        """Match the nodes from ``index`` on; plain signs in a loop, so that the stack holds choices only."""
        while index < len(nodes):
            width = self.single(nodes[index])
            if width is None:
                return self.node(nodes[index], at, lambda i, index=index: self.sequence(nodes, index + 1, i, then))  # type: ignore[misc]
            self.tick()
            if at >= len(self.text) or not width(self.text[at]):
                return -1
            index, at = index + 1, at + 1
        return then(at)

    def single(self, node: Any) -> Callable[[str], bool] | None:
        """Return the test of a node that takes one sign, None for others."""
        kind, value = str(node[0]), node[1]
        if kind == "ANY":
            return (lambda c: True) if self.all else (lambda c: c != "\n")
        if kind in ("LITERAL", "NOT_LITERAL"):
            wanted = chr(value).lower() if self.ignore else chr(value)
            return lambda c: ((c.lower() if self.ignore else c) == wanted) is (kind == "LITERAL")
        if kind == "IN":
            if id(node) not in self.sets:
                self.sets[id(node)] = cache(lambda c: within(value, c, self.ignore))
            return self.sets[id(node)]
        return None

    def node(self, node: Any, at: int, then: Next) -> int:
        self.tick()
        kind, value = str(node[0]), node[1]
        if kind == "SUBPATTERN":
            number, _on, _off, inner = value

            def closed(end: int) -> int:
                if number is not None:
                    self.groups[number] = (at, end)
                return then(end)

            return self.sequence(list(inner), 0, at, closed)
        if kind == "BRANCH":
            return next((end for way in value[1] if (end := self.sequence(list(way), 0, at, then)) >= 0), -1)
        if kind == "ATOMIC_GROUP":
            end = self.sequence(list(value), 0, at, lambda i: i)
            return then(end) if end >= 0 else -1
        if kind in ("ASSERT", "ASSERT_NOT"):
            return then(at) if self.around(value, at) is (kind == "ASSERT") else -1
        if kind == "AT":
            return then(at) if self.edge(str(value), at) else -1
        if kind == "GROUPREF":
            start, end = self.groups.get(value, (0, 0))
            part = self.text[start:end]
            return then(at + len(part)) if self.text.startswith(part, at) else -1
        return self.repeat(kind, value, at, then)

    def around(self, value: Any, at: int) -> bool:
        way, inner = value
        if way > 0:
            return self.sequence(list(inner), 0, at, lambda i: i) >= 0
        start = at - inner.getwidth()[0]
        return start >= 0 and self.sequence(list(inner), 0, start, lambda i: i) == at

    def edge(self, where: str, at: int) -> bool:
        word = [0 <= i < len(self.text) and bool(re.match(r"\w", self.text[i])) for i in (at - 1, at)]
        if self.lines and where in ("AT_BEGINNING", "AT_END"):
            sign = at - 1 if where == "AT_BEGINNING" else at
            return not 0 <= sign < len(self.text) or self.text[sign] == "\n"
        return {
            "AT_BOUNDARY": word[0] is not word[1], "AT_NON_BOUNDARY": word[0] is word[1],
            "AT_END": at == len(self.text) or self.text[at:] == "\n", "AT_END_STRING": at == len(self.text),
        }.get(where, at == 0)  # fmt: skip

    def repeat(self, kind: str, value: Any, at: int, then: Next) -> int:
        least, most, inner = int(value[0]), min(int(value[1]), len(self.text) + 1), list(value[2])
        lazy, possessive = kind == "MIN_REPEAT", kind == "POSSESSIVE_REPEAT"
        test = self.single(inner[0]) if len(inner) == 1 else None
        if test is None and not (possessive or lazy):
            return self.greedy(inner, least, most, 0, at, then)
        ends = [at]
        while len(ends) <= most:
            if lazy and len(ends) > least and (end := then(ends[-1])) >= 0:
                return end
            self.tick()
            here = ends[-1]
            if test is not None:
                last = here + 1 if here < len(self.text) and test(self.text[here]) else -1
            else:
                last = self.sequence(inner, 0, here, lambda i: i)
            if last < 0 or last == here:
                break
            ends.append(last)
        else:
            return then(ends[-1]) if lazy or possessive else self.shorter(ends, least, then)
        if len(ends) <= least or lazy:
            return -1
        return then(ends[-1]) if possessive else self.shorter(ends, least, then)

    def shorter(self, ends: list[int], least: int, then: Next) -> int:
        for end in reversed(ends[least:]):
            self.tick()
            if (found := then(end)) >= 0:
                return found
        return -1

    def greedy(self, inner: list[Any], least: int, most: int, had: int, at: int, then: Next) -> int:
        """A repeat of more than one sign: one more, and where that fails in the end, no more."""
        if had < most:
            more = lambda i: self.greedy(inner, least, most, had + 1, i, then) if i > at else -1  # noqa: E731
            if (end := self.sequence(inner, 0, at, more)) >= 0:
                return end
        return then(at) if had >= least else -1


def steps(pattern: re.Pattern[str], text: str, most: int = 60_000, *, anchored: bool = False) -> int:
    """Return how many steps a search for all matches takes, or a match at its beginning; :class:`TooMany` above ``most``."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(200_000)
    try:
        matcher = Steps(pattern, text, most)
        if anchored:
            matcher.sequence(matcher.tree, 0, 0, lambda i: i)
            return matcher.n
        return matcher.everywhere()
    finally:
        sys.setrecursionlimit(before)


def lines(run: Callable[[], object], of: tuple[str, ...] = ("/hub/",)) -> int:
    """Return how many lines of hub, or of files with another part ``of`` their path, a call goes through: loops that grow faster
    than their text show here."""
    count = 0

    def line(_frame: Any, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def enter(frame: Any, _event: str, _argument: object) -> Any:
        return line if any(part in frame.f_code.co_filename for part in of) else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        run()
    finally:
        sys.settrace(before)
    return count
