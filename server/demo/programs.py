"""The reseller's other systems: tokens of the API in use, and addresses that are told of what happens.

Nobody has these tokens, and what is sent now reaches nobody: names under `example` lead nowhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from server.api.scopes import ApiScope
from server.demo.world import World, as_json
from server.webhooks.kinds import TEST, WebhookKind
from server.webhooks.payloads import written

READS = (ApiScope.ORDERS_READ, ApiScope.CUSTOMERS_READ, ApiScope.EQUIPMENT_READ)
SENT = (
    WebhookKind.ORDER_CLOSED,
    WebhookKind.ORDER_OPENED,
    WebhookKind.ORDER_DISPATCHED,
    WebhookKind.DELIVERY_MADE,
    WebhookKind.ORDER_CHANGED,
)


def make_programs(world: World) -> None:
    """After everything else, so that the other rows stay as they were."""
    now = world.now
    _token(world, "Painel de indicadores", READS, now - timedelta(days=40), used=now - timedelta(minutes=12))
    client = world.clients[0]
    _token(
        world,
        f"Sistema de {client.name}"[:60],
        (ApiScope.ORDERS_READ, ApiScope.ORDERS_WRITE),
        now - timedelta(days=20),
        used=now - timedelta(hours=5),
        customers=(str(client.id),),
    )
    _token(world, "Site antigo", READS[:1], now - timedelta(days=300), revoked=now - timedelta(days=9))
    erp = _endpoint(world, "ERP da revenda", "https://erp.ilha.example/webhooks", now - timedelta(days=40))
    for number, kind in enumerate(SENT):
        at = now - timedelta(hours=3 * number + 1)
        _delivery(world, erp, kind.value, at, status=204)
    _delivery(world, erp, TEST, now - timedelta(days=2), status=500)
    _endpoint(
        world,
        "Planilha de entregas",
        "https://planilha.example/entradas",
        now - timedelta(days=90),
        disabled=now - timedelta(days=30),
    )


def _token(
    world: World,
    name: str,
    scopes: tuple[ApiScope, ...],
    created: datetime,
    *,
    used: datetime | None = None,
    revoked: datetime | None = None,
    customers: tuple[str, ...] = (),
) -> None:
    token_id = world.id_at(created)
    world.add(
        "api_token",
        id=token_id,
        created_by_id=world.users["admin"],
        name=name,
        token_hash=token_id.hex,  # the hash of nothing
        ending=f"{world.rng.getrandbits(16):04x}",
        scopes=as_json([scope.value for scope in scopes]),
        reach="customers" if customers else "companies",
        reach_ids=as_json(list(customers)),
        created_at=created,
        expires_at=created + timedelta(days=365),
        last_used_at=used,
        last_used_from="203.0.113.40" if used else "",
        revoked_at=revoked,
    )


def _endpoint(
    world: World, description: str, url: str, created: datetime, *, disabled: datetime | None = None
) -> object:
    endpoint_id = world.id_at(created)
    world.add(
        "webhook_endpoint",
        id=endpoint_id,
        created_by_id=world.users["admin"],
        url=url,
        description=description,
        kinds=as_json(sorted(kind.value for kind in SENT)),
        company_ids="[]",
        is_active=disabled is None,
        created_at=created,
        disabled_at=disabled,
        disabled_reason="nenhum envio chegou em cinco dias" if disabled else "",
    )
    return endpoint_id


def _delivery(world: World, endpoint_id: object, kind: str, at: datetime, *, status: int) -> None:
    is_sent = status < 300
    world.add(
        "webhook_delivery",
        id=world.id_at(at),
        endpoint_id=endpoint_id,
        kind=kind,
        payload=written(kind, at, {}),
        state="sent" if is_sent else "dead",
        attempts=1 if is_sent else 10,
        due_at=at,
        last_status=status,
        created_at=at,
        ended_at=at + timedelta(seconds=1),
    )
