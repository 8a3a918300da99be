"""A reader of the app without a browser: Streamlit's own websocket messages, sent and read."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

TIMEOUT_S = 300.0


class Visitor:
    """One session. Each act sends what a browser would and waits until the run that it asked for is done."""

    def __init__(self, port: int) -> None:
        self._address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._origin = f"http://127.0.0.1:{port}"
        self.pages: dict[str, str] = {}
        """The hash of each page, by its address."""
        self.choices: dict[str, tuple[str, list[str]]] = {}
        """Widget id and options of each multiselect, by its label."""
        self.errors: list[str] = []
        self.received = 0
        self._page = ""
        self._chosen: dict[str, list[str]] = {}

    async def __aenter__(self) -> Visitor:
        self._socket = await websockets.connect(
            self._address, subprotocols=["streamlit"], origin=self._origin, max_size=None, open_timeout=TIMEOUT_S,
            ping_interval=None,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def open(self, page: str = "") -> float:
        """Ask for a page; return the seconds until its run was done."""
        self._page = self.pages.get(page, "")
        return await self._run()

    async def choose(self, label: str, values: list[str]) -> float:
        """Set a filter of the sidebar; return the seconds until the page's run was done."""
        self._chosen[self.choices[label][0]] = values
        return await self._run()

    async def _run(self) -> float:
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.context_info.url = self._origin
        for widget, values in self._chosen.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = widget
            state.string_array_value.data.extend(values)
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(self._until_done(), TIMEOUT_S)
        return time.perf_counter() - began

    async def _until_done(self) -> None:
        while True:
            data: Any = await self._socket.recv()
            self.received += len(data)
            message = ForwardMsg()
            message.ParseFromString(data)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            elif kind == "delta" and message.delta.HasField("new_element"):
                self._seen(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return

    def _seen(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "multiselect":
            self.choices[element.multiselect.label] = (element.multiselect.id, list(element.multiselect.options))
        elif kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}"[:200])
