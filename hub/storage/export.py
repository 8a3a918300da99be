"""Papers as files that other tools read: CSV, Parquet, JSON lines, BibTeX, RIS, Markdown; and a line of a reference list."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from hub.errors import HubError
from hub.papers.addresses import web_address
from hub.papers.markdown import markdown as as_markdown

MOST_NAMED = 10
"""Authors that a reference names before "et al."."""


def exported(papers: pd.DataFrame, format: str) -> bytes:
    """Return the rows of a Snapshot's papers (with a column ``abstract``) in one of :data:`FORMATS`.

    Raises
    ------
    HubError
        When there is no such format.
    """
    if format not in FORMATS:
        raise HubError(f"There is no format {format!r}: take one of {', '.join(FORMATS)}.")
    return FORMATS[format](papers)


def csv(papers: pd.DataFrame) -> bytes:
    """Return papers, or any table, as CSV with a byte-order mark, which spreadsheets need; no cell can be run as a formula."""
    plain = papers.copy()
    for name in plain.columns:
        if not (is_numeric_dtype(plain[name]) or is_datetime64_any_dtype(plain[name])):
            text = plain[name].map(lambda value: "" if value is None or value is pd.NA or value is pd.NaT else str(value))
            plain[name] = text.astype(str).str.replace(r"^(\s*[=+\-@＝＋－＠]|[\t\r])", r"'\1", regex=True)
    return plain.to_csv(index=False, date_format="%Y-%m-%d").encode("utf-8-sig")


def parquet(papers: pd.DataFrame) -> bytes:
    """Return a Parquet file."""
    buffer = io.BytesIO()
    papers.to_parquet(buffer, index=False)
    return buffer.getvalue()


def jsonl(papers: pd.DataFrame) -> bytes:
    """Return JSON lines in the form that ``hub import`` takes."""
    rows = pd.DataFrame(
        {
            **{
                name: papers[name].astype(str)
                for name in ("id", "title", "abstract", "source", "field", "domain", "url", "doi", "journal", "kind")
            },
            "authors": papers["authors"].astype(str).map(_several),
            "categories": papers["categories"].astype(str).map(str.split),
            "published": papers["published"].dt.strftime("%Y-%m-%d"),
            "updated": papers["updated"].dt.strftime("%Y-%m-%d"),
            "version": papers["version"],
            "status": papers["status"].astype(str) if "status" in papers else "",
            "institutions": papers["institutions"].astype(str).map(_several) if "institutions" in papers else [[]] * len(papers),
        }
    )
    return rows.to_json(orient="records", lines=True, force_ascii=False).encode() if len(rows) else b""


def _several(names: str) -> list[str]:
    return [name for name in names.split("; ") if name]


def bibtex(papers: pd.DataFrame) -> bytes:
    """Return BibTeX: preprints as ``@misc`` with their eprint, journal papers as ``@article``; keys are distinct."""
    keys: dict[str, int] = {}
    return "\n".join(_bibtex_entry(row, keys) for row in papers.to_dict("records")).encode()


def _bibtex_entry(row: dict[Any, Any], keys: dict[str, int]) -> str:
    names = _names(row)
    arxiv = str(row["id"]).removeprefix("arXiv:") if str(row["id"]).startswith("arXiv:") else ""
    published = pd.Timestamp(str(row["published"]))
    values = {
        "title": "{" + str(row["title"]) + "}",
        "author": " and ".join(f"{{{name}}}" if re.search(r",|\band\b", name, re.I) else name for name in names),
        "year": str(published.year),
        "month": published.strftime("%b").lower(),
        "journal": str(row["journal"] or row["source"]) if not arxiv else "",
        "eprint": arxiv,
        "archiveprefix": "arXiv" if arxiv else "",
        "primaryclass": str(row["field"]) if arxiv else "",
        "doi": str(row["doi"]),
        "url": str(row["url"]),
        "affiliation": str(row.get("institutions") or ""),
        "abstract": str(row["abstract"]),
    }
    lines = [f"  {name} = {{{_bibtex_text(name, value)}}}," for name, value in values.items() if value]
    return "\n".join(
        [f"@{'misc' if arxiv else 'article'}{{{_bibtex_key(names, str(row['title']), published.year, keys)},", *lines, "}\n"]
    )


def _bibtex_text(name: str, value: str) -> str:
    if name in ("url", "doi", "eprint"):
        return quote(" ".join(value.split()), safe="/:?#[]@!$&'()*+,;=%~._-")  # no brace, no line: an entry ends at neither
    value = " ".join(value.split())
    value = re.sub(r"\\$", r"\\textbackslash ", value)  # nothing may escape the brace that ends the field
    if not _is_balanced(value) or not _is_balanced(re.sub(r"\\[{}]", "", value)):  # BibTeX counts braces, escaped or not
        value = value.replace("{", r"\textbraceleft ").replace("}", r"\textbraceright ")
    parts = re.split(r"(\$[^$]+\$)", value)
    return "".join(
        p if p.startswith("$") and p.endswith("$") and len(p) > 1 else re.sub(r"(?<!\\)([%&#_])", r"\\\1", p) for p in parts
    )


def _is_balanced(value: str) -> bool:
    depth = 0
    for c in value:
        depth += (c == "{") - (c == "}")
        if depth < 0:
            return False
    return depth == 0


def _bibtex_key(names: list[str], title: str, year: int, keys: dict[str, int]) -> str:
    family = re.sub(r"\W", "", names[0].split()[-1] if names else "anon")
    word = next((w for w in re.findall(r"\w{4,}", title)), "paper")
    key = f"{family}{year}{word}".lower()
    keys[key] = keys.get(key, 0) + 1
    return key if keys[key] == 1 else f"{key}-{keys[key]}"


def ris(papers: pd.DataFrame) -> bytes:
    """Return RIS: ``JOUR``, or ``UNPB`` for arXiv's preprints."""
    return "".join(_ris_entry(row) for row in papers.to_dict("records")).encode()


