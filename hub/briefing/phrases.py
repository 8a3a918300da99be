"""The fixed sentences of a briefing, in its two languages; a briefing's language is the reader's choice, not the page's."""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS = ("new", "themes", "meet", "tensions", "gaps", "first")
"""The six sections, in order."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
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
        "pair": "“{a}” ({fa}) and “{b}” ({fb}) are close in the text model (cosine {cosine}).",
        "trend": "{name} is {call}: {why}.",
        "emerging": "emerging", "rising": "rising", "bursting": "bursting", "fading": "fading", "gone": "gone",
        "travels": "{name} travels from field to field: {why}.",
        "closer": "{a} and {b} write more about the same topics: {why}.",
        "same": "{a} and {b} may study the same problem in other words: {why}.",
        "no_topics": "No topics are fitted yet, so trend calls and bridges are not included.",
        "no_trends": "Trend calls are not included: {why}",
        "no_bridges": "Bridges are not included: {why}",
        "all_steady": "No topic of the selection rises or fades beyond chance.",
        "none_tensions": "Of the {read} abstracts read, none says in so many words that it contradicts another.",
        "none_gaps": "Of the {read} abstracts read, none names an open question in so many words.",
        "none_meet": "No two papers read from different fields are close in the text model.",
        "extractive": "No language model wrote this: every quotation is a sentence of an abstract, word for word.",
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
        "struck": "struck out",
    },
    "zh": {
        "new": "新进展",
        "themes": "跨领域主题",
        "meet": "领域交汇之处",
        "tensions": "分歧与矛盾",
        "gaps": "空白与机会",
        "first": "先读什么",
        "method": "本简报如何产生",
        "facts": "AcademicHub 的统计",
        "ledger": "核对账",
        "references": "References",
        "title": "简报：{what}",
        "everything": "全部论文",
        "marked": "标记的 {n} 篇论文",
        "count": "所选共 {selected} 篇论文，发表于 {since} 至 {until}。",
        "domains": "论文来自 {parts}。",
        "topic": "{name}：所选 {selected} 篇中的 {n} 篇，主要来自 {fields}。",
        "field": "{name}：所选 {selected} 篇中的 {n} 篇。",
        "pair": "《{a}》（{fa}）与《{b}》（{fb}）在文本模型中相近（余弦 {cosine}）。",
        "trend": "{name}：{call}（{why}）。",
        "emerging": "新兴", "rising": "上升", "bursting": "突增", "fading": "消退", "gone": "消失",
        "travels": "{name}从一个领域传到另一个领域（{why}）。",
        "closer": "{a} 与 {b} 更多地研究相同主题（{why}）。",
        "same": "{a} 与 {b} 可能以不同词语研究同一问题（{why}）。",
        "no_topics": "尚未拟合主题，因此不含趋势判断与跨领域发现。",
        "no_trends": "不含趋势判断：{why}",
        "no_bridges": "不含跨领域发现：{why}",
        "all_steady": "所选主题均无超出偶然的上升或消退。",
        "none_tensions": "所读 {read} 篇摘要中，没有一篇明言与他人结论相矛盾。",
        "none_gaps": "所读 {read} 篇摘要中，没有一篇明言尚待解决的问题。",
        "none_meet": "所读论文中，没有来自不同领域而在文本模型中相近的两篇。",
        "extractive": "本简报未经语言模型撰写：引文均为摘要原句（保留原文语言）。",
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
        "struck": "已删去",
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
