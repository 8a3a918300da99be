"""Why something failed: real failures of connections, mail servers and parsers, in English and in Chinese."""

from __future__ import annotations

import json
import re
import smtplib
import socket
import ssl
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
import trustme

from hub.i18n.failures import CERTIFICATES, CONNECTIONS, why_not_mailed, why_not_parsed, why_not_reached
from hub.i18n.messages import Said, packed, spoken, unpacked
from hub.sources.catalogue import Source
from hub.sources.health import health_of
from hub.sources.visits import record, visits
from tests.chinese import left_in_english
from tests.servers.feeds import publisher

FAILED = {"rejected": [{"where": "a: entry 1", "why": Said("it has no title")}], "unchanged": False, "seen": 0, "listed": 0}


def failure(url: str) -> Exception:
    import httpx

    with pytest.raises(httpx.TransportError) as caught:
        httpx.get(url, timeout=2.0, trust_env=False)
    return caught.value


def test_what_keeps_a_connection_from_coming_about_is_told_apart() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused = failure(f"http://127.0.0.1:{closed.getsockname()[1]}/")
    with publisher({}) as plain:
        unencrypted = failure(f"https://127.0.0.1:{plain.server_port}/")
    with publisher({}, expired=True) as expired:
        untrusted = failure(f"https://localhost:{expired.server_port}/")
    unknown = failure("http://no-such-host.invalid/")
    told = [why_not_reached(error) for error in (refused, unencrypted, untrusted, unknown)]
    assert told[0] == "it takes no connections"
    assert told[1].startswith("no encrypted connection comes about (")
    assert "certificate" in told[2]
    assert told[3] == "no such host is known: check the address and this machine's network"
    assert [left_in_english(spoken(said, "zh")) for said in told] == [[]] * 4


def test_a_certificate_of_another_name_is_told_as_such() -> None:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("other.example").configure_cert(server)
    authority.configure_trust(client)
    to_server, from_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(from_server, to_server, server_hostname="localhost")
    answering = server.wrap_bio(to_server, from_server, server_side=True)
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        for side in (asking, answering, asking):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert why_not_reached(caught.value) == "its certificate is for another name"


@pytest.mark.parametrize(
    ("error", "english"),
    [
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 no such\nuser"), "it answered “5.7.8 no such user” (SMTP 535)"),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}), "it answered “unknown” (SMTP 550)"),
        (smtplib.SMTPServerDisconnected("gone"), "it broke the connection off"),
        (ConnectionRefusedError(111, "Connection refused"), "it takes no connections"),
        (TimeoutError("timed out"), "it does not answer in time"),
        (OSError(28, "No space left on device"), "it cannot be reached (ENOSPC)"),
        (OSError("strange"), "it cannot be reached"),
    ],
)
def test_why_a_mail_was_not_taken(error: OSError | smtplib.SMTPException, english: str) -> None:
    said = why_not_mailed(error)
    assert said == english
    assert left_in_english(spoken(said, "zh")) == []


@pytest.mark.parametrize(
    "text", ["<rss><channel></x></rss>", "<a>&nbsp;</a>", "<a/><b/>", "x", "<a b='1' b='2'/>", "<a>\x01</a>", "<a"]
)
def test_where_xml_is_broken_and_how(text: str) -> None:
    with pytest.raises(ElementTree.ParseError) as caught:
        ElementTree.fromstring(text)
    said = why_not_parsed(caught.value)
    assert said.startswith("line 1, column ")
    assert "line" not in why_not_parsed(feedparser.parse(text.encode())["bozo_exception"])  # it parses a copy of its own
    assert spoken(said, "zh").startswith("第 1 行第 ") and not re.search("[a-z]{5}", spoken(said, "zh"))


def test_where_json_is_broken() -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads('{"a": 1,\n "b" 2}')
    assert spoken(why_not_parsed(caught.value), "zh") == "第 2 行第 6 列"


def test_every_code_that_is_told_apart_has_its_chinese_words() -> None:
    texts = {*CERTIFICATES.values(), *CONNECTIONS.values()}
    assert {text for text in texts if left_in_english(spoken(Said(text), "zh"))} == set()


def test_what_was_said_outlives_its_process_as_plain_values() -> None:
    said = Said("{host}: {why}.", host="a.example", why=(Said("it is empty"), Said("it has no date")))
    kept = json.loads(json.dumps(packed(said)))
    assert unpacked(kept) == said and spoken(unpacked(kept), "zh") == "a.example：内容为空；没有日期。"


def test_records_of_a_former_release_still_show(tmp_path: Path) -> None:
    source = Source("old", "Old Journal", "feed", on=True)
    record(tmp_path, source, {**FAILED, "error": "old.example: its server failed (HTTP 500)."})
    record(tmp_path, source, {**FAILED, "error": Said("{host}: {why}.", host="old.example", why=Said("it is empty"))})
    assert [spoken(visit["error"], "zh") for visit in visits(tmp_path, "old")] == [
        "old.example: its server failed (HTTP 500).",
        "old.example：内容为空。",
    ]
    [report] = health_of(tmp_path, {}, [source])
    assert spoken(report.as_dict()["last_error"], "zh") == "old.example：内容为空。"
