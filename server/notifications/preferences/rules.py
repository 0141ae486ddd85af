"""What a person may choose, and what of it is worth keeping; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.accounts.actor import Role
from server.notifications.events import KINDS, Event, kinds_for
from server.notifications.rules import Calm, Preference, default_ways, ways

DIGESTS = {0: "na hora", 15: "a cada 15 minutos", 60: "a cada hora", 240: "a cada 4 horas"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the form. `locked` says why its mail cannot be turned off."""

    event: Event
    name: str
    mail: bool
    push: bool
    locked: str


def choices(role: Role, mails: frozenset[str], chosen: Mapping[str, Preference]) -> list[Choice]:
    """One for each kind that this person can get, as it stands."""
    found = []
    for event in kinds_for(role, mails):
        kind = KINDS[event]
        now = ways(kind, role, mails, chosen.get(event.value))
        default = default_ways(kind, role, mails)
        found.append(Choice(event, kind.name, now.mail, now.push, kind.locked if default.mail else ""))
    return found


def to_keep(role: Role, mails: frozenset[str], wanted: Mapping[Event, Preference]) -> dict[str, Preference]:
    """Only what differs from the default: who agrees with it follows it also when it changes."""
    kept = {}
    for event in kinds_for(role, mails):
        kind = KINDS[event]
        preference = ways(kind, role, mails, wanted.get(event, Preference(mail=False, push=False)))
        if preference != default_ways(kind, role, mails):
            kept[event.value] = preference
    return kept


def minutes_of(text: str) -> int | None:
    """`22:30` → 1350. Raises ValueError."""
    if not text:
        return None
    hours, minutes = (int(part) for part in text.split(":"))
    if not (0 <= hours < 24 and 0 <= minutes < 60):
        raise ValueError(text)
    return hours * 60 + minutes


def clock_of(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


def calm_faults(calm: Calm) -> dict[str, str]:
    if (calm.quiet_from is None) != (calm.quiet_until is None):
        missing = "quiet_until" if calm.quiet_until is None else "quiet_from"
        return {missing: "Preencha os dois horários, ou nenhum."}
    if calm.quiet_from is not None and calm.quiet_from == calm.quiet_until:
        return {"quiet_until": "O fim é igual ao início."}
    return {}
