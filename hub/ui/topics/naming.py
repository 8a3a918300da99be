"""Names of topics by a language model, started from the page: what it takes first, then the worker, then what came of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from hub.i18n.messages import Said
from hub.permissions import Action, may, require
from hub.settings import settings
from hub.ui import data, worker
from hub.ui.i18n import _, said
from hub.ui.safe import safe
from hub.ui.topics import curate
from hub.worker import jobs

COMMAND = "name"
EXPECTED = "topics.naming.expected"
WAITING = "topics.naming.waiting"


def form() -> None:
    """Draw what a language model's names would take and the button that starts them; nothing where no model is configured."""
    if not settings().has_llm or not curate.possible() or not may(Action.SPEND):
        return
    job = jobs.current(data.home())
    own = job is not None and job.command == COMMAND
    failed = own and job is not None and job.broke_off
    came = data.snapshot().meta.get("naming") or {}
    if own and job is not None and job.state == "done" and st.session_state.pop(WAITING, False):
        st.toast(_("Naming is done: {named:,} new names.", named=came.get("named", 0)), icon=":material/check:")
    with st.expander(_("Names by a language model"), icon=":material/label:", expanded=failed, key="topics.naming"):
        if job is not None and failed:
            st.error(_("Naming failed: {error}", error=safe(said(job.error))), icon=":material/error:")
        _told(came)
        if job is not None and job.at_work:
            st.info(_("The worker is at work: names can be asked for when it is done."), icon=":material/hourglass_empty:")
            return
        anew = st.toggle(_("Ask again for those that a model named already"), key="topics.naming.anew")
        if st.button(_("What does it take?"), icon=":material/payments:", key="topics.naming.ask"):
            with st.spinner(_("Counting names and tokens...")):
                st.session_state[EXPECTED] = (
                    _about(anew),
                    worker.answer(Action.SPEND, COMMAND, "--dry-run", "--json", *_options(anew)),
                )
        about, expected = st.session_state.get(EXPECTED, (None, {}))
        if about == _about(anew):
            _offer(expected, anew)


def _about(anew: bool) -> tuple[str, bool, str]:
    """What an estimate holds for: another Snapshot, model or wish needs another one."""
    return data.snapshot().version, anew, settings().llm_model


def _options(anew: bool) -> list[str]:
    return ["--again"] if anew else []


def _offer(expected: dict[str, Any], anew: bool) -> None:
    """Say what is asked for and what it costs, and offer to start."""
    counted, config = expected["estimate"], settings()
    if not counted["groups"]:
        st.info(_("Every theme, topic and subtopic has a name by a model already."), icon=":material/check:")
        return
    cost = _("cost about {cost:.4f}", cost=counted["cost"]) if counted["cost"] else _("no price is set")
    st.markdown(
        _("{model} is asked for {groups:,} names of themes, topics and subtopics: {calls:,} requests, about {read:,} +"
          " {written:,} tokens, {cost}. A name that is refused is asked for once more.",
          model=safe(expected["model"]), groups=counted["groups"], calls=counted["calls"], read=counted["tokens_in"],
          written=counted["tokens_out"], cost=cost)
    )  # fmt: skip
    if config.llm_budget and counted["cost"] > config.llm_budget:
        st.warning(
            _("This is over the budget of {budget:g} (HUB_LLM_BUDGET): naming stops there, the other names stay as they are.",
              budget=config.llm_budget), icon=":material/payments:",
        )  # fmt: skip
    if st.button(_("Start naming"), icon=":material/play_arrow:", type="primary", key="topics.naming.start"):
        require(Action.SPEND)
        if jobs.start(data.home(), COMMAND, *_options(anew)) is None:
            st.warning(_("The worker is busy. Try again when it is done."), icon=":material/hourglass_empty:")
            return
        st.session_state[WAITING] = True
        st.rerun(scope="app")


def _told(came: dict[str, Any]) -> None:
    """Say what came of the last naming that the Snapshot holds."""
    if "named" not in came:
        return
    st.caption(
        _("Last time: {model} gave {named:,} of {asked:,} names ({chinese:,} in Chinese), {tokens:,} tokens, cost {cost:.4f}.",
          model=safe(came["model"]), named=came["named"], asked=came["asked"], chinese=came["named_zh"],
          tokens=came["tokens_in"] + came["tokens_out"], cost=came["cost"])
    )  # fmt: skip
    if came["refused"]:
        reasons = tuple(Said("{reason} ({n})", reason=Said(reason), n=n) for reason, n in came["refused"].items())
        st.caption(_("Refused answers, whose names stay those of their words: {reasons}", reasons=reasons))
    if came["why"]:
        template, values = came.get("said") or (came["why"], {})
        why = said(Said(template, **values))
        st.warning(_("Naming ended early, the other names stay as they were: {why}", why=safe(why)), icon=":material/warning:")
