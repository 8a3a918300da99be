"""The one client: no answer fills the memory, no server holds it longer than the deadline, no request leads inside."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from hub.errors import SourceError
from hub.settings import Settings
from hub.sources.catalogue import catalogue, doors
from hub.sources.web import public_only
from hub.sources.web.client import Client, Patience, Refused
from hub.sources.web.public_only import PrivateAddress, is_public, opens
from hub.worker.pipeline import _in_reach
from tests.servers.feeds import Request, fixed, item, publisher, redirect, rss

Make = Callable[..., Settings]


def fetched(config: Settings, patience: Patience, url: str, **how: object) -> bytes:
    with Client(config.home, config, patience=patience) as client:
        found = client.get(url, **how)  # type: ignore[arg-type]
    assert found is not None
    return found.data


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "identity"])
def test_an_answer_packed_once_is_unpacked(coding: str, configured: Make, patience: Patience) -> None:
    feed = rss(item(1)) * 3000
    packed = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes}[coding](feed)
    with publisher({"/feed": fixed(packed, Content_Encoding=coding)}) as server:
        assert fetched(configured(), patience, f"{server.url}/feed") == feed


def test_gzip_files_joined_end_to_end_are_one_answer(configured: Make, patience: Patience) -> None:
    with publisher({"/feed": fixed(gzip.compress(b"one ") + gzip.compress(b"two"), Content_Encoding="gzip")}) as server:
        assert fetched(configured(), patience, f"{server.url}/feed") == b"one two"


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,deflate", "br", "zstd", "identity, gzip, gzip"])
def test_an_answer_packed_twice_or_in_an_unknown_way_is_refused(coding: str, configured: Make, patience: Patience) -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    with (
        publisher({"/feed": fixed(bomb, Content_Encoding=coding)}) as server,
        pytest.raises(SourceError, match="packs its answer"),
    ):
        fetched(configured(), patience, f"{server.url}/feed")


def test_a_packed_answer_stops_at_the_limit_without_filling_the_memory(configured: Make, patience: Patience) -> None:
    bomb = gzip.compress(bytes(400_000_000), 1)
    config = configured()
    with publisher({"/feed": fixed(bomb, Content_Encoding="gzip")}) as server:
        tracemalloc.start()
        try:
            with (
                Client(config.home, config, added=True, patience=patience) as client,
                pytest.raises(SourceError, match="more than 20 MB"),
            ):
                client.get(f"{server.url}/feed")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 60_000_000


@pytest.mark.parametrize("cut", [20, -4])
def test_a_packed_answer_that_ends_in_the_middle_is_no_answer(cut: int, configured: Make, patience: Patience) -> None:
    packed = gzip.compress(rss(item(1)) * 100)[:cut]
    with publisher({"/feed": fixed(packed, Content_Encoding="gzip")}) as server, pytest.raises(SourceError, match="unpacked"):
        fetched(configured(), patience, f"{server.url}/feed")


def test_dripped_headers_end_at_the_deadline(configured: Make) -> None:
    def drip(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            request.wfile.write(b"X-Slow: yes\r\n")
            request.wfile.flush()
            time.sleep(0.05)

    with publisher({"/feed": drip}) as server, pytest.raises(SourceError, match="so slowly") as told:
        fetched(configured(), Patience(read_s=5.0, total_s=0.5, first_retry_s=0.02), f"{server.url}/feed")
    assert told.value.attempt == 1  # a server that drips drips the next time too


def test_a_dripped_handshake_ends_at_the_deadline(configured: Make) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        taken, _ = listener.accept()
        taken.recv(1000)
        try:
            taken.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KiB, a byte at a time
            for _ in range(100):
                taken.sendall(b"\x02")
                time.sleep(0.05)
        except OSError:
            return  # the reader gave up, as it should

    threading.Thread(target=drip, daemon=True).start()
    with listener, pytest.raises(SourceError):
        address = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        fetched(configured(), Patience(read_s=5.0, total_s=0.5, first_retry_s=0.02), address)


def test_a_slow_archive_has_minutes_for_its_first_byte_and_others_do_not(configured: Make) -> None:
    def late(request: Request) -> None:
        time.sleep(0.8)
        request.send(200, b"records")

    patience = Patience(read_s=0.3, total_s=0.5, slow_read_s=3.0, slow_total_s=5.0, first_retry_s=0.02)
    with publisher({"/oai": late}) as server:
        assert fetched(configured(), patience, f"{server.url}/oai", slow=True) == b"records"
        with pytest.raises(SourceError):
            fetched(configured(), patience, f"{server.url}/oai")


def test_a_long_wait_that_a_server_asked_for_outlives_the_run(configured: Make, patience: Patience) -> None:
    config = configured()
    with publisher({"/feed": fixed(b"", 429, Retry_After="3600"), "/other": fixed(b"ok")}) as server:
        for _ in range(3):
            with pytest.raises(SourceError, match=r"asks to wait 3\d\d\d s"):
                fetched(config, patience, f"{server.url}/feed")
        assert server.asked["/feed"] == 1
        assert fetched(config, patience, f"{server.url}/other") == b"ok"


def test_a_short_wait_that_a_server_asked_for_is_kept(configured: Make, patience: Patience) -> None:
    times: list[float] = []

    def busy(request: Request) -> None:
        times.append(time.monotonic())
        request.send(429 if len(times) == 1 else 200, b"ok", Retry_After="1")

    with publisher({"/feed": busy}) as server:
        assert fetched(configured(), patience, f"{server.url}/feed") == b"ok"
    assert times[1] - times[0] >= 0.95


def test_what_is_posted_arrives_and_a_key_does_not_follow_a_redirect_elsewhere(configured: Make, patience: Patience) -> None:
    seen: list[tuple[str, str | None]] = []

    def echo(request: Request) -> None:
        seen.append((request.command, request.headers.get("x-api-key")))
        request.send(200, request.rfile.read(int(request.headers["Content-Length"] or 0)) or b"none")

    with publisher({"/batch": echo}) as server, publisher({"/there": redirect(f"{server.url}/batch")}) as other:
        data = fetched(configured(), patience, f"{server.url}/batch", json={"ids": ["a"]}, headers={"x-api-key": "k"})
        assert json.loads(data) == {"ids": ["a"]}
        fetched(configured(), patience, f"{other.url}/there", headers={"x-api-key": "k"})
    assert seen == [("POST", "k"), ("GET", None)]


def test_refusals_are_told_apart_from_failures(configured: Make, patience: Patience) -> None:
    routes = {f"/{code}": fixed(b"", code) for code in (401, 403, 418, 451)}
    with publisher(routes) as server:
        for path in routes:
            with pytest.raises(Refused):
                fetched(configured(), patience, f"{server.url}{path}")


INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "0.0.0.0",
    "192.0.0.192", "168.63.129.16", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.88.99.1",
    "::", "::1", "::127.0.0.1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1",
    "fc00::1", "fd12::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:7f00:1::1", "2001:db8::1", "100::1", "5f00::1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001:81b::200e", "64:ff9b::808:808", "2002:808:808::1"]


def test_what_is_inside_and_what_is_outside() -> None:
    assert {address for address in INSIDE if is_public(address)} == set()
    assert {address for address in OUTSIDE if not is_public(address)} == set()


@pytest.mark.parametrize("address", INSIDE)
def test_no_name_leads_inside_whoever_added_the_source(
    address: str, configured: Make, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configured(allow_private=False)
    with publisher({"/feed": fixed(b"secret")}) as server:
        monkeypatch.setattr(public_only, "resolve", lambda host, port: ["8.8.8.8", address])
        for added in (False, True):
            with Client(config.home, config, added=added, patience=patience) as client, pytest.raises(PrivateAddress):
                client.get(f"http://journal.example:{server.server_port}/feed")
        assert not opens(("journal.example", server.server_port), 0.5)
        assert not server.asked


def test_a_redirect_of_a_catalogue_source_does_not_lead_inside(
    configured: Make, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    with publisher({"/secret": fixed(b"secret")}) as inside, publisher({}) as outside:
        outside.routes["/feed"] = redirect(f"http://inner.example:{inside.server_port}/secret")
        config = configured({"id": "a", "url": f"{outside.url}/feed"}, allow_private=False)
        named = doors(catalogue(config.home, config).values(), config)
        monkeypatch.setattr(public_only, "resolve", lambda host, port: ["127.0.0.1"])
        with Client(config.home, config, doors=named, patience=patience) as client, pytest.raises(PrivateAddress):
            client.get(f"{outside.url}/feed")
        assert outside.asked["/feed"] == 1
        assert not inside.asked


def test_the_address_that_stands_in_the_end_is_looked_at_too(
    configured: Make, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    with publisher({"/feed": fixed(b"secret")}) as server:
        config = configured(allow_private=False)
        # what was resolved looks public to the check before, as it would behind a translating network
        monkeypatch.setattr(public_only, "resolve", lambda host, port: ["localhost"])
        before = public_only.is_public
        monkeypatch.setattr(public_only, "is_public", lambda address: address == "localhost" or before(address))
        with Client(config.home, config, patience=patience) as client, pytest.raises(PrivateAddress):
            client.get(f"http://journal.example:{server.server_port}/feed")
        assert not server.asked


def test_looking_for_sources_in_reach_does_not_knock_inside(configured: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    knocked = threading.Event()

    def listen() -> None:
        try:
            listener.accept()
            knocked.set()
        except OSError:
            return  # closed: nobody came

    threading.Thread(target=listen, daemon=True).start()
    with listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/feed"
        config = configured(allow_private=False)
        (config.home).mkdir()
        entry = {"id": "opml", "name": "From a list", "protocol": "feed", "url": address, "on": True}
        (config.home / "sources.json").write_text(json.dumps({"on": {}, "added": [entry]}), "utf-8")
        assert not _in_reach(config.home, config)
        assert not knocked.wait(0.2)


def test_a_proxy_of_the_owner_is_used_but_not_to_reach_inside(
    configured: Make, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    with publisher({"http://journal.example/feed": fixed(b"through the proxy")}) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        config = configured(allow_private=False)
        assert fetched(config, patience, "http://journal.example/feed") == b"through the proxy"
        with pytest.raises(PrivateAddress):
            fetched(config, patience, "http://169.254.169.254/latest")
        assert sum(proxy.asked.values()) == 1
