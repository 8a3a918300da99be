"""Chinese text: how much of a text is Chinese, and its words, which no blank parts."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from hub.papers.sentences import words

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
LETTER = re.compile(r"[^\W\d_]")


def han_share(text: str) -> float:
    """Return the share of Chinese characters in the letters of a text.

    >>> han_share("深度学习 AI 2026"), han_share("Deep learning"), han_share("42")
    (0.6666666666666666, 0.0, 0.0)
    """
    if text.isascii():
        return 0.0
    letters = len(LETTER.findall(text))
    return sum(map(len, HAN.findall(text))) / letters if letters else 0.0


@cache
def _jieba() -> Any:
    import rjieba

    return rjieba


def cut(run: str) -> list[str]:
    """Return the words of a run of Chinese characters, by jieba's dictionary.

    >>> cut("药物相互作用预测")
    ['药物', '相互作用', '预测']
    """
    return list(_jieba().cut(run))


def places(run: str) -> list[tuple[str, int, int]]:
    """Return the words of a run of Chinese characters and the words inside long ones, with where each begins and ends.

    >>> places("药物相互作用")
    [('药物', 0, 2), ('相互', 2, 4), ('作用', 4, 6), ('相互作用', 2, 6)]
    """
    return list(_jieba().tokenize(run, "search"))


STOP = words(
    """基于 研究 方法 一种 采用 用于 分析 应用 及其 以及 通过 利用 进行 本文 我们 结果 表明 问题 模型 提出 影响 关系 新 的 与 和
    对 在 中 为 了 是 等 其 下 上 由 从 向 并 该 此 及 或 用 可 能 有 将 被 把 让 更 最 也 都 而 于 以 之 不"""
)
"""Words that name no subject of a paper."""
ASKING = words(
    """如何 怎么 怎样 怎么样 什么 哪些 哪个 哪种 哪 谁 何时 何处 为什么 为何 是否 能否 可否 多少 几种 有没有 是不是 会不会
    能不能 吗 呢 吧 啊 请问 的 地 得 了 着 过 是 有 会 能 可以 应该 和 与 及 以及 或 或者 还是 对 对于 关于 在 中 里 上 下 为 从
    向 由 把 被 让 使 用 也 都 就 这 那 这些 那些 我们"""
)
"""Words that a question holds and that say nothing of what it asks for, as :data:`hub.search.query.STOPWORDS` are in English."""
MOST = 3
"""Words that one term joins at most: 图 and 神经网络 make 图神经网络."""


def terms(run: str) -> list[str]:
    """Return the terms of a run of Chinese characters: its words, and up to three neighbours as one, none at a stop word's.

    >>> terms("基于图神经网络的预测")
    ['图神经网络', '神经网络', '预测']
    """
    parts, found = cut(run), []
    for at in range(len(parts)):
        for size in range(1, MOST + 1):
            part = parts[at : at + size]
            if len(part) < size or STOP.intersection(part):
                break
            if len("".join(part)) > 1:
                found.append("".join(part))
    return found


def searchable(text: str) -> str:
    """Return a text with blanks around its Chinese words, each followed by the words inside it: what full-text search reads.

    >>> searchable("GNN用于药物相互作用"), searchable("plain")
    ('GNN 用于 药物 相互 作用 相互作用 ', 'plain')
    """
    return text if text.isascii() else HAN.sub(lambda run: f" {' '.join(_jieba().cut_for_search(run[0]))} ", text)


def telling(text: str) -> list[str]:
    """Return the words of a query, Chinese ones apart, without those that only ask or bind, or name no subject of a paper.

    >>> telling("图神经网络如何预测药物的相互作用"), telling("drug interactions")
    (['图', '神经网络', '预测', '药物', '相互作用'], ['drug', 'interactions'])
    """
    return [word for word in spoken(text).split() if word not in ASKING and word not in STOP]


def without_asking(text: str) -> str:
    """Return a query as :func:`spoken` does, without the Chinese words that only ask or bind, unless it has no others.

    >>> without_asking("药物的相互作用是什么"), without_asking("是什么")
    ('药物 相互作用', '是 什么')
    """
    parts = spoken(text).split()
    return " ".join([word for word in parts if word not in ASKING] or parts)


def spoken(text: str) -> str:
    """Return a query with blanks between its Chinese words, as :func:`searchable` made them.

    >>> spoken("药物相互作用"), spoken("drug")
    (' 药物 相互作用 ', 'drug')
    """
    return text if text.isascii() else HAN.sub(lambda run: f" {' '.join(cut(run[0]))} ", text)
