"""Who is told of an event: who it concerns by role or flag, and may see its subject; never who did it.

The visibility is `server.accounts.scope`'s own condition, asked of the subject's row for everybody at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from server.accounts.actor import CUSTOMER_ROLES, Actor, Role
from server.accounts.scope import condition, has_rule
from server.accounts.sessions import actors_where
from server.database import Transaction
from server.notifications.events import KINDS, Event, Kind, concerns
from server.notifications.subjects import Subject

SEEN_AT_ONCE = 40  # conditions in one query


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as its row says it."""

    id: UUID
    reseller_id: UUID
    event: Event
    subject: Subject
    subject_id: UUID | None
    company_id: UUID | None
    customer_id: UUID | None
    technician_id: UUID | None
    user_id: UUID | None
    actor_id: UUID | None
    facts: Mapping[str, Any]

    @property
    def kind(self) -> Kind:
        return KINDS[self.event]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to be told, and their flags of *Recebe e-mail de*."""

    actor: Actor
    mails: frozenset[str]


async def audience(tx: Transaction, happening: Happening) -> list[Recipient]:
    """Everybody who is told, in a fixed order."""
    concerned = [
        one
        for one in await _candidates(tx, happening)
        if one.actor.user_id != happening.actor_id
        and concerns(happening.kind, one.actor.role, one.mails)
        and (happening.user_id is None or one.actor.user_id == happening.user_id)
        and (happening.technician_id is None or one.actor.technician_id == happening.technician_id)
    ]
    if happening.kind.is_farewell:
        return concerned
    return await _who_see(tx, happening, concerned)


async def _candidates(tx: Transaction, happening: Happening) -> list[Recipient]:
    """A reseller may have thousands of customers' people: only those of the event's customer are read."""
    asked = "u.reseller_id = $1 AND u.role <> 'bridge'"
    args: list[Any] = [happening.reseller_id]
    for column, value in (("id", happening.user_id), ("technician_id", happening.technician_id)):
        if value is not None:
            args.append(value)
            asked += f" AND u.{column} = ${len(args)}"
    if happening.user_id is None:
        outside = ", ".join(f"'{role.value}'" for role in sorted(CUSTOMER_ROLES))
        if happening.customer_id is None:
            asked += f" AND u.role NOT IN ({outside})"
        else:
            args.append(happening.customer_id)
            asked += (
                f" AND (u.role NOT IN ({outside}) OR u.id IN"
                f" (SELECT own.user_id FROM user_customer own WHERE own.customer_id = ${len(args)}))"
            )
    found = await actors_where(tx, asked, *args)
    rows = await tx.fetch("SELECT id, mails FROM app_user u WHERE " + asked, *args)
    flags = {user_id: frozenset(json.loads(mails)) for user_id, mails in rows}
    return sorted(
        (Recipient(actor, flags.get(actor.user_id, frozenset())) for actor in found),
        key=lambda one: one.actor.user_id,
    )


async def _who_see(tx: Transaction, happening: Happening, people: Sequence[Recipient]) -> list[Recipient]:
    if happening.subject in {Subject.BRIDGE, Subject.USER, Subject.ACCOUNT}:
        return list(people)  # about the reseller or the person: the role alone decides
    if happening.subject_id is None or not has_rule(happening.subject):
        return [one for one in people if _reaches(one.actor, happening)]
    seen: dict[Actor, bool] = {}
    reaches = {one.actor.user_id: _reach(one.actor) for one in people}
    wanted = list(dict.fromkeys(reaches.values()))
    for start in range(0, len(wanted), SEEN_AT_ONCE):
        some = wanted[start : start + SEEN_AT_ONCE]
        seen |= await _see(tx, happening.subject, happening.subject_id, some)
    return [one for one in people if seen[reaches[one.actor.user_id]]]


def _reach(actor: Actor) -> Actor:
    """What of an actor decides what they see; a desk of twenty is two or three of these.

    Tables that are a person's own are no subjects, so whose reach it is does not matter.
    """
    return replace(actor, user_id=UUID(int=0), session_id=UUID(int=0), name="", email="")


async def _see(
    tx: Transaction, subject: Subject, subject_id: UUID, actors: Sequence[Actor]
) -> dict[Actor, bool]:
    columns: list[str] = []
    args: list[Any] = []
    for actor in actors:
        sql, own = condition(actor, subject)
        columns.append(
            sql.format(*(f"${number}" for number in range(len(args) + 1, len(args) + len(own) + 1)))
        )
        args += own
    args.append(subject_id)
    cases = ", ".join(f"CASE WHEN {sql} THEN 1 ELSE 0 END" for sql in columns)
    rows = await tx.fetch(f"SELECT {cases} FROM {subject} WHERE {subject}.id = ${len(args)}", *args)
    answers = rows[0] if rows else (0,) * len(actors)
    return {actor: bool(answer) for actor, answer in zip(actors, answers, strict=True)}


def _reaches(actor: Actor, happening: Happening) -> bool:
    """Without a rule: the event's customer for a customer's people, its company for the desk."""
    if actor.role in CUSTOMER_ROLES:
        return happening.customer_id in actor.customer_ids
    if actor.role is Role.ADMIN and not actor.company_ids:
        return True
    return happening.company_id is None or happening.company_id in actor.company_ids
