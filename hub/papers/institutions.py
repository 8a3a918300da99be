"""Where authors work: institutions out of what sources write of affiliations, and which of them a reader's name finds.

Sources write an address: "Department of Physics, Lund University, 221 00 Lund, Sweden. ada@lu.se". Kept are the parts between its
commas that name an institution ("Lund University"): a reader can choose one from a list, a card shows it in a line, and it costs
a fraction of the address. A part of an institution ("Department of Physics", "School of Medicine") is left out beside the whole.
Where no part names one ("IBM, Yorktown Heights"; "School of Medicine, Stanford"), the address is kept as it is, so that none is
lost: 20 of the 262 addresses of ../shared/feeds. No register of institutions is asked: MIT, or Universität Wien beside University
of Vienna, is a name of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from hub.papers.chinese import HAN
from hub.papers.cleaning import clean

MOST, LONGEST, LONGEST_ONE = 5_000, 1_000_000, 1_000
"""Addresses of one paper that are read, and characters of what holds all and of one: large collaborations have some hundred."""
BETWEEN = "; "
"""What joins the names of a paper in a Snapshot; no name holds it."""
_ORGANISATION = re.compile(
    r"\b(?:\w*universi|univ\b|üniversi|uniwersy|universyt|egyetem|yliopisto|institu|istitu|inst\b|hospita|hosp\b|h[oô]pita|ospedal"
    r"|policlinic|\w*klini[kc]|clinics?\b|clinica\b|colleg|coll[eè]ge|coll\b|academ|acad[eé]m|akadem|acad\b|school"
    r"|escuela|escola|[eé]cole|laborato|labs?\b|cent(?:er|re|ro|rum|rs)\b|\w*zentrum|poly?tech|polit[eé]c|\w*hochschule|foundation|fundaci|fondazion|mus[eé]um|observator"
    r"|agenc|council|consiglio|consejo|librar|society|trust\b|research$|max[- ]planck|cnrs\b|inserm\b|csic\b|cern\b|nasa\b|desy\b"
    r"|csiro\b|inria\b|inrae?\b|infn\b|inc\b|ltd\b|llc\b|gmbh\b|corp(?:oration)?\b|company\b)",
    re.I,
)
_UNIVERSITY = r"(?:universi|univ\b|üniversi|uniwersy)"
_PART = re.compile(
    r"^(?:the )?(?:state |national |graduate |research |medical )?(?:key )?(?:dep(?:artmen)?ts?|d[eé]part\w*|div(?:ision)?"
    r"|section|schools?|sch|colleges?|coll|facult\w*|fac|fakult\w*|facolt\w*|laborato\w*|lab|units?|unidade?|unit[àé]|cent(?:er|re|ro)s?"
    r"|program(?:me)?|clinic|chair|escuela|escola)\.? (?:of|for|in|de|für|di|do|da|des?|d['’]\w+)\b",
    re.I,
)
"""How the names of parts of an institution begin."""
_WITHIN = re.compile(
    r"^.*?\b(?:of|at|de|da|do|del) (?:the |la |l['’])?"
    rf"(?=(?i:{_UNIVERSITY})|(?:[A-Z]\S+ ){{1,4}}(?i:{_UNIVERSITY})\w*(?! (?:of|de|di)\b))"
)
"""What stands before the institution where the part's name goes on with it: Faculty of Sciences of the University of Lisbon."""
_SYSTEMS = (
    r"(?:university of (?:california|texas|illinois|wisconsin|north carolina|maryland|massachusetts|michigan|colorado|missouri"
    r"|nebraska|tennessee|minnesota|hawaii|alaska|houston)|(?:california state|indiana) university"
    r"|(?:state|city) university of new york)"
)
"""Universities of several campuses."""
_NEEDS_PLACE = re.compile(
    rf"(?:the )?(?:{_SYSTEMS}|(?:(?:university|medical|general|national|regional|central|district|city|teaching|research"
    r"|children['’]?s|hospitals?|clinics?|school|college|center|centre|institute|academy|of|sciences?) ?)+)$",
    re.I,
)
"""Names that say little without the place after their comma: University of California, San Diego; University Hospital, Lund."""
_COUNTRY = re.compile(r"^(?:USA?|U\.S\.A?\.?|United States(?: of America)?|UK|China|Germany)$")
_MAIL = re.compile(
    r"(?:\b(?:electronic address|e-?mail(?: address)?)\s*+[:.]?\s*+)?(?<![\w.%+'-])[\w.%+'-]++@[\w.-]{1,255}", re.I | re.A
)
_MARK = re.compile(r"^(?:\(?\d{1,3}\)?[.)]?\s+|\d{1,3}(?=[A-Z][a-z]{2})|[a-z]\)?\s+(?=[A-Z])|[*†‡§¶#]\s*|[Pp]resent address\W+)+")
_NO_PLACE = re.compile(
    r"^\W*(?:correspond|(?:these|both|all) authors|equal|deceased|orcid|https?:|from the$|and$|none$|n/?a$|unknown$|$)"
    r"|^(?:on behalf|for) |\bcollaboration$",
    re.I,
)
"""What stands among addresses and is none."""
_NAMED = re.compile(r"(?:^|(?<=[;\n]))[^\S\n]*+\[[^\[\]]*+\]")
"""Whose address it is, as Web of Science writes it: [Byron, Ada; Li, X] Lund Univ."""
_COMMA = re.compile(r"[,，、](?!\s*(?:Inc|Ltd|LLC|GmbH|Corp)\b)|(?<=[a-z]{4})\.\s+(?=[A-Z])")
_POSTCODE = re.compile(r"(?<![\d\s-])\s++(?:[A-Z]{1,2}-)?\d[\d -]{3,}+$")
_TOGETHER = re.compile(r" ?/ ?| (?:and|&|und|et|y) | [–—-] ")
_HAN_WHOLE = re.compile(r"^.+?(?:大[学學](?!院)|科[学學]院(?!大))")
_HAN_LAST = re.compile(
    r"^.*(?:大[学學](?!院)|[学學]院|研究[所院]|科[学學]院|[医醫病]院|公司|[实實][验驗]室|中心|[学學]校|대학교|병원|연구[소원])"
)
_HAN_APART = re.compile(r"(?:研究[所院]|[医醫病]院)$")
_SHORT = {
    "univ": "university", "inst": "institute", "acad": "academy", "hosp": "hospital", "coll": "college", "sch": "school",
    "lab": "laboratory", "labs": "laboratories", "natl": "national", "sci": "sciences", "science": "sciences", "med": "medical",
    "technol": "technology", "calif": "california", "centre": "center", "ctr": "center", "saint": "st",
}  # fmt: skip
"""Short forms as Web of Science and readers write them."""
_LINKS = frozenset({"of", "at", "and", "for", "in", ",", "the"})
_BRANCHES = (
    "school|medical|hospitals?|health|college|faculty|department|institute|center|clinics?|law|business|graduate"
    "|first|second|third|affiliated"
)
"""What goes on after a university's name and is a part of it: Stanford University School of Medicine."""


