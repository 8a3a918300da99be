"""Changes to a sentence: those that keep its meaning, and those that do not. Each returns "" where it does not apply."""

# ruff: noqa: E501  tables of words and patterns, one rule a line

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub.briefing.verifier.lexicon import SAME_MEANING
from hub.papers.sentences import STOPWORDS
from training.verifier.wordnet import WordNet, forms, inflected

SYNONYMS: dict[str, list[str]] = {}
for _words in SAME_MEANING:
    for _word in _words:
        SYNONYMS.setdefault(_word, []).extend(w for w in _words if w != _word)
ANTONYMS = {a: b for pair in """increase decrease|higher lower|outperform underperform|improve worsen|positive negative|strong weak|reduce raise
larger smaller|better worse|faster slower|enhance impair|more less|most least|before after|above below|early late|earlier later|maximum minimum
maximize minimize|high low|large small|upper lower|stable unstable|possible impossible|efficient inefficient|common rare|sufficient insufficient
success failure|successful unsuccessful|easy difficult|simple complex|long short|longer shorter|robust fragile|promote inhibit|activate suppress
support contradict|confirm refute|gain loss|finite infinite|linear nonlinear|present absent|similar different|best worst|stronger weaker
accept reject|include exclude|including excluding|first last|always never|with without|many few|start end|begin stop|open close|rise fall|grow shrink
upregulate downregulate|accelerate slow|expand contract|internal external|local global|static dynamic|supervised unsupervised|hot cold|dense sparse
discrete continuous|deterministic stochastic|classical quantum|visible invisible|young old|male female|men women|north south|east west|left right
inside outside|acute chronic|benign malignant|significant insignificant|significantly marginally|directly indirectly|explicit implicit
known unknown|expected unexpected|available unavailable|reliable unreliable|safe unsafe|cheap expensive|public private|homogeneous heterogeneous
symmetric asymmetric|forward backward|short-term long-term|short-range long-range|low-dimensional high-dimensional|small-scale large-scale
buy sell|agree disagree|win lose|love hate|cheaper dearer|allow forbid|continue stop|optimistic pessimistic|alive dead|wide narrow|deep shallow
thick thin|heavy light|slow fast|warm cold|bright dark|full empty|positive adverse|advantage drawback|strength weakness|benefit harm""".replace("\n", "|").split("|")
    for a, b in (pair.split(), reversed(pair.split()))}  # fmt: skip
UNITS = {a: b for pair in """ms s|milliseconds seconds|seconds minutes|minutes hours|hours days|days weeks|weeks months|months years|nm mm
km m|GHz MHz|keV MeV|GeV TeV|MeV GeV|meV eV|kpc Mpc|GB MB|million billion|millions billions|thousand million|mg g|kg g|K mK|T mT|W kW
percent percentage-points|% percentage-points|cm km|pc kpc|Hz kHz|kHz MHz|mL L|AU pc|daily weekly|weekly monthly|monthly yearly|dB %""".replace("\n", "|").split("|")
    for a, b in (pair.split(), reversed(pair.split()))}  # fmt: skip
WORDS_OF_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
SURER = {"may": "always", "might": "will", "could": "does", "can": "always", "suggest": "prove", "suggests": "proves", "indicate": "prove",
         "indicates": "proves", "likely": "certainly", "some": "all", "many": "all", "most": "all", "often": "always", "typically": "always",
         "generally": "always", "sometimes": "always", "several": "all", "partially": "fully", "potential": "certain", "possible": "certain"}  # fmt: skip
NARROWER = {"all": "some", "always": "sometimes", "any": "a specific", "general": "special", "arbitrary": "fixed", "both": "one of the",
            "various": "two", "many": "few", "multiple": "two", "several": "two", "entire": "partial", "most": "few"}  # fmt: skip
