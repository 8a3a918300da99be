"""Rules that turn an abstract's sentence into a claim whose verdict is known. Texts come from ../shared; none is kept here.

Each kind of change has rules of two lists: those of A were there when the ledger's thresholds were set; those of B were
not, and are used on half of the held-out papers only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

SYNONYMS = {
    "A": "method=technique methods=techniques large=sizeable demonstrate=establish demonstrates=establishes show=demonstrate "
    "shows=demonstrates important=essential significant=substantial significantly=substantially obtain=get obtained=gained "
    "investigate=examine investigates=examines various=several problem=question problems=questions study=examine "
    "propose=introduce proposes=introduces crucial=vital currently=presently numerous=many recent=latest employ=use "
    "utilize=use approach=strategy approaches=strategies",
    "B": "framework=scheme model=architecture models=architectures performance=quality data=observations dataset=collection "
    "analysis=examination results=outcomes novel=original challenge=difficulty challenges=difficulties task=assignment "
    "understand=grasp understanding=comprehension provide=offer provides=offers develop=build enables=permits enable=permit "
    "key=central critical=decisive efficient=economical accurate=precise leverage=exploit leverages=exploits",
}
VERBS = """improve increase reduce achieve outperform enable provide suggest demonstrate show reveal lead allow require depend
support capture predict exhibit"""
ANTONYMS = (
    "increases=decreases increase=decrease increased=decreased higher=lower outperforms=underperforms improves=worsens "
    "improved=worsened positive=negative strong=weak reduces=raises reduce=raise larger=smaller better=worse faster=slower "
    "enhances=impairs lower=higher"
)
SURER = "may=always might=always could=always suggest=prove suggests=proves indicate=prove indicates=proves likely=certainly"
Rule = Callable[[str], str]


def swap(text: str, table: str, times: int = 99) -> str:
    """Replace words by a table ``old=new``, at most ``times`` of them."""
    pairs = dict(pair.split("=") for pair in table.split())
    done = 0

    def one(match: re.Match[str]) -> str:
        nonlocal done
        new = pairs.get(match.group().lower())
        if new is None or done >= times:
            return match.group()
        done += 1
        return new.capitalize() if match.group()[0].isupper() else new

    return re.sub(r"[A-Za-z]+", one, text)


def lowered(text: str) -> str:
    """Return a sentence as it stands after words put before it."""
    return text if re.match(r"[A-Z]{2}|[A-Z]\w*[A-Z\d-]", text) else text[0].lower() + text[1:]


def without_opening(text: str) -> str:
    """Take "In this paper, we show that" and its like away."""
    cut = re.sub(
        r"^(?:(?:in this (?:paper|work|study|article)|here|moreover|furthermore|additionally|however|finally|thus),?\s+)?"
        r"(?:we|our results|the results|results|our findings)\s+"
        r"(?:show|find|demonstrate|prove|observe|report|establish|indicate|reveal)s?\s+that\s+",
        "", text, flags=re.IGNORECASE,
    )  # fmt: skip
    return cut[0].upper() + cut[1:] if cut and cut != text else ""


def without_aside(text: str) -> str:
    """Take parentheses and a closing subordinate clause away."""
    cut = re.sub(r"\s*\([^()]*\)", "", text)
    cut = re.sub(r",\s+(?:which|where|thereby|making|leading|while|whereas|highlighting|underscoring)\b[^,;]*(?=\.$)", "", cut)
    return cut if cut != text and len(cut.split()) >= 8 else ""


def fronted(text: str) -> str:
    """Move a short opening phrase to the end."""
    found = re.match(r"((?:By|Using|In|With|For|Through|Under|From|Across|On) [^,]{4,60}), ([a-z][^$]*)\.$", text)
    return f"{found.group(2)[0].upper()}{found.group(2)[1:]}, {lowered(found.group(1))}." if found else ""


def passive(text: str) -> str:
    """Turn "We propose X that Y" into "X that Y is proposed"."""
    found = re.match(
        r"(?:In this (?:paper|work|study), )?[Ww]e (propose|introduce|present|develop|study|investigate|examine) ([^,;]+?)\.$",
        text,
    )
    if not found:
        return ""
    verb = {"study": "studied", "develop": "developed", "present": "presented"}.get(
        found.group(1), re.sub("e?$", "ed", found.group(1))
    )
    return f"{found.group(2)[0].upper()}{found.group(2)[1:]} is {verb}."


def attributed(text: str) -> str:
    """Name the authors before the sentence."""
    return f"The authors report that {lowered(text)}"


def paraphrases(which: str) -> Sequence[Rule]:
    """Return the rules that keep the meaning."""

    def synonyms(text: str) -> str:
        new = swap(text, SYNONYMS[which])
        return new if new != text else ""

    def both(text: str) -> str:
        first = without_opening(text) or without_aside(text)
        return synonyms(first) if first else ""

    if which == "A":
        return (both, passive, without_opening, without_aside, synonyms, attributed)
    return (
        lambda t: synonyms(without_aside(t) or ""),
        fronted,
        synonyms,
        lambda t: attributed(without_aside(t)) if without_aside(t) else "",
    )


def negations(which: str) -> Sequence[Rule]:
    """Return the rules that turn the meaning around."""
    verb = r"\b(" + "|".join(VERBS.split()) + r")s\b"
    if which == "A":
        return (
            lambda t: re.sub(verb, r"does not \1", t, count=1) if re.search(verb, t) else "",
            lambda t: (
                re.sub(r"\b(is|are|was|were|can)\b(?! not)", r"\1 not", t, count=1)
                if re.search(r"\b(is|are|was|were|can)\b(?! not)", t)
                else ""
            ),
        )
    return (
        lambda t: re.sub(verb, r"fails to \1", t, count=1) if re.search(verb, t) else "",
        lambda t: new if (new := swap(t, ANTONYMS, 1)) != t else "",
        lambda t: f"There is no evidence that {lowered(t)}" if not re.match(r"(?:We|Our|In|To|This|These|It)\b", t) else "",
        lambda t: (
            re.sub(r"\b(is|are|was|were)\b(?! n)", r"\1 never", t, count=1)
            if re.search(r"\b(is|are|was|were)\b(?! n)", t)
            else ""
        ),
    )


def overclaims(which: str) -> Sequence[Rule]:
    """Return the rules that make a sentence surer or wider than it was."""
    if which == "A":
        return (
            lambda t: (
                new
                if (
                    new := swap(
                        t,
                        SURER,
                        1,
                    )
                )
                != t
                else ""
            ),
            lambda t: (
                new
                if (new := swap(t, "some=all many=all most=all often=always typically=always generally=always", 1)) != t
                else ""
            ),
            lambda t: f"It is proven beyond doubt that {lowered(t)}",
            lambda t: t[:-1] + ", completely and in every case.",
        )
    return (
        lambda t: new if (new := re.sub(r"\b(?:is|are|was|were) (?:associated|correlated) with\b", "is caused by", t)) != t else "",  # noqa: E501
        lambda t: re.sub(r"\b(may|might|could)\b ", "", t, count=1) if re.search(r"\b(may|might|could)\b ", t) else "",
        lambda t: f"Undeniably, and for the first time ever, {lowered(t)}",
        lambda t: t[:-1] + ", which settles the matter once and for all.",
        lambda t: t[:-1] + " without any exception.",
    )  # fmt: skip


def numbers(which: str) -> Sequence[Rule]:
    """Return the rules that state another number."""
    figure = r"(?<![\w.$^_{\\-])(\d+(?:\.\d+)?)(?![\w^_}$]|\.\d)"

    def scaled(text: str) -> str:
        found = re.search(figure, text)
        if not found:
            return ""
        value = float(found.group(1))
        new = f"{value * 1.5 + 3:.1f}" if "." in found.group(1) else str(int(value * 1.5) + 3)
        return text[: found.start(1)] + new + text[found.end(1) :]

    def exchanged(text: str) -> str:
        found = list(re.finditer(figure, text))
        if len(found) < 2 or found[0].group(1) == found[1].group(1):
            return ""
        a, b = found[0], found[1]
        return text[: a.start(1)] + b.group(1) + text[a.end(1) : b.start(1)] + a.group(1) + text[b.end(1) :]

    def spelled(text: str) -> str:
        new = swap(text, "two=six three=seven four=nine five=eight six=two seven=three eight=five ten=twenty", 1)
        return new if new != text else ""

    return (scaled,) if which == "A" else (exchanged, spelled, scaled)
