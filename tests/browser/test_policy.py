"""The content policy that is sent, in a real Chromium: every page works under it, and what is put into a page does nothing."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.ui import doors
from tests.servers.feeds import fixed, publisher

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)
WATCH = """window.refused = [];
document.addEventListener('securitypolicyviolation', at => window.refused.push([at.effectiveDirective, at.blockedURI]));"""
PICTURES = {
    "Today": ".js-plotly-plot .point path", "Trends": ".js-plotly-plot .scatterlayer path", "Topics": ".st-key-topics-map canvas",
    "Bridges": "[class*=st-key-bridges]", "Papers": "[class*=st-key-card-]", "Radar": "[data-testid=stMain] [role=radio]",
    "Briefings": "[data-testid=stMain] h1", "Sources": "[data-testid=stDataFrame] canvas",
}  # fmt: skip
"""What shows on each page that its scripts were let run."""
UNTIL = """() => new Promise(done => {
  let looks = 0;
  const look = () => window.refused.length || ++looks > 400 ? done() : setTimeout(look, 50);
  look();
})"""
PUT_IN = {
    "a script": "const s = document.createElement('script'); s.textContent = 'window.PWNED = 1'; at.append(s)",
    "a handler": "at.innerHTML = '<img src=/nothing.png onerror=\"window.PWNED = 1\">'",
    "a drawing": "at.innerHTML = '<svg><animate attributeName=x dur=1s onbegin=\"window.PWNED = 1\"></animate></svg>'",
    "a link": "at.innerHTML = '<a href=\"javascript:window.PWNED = 1\">x</a>'; at.firstChild.click()",
    "eval": "setTimeout(() => { try { new Function('window.PWNED = 1')() } catch { } })",
    "a script of another server": "const s = document.createElement('script'); s.src = other + 'x.js'; at.append(s)",
    "an image of another server": "at.innerHTML = `<img src='${other}x.png'>`",
    "a frame of another server": "at.innerHTML = `<iframe src='${other}x.html'></iframe>`",
    "a style of another server": "at.innerHTML = `<link rel=stylesheet href='${other}x.css'>`",
    "a request": "fetch(other + 'x').catch(() => 0)",
    "a beacon": "navigator.sendBeacon(other + 'x', 'secret')",
    "a form": "at.innerHTML = `<form action='${other}x'></form>`; at.firstChild.submit()",
    "an object": "at.innerHTML = `<object data='${other}x'></object>`",
    "another base": "at.innerHTML = `<base href='${other}'>`",
}


@pytest.fixture(scope="module")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> str:
    return serve(Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("policy") / "home")))


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Page:
    """Return a window on the app that keeps what the policy refuses."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="en-US")
    context.set_default_timeout(60_000)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-testid=stMain] h1").first).to_be_visible()
    return page


def test_every_page_works_under_the_policy(page: Page, address: str) -> None:
    asked: set[str] = set()
    faults: list[str] = []
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.reload()
    for name, picture in PICTURES.items():
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(page).to_have_title(re.compile(f"^{name}"))
        expect(page.locator(picture).first).to_be_attached()
        assert page.evaluate("window.refused") == [], name
    assert page.evaluate("window.hubKeys"), "the keys' script runs: the policy names it"
    assert (faults, asked - {"", urlsplit(address).netloc}) == ([], set())


def test_a_picture_is_made_under_the_policy(page: Page) -> None:
    page.get_by_role("link", name="Trends", exact=True).first.click()
    expect(page).to_have_title(re.compile("^Trends"))
    expect(page.locator(PICTURES["Trends"]).first).to_be_attached()
    page.locator("[class*=-files] button").first.click()
    with page.expect_download() as given:
        page.get_by_text("PNG, 300 dpi").last.click()
    assert Path(given.value.path()).read_bytes().startswith(b"\x89PNG")
    assert page.evaluate("window.refused") == []


@pytest.mark.parametrize("what", PUT_IN)
def test_what_is_put_into_a_page_does_nothing(what: str, page: Page) -> None:
    def refused() -> Any:
        return page.evaluate("[window.PWNED ?? null, window.refused.length]")

    with publisher({"/*": fixed(b"window.PWNED = 1")}) as other:
        page.evaluate("window.refused = []; document.querySelector('#put-in')?.remove()")
        code = f"const other = {json.dumps(other.url + '/')}, at = document.createElement('div'); at.id = 'put-in'"
        page.evaluate(f"() => {{ {code}; document.body.append(at); {PUT_IN[what]} }}")
        page.evaluate(UNTIL)  # Playwright's own way to wait needs eval, which the policy forbids
        pwned, refusals = refused()
        assert pwned is None and refusals and not other.asked


def test_the_real_app_tells_a_stranger_nothing_and_takes_no_act(address: str) -> None:
    place = urlsplit(address)

    def asked(method: str, path: str, **headers: str) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection(place.netloc, timeout=60)
        connection.request(method, path, body=b"{}" if method == "POST" else None, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}

    for path in ("/", "/papers", "/healthz", "/static/js/x.js", "/nothing", "/radar/x.xml"):
        code, told = asked("GET", path)
        assert told["content-security-policy"] == doors.POLICY and told["x-content-type-options"] == "nosniff", (path, code)
        assert asked("GET", path, Host="evil.example")[0] == 421
    assert asked("POST", "/mail/confirm?token=x", Origin="http://evil.example")[0] == 403
    for path in ("/_stcore/agent/interact", "/_stcore/agent/mcp"):
        assert asked("POST", path, **{"Content-Type": "application/json"})[0] == 404
        assert asked("POST", path, Origin="http://evil.example")[0] == 403
    for host, origin in (("evil.example", "http://evil.example"), (place.netloc, "http://evil.example"), (place.netloc, "null")):
        with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=60) as door:
            door.sendall(
                f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            assert b" 101 " not in door.recv(200).split(b"\r\n")[0]