_VERBS = [
    "improve",
    "increase",
    "reduce",
    "achieve",
    "outperform",
    "enable",
    "provide",
    "suggest",
    "demonstrate",
    "show",
    "reveal",
    "lead",
    "allow",
    "require",
    "depend",
    "support",
    "capture",
    "predict",
    "exhibit",
    "produce",
    "contain",
    "include",
    "yield",
    "give",
    "use",
    "make",
    "explain",
    "describe",
    "imply",
    "offer",
    "affect",
    "remain",
    "follow",
    "become",
    "generate",
]
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[A-Za-z]")
_FIGURE = re.compile(r"(?<![\w.$^_{\\,-])(\d+(?:,\d{3})*(?:\.\d+)?)(?![\w^_}$,]|\.\d)")
_ADJUNCT = re.compile(
    r",? (?:using|with|for|in|by|through|from|via|across|under|based on|including|within|among|during|without|on|between|at) "
    r"(?:[\w'’$\\^{}-]+ ){0,7}[\w'’$\\^{}-]{3,}(?=[.,;]| and | that | which )"
)
_CLAUSE = re.compile(
    r", (?:which|where|leading|making|while|thereby|enabling|allowing|whereas|suggesting|indicating|and) [^,;.]{12,90}(?=[.,])"
)


@dataclass
class Other:
    """What a change may borrow: sentences and terms of the same abstract, and of another paper on nearly the same matter."""

    same: Sequence[str]
    near: Sequence[str]
    far: Sequence[str]


Edit = Callable[[str, random.Random, Other], str]


def cased(new: str, old: str) -> str:
    """Return a word with the first letter as large as that of another."""
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def lowered(text: str) -> str:
    """Return a sentence as it stands after words put before it."""
    return text if re.match(r"[A-Z]{2}|[A-Z]\w*[A-Z\d-]|I\b", text) else text[:1].lower() + text[1:]


def ended(text: str) -> str:
    """Return a sentence without its full stop."""
    return text.rstrip().rstrip(".")


