"""Which ``$...$`` may go to KaTeX: what it can render, and what cannot paint over the page, link away or define macros.

The list holds the commands that occur in abstracts and that KaTeX 0.18 knows, with the rest of their families. Left out on
purpose: ``\\href``, ``\\url``, ``\\html...``, ``\\includegraphics`` (links, images), ``\\rule``, ``\\kern``, ``\\hspace``,
``\\raisebox``, ``\\llap`` (paint elsewhere), ``\\color`` (hide text), ``\\def``, ``\\newcommand``, ``\\let`` (macros).
"""

from __future__ import annotations

import re

LONGEST = 400
"""Characters of one formula; abstracts have none longer, an attack on the renderer may."""
ROWS = 12
"""Line breaks in one formula."""

_COMMANDS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega digamma
    aleph beth hbar hslash ell wp Re Im imath jmath partial nabla infty emptyset varnothing forall exists nexists neg lnot
    top bot angle triangle square Box Diamond diamond clubsuit diamondsuit heartsuit spadesuit flat natural sharp prime
    backprime bigstar star ast circ bullet cdot cdotp centerdot odot oplus ominus otimes oslash boxplus boxminus boxtimes
    dagger ddagger
    pm mp times div cap cup uplus sqcap sqcup vee lor wedge land setminus smallsetminus wr amalg ltimes rtimes bowtie Join
    leq le geq ge leqslant geqslant leqq geqq lesssim gtrsim lessapprox gtrapprox lessgtr gtrless ll gg lll ggg lt gt ne neq not
    equiv sim simeq approx cong asymp doteq triangleq coloneqq propto thicksim backsimeq approxeq prec succ preceq succeq
    preccurlyeq succcurlyeq subset supset subseteq supseteq subsetneq supsetneq nsubseteq sqsubseteq sqsupseteq in notin ni
    vdash dashv vDash models perp parallel nparallel mid nmid asymp smile frown vartriangleleft trianglelefteq restriction
    to gets rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow longrightarrow longleftarrow
    longleftrightarrow Longrightarrow Longleftrightarrow implies iff mapsto longmapsto hookrightarrow hookleftarrow uparrow
    downarrow updownarrow Uparrow Downarrow nearrow searrow swarrow nwarrow rightharpoonup rightleftharpoons leftrightharpoons
    twoheadrightarrow rightrightarrows rightsquigarrow leadsto curvearrowright circlearrowright circlearrowleft multimap
    upharpoonright dashrightarrow nrightarrow therefore because
    sum prod coprod int iint iiint oint bigcup bigcap bigsqcup bigvee bigwedge bigoplus bigotimes bigodot limits nolimits
    log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth max min sup inf lim limsup liminf varlimsup
    det dim ker deg arg gcd Pr hom injlim projlim mod bmod pmod pod operatorname mathop mathbin mathrel mathord mathopen mathclose
    mathinner
    frac dfrac tfrac cfrac binom tbinom dbinom over atop choose sqrt overline underline bar hat widehat tilde widetilde vec dot
    ddot dddot check breve acute grave mathring overrightarrow overleftarrow underrightarrow overbrace underbrace overset underset
    stackrel substack boxed xrightarrow xleftarrow
    left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm langle rangle lfloor rfloor lceil rceil
    lbrace rbrace lbrack rbrack lvert rvert lVert rVert vert Vert backslash ulcorner urcorner llcorner lrcorner lgroup rgroup
    mathrm mathbf mathit mathsf mathtt mathbb mathcal mathfrak mathscr mathnormal boldsymbol bm pmb Bbb Bbbk frak text textrm
    textbf textit textsf texttt textnormal textup textmd emph hbox rm bf it sf tt cal
    displaystyle textstyle scriptstyle scriptscriptstyle small scriptsize
    quad qquad enspace thinspace space ldots cdots vdots ddots dots dotsc dotsb dotsm dotsi colon checkmark complement
    intercal circledast circledR eth S P AA degree ket bra braket Ket Bra R Z N begin end
    """
_ENVIRONMENTS = "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases rcases aligned gathered split array subarray"
COMMANDS = frozenset(_COMMANDS.split())
ENVIRONMENTS = frozenset(_ENVIRONMENTS.split())
_REWRITES = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\\mbox\b"), r"\\text"),
    (re.compile(r"\^\s*\\deg\b"), r"^\\circ"),
    (re.compile(r"([_^])\s*(\\(?:rm|bf|it|sf|tt|cal)\b)\s*(\{[^{}]*\})"), r"\1{\2\3}"),
)
_TOKEN = re.compile(r"\\([A-Za-z]+)|\\(.)|([{}$`%#&~^_])")
_UNRENDERABLE = re.compile(
    r"\\(?:rm|bf|it|sf|tt|cal)\s*(?:\}|$)|[_^]\s*\\(?:rm|bf|it|sf|tt|cal)\b|\\(?:text\w*|emph|hbox)\s*\{[^{}]*[_^]|\\sqrt$"
)
"""A font switch at the end or as a bare script, scripts inside text, a root of nothing."""


def formula(tex: str) -> str | None:
    """Return the TeX between dollars as KaTeX may have it, or None where it is better shown as text.

    >>> formula(r" \\mbox{GeV}/c^2 ")
    '\\\\text{GeV}/c^2'
    >>> formula(r"\\href{https://example.org}{x}") is None, formula("{x") is None
    (True, True)
    """
    if len(tex) > 2 * LONGEST:
        return None
    for pattern, into in _REWRITES:
        tex = pattern.sub(into, tex)
    tex = tex.strip()
    if not tex or len(tex) > LONGEST or tex.count(r"\\") > ROWS or _UNRENDERABLE.search(tex):
        return None
    return tex if _is_whole(tex) and _scripts_stand(tex) else None


def _is_whole(tex: str) -> bool:
    """Whether all commands are known, braces and environments close, and ``&`` stands in an environment only."""
    depth, environments, lefts = 0, 0, 0
    for match in _TOKEN.finditer(tex):
        command, escaped, sign = match.groups()
        if command is not None:
            if command not in COMMANDS:
                return False
            lefts += {"left": 1, "right": -1}.get(command, 0)
            if command in ("begin", "end"):
                name = re.match(r"\{(\w+)\}", tex[match.end() :])
                if not name or name[1] not in ENVIRONMENTS:
                    return False
                environments += 1 if command == "begin" else -1
        elif escaped is not None:
            if escaped not in "\\,;:!> {}|%&_#/":
                return False
        elif sign in "$`%#" or (sign == "&" and not environments):
            return False
        depth += {"{": 1, "}": -1}.get(sign or "", 0)
        if min(depth, environments, lefts) < 0:
            return False
    return depth == environments == lefts == 0 and not tex.endswith("\\")


_GROUP = r"(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+|[^\\{}])"
_TWICE = re.compile(rf"\^ ?{_GROUP} ?\^|_ ?{_GROUP} ?_|[\^_] ?(?:[\^_}}]|$)|\^ ?{_GROUP} ?'")


def _scripts_stand(tex: str) -> bool:
    """Whether each ^ and _ has something to set, and none is doubled."""
    return not _TWICE.search(tex)
