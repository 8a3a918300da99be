"""A quick look that spares most texts a costly one gives what the costly one would."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from hub.papers import cleaning, status, teasers
from hub.papers.markup import without_markup

AWKWARD = (
    " ", "  ", "\t", "\n", "\r\n", "\x1c", "\x85", "\xa0", "\u2003", "\u2028", "\u3000", "\u200b", "\ufeff", "\xad", "\x00",
    " .", " ,", " )", "( ", "[ ", " ]", " ;", " : ", "...", "-", "'", "’", "&amp;", "&", "<i>", "</i>", "<", "$x$", "$", "\\'e",
    "{", "}", "~", "\\", "é", "e\u0301", "Ã©", "ß", "ſ", "\u0131", "İ", "\u212a", "ﬁ", "\uff12", "²", "½", "_", "A.", "Jr.",
    "by ", "Byron", "et al.", "7", "撤", "retract", "RETRACTED", "w\u0131thdrawn", "Remov", "concern", "le la les",
    "…", "Read more", "CONTINUE READING", "&hellip;", "(...",
)  # fmt: skip
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(AWKWARD), max_size=12).map("".join))


@given(texts)
def test_a_plain_name_is_what_cleaning_makes_of_it(text: str) -> None:
    assert cleaning.clean(text) == cleaning._finished(without_markup(text))


@given(texts)
@example("a\tb")
@example("a\u2003b")
@example("a  b")
def test_white_space_becomes_one_blank(text: str) -> None:
    assert cleaning._on_one_line(text) == " ".join(text.split())


@given(texts)
@example("é")
def test_what_is_printable_holds_no_control_character(text: str) -> None:
    assert not text.isprintable() or not cleaning._CONTROL.search(text)


@given(texts)
@example("a : b")
@example("a ; b")
@example("a [ b ] .")
def test_what_has_no_blank_to_close_is_closed_already(text: str) -> None:
    if not cleaning._has_blank_to_close(text):
        assert cleaning._BLANK_COLON.sub("", cleaning._BLANK.sub("", text)) == text


@given(texts)
def test_letters_are_those_of_the_compatible_form(text: str) -> None:
    plain = unicodedata.normalize("NFKC", text).casefold()
    assert teasers._letters(text) == "".join(c for c in plain if c.isalnum())


@given(texts)
def test_a_hint_of_a_mark_is_found_however_it_is_written(text: str) -> None:
    assert status._has_hint(text) == bool(status._HINT.search(text))


@given(texts)
def test_accents_go_as_they_go_from_the_whole_text(text: str) -> None:
    plain = unicodedata.normalize("NFKD", text)
    assert cleaning.unaccented(text) == "".join(c for c in plain if not unicodedata.combining(c))


@given(texts)
@example("We show [...].")
@example("We show. Read More")
def test_what_breaks_off_is_seen_to(text: str) -> None:
    assert teasers._breaks_off(text) == bool(teasers._CUT.search(text))
