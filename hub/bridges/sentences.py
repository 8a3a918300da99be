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


def bridge_paper(row: Row, say: Say = plain) -> str:
    """Say in which field a bridge paper's neighbours lie."""
    return say(
        "{away_share} of its nearest papers are in {away}, {home_share} in its own {home}.",
        away_share=_percent(row["away_share"]), home_share=_percent(row["home_share"]),
        away=say(row["away"]), home=say(row["home"]),
    )  # fmt: skip


def atypical(row: Row, say: Say = plain, names: Mapping[int, str] | None = None) -> str:
    """Say how rare a combination is; ``names`` gives the names of topics."""
    a, b = (_item(row[side], names or {}) for side in ("a", "b"))
    return say(
        "{a} with {b}: {papers} papers, where chance alone would give {expected}.",
        a=a, b=b, papers=row["papers"], expected=f"{row['expected']:.1f}",
    )  # fmt: skip


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


def _item(item: str, names: Mapping[int, str]) -> str:
    return names.get(int(item.removeprefix("topic:")), item) if item.startswith("topic:") else item


def _percent(share: float) -> str:
    return f"{min(99, round(100 * share)) if share < 1 - 1e-9 else 100}\N{NO-BREAK SPACE}%"


def _times(ratio: float, say: Say) -> str:
    return say("from nothing") if ratio == float("inf") else say("{n} times", n=f"{ratio:.1f}")


def _q(q: float) -> str:
    return "< 0.001" if q < 0.001 else f"= {q:.3f}"
