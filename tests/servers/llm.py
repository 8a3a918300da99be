"""A misbehaving OpenAI-compatible server: real HTTP on the loopback, answers streamed as server-sent events.

A *script* is a function of the request's messages that gives the answer; faults (refusals, stalls, cuts) are set on the server.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Messages = list[dict[str, str]]
Script = Callable[[Messages], str]
HEADINGS = (
    "What is new",
    "Themes across fields",
    "Where they meet",
    "Tensions and contradictions",
    "Gaps and opportunities",
    "What to read first",
)


@dataclass
class LlmServer:
    """What the server does, and what it was asked."""

    script: Script
    refusals: list[int] = field(default_factory=list)
    """Status codes to answer with before the first good answer."""
    cut_after: int = 0
    """Characters after which an answer ends with finish_reason ``length``; 0 never."""
    cuts: int = 1_000_000
    """How many answers are cut."""
    drop_after: int = 0
    """Characters after which the connection is closed without an end; 0 never."""
    stall_after: int = 0
    stall_s: float = 0.0
    redirect: str = ""
    asked: list[Messages] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


def writes(messages: Messages) -> bool:
    """Return whether a request asks for the text itself, not for quotes, an outline, a check or a translation."""
    return "Now write the briefing" in messages[1]["content"]


def papers(messages: Messages) -> dict[int, tuple[str, list[str]]]:
    """Return the title and the abstract's sentences of each paper in a prompt, by its number."""
    found = {}
    for number, text in re.findall(r'<paper number="(\d+)">\n(.*?)\n</paper>', messages[-1]["content"], re.DOTALL):
        title, _, abstract = text.split("\n", 2)
        found[int(number)] = (title, re.split(r"(?<=[.!?])\s+(?=[A-Z])", abstract))
    return found


def under_headings(lines: list[str]) -> str:
    """Spread sentences over the six sections."""
    parts = [f"## {heading}\n\n" + "\n".join(f"- {line}" for line in lines[i::6]) for i, heading in enumerate(HEADINGS)]
    return "\n\n".join(parts)


def honest(messages: Messages) -> str:
    """Write abstracts' own sentences, each with its citation; answer the other requests as they ask."""
    system = messages[0]["content"]
    if "Translate each numbered" in system:
        return "\n".join(f"{n}. 译文{figures(text)}。" for n, text in re.findall(r"(?m)^(\d+)\. (.+)$", messages[1]["content"]))
    if "You check numbered sentences" in system:
        return "\n".join(f"{n}. SUPPORTED" for n in re.findall(r"(?m)^(\d+)\. .+ \(cites ", messages[1]["content"]))
    if "failed a check" in system:
        return "\n".join(f"{n}. DELETE" for n, _ in re.findall(r"(?m)^(\d+)\. (.+)$", messages[1]["content"]))
    if not writes(messages):
        return "\n".join(f"- {sentences[0]} [{n}]" for n, (_, sentences) in papers(messages).items())
    return under_headings([f"{max(s, key=len)} [{n}]" for n, (_, s) in papers(messages).items()])


def figures(text: str) -> str:
    """Return the numbers and citations of a sentence, for a translation that keeps them."""
    return " ".join(re.findall(r"\[F?\d+\]|\d[\d.]*\d|\d", text))


@contextmanager
def serving(server: LlmServer) -> Iterator[LlmServer]:
    """Run the server on a free port of the loopback; its address is in ``server.url``."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    httpd.daemon_threads = True
    server.url = f"http://127.0.0.1:{httpd.server_address[1]}/v1"
    thread = threading.Thread(target=httpd.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def _handler(server: LlmServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.headers.append({name.lower(): text for name, text in self.headers.items()})
            if server.redirect:
                self._plain(307, {}, {"Location": server.redirect})
                return
            if server.refusals:
                status = server.refusals.pop(0)
                self._plain(
                    status, {"error": {"message": f"no: {self.headers.get('Authorization', '')}"}}, {"Retry-After-Ms": "10"}
                )
                return
            server.asked.append(body["messages"])
            text = server.script(body["messages"])
            finish = "stop"
            if server.cut_after and server.cuts > 0 and len(text) > server.cut_after:
                text, finish = text[: server.cut_after], "length"
                server.cuts -= 1
            self._stream(text, finish)

        def _plain(self, status: int, value: Any, headers: dict[str, str]) -> None:
            data = json.dumps(value).encode()
            self.send_response(status)
            for name, text in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(data)

        def _stream(self, text: str, finish: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                for start in range(0, len(text), 40):
                    if server.stall_after and start >= server.stall_after:
                        time.sleep(server.stall_s)
                    if server.drop_after and start >= server.drop_after:
                        self.close_connection = True
                        return
                    self._event(
                        {"choices": [{"index": 0, "delta": {"content": text[start : start + 40]}, "finish_reason": None}]}
                    )
                self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
                self._event({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}})
                self.wfile.write(b"data: [DONE]\n\n")
            except (BrokenPipeError, ConnectionResetError):
                return
            self.close_connection = True

        def _event(self, value: dict[str, Any]) -> None:
            whole = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "test", **value}
            self.wfile.write(f"data: {json.dumps(whole)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            return

    return Handler
