"""Looking at one company, or at one customer registration, instead of all of one's own; pure.

The choice lives in the session and is applied where the Actor is made, so that every query, export and action
is narrowed alike. It is an intersection with what the person reaches anyway: it can hide, never show.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from server.accounts.actor import CUSTOMER_ROLES, FIELD_ROLES, Actor, Role


def narrow(actor: Actor, to_id: UUID | None, name: str) -> Actor:
    """The actor as far as that company or registration; unchanged when it is not theirs (any more)."""
    if to_id is None or actor.role in FIELD_ROLES:
        return actor
    if actor.role in CUSTOMER_ROLES:
        return (
            _at(actor, to_id, name, customer_ids=frozenset({to_id})) if to_id in actor.customer_ids else actor
        )
    has_all = actor.role is Role.ADMIN and not actor.company_ids
    if not has_all and to_id not in actor.company_ids:
        return actor
    # An admin of all companies: a stranger's id leaves nothing, for every row is its reseller's, too.
    return _at(actor, to_id, name, company_ids=frozenset({to_id}))


def _at(actor: Actor, to_id: UUID, name: str, **ids: Any) -> Actor:
    return replace(
        actor,
        narrowed_to=to_id,
        narrowed_name=name,
        whole_company_ids=actor.company_ids,
        whole_customer_ids=actor.customer_ids,
        **ids,
    )


def widen(actor: Actor) -> Actor:
    """As if nothing had been chosen."""
    if actor.narrowed_to is None:
        return actor
    return replace(
        actor,
        company_ids=actor.whole_company_ids,
        customer_ids=actor.whole_customer_ids,
        narrowed_to=None,
        narrowed_name="",
    )


def may_narrow(actor: Actor) -> bool:
    """Whether there is anything to choose."""
    whole = widen(actor)
    if actor.role in FIELD_ROLES:
        return False
    if actor.role in CUSTOMER_ROLES:
        return len(whole.customer_ids) > 1
    return len(whole.company_ids) > 1 or (actor.role is Role.ADMIN and not whole.company_ids)