class Editor:
    """All changes, with WordNet behind the changes of single words."""

    def __init__(self, wordnet: WordNet, vocabulary: frozenset[str]) -> None:
        self.net = wordnet
        self._vocabulary = vocabulary
        self.keeping: list[tuple[float, Edit]] = [
            (5, self.synonyms), (1.2, opening), (1, aside), (0.7, adjunct_dropped), (1, fronted), (0.8, passive), (1, attributed),
            (1.6, merged), (1.5, number_format), (0.6, connective), (0.5, contracted), (0.5, item_dropped), (0.4, abbreviated),
        ]  # fmt: skip
        self.breaking: list[tuple[str, float, Edit]] = [
            ("R", 2.6, self.entity), ("N", 1.6, inserted), ("R", 1.6, self.opposite), ("R", 1.5, negated), ("R", 3.0, affirmed),
            ("R", 4.5, number), ("R", 2.0, unit), ("N", 1.0, surer), ("R", 1.0, narrower), ("N", 2.0, causal), ("R", 1.1, exchanged),
            ("N", 1.0, term_of_other), ("R", 1.2, name), ("N", 0.7, adjunct_of_other), ("N", 0.5, qualified), ("R", 0.8, self.sibling_adjective),
        ]  # fmt: skip

    def _words(self, text: str, rng: random.Random, options: Callable[[str], Sequence[str]], times: int) -> str:
        """Replace up to so many words; ``options`` gives what may stand for a base form."""
        found = list(_WORD.finditer(text))
        rng.shuffle(found)
        swaps: list[tuple[int, int, str]] = []
        for match in found:
            word = match.group()
            if len(swaps) >= times or len(word) < 3 or word.isupper() or (word[0].isupper() and match.start() > 0):
                continue
            for base, ending in forms(word.lower()):
                ways = options(base)
                if ways:
                    new = rng.choice(list(ways)).split("-") if "-" not in word else [rng.choice(list(ways))]
                    new[0] = inflected(new[0], ending)
                    if new[0] != word.lower():
                        swaps.append((match.start(), match.end(), cased(" ".join(new), word)))
                    break
        for start, end, new_word in sorted(swaps, reverse=True):
            text = text[:start] + new_word + text[end:]
        return re.sub(r"\b([Aa])n? (?=([A-Za-z]))", lambda m: m.group(), text) if swaps else ""

    def _usual(self, words: Sequence[str]) -> list[str]:
        """Only the words that abstracts use."""
        return [w for w in words if w in self._vocabulary]

    def synonyms(self, text: str, rng: random.Random, other: Other) -> str:
        """Other words for the same."""

        def options(base: str) -> Sequence[str]:
            if base in STOPWORDS and base not in SYNONYMS:
                return ()
            return SYNONYMS.get(base) or (self._usual(self.net.synonyms(base)) if rng.random() < 0.2 else ())

        return self._words(text, rng, options, rng.choice((1, 2, 2, 3, 4)))

    def opposite(self, text: str, rng: random.Random, other: Other) -> str:
        """A word of the opposite meaning."""

        def options(base: str) -> Sequence[str]:
            if base in ANTONYMS:
                return (ANTONYMS[base],)
            return self._usual(self.net.opposites(base)) if base not in STOPWORDS else ()

        return self._words(text, rng, options, 1)

    def entity(self, text: str, rng: random.Random, other: Other) -> str:
        """Another thing of the same kind."""
        return self._words(
            text,
            rng,
            lambda b: () if b in STOPWORDS or b in SYNONYMS else self._usual(self.net.siblings(b)),
            rng.choice((1, 1, 2)),
        )

    def sibling_adjective(self, text: str, rng: random.Random, other: Other) -> str:
        """A describing word that another sentence has."""
        found = [m for m in _WORD.finditer(text) if self._describes(m.group())]
        theirs = sorted(
            {
                w
                for s in (*other.near, *other.far)
                for w in _WORD.findall(s)
                if self._describes(w) and w.lower() not in text.lower()
            }
        )
        if not found or not theirs:
            return ""
        match = rng.choice(found)
        return text[: match.start()] + rng.choice(theirs) + text[match.end() :]

    def _describes(self, word: str) -> bool:
        return len(word) > 4 and word.islower() and word not in STOPWORDS and word not in SYNONYMS and self.net.known(word) == "a"


def opening(text: str, rng: random.Random, other: Other) -> str:
    """Without "In this paper, we show that"."""
    cut = re.sub(
        r"^(?:(?:in this (?:paper|work|study|article)|here|moreover|furthermore|additionally|in addition|however|finally|thus|specifically|"
        r"in particular|importantly|notably|crucially),?\s+)?"
        r"(?:(?:we|our (?:results|findings|experiments|analysis)|the results|results|experiments)\s+(?:also |further |then )?"
        r"(?:show|find|demonstrate|prove|observe|report|establish|indicate|reveal|argue)s?\s+that\s+)?",
        "", text, flags=re.IGNORECASE,
    )  # fmt: skip
    return cased(cut, "A") if cut and cut != text else ""


def aside(text: str, rng: random.Random, other: Other) -> str:
    """Without what stands in parentheses or in a closing clause."""
    cut = re.sub(r"\s*\([^()]*\)", "", text)
    cut = re.sub(
        r",\s+(?:which|where|thereby|making|leading|while|whereas|highlighting|underscoring|enabling)\b[^,;]*(?=\.$)", "", cut
    )
    return cut if cut != text and len(cut.split()) >= 6 else ""


