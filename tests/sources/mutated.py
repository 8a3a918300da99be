"""Inputs of every form, broken at random: ``python -m tests.sources.mutated COUNT [SEED]`` reads so many and tells what came.

Each is read whole and cleaned, as an import does. What would stop an import (an error that escapes a reader), what takes longer
than a deadline, and how much memory the process takes at its peak is told.
"""

# ruff: noqa: E501 - the inputs are as services write them
from __future__ import annotations

import json
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from hub.errors import RejectCode
from hub.sources.formats.files import read_document
from hub.sources.record import Record, odd, paper_of

DEADLINE_S = 10
SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases"
BIB = r"""@string{jr = "River Notes"}
@article{a1, title={{On} {\"o}tters \textbf{and} $x_{1}$}, author={{Otter Group} and van der Berg, Ludwig and others}, year={2020},
  month=mar # "~3", journal=jr, doi={10.5555/o.1\_a}, abstract={We {count} \emph{otters}.}}
@inproceedings(b2, title="Ferries", author="Byron, Ada", crossref={P1})
@proceedings{P1, title={Meeting}, year=2019}
"""
RIS = """TY  - JOUR
TI  - On weirs
AU  - Lind, Eva
PY  - 2021/03/04/
T2  - Weir Notes
DO  - 10.5555/w.1
AB  - Weirs hold
water back.
ER  -
"""
NBIB = """PMID- 12345678
TI  - Weirs and eels.
FAU - Lind, Eva
DP  - 2021 Mar 4
JT  - Weir notes
PT  - Retracted Publication
LID - 10.5555/w.2 [doi]
AB  - Eels pass
      at night.
"""
WOS = "FN Clarivate\nVR 1.0\nPT J\nAU Lind, E\n   Ito, K\nTI Dunes\n   on ice\nSO DUNES\nPY 2020\nPD MAR 4\nDI 10.5555/d.1\nER\n\nEF\n"
CSV = 'sep=;\nTitle;Authors;Publication Year;Source title;DOI;Abstract\n"On ""salt""; pans";Lind E., Ito K.;2020;Salt;10.5555/s.1;"We dig."\n'
TSV = "PT\tAU\tTI\tSO\tPD\tPY\tDI\nJ\tLind, E\tOn sand\tSAND\tMAR 4\t2020\t10.5555/s.2\n"
JSONL = '{"title": "On fog", "authors": ["Eva Lind"], "published": "2021-03-04", "source": "Fog", "doi": "10.5555/f.1"}\n' * 2
CROSSREF = json.dumps({"message": {"items": [{"DOI": "10.5555/c.1", "title": ["On <i>ice</i> &amp; mud"], "type": "journal-article",
    "author": [{"given": "Eva", "family": "Lind"}], "issued": {"date-parts": [[2021, 3, 4]]}, "container-title": ["Ice"],
    "abstract": "<jats:p>Ice <jats:sup>2</jats:sup></jats:p>", "update-to": [{"DOI": "10.5555/c.0", "type": "retraction"}],
    "relation": {"is-preprint-of": [{"id": "10.5555/c.2"}]}}]}})  # fmt: skip
CSL = json.dumps([{"id": "k", "type": "article-journal", "title": "On rain", "author": [{"family": "Lind", "given": "Eva"}],
    "issued": {"date-parts": [["2020", 5]]}, "container-title": "Rain"}])  # fmt: skip
DATACITE = json.dumps({"data": [{"id": "10.5555/t.1", "attributes": {"titles": [{"title": "On dew"}], "creators": [{"name": "Lind, Eva"}],
    "dates": [{"date": "2020-01-02", "dateType": "Issued"}], "types": {"resourceTypeGeneral": "Preprint"}, "publisher": "Dew"}}]})  # fmt: skip
EPMC = json.dumps(
    {"resultList": {"result": [{"id": "1", "source": "MED", "title": "Bees.", "authorString": "Lind E", "pubYear": "2021"}]}}
)
ARXIV = json.dumps({"id": "2101.00001", "title": "On $x$", "abstract": "We $y$", "authors_parsed": [["Lind", "Eva", ""]],
    "categories": "cs.AI", "versions": [{"version": "v1", "created": "Mon, 4 Jan 2021 10:00:00 GMT"}]})  # fmt: skip
