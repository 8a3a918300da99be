"""A draft given as PDF: its text without its references, and a clear no to a scan, a lock, rubbish, and what takes too much."""

from __future__ import annotations

import io
import zlib

import pytest
from pypdf import PdfReader, PdfWriter

from hub.errors import SelectionError
from hub.sources.formats import pdf
from hub.sources.formats.prose import prose

PROSE = ("A gripper with tactile sensing on an arm grasps and plans torque at each joint. The rest is control-", "led by touch.")


def document(*pages: bytes, packed: bool = False) -> bytes:
    """A PDF of pages with these contents (operators), by hand as the standard has it."""
    made = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for content in pages:
        stream = zlib.compress(content) if packed else content
        named = b"/Filter/FlateDecode" if packed else b""
        made.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), named, stream))
        made.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>" % len(made)
        )
    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(pages)))
    made[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages))
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(made, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(made) + 1, table, len(made) + 1, at,
    )  # fmt: skip
    return bytes(out)


def written(*lines: str) -> bytes:
    """The operators that write lines below each other."""
    return b"BT /F 12 Tf 20 780 Td " + b" ".join(b"(%s) Tj 0 -14 Td" % line.encode() for line in lines) + b" ET"


def locked(data: bytes, password: str) -> bytes:
    writer, out = PdfWriter(PdfReader(io.BytesIO(data))), io.BytesIO()
    writer.encrypt(password, "owner", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


DRAFT = document(written(*PROSE * 3), written("7 References", "[1] A. Other. Glaciers flow."), packed=True)


@pytest.mark.parametrize("data", [DRAFT, b"\n" + DRAFT, locked(DRAFT, "")], ids=["plain", "a line before it", "locked to nobody"])
def test_a_draft_reads_as_its_pages_do_without_references(data: bytes) -> None:
    read = prose(data, "draft.pdf")
    assert read.startswith("A gripper with tactile sensing") and read.count("controlled by touch.") == 3
    assert "Glaciers" not in read and "\n" not in read


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (document(b"0 0 600 800 re f", written("p. 1")), "OCR"),
        (locked(DRAFT, "secret"), "password"),
        (b"%PDF-1.7 ...", "broken"),
        (DRAFT[: len(DRAFT) // 3], "broken"),
        (document(written("x")).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]"), r"broken|OCR"),
        (document(b" " * 80_000_000, packed=True), "takes too much"),
        (b"%PDF-1.7" + b" " * pdf.LARGEST, "takes too much"),
    ],
    ids=["scan", "password", "rubbish", "cut off", "pages within themselves", "bomb", "large"],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, why: str) -> None:
    with pytest.raises(SelectionError, match=why) as refused:
        prose(data, "draft.pdf")
    assert "draft.pdf" in str(refused.value) and "paste its text" in str(refused.value)


def test_a_file_that_keeps_its_reader_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "WITHIN_S", 1.0)
    with pytest.raises(SelectionError, match="takes too much"):
        prose(document(written(*["x"] * 2_000_000), packed=True), "draft.pdf")
    assert all(pdf.AT_ONCE.acquire(blocking=False) for _ in range(2)), "the next file finds a place"
    pdf.AT_ONCE.release(2)
    assert len(prose(b"A note.", "note.txt")) == 7


def test_no_more_files_are_read_at_once_than_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "WITHIN_S", 0.01)
    with pdf.AT_ONCE, pdf.AT_ONCE, pytest.raises(SelectionError, match=r"try draft\.pdf again"):
        prose(DRAFT, "draft.pdf")
