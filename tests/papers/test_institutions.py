"""Where authors work: the institutions of an address, and which of them a reader's name finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.papers.institutions import BETWEEN, finder, folded, institution_names, united

ADDRESSES = {
    "Department of Geology, Lund University, 221 00 Lund, Sweden. ada@lu.se": ["Lund University"],
    "1 Dept. of Physics, The University of York, York YO10 5DD, UK.": ["The University of York"],
    "Faculty of Sciences of the University of Lisbon, Lisboa, Portugal": ["University of Lisbon"],
    "Institute of Botany, Chinese Academy of Sciences, Beijing 100093, China": [
        "Institute of Botany",
        "Chinese Academy of Sciences",
    ],
    "University Hospitals of Oslo/University of Oslo, Oslo, Norway": ["University Hospitals of Oslo", "University of Oslo"],
    "Institute of Science and Technology Austria, Klosterneuburg": ["Institute of Science and Technology Austria"],
    "Department of Oncology, University Hospital, Lund, Sweden": ["University Hospital, Lund"],
    "School of Law, University of California, San Diego, CA 92103, USA": ["University of California, San Diego"],
    "School of Medicine, Stanford": ["School of Medicine, Stanford"],
    "IBM, Yorktown Heights, New York": ["IBM, Yorktown Heights, New York"],
    "Otters, Inc., Cambridge, Massachusetts 02142, USA": ["Otters, Inc"],
    "[Byron, Ada; Li, X.] Univ Wien, Dept Math, A-1090 Vienna, Austria": ["Univ Wien"],
    "CNRS, Université Paris-Saclay, Orsay; Google DeepMind": ["CNRS", "Université Paris-Saclay", "Google DeepMind"],
    "<sup>2</sup>Universit&auml;t Wien, Wien &amp; Graz": ["Universität Wien"],
    "中国科学院计算技术研究所，北京 100190": ["中国科学院", "中国科学院计算技术研究所"],
    "清华大学计算机科学与技术系, 北京 100084": ["清华大学"],
    "首都医科大学附属北京天坛医院": ["首都医科大学", "首都医科大学附属北京天坛医院"],
    "中国科学院大学，北京": ["中国科学院大学"],
    "ada@lu.se": [],
    "Corresponding author.": [],
    "on behalf of the Otter Collaboration": [],
    " ; ": [],
}


@pytest.mark.parametrize(("address", "names"), ADDRESSES.items())
def test_an_address_tells_its_institutions(address: str, names: list[str]) -> None:
    found = institution_names([address])
    assert list(found) == names
    assert institution_names(found) == found, "what was read once reads the same again"


def test_each_institution_stands_once_whatever_it_is_called() -> None:
    told = ["Lund University, Lund", "Dept. of Law, LUND UNIV., Sweden", "The Lund University", "Univ Oslo", "University of Oslo"]
    assert institution_names(told) == ("Lund University", "Univ Oslo")
    assert united(("Univ Oslo",), ("University of Oslo", "CERN")) == ("CERN", "University of Oslo")


@given(st.lists(st.text(max_size=80), max_size=6))
def test_whatever_is_written_names_can_be_joined_and_parted(raw: list[str]) -> None:
    names = institution_names(raw)
    assert all(name and name == name.strip() for name in names)
    assert tuple(filter(None, BETWEEN.join(names).split(BETWEEN))) == names


FINDS = {
    "York University": ["York University, Toronto", "the YORK university", "Schulich School, York Univ."],
    "ETH Zurich": ["ETH Zürich", "eth zurich"],
    "University of Oxford": [
        "Univ. of Oxford",
        "Univ Oxford",
        "The University of Oxford",
        "Medical Sciences, University of Oxford",
    ],
    "Lund University": [
        "Lund University Hospital",
        "Hospital of Lund University",
        "Lund University (LU)",
        "Lund University at Malmö",
    ],
    "Stanford University": ["Stanford University School of Medicine"],
    "Universite de Montreal": ["Université de Montréal"],
    "Queen’s University": ["Queen's University", "Queens University"],
    "University of California San Diego": ["University of California, San Diego", "University of California at San Diego"],
    "University of California": [
        "University of California, Irvine",
        "University of California-Davis",
        "University of California",
    ],
    "Chinese Acad Sci": ["Chinese Academy of Sciences"],
    "Brookhaven National Laboratory": ["Brookhaven National Laboratory (BNL) Collider"],
    "清华大学": ["清华大学"],
    "中国科学院": ["中国科学院", "中国科学院, 北京"],
}
MISSES = {
    "York University": ["New York University", "University of York", "York St John University", "York University of Science"],
    "University of Oxford": ["Oxford Brookes University", "Oxford University Press"],
    "University of Munich": ["Technical University of Munich"],
    "Washington University": ["George Washington University", "University of Washington", "Washington University of Technology"],
    "Institute of Technology": ["Massachusetts Institute of Technology"],
    "Institute of Science": ["Institute of Science and Technology"],
    "Beijing University": ["Beijing University of Chinese Medicine", "Beijing Normal University"],
    "American University": ["American University in Cairo", "American University of Beirut"],
    "Munich": ["University of Munich"],
    "MIT": ["Massachusetts Institute of Technology", "Smith College"],
    "中国科学院": ["中国科学院大学"],
    "北京大学": ["北京大学学报", "华北京大学"],
}


@pytest.mark.parametrize(("asked", "name"), [(asked, name) for asked, names in FINDS.items() for name in names])
def test_a_name_finds_its_institution_in_other_forms(asked: str, name: str) -> None:
    found = finder(asked)
    assert found and found.search(folded(name))


@pytest.mark.parametrize(("asked", "name"), [(asked, name) for asked, names in MISSES.items() for name in names])
def test_a_name_does_not_find_another_that_holds_it(asked: str, name: str) -> None:
    found = finder(asked)
    assert found and not found.search(folded(name))


def test_nothing_is_no_name() -> None:
    assert finder(" of the ") is None
