"""The fixed sentences of a briefing, in its two languages; a briefing's language is the reader's choice, not the page's."""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS = ("new", "themes", "meet", "tensions", "gaps", "first")
"""The six sections that a model is asked for, in order; an orientation (``glance``) stands before them."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "glance": "At a glance",
        "new": "What is new",
        "themes": "Themes across fields",
        "meet": "Where they meet",
        "tensions": "Tensions and contradictions",
        "gaps": "Gaps and opportunities",
        "first": "What to read first",
        "method": "How this was made",
        "facts": "What AcademicHub counted",
        "ledger": "Ledger",
        "references": "References",
        "title": "Briefing: {what}",
        "everything": "all papers",
        "marked": "{n} marked papers",
        "count": "The selection holds {selected} papers, published from {since} to {until}.",
        "domains": "Its papers come from {parts}.",
        "topic": "{name}: {n} of the {selected} selected papers, mostly {fields}.",
        "field": "{name}: {n} of the {selected} selected papers.",
        "pair": "“{a}” ({fa}) and “{b}” ({fb}) both write of “{phrase}” and are closer in the text model than "
                "{percentile} % of the pairs of different fields (cosine {cosine}).",
        "trend": "{name} is {call}: {why}.",
        "emerging": "emerging", "rising": "rising", "bursting": "bursting", "fading": "fading", "gone": "gone",
        "travels": "{name} travels from field to field: {why}.",
        "closer": "{a} and {b} write more about the same topics: {why}.",
        "same": "{a} and {b} may study the same problem in other words: {why}.",
        "no_topics": "No topics are fitted yet, so trend calls and bridges are not included.",
        "no_trends": "Trend calls are not included: {why}",
        "no_bridges": "Bridges are not included: {why}",
        "all_steady": "No topic of the selection rises or fades beyond chance.",
        "manifest": "Manifest",
        "both": "Papers that stand in {fields} at once:",
        "close": "Both write of “{phrase}”, closer in the text model than {percentile} % of the pairs of different fields "
                 "(cosine {cosine}):",
        "opposed": "These two disagree, or seem to:",
        "why_both": "it stands in {fields}",
        "why_topic": "nearest to the middle of “{topic}”",
        "extractive": "No language model wrote this: every quotation is a sentence of an abstract, word for word; a leading "
                      "connective may be left out (…). Lines without a paper's number are AcademicHub's own counts.",
        "written": "Written by the model {model}; each sentence was checked against the abstracts that it cites.",
        "translated": "Written and checked in English, then translated sentence by sentence, numbers and citations compared.",
        "read": "{selected} papers selected, {read} read: {how}.",
        "left": "Left out: {parts}.",
        "left_rest": "{n} papers that were not chosen",
        "vectors": "Sentences were compared by words, numbers, negations and vectors ({embedder}).",
        "lexical": "Sentences were compared by words, numbers and negations only; no sentence vectors were at hand.",
        "totals": "Verdicts: {parts}. Struck out: {struck}.",
        "stopped": "The model stopped early ({why}); the unfinished sentence was dropped.",
        "and": " and ",
        "unnamed": "papers without a topic yet",
        "first_item": "“{quote}” — {byline}, {label}",
        "supported": "supported", "partly": "partly", "unsupported": "unsupported",
        "inference": "inference", "no citation": "no citation",
        "struck": "struck out", "quoted": "quoted word for word",
    },
    "zh": {
        "glance": "概览",
        "new": "新进展",
        "themes": "跨领域主题",
        "meet": "领域交汇之处",
        "tensions": "分歧与矛盾",
        "gaps": "空白与机会",
        "first": "先读什么",
        "method": "本简报如何产生",
        "facts": "AcademicHub 的统计",
        "ledger": "核对账",
        "references": "参考文献",
        "title": "简报：{what}",
        "everything": "全部论文",
        "marked": "标记的 {n} 篇论文",
        "count": "所选共 {selected} 篇论文，发表于 {since} 至 {until}。",
        "domains": "论文来自 {parts}。",
        "topic": "{name}：所选 {selected} 篇中的 {n} 篇，主要来自 {fields}。",
        "field": "{name}：所选 {selected} 篇中的 {n} 篇。",
        "pair": "《{a}》（{fa}）与《{b}》（{fb}）都写到 “{phrase}”，"
                "在文本模型中比 {percentile}% 的跨领域论文对更相近（余弦 {cosine}）。",
        "trend": "{name}：{call}（{why}）。",
        "emerging": "新兴", "rising": "上升", "bursting": "突增", "fading": "消退", "gone": "消失",
        "travels": "{name}从一个领域传到另一个领域（{why}）。",
        "closer": "{a} 与 {b} 更多地研究相同主题（{why}）。",
        "same": "{a} 与 {b} 可能以不同词语研究同一问题（{why}）。",
        "no_topics": "尚未拟合主题，因此不含趋势判断与跨领域发现。",
        "no_trends": "不含趋势判断：{why}",
        "no_bridges": "不含跨领域发现：{why}",
        "all_steady": "所选主题均无超出偶然的上升或消退。",
        "manifest": "清单",
        "both": "同时属于 {fields} 的论文：",
        "close": "两篇都写到 “{phrase}”，在文本模型中比 {percentile}% 的跨领域论文对更相近（余弦 {cosine}）：",
        "opposed": "以下两句相互矛盾，或看似矛盾：",
        "why_both": "同时属于 {fields}",
        "why_topic": "最接近 “{topic}” 的中心",
        "extractive": "本简报未经语言模型撰写：引文均为摘要原句（保留原文语言），句首的连接词可能略去（…）。"
                      "没有论文编号的行是 AcademicHub 自己的统计。",
        "written": "由模型 {model} 撰写；每句话都与其所引摘要核对。",
        "translated": "先以英文撰写并核对，再逐句翻译；数字与引用均已比对。",
        "read": "选中 {selected} 篇，阅读 {read} 篇：{how}。",
        "left": "未纳入：{parts}。",
        "left_rest": "{n} 篇未被选中的论文",
        "vectors": "句子按词语、数字、否定与向量（{embedder}）比对。",
        "lexical": "句子仅按词语、数字与否定比对；没有可用的句向量。",
        "totals": "核对结果：{parts}。删去 {struck} 句。",
        "stopped": "模型提前停止（{why}）；未写完的句子已删去。",
        "and": "、",
        "unnamed": "尚未归入主题的论文",
        "first_item": "“{quote}” — {byline}, {label}",
        "supported": "有据", "partly": "部分有据", "unsupported": "无据", "inference": "推断", "no citation": "无引用",
        "struck": "已删去", "quoted": "逐字引用",
    },
}  # fmt: skip


def phrase(language: str, what: str, /, **values: object) -> str:
    """Return a fixed sentence in a language, its gaps filled.

    >>> phrase("zh", "first"), phrase("en", "field", name="cs.CL", n=3, selected=9)
    ('先读什么', 'cs.CL: 3 of the 9 selected papers.')
    """
    return PHRASES[language][what].format(**values)


def listed(language: str, parts: list[str]) -> str:
    """Return parts as a list in running text.

    >>> listed("en", ["a", "b", "c"]), listed("zh", ["a", "b"])
    ('a, b and c', 'a、b')
    """
    if language == "zh" or len(parts) < 2:
        return "、".join(parts)
    return ", ".join(parts[:-1]) + PHRASES[language]["and"] + parts[-1]
