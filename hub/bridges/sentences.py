"""One line a finding: why it is on the list, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Say = Callable[..., str]
"""Says an English message with its ``{names}`` filled in; hub.ui.i18n's ``_`` says it in the reader's language."""
Row = Mapping[str, Any]


def plain(message: str, **values: object) -> str:
    """Return an English message with its ``{names}`` filled in."""
    return message.format(**values)


def travel(row: Row, say: Say = plain) -> str:
    """Say where a topic came from, when it was seen elsewhere, and how sure that is."""
    return say(
        "In {origin} since {born}, in {destination} since {seen}: {late} papers there in the later half, {early} in the "
        "earlier; its rate there grew {ratio} (q {q}).",
        origin=say(row["origin"]), destination=say(row["destination"]), born=f"{row['born']:%Y-%m-%d}",
        seen=f"{row['seen']:%Y-%m-%d}", late=row["papers_late"], early=row["papers_early"], ratio=_times(row["ratio"], say),
        q=_q(row["q"]),
    )  # fmt: skip


def closer_fields(row: Row, say: Say = plain) -> str:
    """Say how much more two fields write about the same topics, and which."""
    return say(
        "Their topics overlap by {late} in the later half, {early} in the earlier (q {q}); most was added by {names}.",
        late=_percent(row["overlap_late"]), early=_percent(row["overlap_early"]), q=_q(row["q"]), names="; ".join(row["names"]),
    )  # fmt: skip


def closer_topics(row: Row, say: Say = plain) -> str:
    """Say how much nearer two topics came."""
    return say(
        "{a} ({domain_a}) and {b} ({domain_b}) came closer: cosine {early} in the earlier half, {late} in the later (q {q}).",
        a=row["name_a"], b=row["name_b"], domain_a=say(row["domain_a"]), domain_b=say(row["domain_b"]),
        early=f"{row['cosine_early']:.2f}", late=f"{row['cosine_late']:.2f}", q=_q(row["q"]),
    )  # fmt: skip


def card(row: Row, say: Say = plain) -> str:
    """Say what two topics share, since when, and how much of that chance would give."""
    return say(
        "“{phrase}”: in {home} ({home_domain}) since {born}, in {guest} ({guest_domain}) since {seen}; {papers} papers there, "
        "where chance would give {expected}.",
        phrase=row["phrase"], home=row["home_name"], guest=row["guest_name"], home_domain=say(row["home_domain"]),
        guest_domain=say(row["guest_domain"]), born=f"{row['home_since']:%Y-%m-%d}", seen=f"{row['guest_since']:%Y-%m-%d}",
        papers=row["guest_papers"], expected=expected(row["expected"]),
    )  # fmt: skip


def meeting(row: Row, say: Say = plain) -> str:
    """Say how likely two terms are to meet, and what they are both written about with."""
    text = say(
        "{a} ({domain_a}) and {b} ({domain_b}): {chance} that two papers or more use both within {months} months; none did until "
        "{until}.",
        a=row["a"], b=row["b"], domain_a=say(row["domain_a"]), domain_b=say(row["domain_b"]), chance=chance(row["chance"]),
        months=row["months"], until=f"{row['until']:%Y-%m-%d}",
    )  # fmt: skip
    return text if not len(row["between"]) else f"{text} {say('Both go with {terms}.', terms=', '.join(row['between']))}"


def chance(share: float) -> str:
    """Return a chance as a percentage, small ones with a digit more."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%" if share >= 0.095 else f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def expected(papers: float) -> str:
    """Return a number of papers that chance would give."""
    return f"{papers:.1f}" if papers >= 0.05 else "< 0.1"


def same_problem(row: Row, say: Say = plain) -> str:
    """Say how near two topics are, and which words they share."""
    shared = ", ".join(list(row["shared"])[:5]) or say("none")
    return say(
        "Nearer in meaning than {rank} of the topic pairs of different domains, yet only {overlap} of their leading words "
        "are shared: {shared}.",
        rank=_percent(row["nearer_than"]), overlap=_percent(row["overlap"]), shared=shared,
    )  # fmt: skip


def diversity(row: Row, say: Say = plain) -> str:
    """Say how widely a topic is spread, and whether that moved."""
    spread = say(
        "Spread over {fields} fields: two papers drawn at random are {value} apart (95 % interval {low} to {high}).",
        fields=row["fields"], value=f"{row['rao_stirling']:.3f}", low=f"{row['rao_stirling_low']:.3f}",
        high=f"{row['rao_stirling_high']:.3f}",
    )  # fmt: skip
    if row["call"] not in ("widening", "narrowing"):
        return spread
    moved = {"widening": "It widens: {early} in the earlier half, {late} in the later (q {q}).",
             "narrowing": "It narrows: {early} in the earlier half, {late} in the later (q {q})."}  # fmt: skip
    text = say(moved[row["call"]], early=f"{row['early']:.3f}", late=f"{row['late']:.3f}", q=_q(row["q"]))
    return f"{spread} {text}"


def _percent(share: float) -> str:
    return f"{min(99, round(100 * share)) if share < 1 - 1e-9 else 100}\N{NO-BREAK SPACE}%"


def _times(ratio: float, say: Say) -> str:
    return say("from nothing") if ratio == float("inf") else say("{n} times", n=f"{ratio:.1f}")


def _q(q: float) -> str:
    return "< 0.001" if q < 0.001 else f"= {q:.3f}"
