"""People of two resellers, as the stories of these tests need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from offline_sync.ids import uuid7
from server.accounts.actor import Role
from server.accounts.passwords import hash_now
from server.accounts.tables import Company, Reseller, User, UserCompany
from server.database import platform

PASSWORD = "papagaio-na-janela-azul"


@lru_cache
def password_hash(password: str = PASSWORD) -> str:
    return hash_now(password)


@dataclass(frozen=True)
class House:
    """A reseller and its only company."""

    reseller_id: UUID
    company_id: UUID
    name: str


async def open_house(name: str, cnpj: str = "11222333000181") -> House:
    house = House(uuid7(), uuid7(), name)
    with platform():
        await Reseller.insert(Reseller(id=house.reseller_id, name=name, slug=name.lower().replace(" ", "-")))
        await Company.insert(
            Company(id=house.company_id, reseller_id=house.reseller_id, name=name, trade_name=name, cnpj=cnpj)
        )
    return house


async def hire(
    house: House, name: str, role: Role, *, password: str | None = PASSWORD, **columns: object
) -> UUID:
    """A person of a house, whose mail is their first name at it."""
    user_id = uuid7()
    with platform():
        await User.insert(
            User(
                id=user_id,
                reseller_id=house.reseller_id,
                email=mail_of(house, name),
                name=name,
                role=role.value,
                password_hash=password_hash(password) if password else "",
                created_at=datetime.now(UTC),
                **columns,
            )
        )
        await UserCompany.insert(
            UserCompany(reseller_id=house.reseller_id, user_id=user_id, company_id=house.company_id)
        )
    return user_id


def mail_of(house: House, name: str) -> str:
    return f"{name.split()[0].lower()}@{house.name.lower().replace(' ', '')}.test"
