"""A large text is read a part at a time, and gives what it gives when it is read whole."""

# ruff: noqa: E501

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from hub.sources.formats import files, streamed
from hub.sources.formats.files import read_document, read_file
from hub.sources.record import Record
from tests.sources.mutated import BIB, CSV, NBIB, NOTEEXPRESS, REFWORKS, RIS, TSV, WOS

BIBLIOGRAPHY = (
    '@string{wn = "Weir Notes"}\n'
    + "".join(f"@inproceedings{{c{n}, title={{On eels {n}}}, author={{Lind, Eva}}, crossref={{P{n % 3}}}}}\n" for n in range(40))
    + "".join(
        f"@article{{a{n}, title={{On weirs {n}}}, year=2020, journal=wn, abstract={{At\n  night @ {n}.}}}}\n\n" for n in range(40)
    )
    + "".join(f"@proceedings{{P{n}, title={{Meeting {n}}}, year={2000 + n}}}\n" for n in range(3))
)
FILES = {
    "a.ris": RIS * 30, "b.nbib": NBIB * 30, "c.txt": WOS.split("PT J")[0] + ("PT J" + WOS.split("PT J")[1].split("EF")[0]) * 30,
    "d.csv": "Title,Authors,Year,Source title,Abstract\n" + "".join(
        f'"On ""salt"" {n}",Lind E.,2020,Salt,"One\n\nline, {n}"\n' for n in range(60)) + '"Open,Ito K.,2021,Salt,x\nOn clay,Ito K.,2021,Clay,y\n',
    "e.tsv": TSV + TSV.split("\n", 1)[1] * 40, "f.bib": BIBLIOGRAPHY, "g.bib": BIB * 10, "h.txt": REFWORKS * 30, "i.txt": NOTEEXPRESS * 30,
    "j.csv": CSV + CSV.split("\n", 2)[2] * 30,
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [300, 1000])
def test_parts_give_what_the_whole_gives(name: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = FILES[name].encode()
    whole = list(read_document(data, name, Path(name).suffix))
    assert sum(isinstance(entry, Record) for entry in whole) >= 20
    (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(files, "LARGE", 500)
    monkeypatch.setattr(streamed, "PART", size)
    asked: list[int] = []
    real = streamed.parts_of
    monkeypatch.setattr(files, "parts_of", lambda *args: (asked.append(len(part)) or part for part in real(*args)))
    assert list(read_file(tmp_path / name)) == whole
    assert len(asked) > 2 and max(asked) < len(data) * 0.7  # it was read in parts


def test_a_large_text_may_be_packed_and_in_another_charset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "题名,作者,来源,年\n" + "".join(f"河鳗迁徙规律的研究之{n},赵一;钱二,河流学报,2022\n" for n in range(80))
    with gzip.open(tmp_path / "a.csv.gz", "wb") as file:
        file.write(text.encode("gb18030"))
    (tmp_path / "b.csv").write_bytes(text.encode("utf-16"))
    monkeypatch.setattr(files, "LARGE", 500)
    monkeypatch.setattr(streamed, "PART", 400)
    for name in ("a.csv.gz", "b.csv"):
        titles = [entry.title for entry in read_file(tmp_path / name) if isinstance(entry, Record)]
        assert titles == [f"河鳗迁徙规律的研究之{n}" for n in range(80)]
