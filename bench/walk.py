"""A walk through the portal as one person of each profile: finds the pages by their links, and asks again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import psutil

from bench.addresses import QUERIES, UNREACHED
from bench.page_table import PLAINEST, Measured
from bench.process import cpu_of
from bench.table import percentile
from server import settings
from server.accounts.actor import Role
from server.accounts.sessions import begin_session
from server.accounts.tables import User
from server.app import create_lasting_app
from server.database import platform
from server.demo.logins import LOGINS
from server.demo.tenants import ILHA
from tests.desk.counting import counted_queries
from tests.postgres import PrivatePostgres
from tests.web.addresses import INSIDE, PAGES
from tests.web.matrix import Access

_LINK = re.compile(r"""(?:href|src|action|hx-get|hx-post|data-[a-z-]+)="(/[^"]*)\"""")
WARM = 3


async def walk(cluster: PrivatePostgres | None, rounds: int, only: str) -> tuple[list[Measured], list[str]]:
    """What was measured, and the routes that a link led to or not, against what `bench.addresses` says."""
    app: Any = create_lasting_app()
    async with app.lifespan():
        asking = Asking(app, cluster, rounds)
        plainest = await asking.measure(PLAINEST, PLAINEST, "nobody")
        lines: list[Measured] = []
        for login in (None, *LOGINS):
            asking.token = await _token(login.local) if login else ""
            role = login.role if login else None
            for access, name, address in await Visitor(asking, role).addresses():
                if access.path.startswith(only):
                    lines.append(await asking.measure(address, name, role.value if role else "nobody"))
    missed = {access.path for access in PAGES} - {line.page.split(" ")[0].split("?")[0] for line in lines}
    unknown = missed ^ UNREACHED.keys()
    plain = plainest.cpu_ms
    return [replace(line, ratio=line.cpu_ms / plain) for line in [plainest, *lines]], sorted(unknown)


async def _token(local: str) -> str:
    with platform():
        user = await User.objects().get(User.email == f"{local}@{ILHA.slug}.example")
        assert user is not None
        _, token = await begin_session(
            user.id,
            user.reseller_id,
            now=datetime.now(UTC),
            settings=settings.current(),
            address="",
            user_agent="bench",
        )
    return token


def _has(access: Access, role: Role) -> bool:
    return access.roles is not None and role in access.roles


def _name(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


class Visitor:
    """Somebody who opens what the pages link to, until every route that names a row has one."""

    def __init__(self, asking: Asking, role: Role | None) -> None:
        self._asking = asking
        self._role = role
        self._links: dict[str, None] = {}

    async def addresses(self) -> list[tuple[Access, str, str]]:
        """Route, name and address of all that is to be measured."""
        left = [one for one in PAGES if (one.roles is None if self._role is None else _has(one, self._role))]
        found: list[tuple[Access, str, str]] = []
        while reached := [(access, address) for access in left if (address := self._address(access))] or [
            (access, access.path) for access in left if "{" not in access.path
        ]:
            for access, address in sorted(reached, key=lambda one: one[0].path):
                left.remove(access)
                for query in ("", *QUERIES.get(access.path, ())):
                    joined = address + ("&" if "?" in address else "?") + query if query else address
                    if await self._open(joined):
                        found.append((access, _name(access.path, query), joined))
                found += [(access, f"{access.path} next page", one) for one in self._next_of(address)]
        return sorted(found, key=lambda one: one[1])

    async def _open(self, address: str) -> bool:
        """Whether there is a page; its links are kept."""
        status, body, place = await self._asking.ask(address)
        if place:
            self._links.setdefault(place)
        for link in _LINK.findall(body.decode()):
            self._links.setdefault(unescape(link))
        return status == 200

    def _next_of(self, address: str) -> list[str]:
        path = address.partition("?")[0]
        return [one for one in self._links if one.startswith(f"{path}?") and "after=" in one][:1]

    def _address(self, access: Access) -> str | None:
        if access.path == "/entrance/{slug:str}":
            return f"/entrance/{ILHA.slug}"
        if access.names_a_row or "{" in access.path:
            return self._linked(access)
        return INSIDE.get(access.path, access.path)

    def _linked(self, access: Access) -> str | None:
        path = re.sub(r"\{\w+:uuid\}", "[0-9a-f-]{36}", access.path.replace(".", r"\."))
        pattern = re.compile(re.sub(r"\{\w+:\w+\}", "[^/?]+", path) + r"(\?.+)?")
        wants_query = access.has_row and "{" not in access.path
        for link in self._links:
            if pattern.fullmatch(link) and (not wants_query or "_id=" in link):
                return link
        return None


class Asking:
    """Asks the app itself, as a browser does."""

    def __init__(self, app: Any, cluster: PrivatePostgres | None, rounds: int) -> None:
        self._app = app
        self._cluster = cluster
        self._rounds = rounds
        self.token = ""

    async def measure(self, address: str, name: str, role: str) -> Measured:
        status, body, _ = 0, b"", ""
        for _ in range(WARM):
            status, body, _ = await self.ask(address, encoding="br")
        if status != 200:
            raise SystemExit(f"{address} as {role}: {status}")
        with counted_queries() as asked:
            await self.ask(address, encoding="br")
        times: list[float] = []
        cpu = self._cpu_s()
        for _ in range(self._rounds):
            began = time.perf_counter()
            await self.ask(address, encoding="br")
            times.append((time.perf_counter() - began) * 1000)
        cpu = (self._cpu_s() - cpu) * 1000 / self._rounds
        p50, p95 = percentile(times, 50), percentile(times, 95)
        return Measured(name, role, len(asked), p50, p95, cpu, 1.0, len(body))

    async def ask(self, address: str, encoding: str = "") -> tuple[int, bytes, str]:
        """Status, body and where it redirects to."""
        path, _, query = address.partition("?")
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin", "accept-encoding": encoding}
        if self.token:
            headers["cookie"] = f"session={self.token}"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path.partition("#")[0],
            "raw_path": path.encode(),
            "query_string": query.partition("#")[0].encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        messages = iter([{"type": "http.request", "body": b"", "more_body": False}])
        answer: dict[str, Any] = {}
        chunks: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return next(messages, {"type": "http.disconnect"})

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer.update(message)
            else:
                chunks.append(message.get("body", b""))

        await self._app(scope, receive, send)
        places = [value.decode() for name, value in answer["headers"] if name.lower() == b"location"]
        return answer["status"], b"".join(chunks), places[0] if places else ""

    def _cpu_s(self) -> float:
        return time.process_time() + sum(cpu_of(pid) for pid in self._backends())

    def _backends(self) -> Iterator[int]:
        if self._cluster is not None:
            for process in psutil.Process(self._cluster.pid).children():
                yield process.pid
