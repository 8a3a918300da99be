"""Whether the app lives, whether it can show papers, and what it tells Prometheus: ``/healthz``, ``/readyz``, ``/metrics``."""

from __future__ import annotations

import ipaddress
import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from hub import __version__
from hub.errors import HubError
from hub.permissions import is_loopback
from hub.settings import settings
from hub.storage import snapshot
from hub.ui import metrics
from hub.ui.reader import PASSED_ON

TEXT = "text/plain; version=0.0.4; charset=utf-8"
CLOSED = "These figures are for this machine. Whoever runs AcademicHub names other addresses by HUB_METRICS.\n"
FRESH_S = 2.0
_seen: dict[str, tuple[float, int, dict[str, str]]] = {}


async def healthz(request: Request) -> JSONResponse:
    """Answer that the web process lives, and which Snapshot it shows where that can be told: no damaged file is its death."""
    return JSONResponse({"status": "ok", "version": __version__, "snapshot": await run_in_threadpool(_version)})


def _version() -> str | None:
    try:
        return snapshot.current_version(settings().home)
    except (HubError, OSError):
        return None


async def readyz(request: Request) -> JSONResponse:
    """Answer 200 where a Snapshot can be shown, an older one in place of a damaged one too; else 503 and why."""
    code, told = await run_in_threadpool(_ready)
    return JSONResponse(told, code)


def _ready() -> tuple[int, dict[str, str]]:
    """Whether it is ready, looked at every :data:`FRESH_S` seconds at most."""
    try:
        home = settings().home
        when, code, told = _seen.get(str(home), (0.0, 0, {}))
        if time.monotonic() - when > FRESH_S or not told:
            code, told = _looked_at()
            _seen.clear()
            _seen[str(home)] = (time.monotonic(), code, told)
    except (HubError, OSError) as e:
        return 503, {"status": "not ready", "why": str(e)}
    return code, told


def _looked_at() -> tuple[int, dict[str, str]]:
    try:
        now = snapshot.load(settings().home, columns=("id",))
    except (HubError, OSError) as e:
        return 503, {"status": "not ready", "why": str(e)}
    return 200, {"status": "ready", "snapshot": now.version, "instead_of": now.instead_of, "left_out": ", ".join(now.damaged)}


async def figures(request: Request) -> Response:
    """Answer Prometheus, on this machine or at an address that HUB_METRICS names; nobody else, and no proxy's visitors."""
    if not _may_know(request):
        return PlainTextResponse(CLOSED, 403)
    return Response(await run_in_threadpool(metrics.exposition), media_type=TEXT)


def _may_know(request: Request) -> bool:
    if request.client is None or any(request.headers.get(name) for name in PASSED_ON):
        return False
    if is_loopback(request.client.host):
        return is_loopback(request.headers.get("host"))
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    return any(address in network for network in settings().metrics_networks)


routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", figures)]
"""For ``streamlit.App(routes=...)``."""
