"""What every request passes before Streamlit: by which name it asks, from where, how often; and what browsers are told.

A page of a stranger whose name leads to this machine (DNS rebinding) asks by that name: only this machine's own names, plain
addresses (which no name server decides about) and those of HUB_HOSTS are answered.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import time
from base64 import b64encode
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub import logs
from hub.settings import settings
from hub.ui import keys, metrics

log = logging.getLogger(__name__)
FIRST_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"


def inline_scripts() -> list[str]:
    """Return the scripts that stand in a page itself: those of Streamlit's first page, and ours."""
    first = re.findall(r"<script>([^<]*)</script>", FIRST_PAGE.read_text("utf-8"))
    return [*first, keys.script()]


def named(script: str) -> str:
    """Return a script's digest as a content policy names it. https://www.w3.org/TR/CSP3/#grammardef-hash-source

    >>> named("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


POLICY = "; ".join((
    "default-src 'self'", f"script-src 'self' 'wasm-unsafe-eval' blob: {' '.join(map(named, inline_scripts()))}",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:", "font-src 'self' data:", "connect-src 'self' blob: data:", "worker-src 'self' blob:",
    "media-src 'self' blob:", "frame-src 'self' blob:", "frame-ancestors 'self'", "object-src 'none'", "base-uri 'self'",
    "form-action 'self'",
))  # fmt: skip
"""A page loads from its own server only and stands in no frame of another's; no script runs but the server's files, what
these make themselves (blob:, WebAssembly), and the inline ones named by digests. Streamlit and Plotly need inline styles."""
TOLD = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip
STRANGE = "This name is not one that AcademicHub is served under. Whoever runs it adds it to HUB_HOSTS.\n"
NONE_HERE = "There is nothing at this address.\n"
OFTEN = "Too many requests: try again in a minute.\n"
LIMITED = ("/radar/", "/mail/")
"""Addresses whose answers cost, or whose secrets could be tried: counted for each client."""
SHUT = ("/_stcore/agent/",)
"""Streamlit's door for programs, off unless a setting opens it: its sessions tell nothing of a proxy, so they stay out."""
A_MINUTE, CLIENTS = 60, 10_000
SAFE = ("GET", "HEAD", "OPTIONS")


class Doors:
    """The middleware of ``app.py``, as ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is not None and scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        told = _telling(send)
        if refused is not None:
            logs.event(log, "refused", code=refused.status_code, path=scope["path"])
            await refused(scope, receive, told)
        elif scope["type"] == "websocket":
            with metrics.SESSIONS.track_inprogress():
                await self.app(scope, receive, told)
        else:
            await self.app(scope, receive, told)

    def _refused(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        hosts, origin = headers.getlist("host"), headers.get("origin")
        if len(hosts) != 1 or not trusted(hosts[0]):
            return PlainTextResponse(STRANGE, 421)
        acts = scope["type"] == "websocket" or scope.get("method") not in SAFE
        if acts and origin is not None and not _same(origin, hosts[0]):
            return PlainTextResponse(STRANGE, 403)
        if scope["path"].startswith(SHUT):
            return PlainTextResponse(NONE_HERE, 404)
        if scope["path"].startswith(LIMITED) and self._often(scope):
            return PlainTextResponse(OFTEN, 429, {"Retry-After": "60"})
        return None

    def _often(self, scope: Scope) -> bool:
        client, now = (scope.get("client") or ("",))[0], time.monotonic()
        begun, asked = self._seen.pop(client, (now, 0))
        begun, asked = (now, 1) if now - begun > 60 else (begun, asked + 1)
        self._seen[client] = (begun, asked)
        while len(self._seen) > CLIENTS:
            self._seen.popitem(last=False)
        return asked > A_MINUTE


def trusted(host: str) -> bool:
    """Return whether a Host header names this hub: a name of this machine, a plain address, or one of HUB_HOSTS.

    >>> [trusted(host) for host in ("localhost:8501", "127.0.0.1", "[::1]:8501", "192.168.1.5:80", "evil.example:8501", "")]
    [True, True, True, True, False, False]
    """
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        _port = urlsplit(f"//{host}").port
    except ValueError:
        return False
    if any(sign in host for sign in "/\\@?#, "):
        return False
    if name == "localhost" or name in settings().hosts.casefold().replace(",", " ").split():
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same(origin: str, host: str) -> bool:
    """Whether a page at ``origin`` may act: it is this host's own, or a name of HUB_HOSTS before a proxy that renames."""
    place = origin.partition("://")[2]
    named = place.casefold().partition(":")[0] in settings().hosts.casefold().replace(",", " ").split()
    return place.casefold() == host.casefold() or named


def _telling(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in TOLD.items():
                headers.setdefault(name, value)
        await send(message)

    return told
