"""The demo corpus's topics, sentences and names, as the TOML files beside this module hold them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

COURSES = ("steady", "rise", "fade", "burst", "emerge", "cross")
"""What may be planted in a topic: see :func:`intensity`."""
MOVING = ("rise", "fade", "burst", "emerge")
"""The courses in which a topic's share of the corpus changes."""
FILES = ("computing", "nature", "society")


@dataclass(frozen=True)
class Topic:
    """One planted topic.

    Parameters
    ----------
    where, then
        Weights of the fields ("source|field") in which it appears; ``then`` those to which it travels from ``at`` on.
    at
        When its course turns, as a part of the corpus's time from 0 to 1.
    words
        Phrases for each slot of the sentences, by the slot's name; ``<name>_then`` holds those of the later fields.
    """

    label: str
    name: str
    course: str
    at: float
    weight: float
    where: Mapping[str, float]
    then: Mapping[str, float]
    style: str
    style_then: str
    words: Mapping[str, list[str]]


@cache
def topics() -> tuple[Topic, ...]:
    """Return the planted topics, always in the same order."""
    return tuple(_topic(row) for name in FILES for row in _read(name)["topic"])


@cache
def styles() -> dict[str, dict[str, list[str]]]:
    """Return the sentences of each style by their place in the abstract."""
    return _read("templates")


@cache
def names() -> tuple[list[str], list[str]]:
    """Return given names and family names."""
    read = _read("fields")
    return read["given"], read["family"]


def domain(source: str, field: str) -> str:
    """Return the domain of a field of the demo corpus.

    >>> domain("arXiv", "physics.chem-ph"), domain("arXiv", "cs.CL"), domain("medRxiv", "Epidemiology")
    ('Chemistry', 'Computer science', 'Medicine')
    """
    known: dict[str, str] = _read("fields")["domain"]
    return known.get(field) or known.get(field.split(".")[0]) or known[source]


def intensity(topic: Topic, t: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how much a topic is written about at times ``t`` (n,) in [0, 1], 1 being its ordinary rate.

    A rise is logistic from 0.4 to 2.0 and a fade its mirror image; a burst stands on a low base and lasts about a
    fifteenth of the time; an emerging topic is absent before ``at`` and grows for a quarter of the time after it.
    """
    if topic.course == "rise":
        return 0.4 + 1.6 / (1 + np.exp(-12 * (t - 0.6)))
    if topic.course == "fade":
        return 0.4 + 1.6 / (1 + np.exp(12 * (t - 0.4)))
    if topic.course == "burst":
        return 0.35 + 5 * np.exp(-(((t - topic.at) / 0.035) ** 2) / 2)
    if topic.course == "emerge":
        return 2.2 * np.clip((t - topic.at) / 0.25, 0, 1)
    return np.ones_like(t)


def share_travelled(topic: Topic, t: float) -> float:
    """Return which part of a topic's papers at time ``t`` lies in the fields that it travels to."""
    return 0.65 * float(np.clip((t - topic.at) / 0.3, 0, 1)) if topic.course == "cross" else 0.0


def _topic(row: dict[str, Any]) -> Topic:
    plain = {"label", "name", "course", "at", "weight", "where", "then", "style", "style_then"}
    words = {name: phrases for name, phrases in row.items() if name not in plain}
    return Topic(
        row["label"], row["name"], row["course"], row.get("at", 0.0), row["weight"], row["where"], row.get("then", {}),
        row["style"], row.get("style_then", row["style"]), words,
    )  # fmt: skip


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
