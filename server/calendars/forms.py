"""The forms of hours, promised times and holidays; what cannot be understood is left in the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

import msgspec

from server.calendars.actions import VISIT_MINUTES, CalendarEdit
from server.calendars.promises import KINDS, parse_week
from server.calendars.rules import Day
from server.web.forms import Form
from server.web.rendering import number_br

WEEKDAYS = (
    "Segunda-feira", "Terça-feira", "Quarta-feira", "Quinta-feira", "Sexta-feira", "Sábado", "Domingo",
)  # fmt: skip
_WORKDAY = "08:30–12:00, 13:30–17:30"
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|às|a)\s*(\d{1,2}):(\d{2})")


def calendar_form(row: Mapping[str, Any] | None) -> Form:
    """As it stands; a usual week where nothing was set."""
    if row is None:
        usual = {f"day_{day}": _WORKDAY for day in range(5)}
        return Form.showing({**usual, "has_state_holidays": "yes", "visit_minutes": str(VISIT_MINUTES)})
    values = {
        f"day_{number}": ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in day)
        for number, day in enumerate(parse_week(msgspec.json.decode(row["week"])))
    }
    values |= {f"{kind}_hours": _hours(row[f"{kind}_minutes"]) for kind in KINDS}
    values["visit_minutes"] = str(row["visit_minutes"])
    for name in ("has_state_holidays", "has_optional_holidays"):
        values[name] = "yes" if row[name] else ""
    return Form.showing(values)


def read_calendar(form: Form) -> CalendarEdit:
    minutes = form.number("visit_minutes")
    return CalendarEdit(
        week=tuple(_day(form, f"day_{number}") for number in range(7)),
        has_state_holidays=bool(form.text("has_state_holidays")),
        has_optional_holidays=bool(form.text("has_optional_holidays")),
        minutes={kind: _minutes(form, f"{kind}_hours") for kind in KINDS},
        visit_minutes=VISIT_MINUTES if minutes is None else minutes,
    )


def _day(form: Form, name: str) -> Day:
    parts = [part.strip() for part in form.text(name).replace(";", ",").split(",") if part.strip()]
    day = []
    for part in parts:
        found = _INTERVAL.fullmatch(part)
        try:
            if found is None:
                raise ValueError(part)
            hours = [int(number) for number in found.groups()]
            day.append((time(hours[0], hours[1]), time(hours[2], hours[3])))
        except ValueError:
            form.errors[name] = "Escreva como 08:30–12:00, 13:30–17:30; vazio: não se trabalha."
    return tuple(day)


def _minutes(form: Form, name: str) -> int | None:
    text = form.text(name).replace(",", ".")
    if not text:
        return None
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text):
        form.errors[name] = "Escreva horas como 4 ou 1,5; vazio: nada é prometido."
        return None
    return round(float(text) * 60)


def _hours(minutes: int | None) -> str:
    if minutes is None:
        return ""
    return number_br(minutes / 60, 2).rstrip("0").rstrip(",")
