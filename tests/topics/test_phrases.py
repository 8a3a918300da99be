"""Noun phrases of titles, and names made of them."""

from __future__ import annotations

import numpy as np
import pytest

from hub.stats.neighbours import unit
from hub.topics.naming import chinese, names
from hub.topics.naming.phrases import title_phrases
from hub.topics.naming.terms import count_terms

GALAXIES = ["Star formation in dwarf galaxies", "Dwarf galaxies and star formation", "On star formation: dwarf galaxies"] * 4
SPLATTING = ["Fast Gaussian splatting", "Gaussian splatting for scenes", "Sparse-view Gaussian splatting of scenes"] * 4


def shown(titles: list[str]) -> set[str]:
    return set(title_phrases(titles).shown.tolist())


def test_phrases_stand_word_for_word_in_three_titles_and_end_in_a_noun() -> None:
    found = shown([*GALAXIES, *SPLATTING])
    assert {"star formation", "dwarf galaxies", "gaussian splatting"} <= found
    assert not {"gaussian", "dwarf", "formation in", "fast"} & found
    assert shown(["Rare words here", "Rare words there"]) == set()


def test_a_participle_is_no_noun_though_a_preposition_follows() -> None:
    titles = ["Earthquakes induced by injection", "Deep earthquakes induced in basins", "Earthquakes induced at depth"]
    assert "earthquakes induced" not in shown(titles)
    assert "earthquakes" in shown(titles)
    assert "feed" in shown(["The feed of a river", "A feed", "Feed and river"])


def test_what_stands_before_a_general_noun_is_part_of_it_and_no_head() -> None:
    titles = [
        "Machine-written peer reviews",
        "Reviewers and peer reviews",
        "Machine-written peer reviews: a test",
        "Peer reviews",
    ]
    assert not {"peer", "machine-written peer"} & shown([*titles, "Machine-written peer reviews in journals", *GALAXIES])
    assert "galaxies" in shown([f"Galaxies using {word} for {word}" for word in ("lenses", "mirrors", "lenses")])


def test_stop_words_of_other_languages_and_formulas_cut_a_title() -> None:
    spanish = ["La crisis de la democracia institutional", "La democracia institutional", "Sobre la democracia institutional"]
    assert all("la" not in phrase.split() and "de" not in phrase.split() for phrase in shown(spanish))
    assert "matter halo" not in shown(["Dark matter $x$ halo"] * 4)
    assert "type 2 diabetes" in shown(["Type 2 diabetes", "Care of type 2 diabetes", "On type 2 diabetes"])


@pytest.mark.parametrize("titles", [[], [""], ["", "$x$", "?"]])
def test_titles_without_words_have_no_phrases(titles: list[str]) -> None:
    found = title_phrases(titles)
    assert found.used.shape == (len(titles), 0)


def corpus(titles: list[str], vectors: np.ndarray) -> names.Corpus:
    return names.Corpus(title_phrases(titles), count_terms([f"{title}. About {title.lower()}." for title in titles]), vectors)


