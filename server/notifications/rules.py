"""By which ways a person is told, and when; what becomes of a dispatch; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.accounts.actor import Role
from server.notifications.events import Kind

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)  # what nobody could take for so long is for a person to look at
MAX_REPEATS = 1  # of what may have arrived: a second mail is bearable, a third is not
DAY = 24 * 60


class State(StrEnum):
    """Of a dispatch."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Preference:
    mail: bool
    push: bool

    def allows(self, channel: str) -> bool:
        return self.mail if channel == "mail" else self.push


@dataclass(frozen=True, slots=True)
class Calm:
    """When a person wants to be left alone, in minutes of the local day; how long their mail is collected."""

    quiet_from: int | None = None
    quiet_until: int | None = None
    digest_minutes: int = 0


def default_ways(kind: Kind, role: Role, mails: frozenset[str]) -> Preference:
    """What holds for a kind of which the person said nothing."""
    return Preference(mail=role in kind.mail_roles or kind.flag in mails, push=kind.is_important)


def ways(kind: Kind, role: Role, mails: frozenset[str], chosen: Preference | None) -> Preference:
    """By which ways a person is told, beside their bell."""
    default = default_ways(kind, role, mails)
    if chosen is None:
        return default
    return Preference(mail=chosen.mail or (default.mail and kind.locked != ""), push=chosen.push)


def due_at(now: datetime, wait: timedelta, calm: Calm, timezone: str, *, is_important: bool) -> datetime:
    """When a dispatch may leave: after the time in which others may join it, and not within quiet hours."""
    collected = timedelta(0) if is_important else timedelta(minutes=calm.digest_minutes)
    return end_of_quiet(now + max(wait, collected), calm, timezone)


def end_of_quiet(at: datetime, calm: Calm, timezone: str) -> datetime:
    """`at`, or when the quiet hours end that it falls into. Ending before the beginning spans midnight."""
    begin, end = calm.quiet_from, calm.quiet_until
    if begin is None or end is None or begin == end:
        return at
    zone = ZoneInfo(timezone)
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if (minute - begin) % DAY >= (end - begin) % DAY:
        return at
    day = local.date() + timedelta(days=1 if minute >= end else 0)
    return datetime.combine(day, time(end // 60, end % 60), zone).astimezone(at.tzinfo)


def wait_after(attempts: int, created_at: datetime, now: datetime) -> timedelta | None:
    """How long a dispatch rests after so many failed attempts; None when it is given up."""
    if now - created_at >= GIVE_UP_AFTER:
        return None
    return min(FIRST_WAIT * 4.0 ** min(attempts - 1, 12), LONGEST_WAIT)


def may_leave_again(*, is_touched: bool, repeats: int) -> bool:
    """Of one whose attempt ended without a word: what the wire never learnt of certainly, else once more."""
    return not is_touched or repeats < MAX_REPEATS
