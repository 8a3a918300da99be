"""A radar as one JSON file: to keep, to pass on, to take in."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from hub.errors import RadarError
from hub.i18n.messages import Said
from hub.radar.model import LISTS, OwnPaper, Radar

FORMAT = "academichub-radar"
"""The ``format`` that an exported radar carries, so that another file is not taken for one."""


def to_json(radar: Radar) -> str:
    """Return a radar as the JSON document that :func:`from_json` reads; it holds no feed address."""
    return json.dumps({"format": FORMAT, "version": 1, **dataclasses.asdict(radar)}, ensure_ascii=False, indent=1)


def from_json(text: str) -> Radar:
    """Return the radar of a JSON document.

    Raises
    ------
    RadarError
        Saying what in the document is not as :func:`to_json` writes it.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise RadarError(
            Said("This is not a radar file: it is not JSON ({why}). Choose a file that a radar was exported to.", why=e)
        ) from e
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise RadarError(
            Said(
                "This JSON is not a radar: its 'format' is not {format!r}. Choose a file a radar was exported to.", format=FORMAT
            )
        )
    if document.get("version") != 1:
        raise RadarError(
            Said(
                "This radar file has version {version}; this hub reads version 1. Update the hub.",
                version=document.get("version"),
            )
        )
    known = {field.name for field in dataclasses.fields(Radar)}
    unknown = sorted(set(document) - known - {"format", "version"})
    if unknown:
        raise RadarError(
            Said("This radar file holds {what!r}, which no radar has: remove it or update the hub.", what=unknown[0])
        )
    return Radar(**{"name": "", **{name: _typed(name, document[name]) for name in known if name in document}})


def _typed(name: str, value: Any) -> Any:
    if name == "own":
        try:
            return tuple(OwnPaper(**{key: str(text) for key, text in paper.items()}) for paper in value)
        except (TypeError, AttributeError) as e:
            raise RadarError(
                Said("In a radar file 'own' lists papers with a key, a title and an abstract ({why}).", why=e)
            ) from e
    if name in LISTS:
        if not isinstance(value, list):
            raise RadarError(Said("In a radar file {name!r} is a list, not {value!r}.", name=name, value=value))
        kind: type = int if name == "topics" else str
        wrong: Iterable[Any] = (item for item in value if not isinstance(item, kind) or isinstance(item, bool))
        for item in wrong:
            raise RadarError(
                Said("In a radar file {name!r} lists {kind} values; {item!r} is none.", name=name, kind=kind.__name__, item=item)
            )
        return tuple(value)
    kind = bool if name == "alerts" else str
    if not isinstance(value, kind):
        raise RadarError(Said("In a radar file {name!r} is {kind}, not {value!r}.", name=name, kind=kind.__name__, value=value))
    return value
