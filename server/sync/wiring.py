"""What the sync's routes stand on in this portal: its database, its object store, its applications."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Request
from litestar.datastructures import State

from offline_sync.ports import Application
from offline_sync.service import Service
from piccolo_conf import DB
from server.accounts.actor import Role
from server.settings import Settings
from server.sync.poke import PulseWatch, poke
from server.web.stores import object_store


def applications() -> dict[str, Application]:
    """By the kind of client that speaks."""
    from server.sync.bridge import BridgeApplication
    from server.sync.technician import TechnicianApplication

    return {"phone": TechnicianApplication(), "bridge": BridgeApplication()}


def make_service(settings: Settings) -> Service:
    """The protocol over this portal's database and files."""
    return Service(DB, object_store(settings), applications(), poke=poke)


def provide_sync(state: State, request: Request[Any, Any, Any]) -> Service:
    """One service a running portal; a test puts its own into the state. A bridge's has limits of its own."""
    if "sync" not in state:
        state["sync"] = make_service(state["settings"])
    service: Service = state["sync"]
    actor = request.scope.get("user")
    if actor is not None and actor.role is Role.BRIDGE:
        from server.sync.bridge import LIMITS

        return replace(service, limits=LIMITS)
    return service


def provide_watch(state: State) -> PulseWatch:
    if "pulse_watch" not in state:
        state["pulse_watch"] = PulseWatch(DB)
    watch: PulseWatch = state["pulse_watch"]
    return watch
