"""What goes wrong between a phone and its server, and on the phone itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from offline_sync.replica import Replica

FAULTS = ("drop", "lose", "duplicate", "truncate", "500", "401")


class LossyWire(httpx.AsyncBaseTransport):
    """Real HTTP, of which `rate` goes wrong."""

    def __init__(self, seed: int, rate: float = 0.4) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._random = random.Random(seed)
        self.rate = rate
        self.seen: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self._random.choice(FAULTS) if self._random.random() < self.rate else ""
        self.seen.add(fault)
        if fault == "drop":
            raise httpx.ConnectError("no network", request=request)
        if fault == "401":
            return httpx.Response(401, json={"code": "login_required"}, request=request)
        response = await self._answer(request)
        if fault == "duplicate":
            response = await self._answer(request)
        if fault == "lose":
            raise httpx.ReadError("connection reset", request=request)
        if fault == "500":
            return httpx.Response(500, text="Internal Server Error", request=request)
        if fault == "truncate":
            cut = response.content[: len(response.content) // 2]
            headers = {
                name: value
                for name, value in response.headers.items()
                if name not in {"content-length", "content-encoding"}
            }
            return httpx.Response(response.status_code, headers=headers, content=cut, request=request)
        return response

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        await response.aread()
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class Killed(BaseException):
    """The phone went off."""


class MortalReplica(Replica):
    """Is killed now and then, right before or right after something was saved."""

    def __init__(self, path: str, dice: random.Random, rate: float = 0.15) -> None:
        self._dice = dice
        self._rate = 0.0
        super().__init__(path)
        self._rate = rate

    @contextmanager
    def _transaction(self, name: str) -> Iterator[None]:
        fate = self._dice.random()
        with super()._transaction(name):
            yield
            if fate < self._rate / 2:
                raise Killed(f"before {name}")
        if fate > 1 - self._rate / 2:
            raise Killed(f"after {name}")
