"""Words by what they do to a claim: deny it, turn it, hedge it, make it surer."""

from __future__ import annotations

import re

from hub.papers.sentences import stem, words

NEGATIONS = words(
    """not no never none neither nor cannot without lack lacks lacking lacked fail fails failed failing unable absence absent
    hardly rarely seldom scarcely insufficient nothing n't impossible inability unlikely cease ceases ceased"""
)
NOT_NEGATIVE = re.compile(r"\bnot only\b|\bnon?-?trivial\b|\bno less than\b|\bwhether or not\b|\bnot yet\b", re.IGNORECASE)
OPPOSITES = tuple(
    tuple(frozenset(stem(w) for w in side.split()) for side in pair.split("|"))
    for pair in (
        "increase rise grow raise enhance elevate boost|decrease fall decline reduce drop diminish lower shrink",
        "higher greater larger bigger more|lower smaller fewer less",
        "improve outperform surpass exceed|worsen underperform degrade deteriorate impair",
        "better best superior|worse worst inferior",
        "strong stronger strongly|weak weaker weakly",
        "positive positively|negative negatively",
        "fast faster quick quicker accelerate speed|slow slower decelerate delay",
        "above|below", "before|after", "early earlier|late later", "maximum maximal maximize|minimum minimal minimize",
        "support confirm corroborate|contradict refute challenge reject", "stable stability|unstable instability",
        "possible feasible|impossible infeasible", "similar same identical|different dissimilar distinct",
        "convex|nonconvex concave", "gain|loss", "upper|lower", "finite|infinite", "linear|nonlinear", "present|absent",
        "promote activate stimulate facilitate|inhibit suppress block prevent hinder", "common|rare", "sufficient|insufficient",
        "success succeed successful|failure fail", "easy easier simple|difficult hard harder", "long longer|short shorter",
        "robust|fragile brittle", "efficient effective|inefficient ineffective", "dependent|independent", "hot|cold", "high|low",
    )
)  # fmt: skip
HEDGES = words(
    """may might could can suggest suggests suggesting suggested possible possibly potential potentially likely perhaps
    appear appears appeared seem seems preliminary tentative probably plausible hypothesize hypothesise conjecture
    believe indicate indicates tend tends some often sometimes partially partly approximately roughly nearly almost
    mostly typically generally usually expected"""
)
BOOSTERS = words(
    """prove proves proven proved always all every everyone everything entirely completely fully totally guarantee guarantees
    guaranteed definitively definitive conclusively conclusive undoubtedly certainly unquestionably universally
    universal solves solved eliminates eliminated perfect perfectly never-failing invariably revolutionary
    revolutionizes breakthrough cures cure unprecedented only first ever any impossible absolutely ultimate
    establishes beyond doubt regardless irrefutable irrefutably without-exception causes cause settle settles
    once-and-for-all unconditionally"""
)
UNIVERSAL = words("all every always each any none never entire")
PARTIAL = words("some many most several few often sometimes typically usually generally frequently certain half")
CAUSAL = words("cause causes caused causing drives driven")
CORRELATIONAL = frozenset(stem(w) for w in words("associated association correlate correlated correlation linked related"))
_SAME = """method approach technique strategy | large big sizeable substantial | show demonstrate reveal | important crucial
    essential key vital | significant considerable marked | significantly considerably markedly substantially | obtain get
    gain acquire | investigate examine study explore | various several different diverse | problem issue | propose introduce
    present put-forward | currently presently | numerous many | recent latest | use employ utilize apply | framework scheme
    | performance effectiveness | novel new original | challenge difficulty | understand grasp comprehend | provide offer
    give supply | develop build create devise | enable allow permit | efficient economical | accurate precise exact |
    leverage exploit harness | improve enhance better | increase raise boost | decrease reduce lower cut | fast quick rapid
    | show indicate suggest | find discover observe | evaluate assess | achieve attain reach | require need demand | analyse
    analyze examine | result outcome finding | goal aim objective purpose | main principal primary chief | begin start
    commence | end finish conclude | help assist aid | change alter modify | identify recognise detect pinpoint | predict
    forecast | compare contrast | describe characterise outline depict | explain account-for | include comprise contain |
    consist-of comprise | occur happen | select choose pick | verify confirm validate | support back | overall general |
    entire whole complete | small little tiny | rare infrequent | common frequent widespread | difficult hard challenging |
    easy simple straightforward | start launch initiate | fully completely entirely | nearly almost | approximately about
    roughly around | however nevertheless | moreover furthermore additionally besides in-addition | therefore thus
    consequently hence | because since as | although though even-though | while whereas | such-as like including | due-to
    because-of owing-to | based-on grounded-in | in-order-to to | a-number-of several | compared-with relative-to
    compared-to | more-than over | at-least no-fewer-than | people individuals persons | children kids | doctor physician |
    illness disease | drug medication | buy purchase | car automobile | firm company | speak talk | say state remark | ask
    request | tell inform | think believe | want wish desire | try attempt | keep retain maintain | stop halt cease | show
    display exhibit | fix repair mend | send transmit | receive get | answer reply respond | job task | mistake error |
    worker employee | picture image | quickly rapidly swiftly | often frequently | usually typically commonly | mainly
    mostly primarily largely | additional further extra | enough sufficient | prior previous earlier | later subsequent |
    critical crucial decisive | robust resilient | promising encouraging | limited restricted | focus concentrate | combine
    merge integrate unite | extend expand broaden | address tackle deal-with | highlight emphasize underline stress |
    discuss talk-about consider | capture record | construct build | generate produce create | perform carry-out conduct
    execute | simulate model | surpass outperform exceed beat | rely-on depend-on | lead-to result-in bring-about |
    play-a-role-in contribute-to | respectively in-that-order | via through by-means-of | upon on"""
SAME_MEANING = tuple(tuple(group.split()) for group in _SAME.split("|"))
"""Words that papers use for one another; ``-`` joins the words of a phrase."""
ALIKE: dict[str, frozenset[str]] = {}
"""The stems that may stand for a stem."""
for _group in SAME_MEANING:
    _stems = frozenset(stem(w) for w in _group if "-" not in w)
    for _stem in _stems:
        ALIKE[_stem] = ALIKE.get(_stem, frozenset()) | _stems
