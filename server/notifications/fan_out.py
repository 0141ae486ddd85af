"""One event becomes a line in each bell that it concerns, and a dispatch for each way that the person chose.

All of it is one transaction that marks the event, so that it happens once however often the job runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.database import Transaction, bulk
from server.notifications.approaches import is_over
from server.notifications.audience import Happening, Recipient, audience
from server.notifications.channels import CHANNELS, Channel
from server.notifications.events import KINDS, Event
from server.notifications.notices import POSTMAN_TOPIC, bell_topic
from server.notifications.rules import Calm, Preference, State, due_at, ways
from server.notifications.subjects import Subject, facts_of, path_for
from server.notifications.tables import Notification, NotificationDispatch
from server.notifications.texts.queries import own_words
from server.notifications.texts.rules import Words, said
from server.notifications.wording import said_facts, text_of
from server.web.live import publish

_COLUMNS = (
    "id", "reseller_id", "kind", "subject_kind", "subject_id", "company_id", "customer_id", "technician_id",
    "user_id", "actor_id", "facts",
)  # fmt: skip
_READ = f"SELECT {', '.join(_COLUMNS)} FROM notification_event WHERE id = $1 AND fanned_out_at IS NULL"
_LOCK = {"sqlite": "", "postgres": " FOR UPDATE"}
_NOTIFICATION = (
    "id", "reseller_id", "event_id", "user_id", "kind", "title", "body", "path", "group_key", "created_at",
    "mail_subject", "mail_opening", "mail_closing",
)  # fmt: skip
_DISPATCH = (
    "id", "reseller_id", "notification_id", "user_id", "kind", "channel", "address", "state", "due_at",
    "created_at", "last_error", "ended_at",
)  # fmt: skip
ADDRESS_MARKED = "o endereço recusou mensagens anteriores"


@dataclass(frozen=True, slots=True)
class _Chosen:
    preferences: Mapping[UUID, Preference]
    calms: Mapping[UUID, Calm]


async def fan_out(event_id: UUID, now: datetime) -> int:
    """How many people are told now; none when it was done before."""
    async with DB.transaction() as tx:
        rows = await tx.fetch(_READ + _LOCK[DB.dialect], event_id)
        if not rows:
            return 0
        happening = _happening(rows[0])
        # The phone may have told of departure and arrival at once.
        people = [] if await is_over(tx, _path_of(happening), now) else await audience(tx, happening)
        if people:
            await _tell(tx, happening, people, now)
        await tx.execute("UPDATE notification_event SET fanned_out_at = $2 WHERE id = $1", event_id, now)
        return len(people)


async def _tell(tx: Transaction, happening: Happening, people: Sequence[Recipient], now: datetime) -> None:
    facts = {
        **await facts_of(tx, happening.subject, happening.subject_id),
        **{name: value for name, value in happening.facts.items() if value is not None},
    }
    own = await own_words(tx, happening.reseller_id, happening.event)
    group_key = f"{happening.subject.value}:{happening.subject_id}"
    notifications = {}
    lines = []
    for one in people:
        actor = one.actor
        text = text_of(happening.event, facts, actor.timezone, is_of_customer=actor.is_of_customer)
        words = said(own, _said_to(actor, facts)) if own else Words("", "", "")
        path = path_for(one.actor, happening.subject, happening.subject_id, facts, _path_of(happening))
        notifications[one.actor.user_id] = notification_id = uuid7()
        lines.append(
            (notification_id, happening.reseller_id, happening.id, one.actor.user_id, happening.event.value)
            + (words.title or text.title, text.body, path, group_key, now)
            + (words.subject, words.opening, words.closing)
        )  # fmt: skip
    await bulk.insert(tx, Notification, _NOTIFICATION, lines)
    await bulk.insert(
        tx, NotificationDispatch, _DISPATCH, await _dispatches(tx, happening, people, notifications, now)
    )
    await publish(POSTMAN_TOPIC, *(bell_topic(user_id) for user_id in notifications))


def _said_to(actor: Actor, facts: Mapping[str, Any]) -> dict[str, Any]:
    """With whom it is said to, and by whom."""
    return {
        **said_facts(facts, actor.timezone),
        "recipient": actor.name,
        "reseller": actor.reseller_name,
    }


async def _dispatches(
    tx: Transaction,
    happening: Happening,
    people: Sequence[Recipient],
    notifications: Mapping[UUID, UUID],
    now: datetime,
) -> list[tuple[Any, ...]]:
    kind = KINDS[happening.event]
    chosen = await _choices(tx, happening.event, [one.actor.user_id for one in people])
    found = []
    for channel in CHANNELS.values():
        wanted = [
            one.actor
            for one in people
            if ways(kind, one.actor.role, one.mails, chosen.preferences.get(one.actor.user_id)).allows(
                channel.name
            )
        ]
        addresses = await channel.addresses(tx, wanted) if wanted else {}
        marked = await _marked(tx, happening.reseller_id, channel, addresses)
        for actor in wanted:
            calm = chosen.calms.get(actor.user_id, Calm())
            if happening.event is Event.TRIAL:  # somebody waits for it
                calm = Calm()
            wait = timedelta(0) if kind.is_fleeting else channel.wait
            due = due_at(now, wait, calm, actor.timezone, is_important=kind.is_important)
            for address in addresses.get(actor.user_id, ()):
                is_marked = address in marked
                found.append(
                    (uuid7(), happening.reseller_id, notifications[actor.user_id], actor.user_id)
                    + (happening.event.value, channel.name, address)
                    + ((State.WITHHELD if is_marked else State.WAITING).value, due, now)
                    + ((ADDRESS_MARKED, now) if is_marked else ("", None))
                )
    return found


async def _choices(tx: Transaction, event: Event, people: Sequence[UUID]) -> _Chosen:
    preferences = await tx.fetch(
        "SELECT user_id, mail, push FROM notification_preference WHERE kind = $1 AND "
        + bulk.among("user_id", 2),
        event.value,
        bulk.values(people),
    )
    calms = await tx.fetch(
        "SELECT user_id, quiet_from, quiet_until, digest_minutes FROM notification_settings WHERE "
        + bulk.among("user_id", 1),
        bulk.values(people),
    )
    return _Chosen(
        {user_id: Preference(bool(mail), bool(push)) for user_id, mail, push in preferences},
        {user_id: Calm(*columns) for user_id, *columns in calms},
    )


async def _marked(
    tx: Transaction, reseller_id: UUID, channel: Channel, addresses: Mapping[UUID, Sequence[str]]
) -> frozenset[str]:
    """Mail addresses that refused for good too often; only a person takes the mark away."""
    if channel.name != "mail" or not addresses:
        return frozenset()
    rows = await tx.fetch(
        "SELECT address FROM undeliverable_address WHERE reseller_id = $1 AND marked_at IS NOT NULL AND "
        + bulk.among("address", 2, "text"),
        reseller_id,
        bulk.values([address for own in addresses.values() for address in own]),
    )
    return frozenset(address for (address,) in rows)


def _path_of(happening: Happening) -> str:
    """The event's own, if its kind has one."""
    return happening.kind.path.format_map({**happening.facts, "id": happening.subject_id})


def _happening(row: Sequence[Any]) -> Happening:
    columns = dict(zip(_COLUMNS, row, strict=True))
    event, subject = Event(columns.pop("kind")), Subject(columns.pop("subject_kind"))
    facts = json.loads(columns.pop("facts"))
    return Happening(event=event, subject=subject, facts=facts, **columns)
