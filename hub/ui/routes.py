"""Plain addresses beside the pages, which ``app.py`` serves: each radar as an Atom feed, and Today by its name."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.errors import HubError
from hub.radar.delivery.feed import atom
from hub.radar.model import folded
from hub.radar.service import listed
from hub.radar.store import find
from hub.ui import data

NOTHING = "There is no radar feed at this address. Copy it anew from the Radar page.\n"


async def radar_feed(request: Request) -> Response:
    """Answer ``/radar/<token>.xml``, or ``/radar/<name>.xml?token=<token>``, with the radar's Atom feed.

    Whoever has the token may read it and nobody else: a wrong token and a name without one get the same 404.
    """
    name = request.path_params["name"]
    token = request.query_params.get("token", name)
    address = str(request.url)
    try:
        found = await run_in_threadpool(_feed, name, token, address)
    except HubError as e:
        return PlainTextResponse(f"{e}\n", 503)
    if found is None:
        return PlainTextResponse(NOTHING, 404)
    headers = {"Cache-Control": "private, max-age=900", "Referrer-Policy": "no-referrer"}
    return Response(found, media_type="application/atom+xml", headers=headers)


def _feed(name: str, token: str, address: str) -> bytes | None:
    found = find(data.home(), token)
    if found is None:
        return None
    store, radar = found
    if name != token and folded(name) != folded(radar.name):
        return None
    listing = listed(store, radar, data.snapshot(), data.corpus(), data.home(), abstracts=True, explore_every=0)
    return atom(listing, token, address=address)


async def today(request: Request) -> Response:
    """Send ``/today``, which readers type and keep, on to the root, where Streamlit serves the first page."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./", 307)


routes = [Route("/today", today), Route("/radar/{name}.xml", radar_feed)]
"""For ``streamlit.App(routes=...)``."""
