"""What a person typed: read field by field, with a sentence for each that cannot be understood.

The texts are kept as they came, so that the form can be shown again with nothing lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from server.problems import Problem

Choice = TypeVar("Choice", bound=StrEnum)

MAX_TEXT = 4000
WHOLE_FORM = ""
"""The key of an error that belongs to no single field."""


class Form:
    """Values by name, and the errors found while reading them; also for templates."""

    def __init__(self, pairs: Iterable[tuple[str, object]] = (), timezone: str = "UTC") -> None:
        self._values: dict[str, list[str]] = {}
        self._zone = ZoneInfo(timezone)
        self.errors: dict[str, str] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(str(value)[:MAX_TEXT].replace("\x00", ""))

    @classmethod
    def showing(cls, values: Mapping[str, str]) -> Form:
        """A form that nobody has sent yet."""
        return cls(values.items())

    def text(self, name: str) -> str:
        return self.all(name)[-1].strip() if name in self._values else ""

    def suggest(self, name: str, text: str) -> None:
        """What stands in a field that nobody has typed in."""
        self._values.setdefault(name, [text])

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def names(self) -> tuple[str, ...]:
        """Of all that was sent."""
        return tuple(self._values)

    def query(self, names: Iterable[str], **changes: str) -> str:
        """These fields as the end of an address, some of them changed; an empty value leaves its name out."""
        pairs = [
            (name, value)
            for name in names
            if name not in changes
            for value in self.all(name)
            if value.strip()
        ]
        pairs += [(name, value) for name, value in changes.items() if value]
        return "?" + urlencode(pairs) if pairs else ""

    def number(self, name: str) -> int | None:
        """A web number: digits, with or without `#`."""
        text = self.text(name).lstrip("#")
        if not text:
            return None
        if text.isascii() and text.isdecimal() and len(text) < 10:
            return int(text)
        self.errors[name] = "Use só números."
        return None

    def uuid(self, name: str) -> UUID | None:
        text = self.text(name)
        try:
            return UUID(text) if text else None
        except ValueError:
            self.errors[name] = "Escolha um item da lista."
            return None

    def choices(self, name: str, kind: type[Choice]) -> frozenset[Choice]:
        """The known ones among what was ticked."""
        known = {member.value: member for member in kind}
        return frozenset(known[text] for text in self.all(name) if text in known)

    def day(self, name: str) -> date | None:
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.errors[name] = "Use uma data como 31/12/2026."
            return None

    def day_start(self, name: str) -> datetime | None:
        """The first instant of that day where the reader is."""
        day = self.day(name)
        return None if day is None else datetime.combine(day, time(), self._zone).astimezone(UTC)

    def day_end(self, name: str) -> datetime | None:
        """The first instant of the day after."""
        day = self.day(name)
        if day is None:
            return None
        return datetime.combine(day + timedelta(days=1), time(), self._zone).astimezone(UTC)

    def moment(self, name: str) -> datetime | None:
        """A date and time of day as the reader's clock has them."""
        text = self.text(name)
        try:
            typed = datetime.fromisoformat(text) if text else None
        except ValueError:
            self.errors[name] = "Use data e hora como 31/12/2026 14:30."
            return None
        return None if typed is None else typed.replace(tzinfo=self._zone).astimezone(UTC)

    def check(self) -> None:
        """For an address that no form is shown at again. Raises `invalid` with what was found."""
        if self.errors:
            fields = [{"name": name, "message": text} for name, text in self.errors.items()]
            raise Problem("invalid", fields=fields)

    @property
    def is_valid(self) -> bool:
        return not self.errors


def typed_moment(moment: datetime | None, timezone: str) -> str:
    """The value of an `<input type="datetime-local">`."""
    return "" if moment is None else moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M")