def two_groups(first: list[str], second: list[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    titles, group = [*first, *second], np.repeat([0, 1], [len(first), len(second)]).astype(np.int32)
    apart = np.eye(8)[group * 4] + 0.2 * np.random.default_rng(1).normal(size=(len(titles), 8))
    return titles, group, unit(apart)


def test_a_name_is_a_phrase_of_its_own_titles_with_the_capitals_of_running_text() -> None:
    titles, group, vectors = two_groups(GALAXIES, SPLATTING)
    made = names.names(corpus(titles, vectors), group, 2)
    assert made[0] in ("Star formation", "Dwarf galaxies")
    assert made[1] == "Gaussian splatting"


def test_a_word_that_others_use_too_yields_to_a_phrase_and_names_no_theme() -> None:
    elliptic = ["Solutions of elliptic problems", "Weak solutions: elliptic problems", "On solutions: elliptic problems"] * 6
    waves = ["Solutions of wave equations", "Solutions for wave equations", "Smooth solutions: wave equations"] * 6
    titles, group, vectors = two_groups(elliptic, waves)
    made = corpus(titles, vectors)
    for t, own in enumerate(names.candidates(made, group, 2)):
        assert all(c.common and c.plain for c in own if c.phrase == "solutions"), t
    assert "Solutions" not in names.names(made, group, 2)
    alone, group, vectors = two_groups(GALAXIES, ["Earthquakes", "On earthquakes", "Earthquakes of old"] * 4)
    assert names.names(corpus(alone, vectors), group, 2)[1] == "Earthquakes"
    assert names.names(corpus(alone, vectors), group, 2, least=names.HOLDS)[1] == ""


def test_a_word_yields_to_a_phrase_of_it_that_enough_of_its_papers_use() -> None:
    attacks = ["Attacks", "On attacks", "Attacks of adversaries"] * 3
    often, rarely = attacks + attacks[:3] + ["Adversarial attacks"] * 9, attacks * 3 + ["Adversarial attacks"] * 3
    for own, name in ((often, "Adversarial attacks"), (rarely, "Attacks")):
        titles, group, vectors = two_groups(own, GALAXIES)
        assert names.names(corpus(titles, vectors), group, 2)[0] == name


def test_of_singular_and_plural_the_one_that_more_titles_have_is_taken() -> None:
    attacks = ["Adversarial attacks", "Adversarial attacks here", "An adversarial attack", "Against an adversarial attack",
               "The adversarial attack", "Adversarial attacks", "Adversarial attacks"] * 2  # fmt: skip
    titles, group, vectors = two_groups(attacks, GALAXIES)
    assert names.names(corpus(titles, vectors), group, 2)[0] == "Adversarial attacks"
    fewer = [title.replace("attacks", "attack") for title in attacks[:3]] + attacks[3:7]
    titles, group, vectors = two_groups(fewer, GALAXIES)
    assert names.names(corpus(titles, vectors), group, 2)[0] == "Adversarial attack"


def test_no_two_groups_have_one_name_and_what_is_taken_is_given_to_none() -> None:
    titles, group, vectors = two_groups(GALAXIES, GALAXIES)
    made = names.names(corpus(titles, vectors), group, 2)
    assert len({name.casefold() for name in made if name}) == len([name for name in made if name])
    made = names.names(
        corpus(titles, vectors), np.zeros(len(titles), dtype=np.int32), 1, taken=["Star formation", "Dwarf galaxies"]
    )
    assert made[0] not in ("Star formation", "Dwarf galaxies")


def test_a_group_whose_titles_share_nothing_has_no_name() -> None:
    titles, group, vectors = two_groups(GALAXIES, [f"{a}{b}" for a in "abcd" for b in ("lpha", "eta", "amma")])
    assert names.names(corpus(titles, vectors), group, 2)[1] == ""


def test_a_name_must_hold_for_the_asked_share_of_papers() -> None:
    titles, group, vectors = two_groups(GALAXIES, SPLATTING[:4] + [f"Word{i} alone" for i in range(40)])
    assert names.names(corpus(titles, vectors), group, 2)[1] == "Gaussian splatting"
    assert names.names(corpus(titles, vectors), group, 2, least=0.5)[1] == ""


def test_a_phrase_whose_vector_lies_at_another_topic_yields_to_one_at_home() -> None:
    titles, group, vectors = two_groups(GALAXIES, SPLATTING)

    def embed(phrases: list[str]) -> np.ndarray:
        return np.stack([np.eye(8)[4 if phrase in ("star formation",) or "splat" in phrase else 0] for phrase in phrases])

    own = names.Corpus(title_phrases(titles), count_terms(titles), vectors, embed)
    assert names.names(own, group, 2)[0] == "Dwarf galaxies"


def test_an_acronym_gives_way_to_its_words_where_the_titles_have_both() -> None:
    models = [
        "Agents of large language models",
        "LLMs plan",
        "LLMs as large language models",
        "LLMs",
        "Large language models",
    ] * 3
    titles, group, vectors = two_groups(models, GALAXIES)
    assert names.names(corpus(titles, vectors), group, 2)[0] == "Large language models"


def test_a_chinese_name_comes_from_chinese_titles_else_from_the_domain() -> None:
    titles, group, vectors = two_groups(["图神经网络综述", "基于图神经网络", "图神经网络研究"] * 3, SPLATTING)
    own = corpus(titles, vectors)
    found = chinese.from_titles(own.phrases, count_terms(titles), vectors, group, 2)
    assert found == ["图神经网络", ""]
    domains = np.array(["Computer science"] * len(titles), dtype=object)
    assert chinese.bilingual(["Graphs", "Gaussian splatting"], found, group, domains) == [
        "图神经网络", "计算机科学 · Gaussian splatting",
    ]  # fmt: skip
    mixed = np.array(["Physics", "Biology", "Medicine"] * len(titles), dtype=object)[: len(titles)]
    assert chinese.bilingual(["Graphs", "Gaussian splatting"], ["", ""], group, mixed) == ["", ""]
