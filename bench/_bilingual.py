"""Papers in two languages, made of phrases that were authored in pairs: what a multilingual embedder is measured on.

They are plainer than real abstracts, and each pair says the same thing, as abstracts and their translations do. 300 papers are
60 tasks by 5 methods each, so that nine in ten of what a paper is near to shares neither with it.
"""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("bilingual.txt")
EACH = 5
"""Papers of one task."""
Pair = tuple[str, str]


def phrases() -> dict[str, list[Pair]]:
    """Return the authored pairs (English, Chinese) by list."""
    lists: dict[str, list[Pair]] = {}
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("="):
            lists[line[1:]] = []
        elif line and not line.startswith("#"):
            english, chinese = line.split("|")
            lists[list(lists)[-1]].append((english, chinese))
    return lists


def papers(tasks: str = "tasks") -> list[tuple[Pair, Pair]]:
    """Return each paper as (title, abstract) in English and in Chinese."""
    lists = phrases()
    made = []
    for t, task in enumerate(lists[tasks]):
        for k in range(EACH):
            method = lists["methods"][(4 * t + 3 * k) % len(lists["methods"])]
            other = lists["methods"][(4 * t + 3 * k + 1) % len(lists["methods"])]
            finding = lists["findings"][(t + k) % len(lists["findings"])]
            made.append(
                (_english(k, task[0], method[0], other[0], finding[0]), _chinese(k, task[1], method[1], other[1], finding[1]))
            )
    return made


def _english(k: int, task: str, method: str, other: str, finding: str) -> Pair:
    title = (f"{method} for {task}", f"{task} with {method}", f"A new approach to {task} based on {method}")[k % 3]
    first = (f"This paper studies {task}.", f"{task} is an important problem.", f"We look at {task} anew.")[k % 3]
    return _capital(title), f"{_capital(first)} We use {method} and compare it with {other}. We find that {finding}."


def _chinese(k: int, task: str, method: str, other: str, finding: str) -> Pair:
    title = (f"{method}用于{task}", f"采用{method}的{task}", f"一种基于{method}的{task}新方法")[k % 3]
    first = (f"本文研究{task}。", f"{task}是一个重要问题。", f"我们重新审视{task}。")[k % 3]
    return title, f"{first}我们采用{method}，并与{other}进行比较。结果表明，{finding}。"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
