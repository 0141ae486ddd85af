"""Addresses as they are compared and asked for, what an answer is worth, and when to ask again; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from server.customers.names import fold

Point = tuple[float, float]

KEEP_FOUND = timedelta(days=365)
KEEP_NOTHING = timedelta(days=30)  # somebody may have mapped the street since
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_WISH = timedelta(days=1)  # of what a geocoder may ask for by Retry-After
REFUSED_PAUSE = timedelta(hours=6)  # a wrong key or a banned address: only a person can mend it
# A street is a place to drive to only when all of it is near; arrivals count as near at 200 m.
SHORT_STREET_M = 250

STATES = {
    "AC": "Acre", "AL": "Alagoas", "AP": "Amapá", "AM": "Amazonas", "BA": "Bahia", "CE": "Ceará",
    "DF": "Distrito Federal", "ES": "Espírito Santo", "GO": "Goiás", "MA": "Maranhão",
    "MT": "Mato Grosso", "MS": "Mato Grosso do Sul", "MG": "Minas Gerais", "PA": "Pará",
    "PB": "Paraíba", "PR": "Paraná", "PE": "Pernambuco", "PI": "Piauí", "RJ": "Rio de Janeiro",
    "RN": "Rio Grande do Norte", "RS": "Rio Grande do Sul", "RO": "Rondônia", "RR": "Roraima",
    "SC": "Santa Catarina", "SP": "São Paulo", "SE": "Sergipe", "TO": "Tocantins",
}  # fmt: skip


class Quality(StrEnum):
    HOUSE = "house"
    STREET = "street"
    CITY = "city"


class Refusal(StrEnum):
    """Why a geocoder gave no answer."""

    BUSY = "busy"  # 429, 5xx, a timeout, no network: later
    FORBIDDEN = "forbidden"  # our key or address: much later, and the log says so
    SENSELESS = "senseless"  # this question alone: as if nothing were found


@dataclass(frozen=True, slots=True)
class Address:
    """The parts that say where; a customer's columns."""

    street: str = ""
    number: str = ""
    district: str = ""
    city: str = ""
    uf: str = ""
    cep: str = ""

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> Address:
        return cls(*(columns[name] or "" for name in ("street", "number", "district", "city", "uf", "cep")))

    @property
    def key(self) -> str:
        """Equal for what people would call the same address; empty where no city is said."""
        if not fold(self.city):
            return ""
        parts = (self.street, self.number, self.district, self.city, self.uf, self.cep)
        return "|".join(fold(part).replace("|", " ") for part in parts)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; `key` names it in the cache. Without a street it is asked for the city."""

    key: str
    street: str
    number: str
    city: str
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """`precision_m` is how far from the point the place may be, where the answer says it."""

    point: Point
    quality: Quality
    precision_m: int | None = None

    @property
    def is_good(self) -> bool:
        """Good enough to send somebody there."""
        if self.quality is Quality.STREET:
            return self.precision_m is not None and self.precision_m <= SHORT_STREET_M
        return self.quality is Quality.HOUSE


def questions(address: Address) -> list[Question]:
    """The most exact first; the next one is for when nothing was found."""
    city, uf = fold(address.city), fold(address.uf)
    if not city:
        return []
    state = STATES.get(address.uf.strip().upper(), "")
    where = (address.city.strip(), state)
    of_city = Question(f"{city}|{uf}", "", "", *where)
    street = fold(address.street)
    if not street:
        return [of_city]
    key = f"{street}|{fold(address.number)}|{city}|{uf}"
    return [Question(key, address.street.strip(), address.number.strip(), *where), of_city]


def pause_after(failures: int, wish: timedelta | None) -> timedelta:
    """After so many failures in a row; what the geocoder wishes counts, within reason."""
    backing_off = min(FIRST_PAUSE * 2.0 ** (min(failures, 20) - 1), LONGEST_PAUSE)
    return max(backing_off, min(wish, LONGEST_WISH)) if wish else backing_off
