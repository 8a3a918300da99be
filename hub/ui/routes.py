"""Plain addresses beside the pages, which ``app.py`` serves: each radar as an Atom feed, and Today by its name."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.errors import HubError
from hub.permissions import OWNER, Reader, Role, acting
from hub.radar.delivery.address import PATH, confirm
from hub.radar.delivery.feed import atom
from hub.radar.model import folded
from hub.radar.service import listed
from hub.radar.store import find
from hub.ui import data, served

ASKED = (
    "<!doctype html><meta charset=utf-8><title>AcademicHub</title><form method=post>"
    "<p>Have digests of new papers mailed to this address?</p><button>Confirm this address</button></form>\n"
)
CONFIRMED = "This address is confirmed: digests go there from now on.\n"
EXPIRED = "This link was used already or is too old. Save the radar again for another one.\n"
GONE = "This is not kept any more. Load the page again.\n"
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
    with acting(Reader(Role.READER, store.reader)):  # vectors of the reader's own papers are kept with them
        listing = listed(store, radar, data.snapshot(), data.corpus(), data.home(), abstracts=True, explore_every=0)
    return atom(listing, token, address=address)


async def confirm_mail(request: Request) -> Response:
    """Answer the link of a mail with a button, and the button with what came of it: what merely looks at links presses none."""
    token = request.query_params.get("token", "")
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    if request.method != "POST":
        return HTMLResponse(ASKED, headers=headers)
    try:
        with acting(OWNER):
            address = await run_in_threadpool(confirm, data.home(), token)
    except HubError as e:
        return PlainTextResponse(f"{e}\n", 503, headers=headers)
    return PlainTextResponse(CONFIRMED if address else EXPIRED, 200 if address else 404, headers=headers)


async def today(request: Request) -> Response:
    """Send ``/today``, which readers type and keep, on to the root, where Streamlit serves the first page."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./", 307)


async def kept_bytes(request: Request) -> Response:
    """Answer with bytes that a page has its reader's browser fetch; what an address holds never changes."""
    found = served.kept(request.path_params["key"])
    if found is None:
        return PlainTextResponse(GONE, 404)
    headers = {"Cache-Control": "private, max-age=604800, immutable"}
    return Response(found, media_type="application/octet-stream", headers=headers)


async def kept_answer(request: Request) -> Response:
    """Answer with what stands at ``?n=`` of a page's list: the title of a paper on the map."""
    number = request.query_params.get("n", "")
    found = served.answered(request.path_params["key"], int(number)) if number.isdecimal() and len(number) < 10 else None
    return (
        PlainTextResponse(GONE, 404) if found is None else JSONResponse(found, headers={"Cache-Control": "private, max-age=3600"})
    )


routes = [
    Route("/today", today), Route(PATH, confirm_mail, methods=["GET", "POST"]), Route("/radar/{name}.xml", radar_feed),
    Route(f"/{served.PATH}/{{key}}", kept_bytes), Route(f"/{served.ANSWERS}/{{key}}", kept_answer),
]  # fmt: skip
"""For ``streamlit.App(routes=...)``."""
