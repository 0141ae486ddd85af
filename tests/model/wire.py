"""A phone's line to the portal's routes, and a script of what goes wrong with the next requests."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

import httpx

from tests.model.sabotage import ServerKilled

if TYPE_CHECKING:
    from tests.model.portal import Portal

NOT_SENT = ("drop", "401", "413", "429", "503", "hold")
FAULTS = (
    *NOT_SENT,
    "cut",  # half of the request arrives
    "lose",  # the answer is lost after the commit
    "500",  # a proxy answers for a server that did it all
    "truncate",  # half of the answer arrives
    "twice",  # the request arrives twice, the second answer is the one that comes
    "twice_first",  # the first answer comes, after the second one was given
    "late",  # what was held back arrives first: an old request after newer ones
)
ANSWERS = {
    "401": {"code": "login_required"},
    "413": {"code": "body_too_large", "limit": 100},
    "429": {"code": "rate_limited", "retry_after": 1},
    "503": {"code": "busy", "retry_after": 1},
}

DATA_LANE = {"/sync/v1/push", "/sync/v1/pull"}


class Wire(httpx.AsyncBaseTransport):
    """`script` names the faults of the next requests, one each; after it the line is good."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self.script: deque[str] = deque()
        self.is_data_cut = False
        self.seen: Counter[str] = portal.seen

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_data_cut and request.url.path in DATA_LANE:
            return self._not_sent("503", request)
        fault = self.script.popleft() if self.script else ""
        self.seen[f"wire {fault}"] += 1
        if fault in NOT_SENT:
            return self._not_sent(fault, request)
        if fault == "late":
            await self._portal.deliver_held()
        if fault == "cut":
            await self._ask(_half_of(request))
            raise httpx.WriteError("connection reset", request=request)
        answer = await self._ask(request)
        if fault.startswith("twice"):
            second = await self._ask(request)
            answer = answer if fault == "twice_first" else second
        return self._delivered(fault, request, answer)

    def _not_sent(self, fault: str, request: httpx.Request) -> httpx.Response:
        if fault in ANSWERS:
            return httpx.Response(int(fault), json=ANSWERS[fault], request=request)
        if fault == "hold":
            self._portal.held.append(request)
        raise httpx.ConnectError("no network", request=request)

    def _delivered(self, fault: str, request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if fault == "lose":
            raise httpx.ReadError("connection reset", request=request)
        if fault == "500":
            return httpx.Response(500, text="Internal Server Error", request=request)
        if fault == "truncate":
            headers = {
                name: value
                for name, value in answer.headers.items()
                if name not in {"content-length", "content-encoding"}
            }
            cut = answer.content[: len(answer.content) // 2]
            return httpx.Response(answer.status_code, headers=headers, content=cut, request=request)
        return answer

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._portal.ask(request)
        except ServerKilled as death:
            raise httpx.ReadError(f"server killed at {death}", request=request) from death


def _half_of(request: httpx.Request) -> httpx.Request:
    """What of it arrived before the connection broke; to the server it looks whole."""
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    return httpx.Request(
        request.method, request.url, headers=headers, content=request.content[: len(request.content) // 2]
    )
