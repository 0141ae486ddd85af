"""Telling the page of the synchronisation that something about it changed: after the commit."""

from __future__ import annotations

from uuid import UUID

from server.web.live import publish


def monitor_topic(reseller_id: UUID) -> str:
    return f"reseller:{reseller_id}:bridge"


async def tell_monitor(reseller_id: UUID) -> None:
    await publish(monitor_topic(reseller_id))