PUBMED = """<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue><PubDate>
<Year>2021</Year><Month>Mar</Month></PubDate></JournalIssue><Title>Ear</Title></Journal><ArticleTitle>At 10<sup>6</sup> cells.</ArticleTitle>
<Abstract><AbstractText Label="METHODS">We count.</AbstractText></Abstract><AuthorList><Author><LastName>Lind</LastName><ForeName>Eva
</ForeName></Author></AuthorList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
OAI = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header><identifier>oai:a:1</identifier></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Mud</dc:title>
<dc:creator>Lind, Eva</dc:creator><dc:date>2019-05-01</dc:date><dc:identifier>https://a.example/1</dc:identifier></oai_dc:dc></metadata>
</record></ListRecords></OAI-PMH>"""
RSS = """<rss version="2.0"><channel><title>Tides</title><link>https://t.example</link><item><title>On tides &amp;lt;i&amp;gt;</title>
<link>https://t.example/1</link><pubDate>Mon, 15 Mar 2021 10:00:00 GMT</pubDate><description>&lt;p&gt;We wait.&lt;/p&gt;</description>
</item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>http://arxiv.org/abs/2101.00002v1</id><title>On $z$</title>
<updated>2021-01-04T00:00:00Z</updated><summary>We \\( z \\).</summary><author><name>Eva Lind</name></author></entry></feed>"""
DBLP = """<dblp><article key="j/r/1"><author>Wen Guo 0001</author><title>Docks.</title><year>2021</year><journal>R.</journal></article></dblp>"""
ZOTERO = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
xmlns:dc="http://purl.org/dc/elements/1.1/"><z:Item rdf:about="#1"><z:itemType>book</z:itemType><dc:title>Locks</dc:title></z:Item></rdf:RDF>"""
REFWORKS = "RT Journal Article\nSR 1\nA1 赵一;钱二;\nT1 On silt\nJF Silt\nYR 2022\nAB We\nsift.\nDO 10.5555/t.1\n"
NOTEEXPRESS = "{Reference Type}: Journal Article\n{Title}: On clay\n{Author}: Lind, Eva\n{Journal}: Clay\n{Year}: 2022\n{DOI}: 10.5555/k.1\n"
OPENALEX = json.dumps({"results": [{"id": "https://openalex.org/W1", "doi": "https://doi.org/10.5555/a.1", "title": "On loam", "type": "article",
    "publication_date": "2024-03-05", "authorships": [{"author": {"display_name": "Eva Lind"}}], "is_retracted": False,
    "primary_location": {"source": {"display_name": "Loam"}}, "abstract_inverted_index": {"We": [0], "dig.": [1]}}]})  # fmt: skip
SCHOLAR = json.dumps({"data": [{"paperId": "x", "externalIds": {"DOI": "10.5555/a.2", "ArXiv": "2301.00003"}, "title": "On peat",
    "authors": [{"name": "Eva Lind"}], "venue": "Peat", "year": 2024}]})  # fmt: skip
INSPIRE = json.dumps({"hits": {"hits": [{"metadata": {"titles": [{"title": "On tar"}], "authors": [{"full_name": "Lind, Eva"}],
    "dois": [{"value": "10.5555/a.3"}], "earliest_date": "2023-01-02", "publication_info": [{"journal_title": "Tar"}]}}]}})  # fmt: skip
ENDNOTE = """<xml><records><record><contributors><authors><author><style>Lind, Eva</style></author></authors></contributors><titles><title>
<style>On ash</style></title><secondary-title>Ash</secondary-title></titles><dates><year>2024</year></dates></record></records></xml>"""
JATS = """<article><front><journal-meta><journal-title>Ore</journal-title></journal-meta><article-meta><title-group><article-title>On <i>ore</i>
</article-title></title-group><pub-date><year>2024</year></pub-date><abstract><p>We dig.</p></abstract></article-meta></front></article>"""
BASES: dict[str, list[str]] = {
    ".bib": [BIB], ".ris": [RIS], ".nbib": [NBIB], ".txt": [WOS, REFWORKS, NOTEEXPRESS], ".csv": [CSV, TSV], ".jsonl": [JSONL],
    ".json": [CROSSREF, CSL, DATACITE, EPMC, ARXIV, OPENALEX, SCHOLAR, INSPIRE],
    ".xml": [PUBMED, OAI, RSS, ATOM, DBLP, ENDNOTE, JATS], ".rdf": [ZOTERO],
}  # fmt: skip
HOSTILE = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b'"', b"{", b"}", b"@", b"$", b"\\", b"\\(", b"\\[", b"\\begin{equation}", b"<", b">",
    b"&", b"&#99999999999;", b"<!--", b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"null", b"[]", b"{}", b"-1", b"1e999", b"NaN", b"TY  - JOUR\n",
    b"ER  - \n", b"@article{x,", b"\xd6\xd0", "\u202e".encode(), "ﬀ".encode(), b"9" * 40, b" " * 300, b"[" * 300, b"<b>" * 100, b"(" * 200, b"10.1/" * 40,
)  # fmt: skip


def bases() -> list[tuple[str, bytes]]:
    """Return what is broken: an input of each form, and those of ../shared/cases where they are."""
    own = [(suffix, text.encode()) for suffix, texts in BASES.items() for text in texts]
    shared = [(file.suffix, file.read_bytes()) for file in sorted(SHARED.glob("*.*")) if file.stat().st_size < 20_000]
    return own + [(suffix, data) for suffix, data in shared if suffix not in (".tsv",) or b"\t" in data]


def mutated(data: bytes, chance: random.Random, others: list[tuple[str, bytes]]) -> bytes:
    """Return the input with one to five things done to it."""
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        at, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        end = min(end, at + chance.choice((1, 4, 40, 4000)))
        data = _changed(data, at, end, chance, others)
    return data[:60_000]


def _changed(data: bytes, at: int, end: int, chance: random.Random, others: list[tuple[str, bytes]]) -> bytes:
    what = chance.randrange(9)
    if what == 0:
        return data[:end]
    if what == 1:
        return data[end:] + data[:end]
    if what == 2:
        charset = chance.choice(("utf-16", "utf-16-le", "gb18030", "cp1252"))
        return data.decode("utf-8", "replace").encode(charset, "replace")
    between = {
        3: b"", 4: data[at:end] * chance.choice((2, 3, 30)), 5: chance.choice(HOSTILE), 6: chance.choice(HOSTILE) + data[at:end],
        7: bytes([chance.randrange(256)]), 8: chance.choice(others)[1][: chance.randint(0, 400)],
    }  # fmt: skip
    return data[:at] + between[what] + data[end:]


def read_all(count: int, seed: int, own_only: bool = False) -> tuple[Counter[str], list[tuple[str, bytes, str]], float]:
    """Read ``count`` mutated inputs; return what came, the inputs on which anything escaped or hung, and the slowest in seconds."""
    chance, known = random.Random(seed), bases()
    if own_only:
        known = known[: sum(map(len, BASES.values()))]
    came: Counter[str] = Counter()
    failed: list[tuple[str, bytes, str]] = []
    slowest = 0.0
    before = signal.signal(signal.SIGALRM, _late)
    try:
        for _ in range(count):
            suffix, data = chance.choice(known)
            data = mutated(data, chance, known)
            started = time.process_time()
            signal.alarm(DEADLINE_S)
            try:
                came.update(
                    _outcomes(data, suffix if chance.random() < 0.7 else chance.choice((".txt", ".csv", ".json", ".xml", "")))
                )
            except Exception as e:  # noqa: BLE001 - this is what is looked for
                failed.append((suffix, data, f"{type(e).__name__}: {e}"))
            finally:
                signal.alarm(0)
            slowest = max(slowest, time.process_time() - started)
    finally:
        signal.signal(signal.SIGALRM, before)
    return came, failed, slowest


def _late(number: int, frame: FrameType | None) -> None:
    raise TimeoutError("it took longer than the deadline")


def _outcomes(data: bytes, suffix: str) -> Iterator[str]:
    some = False
    for entry in read_document(data, "m", suffix):
        some = True
        if isinstance(entry, Record):
            try:
                paper_of(entry)
                yield "paper"
                continue
            except TimeoutError:
                raise
            except Exception as e:  # noqa: BLE001 - as the import does
                entry = odd(entry.where, e)
        if entry.code is RejectCode.ODD and "TimeoutError" in entry.why:
            raise TimeoutError(entry.why)
        yield entry.code
    if not some:
        yield "nothing"


def main(count: int, seed: int) -> None:
    """Read, and print what came."""
    started = time.process_time()
    came, failed, slowest = read_all(count, seed)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{count:,} mutated inputs, seed {seed}: {seconds:.0f} s, slowest {slowest:.2f} s, peak {peak:,.0f} MB\n{dict(came)}\n"
    )
    sys.stdout.write(f"{len(failed)} escaped or hung\n")
    for suffix, data, why in failed[:20]:
        sys.stdout.write(f"{suffix} {why} {data[:3000]!r}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
