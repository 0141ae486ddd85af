"""What an admin does with endpoints: adds, edits, tests, stops, gives another secret, sends again."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.confirmation import confirm_password
from server.accounts.scope import find_visible
from server.accounts.totp import seal
from server.accounts.user_queries import choices_for
from server.audit.actions import append
from server.problems import Problem
from server.settings import Settings
from server.web.live import publish
from server.webhooks.addresses import fault_of
from server.webhooks.deliveries import disable
from server.webhooks.kinds import TEST, WebhookKind
from server.webhooks.leaving import COURIER_TOPIC
from server.webhooks.payloads import written
from server.webhooks.rules import OLD_SECRET_GOOD_FOR
from server.webhooks.signing import new_secret
from server.webhooks.spreading import add
from server.webhooks.tables import WebhookDelivery, WebhookEndpoint

STOPPED_BY_HAND = "desativado por um administrador"
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class EndpointDetails:
    """As the form says it; without companies: all that its creator reaches."""

    url: str
    description: str
    kinds: frozenset[WebhookKind]
    company_ids: frozenset[UUID]


def faults(wanted: EndpointDetails, companies: Collection[UUID], settings: Settings) -> dict[str, str]:
    """By field, what to mend."""
    found = {}
    fault = fault_of(
        wanted.url, is_demo=not settings.is_production, private_hosts=settings.private_webhook_hosts
    )
    if fault:
        found["url"] = fault
    if len(wanted.description) > 120:
        found["description"] = "No máximo 120 caracteres."
    if not wanted.kinds:
        found["kinds"] = "Marque ao menos um acontecimento."
    if not wanted.company_ids <= set(companies):
        found["company_ids"] = "Escolha empresas da revenda."
    return found


async def add_endpoint(
    actor: Actor, wanted: EndpointDetails, password: str, settings: Settings, now: datetime, address: str
) -> tuple[UUID, str]:
    """Its id and secret. Raises `invalid`, `password_needed`, `wrong_password`."""
    await _check(actor, wanted, settings)
    await confirm_password(actor, password, now)
    endpoint_id, secret = uuid7(), new_secret()
    async with DB.transaction():
        await WebhookEndpoint.insert(
            WebhookEndpoint(
                id=endpoint_id,
                reseller_id=actor.reseller_id,
                created_by_id=actor.user_id,
                url=wanted.url,
                description=wanted.description,
                kinds=_kinds(wanted),
                company_ids=_company_ids(wanted),
                secret=seal(secret, settings.secret),
                created_at=now,
            )
        )
        await _audit(
            actor, endpoint_id, "added", address, url=_without_query(wanted.url), kinds=len(wanted.kinds)
        )
    return endpoint_id, secret


async def edit_endpoint(
    actor: Actor,
    endpoint_id: UUID,
    wanted: EndpointDetails,
    password: str,
    settings: Settings,
    now: datetime,
    address: str,
) -> None:
    """Raises `not_found`, `invalid`, `password_needed`, `wrong_password`."""
    before = await find_visible(actor, WebhookEndpoint, endpoint_id)
    await _check(actor, wanted, settings)
    await confirm_password(actor, password, now)
    async with DB.transaction():
        await WebhookEndpoint.update(
            {
                WebhookEndpoint.url: wanted.url,
                WebhookEndpoint.description: wanted.description,
                WebhookEndpoint.kinds: _kinds(wanted),
                WebhookEndpoint.company_ids: _company_ids(wanted),
                WebhookEndpoint.paused_until: None,
                WebhookEndpoint.created_by_id: actor.user_id,  # whose reach it has from now on
            }
        ).where(WebhookEndpoint.id == endpoint_id)
        await _audit(
            actor,
            endpoint_id,
            "edited",
            address,
            before={"url": _without_query(before.url), "kinds": len(json.loads(before.kinds))},
            after={"url": _without_query(wanted.url), "kinds": len(wanted.kinds)},
        )


async def rotate_secret(
    actor: Actor, endpoint_id: UUID, password: str, settings: Settings, now: datetime, address: str
) -> str:
    """The new one; the old signs beside it for a day.

    Raises `not_found`, `password_needed`, `wrong_password`.
    """
    await find_visible(actor, WebhookEndpoint, endpoint_id)
    await confirm_password(actor, password, now)
    secret = new_secret()
    async with DB.transaction() as tx:
        await tx.execute(
            "UPDATE webhook_endpoint SET old_secret = secret, secret = $2, old_secret_until = $3"
            " WHERE id = $1",
            endpoint_id,
            seal(secret, settings.secret),
            now + OLD_SECRET_GOOD_FOR,
        )
        await _audit(actor, endpoint_id, "secret_rotated", address)
    return secret


async def stop_endpoint(actor: Actor, endpoint_id: UUID, now: datetime, address: str) -> None:
    """Raises `not_found`."""
    await find_visible(actor, WebhookEndpoint, endpoint_id)
    async with DB.transaction() as tx:
        if await disable(tx, endpoint_id, now, STOPPED_BY_HAND):
            await _audit(actor, endpoint_id, "retired", address)


async def resume_endpoint(actor: Actor, endpoint_id: UUID, address: str) -> None:
    """From now on; what happened meanwhile is not sent. Raises `not_found`."""
    await find_visible(actor, WebhookEndpoint, endpoint_id)
    async with DB.transaction() as tx:
        if await tx.execute(
            "UPDATE webhook_endpoint SET is_active = true, disabled_at = NULL, disabled_reason = '',"
            " failing_since = NULL, paused_until = NULL WHERE id = $1 AND NOT is_active",
            endpoint_id,
        ):
            await _audit(actor, endpoint_id, "reinstated", address)


async def send_test(actor: Actor, endpoint_id: UUID, now: datetime) -> None:
    """Raises `not_found`."""
    await find_visible(actor, WebhookEndpoint, endpoint_id)
    async with DB.transaction() as tx:
        text = written(TEST, now, {"id": endpoint_id, "message": "Teste enviado pelo portal."})
        await add(tx, actor.reseller_id, endpoint_id, None, TEST, text, now)
        await publish(COURIER_TOPIC)


async def repeat(actor: Actor, endpoint_id: UUID, delivery_id: UUID, now: datetime) -> None:
    """One that failed; what did not stays as it is. Raises `not_found`."""
    delivery = await find_visible(actor, WebhookDelivery, delivery_id)
    if delivery.endpoint_id != endpoint_id:
        raise Problem("not_found")
    await _repeat("id = $2", delivery_id, endpoint_id, now)


async def repeat_all(actor: Actor, endpoint_id: UUID, now: datetime) -> int:
    """Those of the endpoint that failed, so many at once; how many. Raises `not_found`."""
    await find_visible(actor, WebhookEndpoint, endpoint_id)
    return await _repeat(
        "id IN (SELECT id FROM webhook_delivery WHERE endpoint_id = $2 AND state = 'dead'"
        f" ORDER BY created_at LIMIT {MOST_AT_ONCE})",
        endpoint_id,
        endpoint_id,
        now,
    )


async def _repeat(which: str, value: UUID, endpoint_id: UUID, now: datetime) -> int:
    async with DB.transaction() as tx:
        count = await tx.execute(
            "UPDATE webhook_delivery SET state = 'waiting', attempts = 0, due_at = $1, ended_at = NULL"
            f" WHERE {which} AND state = 'dead'",
            now,
            value,
        )
        await tx.execute("UPDATE webhook_endpoint SET paused_until = NULL WHERE id = $1", endpoint_id)
        await publish(COURIER_TOPIC)
    return count


async def _check(actor: Actor, wanted: EndpointDetails, settings: Settings) -> None:
    choices = await choices_for(actor)
    found = faults(wanted, choices.companies.keys(), settings)
    if found:
        raise Problem("invalid", fields=[{"name": name, "message": text} for name, text in found.items()])


async def _audit(actor: Actor, endpoint_id: UUID, act: str, address: str, **facts: object) -> None:
    await append(
        f"webhook_endpoint.{act}",
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=("webhook_endpoint", endpoint_id),
        address=address,
        **facts,
    )


def _without_query(url: str) -> str:
    """What follows the `?` may be a key of the receiver's."""
    return url.partition("?")[0]


def _kinds(wanted: EndpointDetails) -> str:
    return json.dumps(sorted(wanted.kinds))


def _company_ids(wanted: EndpointDetails) -> str:
    return json.dumps(sorted(str(one) for one in wanted.company_ids))
