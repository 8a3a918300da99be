"""A real local web server that plays the part of publishers: good ones, and ones that misbehave in every way known."""

from __future__ import annotations

import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

Answer = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request; ``send`` answers it."""

    protocol_version = "HTTP/1.1"
    server: Publisher

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.server.asked[path] += 1
        route = self.server.routes.get(path) or next(
            (answer for prefix, answer in self.server.routes.items() if prefix.endswith("*") and path.startswith(prefix[:-1])),
            None,
        )
        try:
            if route is None:
                self.send(404, b"nothing here")
            else:
                route(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the reader gave up, as it should

    def send(self, code: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output clean."""


class Publisher(ThreadingHTTPServer):
    """The server: ``routes`` by path (a path that ends with ``*`` is a prefix), ``asked`` counts requests."""

    daemon_threads = True

    def __init__(self, routes: dict[str, Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.routes = routes
        self.asked: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def publisher(routes: dict[str, Answer], *, expired: bool = False) -> Iterator[Publisher]:
    """Run a server for the time of a test, with an expired certificate when asked for one."""
    server = Publisher(routes)
    if expired:
        past = datetime.now(UTC) - timedelta(days=3)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("localhost", not_after=past).configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def item(
    number: int, *, title: str = "", date: str = "<pubDate>Mon, 05 Oct 2026 00:00:00 GMT</pubDate>", extra: str = "",
    link: str = "", guid: str | None = None,
) -> str:  # fmt: skip
    """Return one RSS item, with a DOI of its own unless its ``guid`` is given."""
    guid = f"https://doi.org/10.5555/test.{number}" if guid is None else guid
    return (
        f"<item><title>{title or f'A study of quiet systems number {number}'}</title>"
        f"<link>{link or f'https://example.org/{number}'}</link>{f'<guid>{guid}</guid>' if guid else ''}"
        f"<description>Abstract of study {number}.</description>{date}{extra}</item>"
    )


def rss(*items: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """Return an RSS feed of these items."""
    return f'{head}<rss version="2.0"><channel><title>Journal of Tests</title>{"".join(items)}</channel></rss>'.encode()


def fixed(body: bytes, code: int = 200, **headers: str) -> Answer:
    """Return an answer that is always the same."""
    return lambda request: request.send(code, body, **headers)


def redirect(to: str, code: int = 302) -> Answer:
    """Return a redirect."""
    return lambda request: request.send(code, b"", Location=to)


def stall(request: Request) -> None:
    """Promise an answer and never give it."""
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"<rss>")
    request.wfile.flush()
    time.sleep(5)


def drip(request: Request) -> None:
    """Send a byte at a time, so that no single wait is long but all of them are."""
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    for _ in range(60):
        request.wfile.write(b" ")
        request.wfile.flush()
        time.sleep(0.1)


def break_off(request: Request) -> None:
    """Close the connection in the middle of the answer."""
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    request.wfile.write(b"<rss><channel>")
    request.close_connection = True


def conditional(body: bytes) -> Answer:
    """Return an answer with an ETag, and 304 to who has it."""

    def answer(request: Request) -> None:
        if request.headers.get("If-None-Match") == '"v1"':
            request.send(304)
        else:
            request.send(200, body, ETag='"v1"')

    return answer


def after(times: int, answer: Answer, code: int = 503, **headers: str) -> Answer:
    """Return an answer that comes only after a number of failures."""
    seen = Counter[str]()

    def late(request: Request) -> None:
        seen["n"] += 1
        if seen["n"] <= times:
            request.send(code, b"", **headers)
        else:
            answer(request)

    return late


def large(megabytes: int, *items: str) -> Answer:
    """Return a feed that is made large by a comment, sent in parts."""

    def answer(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b'<?xml version="1.0"?><rss version="2.0"><channel><title>Big</title><!--')
        for _ in range(megabytes):
            request.wfile.write(b"x" * 1_000_000)
        request.wfile.write(b"-->" + "".join(items).encode() + b"</channel></rss>")
        request.close_connection = True

    return answer