def institution_names(raw: Iterable[str]) -> tuple[str, ...]:
    """Return the institutions of a paper's affiliations, each once, in the order in which they are told.

    >>> institution_names(["1 Dept. of Physics, The University of York, York, UK. ada@york.ac.uk", "Univ York, Dept Math, York"])
    ('The University of York',)
    >>> institution_names(["Faculty of Law, University of California, San Diego, CA 92103, USA; Google DeepMind, London"])
    ('University of California, San Diego', 'Google DeepMind, London')
    >>> institution_names(["中国科学院计算技术研究所, 北京 100190", "北京大学医学院，北京"])
    ('中国科学院', '中国科学院计算技术研究所', '北京大学')
    """
    written = (clean(_MAIL.sub(" ", _NAMED.sub(" ", text[:LONGEST]).replace("\n", ";"))) for text in dict.fromkeys(raw))
    pieces = (piece.strip() for text in written for piece in re.split(r"[;；|]", text))
    found: dict[str, str] = {}
    for piece in islice(dict.fromkeys(filter(None, pieces)), MOST):
        for name in _of_one(piece[:LONGEST_ONE]):
            found.setdefault(_key(name), name)
    return tuple(name for key, name in found.items() if key)


def united(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    """Return the names of two records of one paper, each in its longest spelling; sorted where the other has any to add, so that
    it does not matter which record came first.

    >>> united(["Lund University", "CERN"], ["LUND UNIVERSITY"]), united(["Univ. Oslo"], ["CERN", "University of Oslo"])
    (('Lund University', 'CERN'), ('CERN', 'University of Oslo'))
    """
    found: dict[str, str] = {}
    for name in (*one, *other):
        found[_key(name)] = max(found.get(_key(name), ""), name, key=lambda spelling: (len(spelling), spelling))
    names = tuple(found.values())
    return names if len(names) == len(one) else tuple(sorted(names))


def _key(name: str) -> str:
    return " ".join(word for word in folded(name).split() if word not in _LINKS)


@lru_cache(maxsize=8192)
def _of_one(address: str) -> list[str]:
    """Return the institutions of one address, the whole of it where no part between commas names one."""
    address = _MARK.sub("", address).strip(" .,:")
    if _NO_PLACE.match(address):
        return []
    if HAN.search(address) and not re.search(r"[A-Za-z]{3}", address):
        return list(_han(address)) or [address]
    parts = [_POSTCODE.sub("", part).strip(" .:") for part in _COMMA.split(address)]
    parts = [part for part in parts if part]
    found: list[str] = []
    for at, part in enumerate(parts):
        if not _ORGANISATION.search(part) or (found and found[-1].endswith(part)):
            continue
        if _PART.match(part):
            within = _WITHIN.sub("", part)
            part = within if within != part else ""
        if _NEEDS_PLACE.match(part):
            place = parts[at + 1] if at + 1 < len(parts) else ""
            known = place and not _ORGANISATION.search(place) and not re.search(r"\d", place) and not _COUNTRY.match(place)
            if not known and not re.match(_SYSTEMS, part, re.I):
                continue
            part = f"{part}, {place}" if known else part
        both = _TOGETHER.split(part)
        found += both if all(map(_ORGANISATION.search, both)) else [part]
    return [name for name in found if name] or [address]


def _han(address: str) -> Iterator[str]:
    """Yield the institution that a Chinese part begins with, and the institute or hospital of it that the part goes on to."""
    for part in re.split(r"[\s,，、（）()]+", address):
        whole, last = _HAN_WHOLE.match(part), _HAN_LAST.match(part)
        if whole:
            yield whole[0]
        if last and (not whole or (_HAN_APART.search(last[0]) and last[0] != whole[0])):
            yield last[0]


def folded(name: str) -> str:
    """Return a name as names are compared: no case, accents, "the" and punctuation but commas, short forms written out.

    >>> folded("The Univ. of Köln (Cologne)"), folded("Queen's University & Co")
    ('university of koln , cologne', 'queens university and co')
    """
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("&", " and ")
    plain = re.sub(r"['’`´.]", lambda mark: " " if mark[0] == "." else "", plain)
    plain = re.sub(r" ?[,，、(（] ?| [–—-] ", " , ", " ".join(plain.split()))
    words = (_SHORT.get(word, word) for word in re.findall(r"[^\W_]+|,", unicodedata.normalize("NFC", plain)))
    return " ".join(word for word in words if word != "the").strip(" ,")


def finder(name: str) -> re.Pattern[str] | None:
    """Return the expression that finds a reader's name in a folded one; None for a name without a letter.

    A name agrees with a whole part between commas: York University finds "York University, Toronto", neither New York University
    nor University of York. It also agrees with what says that it belongs to it: "Hospital of Lund University", "Lund University
    School of Economics", and, of universities with several campuses, "University of California Davis".

    >>> names = ("Lund Univ.", "Lund University Hospital", "New Lund University")
    >>> [bool(finder("Lund University").search(folded(name))) for name in names]
    [True, True, False]
    """
    words = _key(name).split()
    if not words:
        return None
    core = r"(?: (?:of|at|and|for|in|,))* ".join(map(re.escape, words))
    is_one = _ORGANISATION.search(name) is not None and not _NEEDS_PLACE.match(name.strip())
    before = r"(?:^|, |\b(?:of|at|de|da|do|del|du|der) )" if is_one else r"(?:^|, )"
    system = re.fullmatch(_SYSTEMS, folded(name))
    is_university = is_one and re.search(_UNIVERSITY, name, re.I)
    after = r"\b" if system else rf"(?:$| ,| at\b| (?:{_BRANCHES})\b)" if is_university else r"(?:$| ,)"
    return re.compile(before + core + after)
