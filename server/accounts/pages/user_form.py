"""The form of a person's rights, read without believing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar.datastructures import FormMultiDict

from server.accounts.actor import PEOPLE, Role
from server.accounts.rights import Rights


def read_rights(form: FormMultiDict) -> Rights:
    """What was sent; unknown roles become the one that sees least, unreadable ids are left out."""
    role = _text(form, "role")
    return Rights(
        name=_text(form, "name")[:200],
        email=_text(form, "email")[:300],
        role=Role(role) if role in {item.value for item in PEOPLE} else Role.CALL_OPENER,
        company_ids=_ids(form, "company_ids"),
        customer_ids=_ids(form, "customer_ids"),
        technician_id=next(iter(_ids(form, "technician_id")), None),
        carrier_id=next(iter(_ids(form, "carrier_id")), None),
        can_open_orders=bool(_text(form, "can_open_orders")),
        can_view_monitoring=bool(_text(form, "can_view_monitoring")),
        can_publish_billing=bool(_text(form, "can_publish_billing")),
        mails=frozenset(value for value in _all(form, "mails") if isinstance(value, str)),
    )


def is_searching(form: FormMultiDict) -> bool:
    """The button beside the customers' search, for browsers without script."""
    return bool(_text(form, "find"))


def search_text(form: FormMultiDict) -> str:
    return _text(form, "customer")[:100]


def read_password(form: FormMultiDict) -> str:
    return _text(form, "password")[:1000]


def _all(form: FormMultiDict, name: str) -> list[Any]:
    return form.getall(name, [])


def _text(form: FormMultiDict, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _ids(form: FormMultiDict, name: str) -> frozenset[UUID]:
    found = set()
    for value in _all(form, name):
        try:
            found.add(UUID(str(value)))
        except ValueError:
            continue
    return frozenset(found)
