"""Strangers' requests at the door of the real app: names, origins, methods, how often; and what browsers are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from hub.ui import doors
from hub.ui.doors import Doors

STRANGE_HOSTS = (
    "evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example#localhost",
    "localhost@evil.example", "localhost/evil", "evil.example\\@localhost", "evil.example,localhost", "", "[::1", "localhost:x",
    "127.0.0.1:99999999", "0x7f.1.example", "xn--lcalhost-54a", "hub.example.org.evil.example",
)  # fmt: skip
STRANGE_ORIGINS = (
    "http://evil.example", "null", "http://127.0.0.1.evil.example:8501", "http://127.0.0.1:9999", "http://localhost", "",
    "https://hub.example.org.evil.example", "file://", "http://127.0.0.1:8501@evil.example",
)  # fmt: skip
GOOD_HOSTS = (
    "127.0.0.1:8501",
    "localhost:8501",
    "[::1]:8501",
    "192.168.1.5",
    "hub.example.org",
    "HUB.example.org:443",
    "localhost.",
)


async def page(_request: object) -> PlainTextResponse:
    return PlainTextResponse("in")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("in")
    await socket.close()


@pytest.fixture
def client(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("HUB_HOSTS", "hub.example.org")
    routes = [Route("/", page, methods=["GET", "POST"]), Route("/radar/{name}", page), WebSocketRoute("/stream", stream)]
    yield TestClient(Starlette(routes=routes, middleware=[Middleware(Doors)]), base_url="http://127.0.0.1:8501")


@pytest.mark.parametrize("host", STRANGE_HOSTS)
def test_a_name_that_is_not_ours_gets_neither_page_nor_session(host: str, client: TestClient) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/stream", headers={"host": host}):
        pass


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_our_own_names_are_answered(host: str, client: TestClient) -> None:
    assert client.get("/", headers={"host": host}).text == "in"
    with client.websocket_connect("/stream", headers={"host": host, "origin": f"http://{host}"}) as socket:
        assert socket.receive_text() == "in"


@pytest.mark.parametrize("origin", STRANGE_ORIGINS)
def test_a_page_of_another_origin_can_act_on_nothing(origin: str, client: TestClient) -> None:
    assert client.post("/", headers={"origin": origin}).status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/stream", headers={"origin": origin}):
        pass


def test_two_host_headers_are_refused(client: TestClient) -> None:
    assert client.get("/", headers=[("host", "localhost"), ("host", "evil.example")]).status_code == 421


def test_every_answer_forbids_frames_other_servers_and_guessing_of_types(client: TestClient) -> None:
    for answer in (client.get("/"), client.get("/nothing"), client.get("/", headers={"host": "evil.example"})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        sources = answer.headers["content-security-policy"].replace("'", "").split()
        assert not any("*" in source or "http" in source for source in sources)


def test_tokens_cannot_be_tried_by_the_thousand(client: TestClient) -> None:
    answers = [client.get(f"/radar/{n}.xml").status_code for n in range(doors.A_MINUTE + 5)]
    assert answers.count(429) == 5 and answers[: doors.A_MINUTE] == [200] * doors.A_MINUTE
    assert client.get("/").status_code == 200


def test_the_app_stands_behind_this_door() -> None:
    text = (Path(__file__).resolve().parents[2] / "app.py").read_text("utf-8")
    assert "middleware=[Middleware(Doors)]" in text
