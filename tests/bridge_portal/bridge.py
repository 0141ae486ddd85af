"""A bridge to tell stories with: the protocol's own client, with a reseller's ILUX that is only spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from offline_sync.client import Client
from offline_sync.replica import Replica
from server.bridge.accounts import add_bridge
from server.settings import Settings
from tests.web.portal import ORIGIN

Row = dict[str, Any]


def row(entity: str, key: str, **data: Any) -> Row:
    return {"entity": entity, "key": key, "gone": False, "data": data}


def gone(entity: str, key: str) -> Row:
    return {"entity": entity, "key": key, "gone": True, "data": {}}


COMPANY = row("company", "1", name="Ilha Ltda", cnpj="11222333000181", trade_name="Ilha")
CUSTOMER = row("customer", "7", company="1", name="Padaria Aurora", cnpj_cpf="11444777000161", city="Palhoça")
MODEL = row("model", "M9", name="DCP-L5652", manufacturer="Brother", is_color=False)
CONTRACT = row("contract", "1|88", company="1", customer="7", number="88", kind="full", mono_allowance=2000)
MACHINE = row(
    "equipment", "501", company="1", customer="7", contract="1|88", model="M9", serial_number="U63885"
)
TECHNICIAN = row("technician", "T1", company="1", name="Jonas")
DEFECT = row("defect", "D1", code="D1", name="Atola papel")
BASICS = (COMPANY, CUSTOMER, MODEL, CONTRACT, MACHINE, TECHNICIAN, DEFECT)


def order(key: str = "1|5001", **more: Any) -> Row:
    data = {
        "company": "1",
        "customer": "7",
        "equipment": "501",
        "contract": "1|88",
        "technician": None,
        "defect": "D1",
        "ilux_number": key.rpartition("|")[2],
        "web_id": None,
        "status": "A",
        "description": "Atola na bandeja 2",
        "requester_name": "Rosa",
        "opened_at": "2026-03-02T11:00:00Z",
        **more,
    }
    return row("service_order", key, **data)


@dataclass
class Bridge:
    """`bring` records and sends; `messages` are what the portal asks, in order."""

    http: httpx.AsyncClient
    replica: Replica
    client: Client
    token: str

    async def do(self, name: str, **args: Any) -> dict[str, Any]:
        """One mutation, sent at once; its result."""
        seq = self.replica.record(name, args)
        await self.client.sync()
        return self.replica.results()[seq]

    async def bring(self, *rows: Row, load: UUID | None = None) -> dict[str, Any]:
        """The result's data."""
        result = await self.do("ilux_rows", load=None if load is None else str(load), rows=list(rows))
        assert result["status"] == "applied", result
        data: dict[str, Any] = result["data"]
        return data

    async def messages(self) -> list[dict[str, Any]]:
        await self.client.pull()
        return sorted(self.replica.rows("ilux_message").values(), key=lambda one: (one["n"], one["id"]))

    async def answer(
        self, message: dict[str, Any], status: str = "applied", reason: str | None = None, **keys: Any
    ) -> dict[str, Any]:
        return await self.do(
            "ilux_receipt", message_id=message["id"], status=status, keys=keys or None, reason=reason
        )

    async def beat(self, **more: Any) -> httpx.Response:
        body = {
            "queue": 0,
            "oldest_at": None,
            "errors": [],
            "last_cycle_at": datetime.now(UTC).isoformat(),
            "version": "1.0",
            "firebird": "3.0.11",
            "base_bytes": 200_000_000,
            "epoch": str(uuid4()),
            **more,
        }
        return await self.http.post("/bridge/v1/heartbeat", json=body)


async def connect(
    transport: httpx.ASGITransport, settings: Settings, slug: str, folder: Path, name: str = "bridge"
) -> Bridge:
    """A new account, and an installation with it."""
    token = await add_bridge(slug, now=datetime.now(UTC), settings=settings)
    http = httpx.AsyncClient(
        transport=transport,
        base_url=ORIGIN,
        headers={"authorization": f"Bearer {token}", "accept": "application/json"},
        timeout=60,
    )
    replica = Replica(folder / f"{name}.sqlite")
    return Bridge(http, replica, Client(replica, http, kind="bridge", name="Servidor ILUX"), token)