def adjunct_dropped(text: str, rng: random.Random, other: Other) -> str:
    """Without one prepositional phrase near the end."""
    found = [m for m in _ADJUNCT.finditer(text) if m.start() > len(text) // 2]
    if not found or re.search(r"\b(?:only|not|no|all|every|any|without|unless|if)\b", text):
        return ""
    match = found[-1]
    cut = text[: match.start()] + text[match.end() :]
    return cut if len(cut.split()) >= 6 else ""


def fronted(text: str, rng: random.Random, other: Other) -> str:
    """The opening phrase moved to the end."""
    found = re.match(r"((?:By|Using|In|With|For|Through|Under|From|Across|On|To|When|If|At) [^,]{4,80}), ([a-z][^$;]*)\.$", text)
    return f"{cased(found.group(2), 'A')}, {lowered(found.group(1))}." if found else ""


def passive(text: str, rng: random.Random, other: Other) -> str:
    """Passive voice, or the authors in the third person, for "we"."""
    found = re.match(r"(?:[Ii]n this (?:paper|work|study), |Here,? )?[Ww]e (propose|introduce|present|develop|study|investigate|examine|analyze|"
                     r"consider|derive|show|construct|explore|describe|discuss|provide|prove) ([^,;]+?)\.$", text)  # fmt: skip
    if not found or rng.random() < 0.4:
        new = re.sub(
            r"\b[Ww]e\b", rng.choice(["the authors", "the paper", "this work", "they", "the researchers"]), text, count=1
        )
        new = re.sub(r"\b[Oo]ur\b", rng.choice(["their", "the authors’", "the proposed"]), new)
        return cased(new, "A") if new != text else ""
    verb = {"study": "studied", "show": "shown"}.get(found.group(1), re.sub("e?$", "ed", found.group(1)))
    if found.group(2).startswith("that"):
        return f"It is {verb} {found.group(2)}."
    return f"{cased(found.group(2), 'A')} {rng.choice(['is', 'are'])} {verb}."


def attributed(text: str, rng: random.Random, other: Other) -> str:
    """With who says it before it."""
    lead = rng.choice(["The authors report that", "The study finds that", "The paper states that", "According to the authors,", "One paper notes that",
                       "It was reported that", "Recent work shows that", "This work reports that", "Researchers found that"])  # fmt: skip
    return f"{lead} {lowered(text)}"


def merged(text: str, rng: random.Random, other: Other) -> str:
    """Joined with another sentence of the same abstract."""
    mates = [s for s in other.same if s != text and 6 <= len(s.split()) <= 22 and s not in text]
    if not mates or len(text.split()) > 28:
        return ""
    mate = rng.choice(mates)
    first, second = (text, mate) if rng.random() < 0.5 else (mate, text)
    return f"{ended(first)}{rng.choice(['; ', ', and ', ', while ', '. '])}{lowered(second)}"


def number_format(text: str, rng: random.Random, other: Other) -> str:
    """The same number written otherwise."""
    new = text
    for match in reversed(list(_FIGURE.finditer(text))):
        figure = match.group(1)
        value = float(figure.replace(",", ""))
        if figure.isdigit() and value <= 12 and rng.random() < 0.8 and not text[match.end() :].startswith(("%", "\\%", " %")):
            new = new[: match.start()] + WORDS_OF_NUMBERS[int(value)] + new[match.end() :]
        elif "," in figure:
            new = new[: match.start()] + figure.replace(",", "") + new[match.end() :]
        elif figure.isdigit() and value >= 10000:
            new = new[: match.start()] + f"{int(value):,}" + new[match.end() :]
    new = re.sub(r"(?<=\d)\s?\\?%", lambda m: rng.choice([" percent", " per cent", "%"]), new)
    for n, word in enumerate(WORDS_OF_NUMBERS):
        if n >= 2 and rng.random() < 0.7:
            new = re.sub(rf"\b{word}\b", str(n), new)
    return new if new != text else ""


def connective(text: str, rng: random.Random, other: Other) -> str:
    """Without or with a connecting word at the start."""
    cut = re.sub(
        r"^(?:However|Moreover|Furthermore|Additionally|In addition|Finally|Thus|Therefore|Hence|Specifically|Notably|Consequently), ",
        "",
        text,
    )
    return (
        cased(cut, "A") if cut != text else rng.choice(["In addition, ", "Moreover, ", "Notably, ", "Further, "]) + lowered(text)
    )


def contracted(text: str, rng: random.Random, other: Other) -> str:
    """Negations in the other spelling, "is able to" for "can"."""
    new = text
    for a, b in (("cannot", "can not"), ("does not", "doesn't"), ("is not", "isn't"), ("do not", "don't"), ("are not", "aren't"),
                 ("can be", "is able to be"), ("as well as", "and"), (" and ", " as well as "), ("fails to", "does not")):  # fmt: skip
        if a in new and rng.random() < 0.6:
            new = new.replace(a, b, 1)
    return new if new != text else ""


def item_dropped(text: str, rng: random.Random, other: Other) -> str:
    """One item of a list left out, named as an incomplete list."""
    found = re.search(r"((?:[\w-]+ ){1,3}[\w-]+), ((?:[\w-]+ ){0,3}[\w-]+), and ((?:[\w-]+ ){0,3}[\w-]+)(?=[.,;])", text)
    return text[: found.start(2)].rstrip(", ") + " and " + text[found.start(3) :] if found else ""


def abbreviated(text: str, rng: random.Random, other: Other) -> str:
    """The short form for the long one where the sentence gives both, or the other way round."""
    found = re.search(r"((?:[A-Za-z-]+ ){2,5})\(([A-Z][A-Za-z]{1,6}s?)\)", text)
    if not found:
        return ""
    return text[: found.start(2) - 1].rstrip() + text[found.end() :]


def inserted(text: str, rng: random.Random, other: Other) -> str:
    """With a clause of another paper."""
    pool = other.near if rng.random() < 0.7 else other.far
    clauses = [m.group() for s in pool for m in _CLAUSE.finditer(s)]
    if not clauses:
        return ""
    clause = rng.choice(clauses)
    return f"{ended(text)}{clause}."


def adjunct_of_other(text: str, rng: random.Random, other: Other) -> str:
    """With a phrase of another paper, or with it in the place of its own."""
    pool = other.near if rng.random() < 0.7 else other.far
    theirs = [m.group() for s in pool for m in _ADJUNCT.finditer(s) if m.group() not in text]
    ours = list(_ADJUNCT.finditer(text))
    if not theirs:
        return ""
    new = rng.choice(theirs)
    if ours and rng.random() < 0.5:
        match = rng.choice(ours)
        return text[: match.start()] + new + text[match.end() :]
    return f"{ended(text)}{new}."


_FACTS = """in collaboration with researchers from Japan|over a period of {n} years|on {n} patients|for mobile devices|in low-income countries|
at room temperature|without any additional training|in real time|at a lower cost|funded by industry|for the first time|in {n} countries|
as of 2019|in rural areas|for children under {n}|using satellite data|with only {n} samples|on a single GPU|in both men and women|
under laboratory conditions|by a factor of {n}|in the northern hemisphere|when temperature rises|except in winter|in the long term|
after only {n} weeks|among older adults|in every case examined|only in simulations|according to a survey of {n} people"""


def qualified(text: str, rng: random.Random, other: Other) -> str:
    """With a circumstance that nobody named."""
    fact = rng.choice([f.strip() for f in _FACTS.split("|")]).format(n=rng.choice([2, 3, 5, 7, 12, 40, 250]))
    return f"{ended(text)} {fact}." if rng.random() < 0.6 else f"{cased(fact, 'A')}, {lowered(text)}"


def negated(text: str, rng: random.Random, other: Other) -> str:
    """With a negation that it did not have."""
    ways = [
        (r"\b(" + "|".join(_VERBS) + r")s\b", lambda m: rng.choice(["does not ", "fails to ", "never "]) + m.group(1)),
        (r"\b(is|are|was|were|can|could|will|has been|have been|should)\b(?! not)", lambda m: m.group(1) + " not" if " " not in m.group(1) else m.group(1).split()[0] + " not been"),
        (r"\b[Ww]e (" + "|".join(_VERBS) + r"|find|prove|propose|introduce|present|observe|develop|study)\b", lambda m: m.group().split()[0] + " do not " + m.group(1)),
        (r"\b(with|by|through|using)\b", lambda m: "without" if m.group() == "with" else "not " + m.group()),
        (r"\b(an? |the )(?=\w+ (?:effect|correlation|difference|improvement|evidence|increase|decrease|change|relationship|impact|link))", lambda m: "no "),
        (r"^", lambda m: rng.choice(["There is no evidence that ", "It is not the case that ", "It remains unclear whether "])),
    ]  # fmt: skip
    rng.shuffle(ways)
    for pattern, new in ways:
        found = list(re.finditer(pattern, text))
        if found:
            match = rng.choice(found)
            rest = text[match.end() :] if match.group() else lowered(text)
            return text[: match.start()] + new(match) + rest
    return ""


def affirmed(text: str, rng: random.Random, other: Other) -> str:
    """Without a negation that it had."""
    ways = [(r"\b(does|do|did) not ", ""), (r"\b(is|are|was|were|can|could|will|has|have|may|should) not\b", r"\1"), (r"\bcannot\b", "can"),
            (r"\bfails? to ", "manages to "), (r"\bwithout\b", "with"), (r"\bno (?=[a-z])", "a "), (r"\blacks?\b", "has"), (r"\bnever\b", "always"),
            (r"\bneither\b", "both"), (r"\bunable to\b", "able to"), (r"\bnot only\b", "not")]  # fmt: skip
    rng.shuffle(ways)
    for pattern, new in ways:
        changed = re.sub(pattern, new, text, count=1)
        if changed != text:
            return changed
    return ""


def number(text: str, rng: random.Random, other: Other) -> str:
    """Another number."""
    found = list(_FIGURE.finditer(text))
    if len(found) >= 2 and rng.random() < 0.35:
        a, b = sorted(rng.sample(found, 2), key=lambda m: m.start())
        if a.group(1) != b.group(1):
            return text[: a.start(1)] + b.group(1) + text[a.end(1) : b.start(1)] + a.group(1) + text[b.end(1) :]
    if found:
        match = rng.choice(found)
        old = match.group(1).replace(",", "")
        digits = len(old.partition(".")[2])
        value = float(old)
        for _ in range(8):
            if digits == 0 and 1900 <= value <= 2100:
                new = str(int(value) + rng.choice([-10, -3, -2, -1, 1, 2, 4]))
            else:
                new = f"{value * rng.choice([0.1, 0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.5, 2, 3, 10]) + rng.choice([0, 0, 1, 2]):.{digits}f}"
            if float(new) != value:
                if "," in match.group(1):
                    new = f"{int(float(new)):,}"
                return text[: match.start(1)] + new + text[match.end(1) :]
    spelled = list(re.finditer(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|first|second|third|half|twice|one)\b", text))
    if spelled:
        match = rng.choice(spelled)
        kinds = (["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], ["first", "second", "third", "fourth"], ["half", "a third", "two thirds"], ["twice", "three times", "half"])  # fmt: skip
        for kind in kinds:
            if match.group() in kind:
                return text[: match.start()] + rng.choice([k for k in kind if k != match.group()]) + text[match.end() :]
    return ""


def unit(text: str, rng: random.Random, other: Other) -> str:
    """Another unit or another order of magnitude."""
    found = [m for m in re.finditer(r"(?<=[\d ])(?:" + "|".join(re.escape(u) for u in sorted(UNITS, key=len, reverse=True)) + r")(?![\w])", text)
             if (m.group().islower() and len(m.group()) > 3) or re.search(r"\d\s?\\?$", text[: m.start()])]  # fmt: skip
    if not found:
        return ""
    match = rng.choice(found)
    return text[: match.start()] + UNITS[match.group()].replace("-", " ") + text[match.end() :]


def _swapped(text: str, rng: random.Random, table: dict[str, str]) -> str:
    found = [m for m in re.finditer(r"[A-Za-z]+", text) if m.group().lower() in table]
    if not found:
        return ""
    match = rng.choice(found)
    return text[: match.start()] + cased(table[match.group().lower()], match.group()) + text[match.end() :]


def surer(text: str, rng: random.Random, other: Other) -> str:
    """More certain than it was."""
    return _swapped(text, rng, SURER)


def narrower(text: str, rng: random.Random, other: Other) -> str:
    """Of fewer than it was."""
    return _swapped(text, rng, NARROWER)


def causal(text: str, rng: random.Random, other: Other) -> str:
    """A cause for an association."""
    new = re.sub(
        r"\b(?:is|are|was|were) (?:strongly |positively |negatively )?(?:associated|correlated|linked) with\b",
        "is caused by",
        text,
        count=1,
    )
    return new if new != text else ""


def exchanged(text: str, rng: random.Random, other: Other) -> str:
    """Two of its things in each other's place."""
    found = re.search(r"^(.{3,60}?) ((?:significantly |consistently |strongly |often )?(?:outperforms?|exceeds?|causes?|precedes?|depends? on|leads? to|follows?|surpasses|"
                      r"dominates?|affects?|influences?|drives?|inhibits?|improves?|reduces?|increases?|predicts?|explains?|implies|replaces?|contains?)) (.{3,60}?)([.,;]| in | by | on | for )", text)  # fmt: skip
    if found:
        a, b = found.group(1), found.group(3)
        return f"{cased(b, 'A')} {found.group(2)} {lowered(a)}{found.group(4)}{text[found.end() :]}"
    spans = [m for m in re.finditer(r"\b[a-z]{5,}\b", text) if m.group() not in STOPWORDS and m.group() not in SYNONYMS]
    if len(spans) < 4:
        return ""
    a_span, b_span = sorted(rng.sample(spans, 2), key=lambda m: m.start())
    between = text[a_span.end() : b_span.start()]
    if (
        a_span.group()[:5] == b_span.group()[:5]
        or a_span.group()[-3:] == "ing"
        or not len(between) > 6
        or between.strip() in ("and", "or", ",")
    ):
        return ""
    return text[: a_span.start()] + b_span.group() + between + a_span.group() + text[b_span.end() :]


_NAME = re.compile(r"(?<!^)(?<![.?!] )\b(?:[A-Z][\w’'-]*[A-Z\d][\w-]*|[A-Z][a-z]+(?: [A-Z][a-z]+)*)\b")


def name(text: str, rng: random.Random, other: Other) -> str:
    """Another name or short form in the place of one."""
    ours = list(_NAME.finditer(text))
    theirs = sorted({m.group() for s in (*other.near, *other.far) for m in _NAME.finditer(s) if m.group() not in text})
    if not ours or not theirs:
        return ""
    match = rng.choice(ours)
    return text[: match.start()] + rng.choice(theirs) + text[match.end() :]


_TERM = re.compile(
    r"\b(?!(?:we|the|this|these|that|which|our|an?|and|or|of|to|in|by|for|with|on|from|as|is|are|can|that|it|its) )[a-z][a-z-]{3,} [a-z][a-z-]{4,}\b"
)


def term_of_other(text: str, rng: random.Random, other: Other) -> str:
    """A term of the same abstract or of another paper in the place of one."""

    def terms(passages: Sequence[str]) -> list[str]:
        return sorted({m.group() for s in passages for m in _TERM.finditer(s) if not set(m.group().split()) & STOPWORDS})

    ours = [m for m in _TERM.finditer(text) if not set(m.group().split()) & STOPWORDS]
    pool = other.same if rng.random() < 0.35 else other.near if rng.random() < 0.8 else other.far
    theirs = [t for t in terms(pool) if t not in text]
    if not ours or not theirs:
        return ""
    match = rng.choice(ours)
    return text[: match.start()] + rng.choice(theirs) + text[match.end() :]
