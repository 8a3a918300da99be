"""The card of one topic: what it is, how far to trust it, what lies at its heart and at its edge."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from hub import figures
from hub.figures.tree import sparkline
from hub.papers.fields import field_label
from hub.topics import overlay
from hub.topics.curation import Definition
from hub.topics.facts import READER, Rival, TopicFacts, topic_facts
from hub.ui import data, marks, papers
from hub.ui.charts import chart, theme
from hub.ui.i18n import _
from hub.ui.safe import safe


def draw(topic: int) -> None:
    """Draw the card of a topic within the selection of now."""
    facts = data.compute(topic_facts, topic=topic)
    tint = figures.topic_color(topic, theme())
    if facts.path:
        st.caption(safe(" › ".join(facts.path)))
    st.subheader(safe(facts.name))
    st.markdown(_words(facts))
    if facts.named_by and facts.statistical and facts.statistical != facts.name:
        st.caption(_named(facts))
    if made := next((d for d in overlay.decisions(data.home()).defined if d.topic == topic), None):
        st.caption(_defined(made))
    marks.topic_button(topic, "topics.use")
    with st.container(horizontal=True):
        st.metric(_("Papers"), f"{facts.papers:,}", border=True)
        st.metric(_("Share of the selection"), f"{facts.share:.1%}", border=True)
        st.metric(
            _("Mean confidence"), f"{facts.confidence:.2f}", border=True,
            help=_("How much nearer its papers are to this topic than to the next one, from 0 to 1."),
        )  # fmt: skip
        for name, value, text in _trust(facts):
            st.metric(name, value, border=True, help=text)
    if not facts.papers:
        st.info(_("No selected paper is in this topic."))
        return
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{_('Share over time')}**")
        fig = sparkline(facts.periods, facts.shares, facts.totals, color=tint, theme=theme(), say=_)
        chart(fig, "topics-share", table=pd.DataFrame({"from": facts.periods, "share": facts.shares}), titled=True)
    with right:
        st.markdown(f"**{_('Sources and fields')}**")
        st.markdown(_mix(facts.sources))
        st.markdown(_mix(tuple((field_label(field), share) for field, share in facts.fields)))
        if facts.unplaced:
            st.caption(_("{n:,} of its papers lie far from every topic and are here only as the nearest.", n=facts.unplaced))
    if facts.parts:
        _parts(facts)
    if facts.rivals:
        st.markdown(f"**{_('Nearest topics')}**")
        st.markdown("\n".join(f"- {_rival(rival)}" for rival in facts.rivals))
    heart, edge = st.tabs([_("Representative papers"), _("Boundary papers")])
    with heart:
        st.caption(_("Nearest to the centre of the topic."))
        papers.paper_cards(facts.heart, abstracts=False, key="topics.heart")
    with edge:
        st.caption(_("The least sure to belong here; each with the topic that it nearly went to."))
        papers.paper_cards(facts.edge, abstracts=False, why=_second(facts), key="topics.edge")


def _named(facts: TopicFacts) -> str:
    if facts.named_by == READER:
        return _("Named by a reader; from its words: {name}", name=safe(facts.statistical))
    return _("Named by {model}; from its words: {name}", model=safe(facts.named_by), name=safe(facts.statistical))


def _defined(made: Definition) -> str:
    parts = [f"“{safe(made.phrase)}”"] if made.phrase else []
    parts += [_("{n} example papers", n=len(made.examples))] if made.examples else []
    return _(
        "Defined by a reader: papers whose cosine to {what} is {least:.2f} or more.",
        what=" + ".join(parts),
        least=made.least_similarity,
    )


def _parts(facts: TopicFacts) -> None:
    st.markdown(f"**{_('Subtopics')}**")
    for part in facts.parts:
        with st.container(horizontal=True, vertical_alignment="center"):
            words = safe(", ".join(part.words[:6]))
            st.markdown(
                f"**{safe(part.name)}** :small[{len(part.rows):,} · {part.share:.0%}]  \n:small[:gray[{words}]]", width="stretch"
            )
            marks.button(part.rows, f"topics.part.{part.subtopic}", type="tertiary")


def _words(facts: TopicFacts) -> str:
    if facts.weights is None:
        return safe(", ".join(facts.words))
    return " · ".join(f"{safe(w)} :small[:gray[{v:.0%}]]" for w, v in zip(facts.words, facts.weights, strict=True))


def _trust(facts: TopicFacts) -> list[tuple[str, str, str]]:
    """Return what the fit published of stability and coherence: name, value, meaning."""
    known = {
        "stability": (_("Stability"), _("How much of the topic comes back when the fit is repeated, from 0 to 1.")),
        "coherence": (_("Coherence"), _("NPMI of its ten top words: from -1, never together, to 1, always together.")),
    }
    return [
        (known[key][0], f"{value:.2f}", known[key][1])
        for key, value in facts.trust.items()
        if key in known and isinstance(value, (int, float)) and value == value
    ]


def _mix(parts: tuple[tuple[str, float], ...]) -> str:
    return " · ".join(f"{safe(name)} :small[:gray[{share:.0%}]]" for name, share in parts if share >= 0.005)


def _rival(rival: Rival) -> str:
    line = _("**{name}**: second choice of {share:.0%} of the papers.", name=safe(rival.name), share=rival.share)
    here, there = (safe(", ".join(words)) for words in (rival.only_here, rival.only_there))
    return f"{line} " + _("Only here: {here}. Only there: {there}.", here=here or "—", there=there or "—")


def _second(facts: TopicFacts) -> dict[int, str]:
    snapshot = data.snapshot()
    names = snapshot.topic_names
    second: Any = snapshot.papers["second"].to_numpy()
    return {int(row): _("nearly in: {name}", name=names[int(second[row])]) for row in facts.edge if int(second[row]) in names}