def _ris_entry(row: dict[Any, Any]) -> str:
    preprint = str(row["id"]).startswith("arXiv:")
    lines = [("TY", "UNPB" if preprint else "JOUR"), ("TI", str(row["title"]))]
    lines += [("AU", _family_first(name)) for name in _names(row)]
    lines += [("AD", name) for name in _several(str(row.get("institutions") or ""))]
    day = pd.Timestamp(str(row["published"]))
    lines += [("PY", str(day.year)), ("DA", day.strftime("%Y/%m/%d")), ("JO", str(row["journal"] or row["source"]))]
    lines += [("DO", str(row["doi"])), ("UR", str(row["url"])), ("AB", str(row["abstract"])), ("AN", str(row["id"]))]
    return "\n".join(f"{tag}  - {' '.join(value.split())}" for tag, value in lines if value) + "\nER  - \n\n"


def _family_first(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else family


def markdown(papers: pd.DataFrame) -> bytes:
    """Return Markdown: a numbered list of references, each with its abstract; mathematics stays, nothing else is live."""
    lines = []
    for number, row in enumerate(papers.to_dict("records"), 1):
        where = address(row)
        names = ", ".join(_names(row)[:MOST_NAMED]) + (" et al." if len(_names(row)) > MOST_NAMED else "")
        title = as_markdown(str(row["title"]))
        told = f"{as_markdown(names)}. " if names else ""
        told += f"{as_markdown(_place(row))}, {pd.Timestamp(str(row['published'])):%Y-%m-%d}."
        lines.append(f"{number}. **{f'[{title}](<{where}>)' if where else title}**  \n   {told}")
        if abstract := str(row.get("abstract") or "").strip():
            lines.append(f"   {as_markdown(abstract)}")
    return "\n\n".join(lines).encode() + b"\n"


def reference(row: Mapping[Any, Any]) -> str:
    """Return one paper as plain text for a list of references: authors, year, title, place, address.

    >>> reference({"id": "arXiv:2601.00001", "title": "On maps", "authors": "Ada Byron; Kurt Gödel", "published": "2026-01-02",
    ...            "journal": "", "source": "arXiv", "doi": "", "url": ""})
    'Ada Byron and Kurt Gödel (2026). On maps. arXiv:2601.00001. https://arxiv.org/abs/2601.00001'
    """
    names = _names(row)
    people = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    if len(names) > MOST_NAMED:
        people = f"{', '.join(names[:MOST_NAMED])} et al."
    title = str(row["title"]).rstrip(".")
    parts = [f"{people} ({pd.Timestamp(str(row['published'])).year})".strip(), title, _place(row), address(row)]
    return ". ".join(part for part in parts if part)


def address(row: Mapping[Any, Any]) -> str:
    """Return where a paper stands: its DOI's address, arXiv's page, else what its source gave, if that is a web address."""
    if row["doi"]:
        return f"https://doi.org/{quote(str(row['doi']), safe='/:;()._-')}"
    if str(row["id"]).startswith("arXiv:"):
        return f"https://arxiv.org/abs/{str(row['id']).removeprefix('arXiv:')}"
    return web_address(str(row["url"]))


def _place(row: Mapping[Any, Any]) -> str:
    return str(row["id"]) if str(row["id"]).startswith("arXiv:") and not row["journal"] else str(row["journal"] or row["source"])


def _names(row: Mapping[Any, Any]) -> list[str]:
    return _several(str(row["authors"]))


FORMATS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "csv": csv,
    "parquet": parquet,
    "jsonl": jsonl,
    "bibtex": bibtex,
    "ris": ris,
    "markdown": markdown,
}
"""The formats by name."""
