"""Files that attack whoever opens them: packed tables and documents, YAML, Parquet; references that come many times."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pandas as pd
import pytest

from hub.errors import RadarError, SourceError
from hub.radar.library import read
from hub.settings import Settings
from hub.sources.formats.bibtex import read_bibtex
from hub.sources.formats.files import read_document, read_file
from hub.sources.opml import add_opml
from hub.sources.record import Record, Reject
from tests.security.steps import lines
from tests.security.test_growth import MORE

ALIASES = "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
YAML = (
    '!!python/object/apply:os.mkdir ["{ran}"]\n', "- !!python/object/new:os.system [\"mkdir '{ran}'\"]\n",
    f"a: &a [x]\n{ALIASES}", "title: T\nauthors: [A]\nabstract: A\n", "? !!python/name:os.system\n: x\n",
)  # fmt: skip


def packed(name: str, content: bytes) -> bytes:
    """Return a ZIP archive, as DOCX and XLSX are, with one part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(name, content)
    return buffer.getvalue()


def parquet() -> bytes:
    """Return a Parquet table of a paper."""
    buffer = io.BytesIO()
    pd.DataFrame([{"title": "T", "abstract": "A", "published": "2026-01-02", "source": "S"}]).to_parquet(buffer)
    return buffer.getvalue()


@cache
def bomb() -> bytes:
    """Return a document of 150 KB that holds 150 MB."""
    return packed("word/document.xml", bytes(150_000_000))


FILES: dict[str, Callable[[], bytes]] = {
    "bomb.docx": bomb, "bomb.xlsx": bomb, "bomb.zip": bomb,
    "entities.docx": lambda: packed("word/document.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "outside.docx": lambda: packed("../../../../tmp/ran", b"x"), "broken.docx": lambda: bomb()[:400], "table.parquet": parquet,
    "broken.parquet": lambda: b"PAR1" + b"\xff" * 4_000, "wrong.bib": parquet, "wrong.csv": bomb, "wrong.json": bomb,
    "wrong.xml": bomb, **{f"{n}.yaml": partial(str.encode, text) for n, text in enumerate(YAML)},
}  # fmt: skip
"""What no reader of hub opens: it reads no YAML, no Parquet and nothing that is packed but gzip."""


@pytest.mark.parametrize("name", FILES)
def test_what_is_not_read_is_told_and_not_opened(name: str, tmp_path: Path) -> None:
    content = FILES[name]().replace(b"{ran}", str(tmp_path / "ran").encode())
    file = tmp_path / name
    file.write_bytes(content)
    for found in (list(read_file(file)), list(read_document(content, name, file.suffix))):
        (told,) = found
        assert isinstance(told, Reject) and ("packed" in told.why or name != "bomb.docx")
    with pytest.raises(RadarError, match="holds no reference"):
        read(content, name)
    with pytest.raises(SourceError, match="list of feeds"):
        add_opml(tmp_path, Settings(HUB_HOME=tmp_path), content)
    assert not (tmp_path / "ran").exists()


def test_a_bomb_fills_no_memory(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(bomb())
    list(read_file(tmp_path / "a.docx"))  # what is imported once
    tracemalloc.start()
    try:
        list(read_file(tmp_path / "a.docx"))
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


MANY = {
    "equal keys": "@article{{a, title={{T {n}}}, year={{2020}}}}\n", "equal keys of abbreviations": "@string{{a={{b{n}}}}}\n",
    "keys that differ": "@article{{a{n}, title={{T {n}}}, year={{2020}}}}\n",
    "a volume for all": "@inproceedings{{a{n}, title={{T}}, crossref={{v}}}}\n@proceedings{{v, title={{V}}, year={{2020}}}}\n",
    "a chain of volumes": "@inproceedings{{a{n}, title={{T}}, year={{2020}}, crossref={{a{m}}}}}\n",
    "one volume of itself": "@inproceedings{{a, title={{T}}, year={{2020}}, crossref={{a}}, xdata={{a,a,a}}}}\n",
    "comments": "@comment{{a{n}}}\n", "entries without an end": "@article{{a, title={{T\n",
    "commas": "@article{{a,,,title={{T}},,}}\n",
}  # fmt: skip
FIELDS = {"equal fields": "title={{T}}, ", "fields": "f{n}={{T}}, ", "parts of a value": "title = a # a # a # a, ",
          "abbreviations": "xdata={{a,b,c}}, "}  # fmt: skip


@pytest.mark.parametrize("what", [*MANY, *FIELDS])
def test_twice_the_references_take_a_reader_about_twice_the_lines(what: str) -> None:
    def of(count: int) -> bytes:
        if what in MANY:
            return "".join(MANY[what].format(n=n, m=n + 1) for n in range(count)).encode()
        return ("@article{a, " + "".join(FIELDS[what].format(n=n) for n in range(count)) + "year={2020}}\n").encode()

    def reading(count: int) -> int:
        return lines(lambda: list(read_bibtex(of(count), "x")), of=("/hub/", "/bibtexparser/"))

    reading(2)  # what is read once
    few, many = reading(60), reading(120)
    assert many <= MORE * few, (few, many)


def test_equal_keys_are_papers_of_their_own() -> None:
    found = list(read_bibtex(b"@article{a, title={One}, year={2020}}\n@article{a, title={Two}, year={2020}}\n", "x"))
    assert [entry.title for entry in found if isinstance(entry, Record)] == ["One", "Two"]


ODD = (
    '{"title": 1}', '{"title": {}}', '{"title": null, "published": []}', '{"title": "T", "published": 1e999}',
    '{"title": "T", "authors": {"a": [[[]]]}}', '{"DOI": []}', '{"DOI": {"a": 1}}', '{"message": 7}', '{"message": {"items": 3}}',
    '{"data": [null]}', '{"data": {"attributes": []}}', '{"attributes": "x"}', '{"titles": {}}', '{"resultList": []}',
    '{"resultList": {"result": {"a": 1}}}', '{"collection": "x"}', '{"collection": [[]]}', '{"bibjson": []}', '{"bibjson": null}',
    '{"authors_parsed": 3}', '{"authors_parsed": [[1, 2]], "title": "T"}', '{"type": [], "title": "T"}', '{"title": "\\ud800"}',
    "[" * 1_000, "[" * 1_000 + "]" * 1_000, "{" * 1_000, '{"a":' * 1_000, "nul", "1", '"x"', "[[[[{}]]]]",
)  # fmt: skip
"""One-line files of JSON that ended an import."""


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_one_odd_entry_ends_no_import(text: str, suffix: str, tmp_path: Path) -> None:
    odd, good = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    odd.write_text(text, "utf-8")
    good.write_text(
        '{"title": "On rust", "published": "2026-01-02", "source": "S", "id": "10.5555/a.1", "doi": "10.5555/a.1"}', "utf-8"
    )
    entries = [*read_file(odd), *read_file(good)]
    assert isinstance(entries[-1], Record) and entries[-1].title == "On rust"
    assert len(entries) > 1 and all(isinstance(entry, Record) or entry.why for entry in entries)
