"""Sees every answer that the server gives, also those that nobody receives, and holds it to the invariants.

It keeps what a single answer cannot show: which results and cursors were given before, and which rows left.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import msgspec

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.database import platform

if TYPE_CHECKING:
    from tests.model.portal import Portal

# Where the rows of each kind live.
TABLES = {
    "me": "app_user",
    "order": "service_order",
    "customer": "customer",
    "equipment": "equipment",
    "meter_reading": "meter_reading",
    "past_visit": "visit",
    "triage_message": "triage_message",
    "checklist": "checklist_version",
    "part": "part",
    "part_request": "part_request",
    "visit": "visit",
    "file_receipt": "sync_file",
    "effect": "model_effect",
}
RESULTS_A_PULL = 1000


class Witness:
    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._owners: dict[tuple[str, str], UUID | None] = {}
        self.forget()

    def forget(self) -> None:
        """The database is another one: nothing that was said before binds it."""
        self._results: dict[tuple[str, int], Any] = {}
        self._cursors: dict[str, int] = defaultdict(int)
        self._offered: dict[str, int] = defaultdict(int)
        self.acknowledged: dict[str, int] = defaultdict(int)
        self.departed: dict[tuple[str, str, str], int] = {}

    def heard(self, request: httpx.Request) -> None:
        """A cursor acknowledges once the server reads it, whatever becomes of the answer."""
        if request.url.path == "/sync/v1/pull":
            with suppress(msgspec.DecodeError):  # a request that was cut
                asked = msgspec.json.decode(request.content)
                client = asked["client_id"]
                self._offered[client] = max(self._offered[client], asked["cursor"])

    async def saw(self, request: httpx.Request, answer: httpx.Response) -> None:
        path = request.url.path
        if answer.status_code != 200 or path not in {"/sync/v1/push", "/sync/v1/pull"}:
            return
        asked, told = msgspec.json.decode(request.content), msgspec.json.decode(answer.content)
        client = asked["client_id"]
        self._results_never_change(client, told)
        if path == "/sync/v1/pull":
            token = request.headers["authorization"].removeprefix("Bearer ")
            await self._rows_are_their_own(self._portal.actor(token), client, told)
            if asked.get("page") is None and asked["epoch"] == told["epoch"] and not told["reset"]:
                self.acknowledged[client] = max(self.acknowledged[client], asked["cursor"])
            if told["more"] is None:
                self._cursor_goes_on(client, told)
                self._results_are_bounded(asked, told)

    def _results_never_change(self, client: str, told: dict[str, Any]) -> None:
        """Invariants 2 and 10: one final result, however often it is asked for."""
        for result in told["results"]:
            before = self._results.setdefault((client, result["seq"]), result)
            assert before == result, f"inv 2: the result of {result['seq']} changed: {before} → {result}"
            assert result["seq"] <= told["lmid"], "inv 4: a result beyond lmid"

    def _cursor_goes_on(self, client: str, told: dict[str, Any]) -> None:
        assert told["cursor"] >= self._cursors[client], (
            f"inv 8: the server's cursor went back from {self._cursors[client]} to {told['cursor']}"
        )
        self._cursors[client] = told["cursor"]

    def _results_are_bounded(self, asked: dict[str, Any], told: dict[str, Any]) -> None:
        numbers = [result["seq"] for result in told["results"]]
        assert len(numbers) <= RESULTS_A_PULL, "inv 14: more results than a pull may answer"
        assert all(number > asked.get("acked", 0) for number in numbers), (
            "inv 14: an acknowledged result again"
        )

    async def _rows_are_their_own(self, actor: Actor, client: str, told: dict[str, Any]) -> None:
        """Invariant 6: nothing of another reseller, and of people nothing but their own."""
        for kind, row_id, _, body in told["rows"]:
            owner = await self._owner(kind, row_id)
            assert owner == actor.reseller_id, f"inv 6: a {kind} of another reseller was sent"
            if kind == "me":
                assert UUID(row_id) == actor.user_id, "inv 6: somebody else's own row"
            if kind == "visit":
                assert body["technician_id"] == str(actor.technician_id), "inv 6: a colleague's visit"

    async def _owner(self, kind: str, row_id: str) -> UUID | None:
        key = (kind, row_id)
        if key not in self._owners:
            with platform():
                async with DB.reading() as conn:
                    rows = await conn.fetch(
                        f"select reseller_id from {TABLES[kind]} where id = $1", UUID(row_id)
                    )
            self._owners[key] = UUID(str(rows[0][0])) if rows else None
        return self._owners[key]

    def departures(self, told: dict[tuple[str, str, str], tuple[int, bool]]) -> None:
        """`told`: (client, kind, row) → (patch, whether it left), as the server remembers it. Invariant 6:
        a departure is only forgotten once its client acknowledged it; the row may also come back."""
        for key, patch in self.departed.items():
            assert key in told or patch <= self._offered[key[0]], (
                f"inv 6: {key[1]} {key[2]} left with patch {patch} and was forgotten, but its client had"
                f" only acknowledged {self._offered[key[0]]}"
            )
        self.departed = {key: patch for key, (patch, is_gone) in told.items() if is_gone}
