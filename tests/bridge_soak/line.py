"""The line between bridge and portal: loses requests and answers, cuts, doubles and delays them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from typing import Any

FAULTS = ("request lost", "answer lost", "answer cut", "sent twice", "sent again later", "slow")
CHANCE = 0.3
LATER_S = 2.0


class Line:
    """Speaks plain HTTP at `url`; `port` is asked for each request. `is_good` lets everything through."""

    def __init__(self, port: int, dice: random.Random) -> None:
        self._port = port
        self._dice = dice
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.is_good = False
        self.faults = Counter[str]()
        self.url = ""

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._keep(task)
        with suppress(OSError, asyncio.IncompleteReadError):
            request = await _request(reader)
            answer = await self._talk(request)
            if answer:
                writer.write(answer)
                await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _talk(self, request: bytes) -> bytes | None:
        fault = None
        if not self.is_good and self._dice.random() < CHANCE:
            fault = self._dice.choice(FAULTS)
            self.faults[fault] += 1
        match fault:
            case "request lost":
                return None
            case "answer lost":
                await self._forward(request)
                return None
            case "answer cut":
                answer = await self._forward(request)
                return answer and answer[: len(answer) // 2]
            case "sent twice":
                await self._forward(request)
            case "sent again later":
                self._keep(asyncio.create_task(self._again(request, self._dice.uniform(0, LATER_S))))
            case "slow":
                await asyncio.sleep(self._dice.uniform(0, LATER_S))
        return await self._forward(request)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _again(self, request: bytes, seconds: float) -> bytes | None:
        await asyncio.sleep(seconds)
        return await self._forward(request)

    async def _forward(self, request: bytes) -> bytes | None:
        """The whole answer, or as much as came; None when nobody is there."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return None
        answer = b""
        with suppress(OSError):
            writer.write(request)
            await writer.drain()
            while piece := await reader.read(65536):
                answer += piece
        writer.close()
        return answer


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One request, which asks for the connection to be closed after its answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head[:-4].split(b"\r\n")
    names = [line.partition(b":")[0].strip().lower() for line in lines]
    length = _header(lines, names, b"content-length")
    body = await reader.readexactly(int(length)) if length else b""
    kept = [line for line, name in zip(lines, names, strict=True) if name != b"connection"]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""]) + body


def _header(lines: list[bytes], names: list[bytes], name: bytes) -> bytes | None:
    return lines[names.index(name)].partition(b":")[2].strip() if name in names else None
