"""Where the agenda is opened, and where somebody puts an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from server.agenda.rules import Placement, View
from server.agenda.views import Card
from server.web.forms import WHOLE_FORM, Form

PATH = "/agenda"
FIELD_OF_PROBLEM = {"technician_unavailable": "technician_id", "day_over": "day"}


@dataclass(frozen=True, slots=True)
class Place:
    """What of the agenda is looked at: `first` None is today, and goes on being today tomorrow. `crew` is the
    first technician of the screen, where not all fit."""

    view: View
    first: date | None
    crew: UUID | None = None

    def link(self, **changes: object) -> str:
        values = {
            "view": self.view.value,
            "day": self.first.isoformat() if self.first else "",
            "crew": str(self.crew or ""),
        }
        values |= {name: str(value or "") for name, value in changes.items()}
        if values["view"] == View.DAY:
            values["view"] = ""
        pairs = {name: value for name, value in values.items() if value}
        return PATH + ("?" + urlencode(pairs) if pairs else "")


def read_place(form: Form, *, view: str = "view", day: str = "day") -> Place:
    """A day that is none is today's, with a word on it in the form."""
    text = form.text(view)
    return Place(View(text) if text in set(View) else View.DAY, form.day(day), form.uuid("crew"))


def placement_form(card: Card, placement: Placement, timezone: str) -> Form:
    """Filled with what is meant; without a time, the order's own on the day that it is dispatched for."""
    is_timed = card.scheduled_at and card.technician_id
    before = card.scheduled_at.astimezone(ZoneInfo(timezone)) if card.scheduled_at and is_timed else None
    kept = before.time() if before and before.date() == placement.day else None
    at = placement.at or kept
    return Form.showing(
        {
            "technician_id": str(placement.technician_id or ""),
            "day": placement.day.isoformat() if placement.day else "",
            "time": f"{at:%H:%M}" if at else "",
            "seen": card.mark,
        }
    )


def read_time(form: Form) -> time | None:
    """A fault is left in the form."""
    try:
        return datetime.strptime(form.text("time"), "%H:%M").time() if form.text("time") else None
    except ValueError:
        form.errors["time"] = "Use uma hora como 14:30."
        return None


def read_placement(form: Form) -> Placement | None:
    """None when the form has faults, which then are in it."""
    technician_id, day = form.uuid("technician_id"), form.day("day")
    at = read_time(form)
    if at is not None and day is None:
        form.errors.setdefault("day", "Escolha também o dia.")
    if not form.text("seen"):
        form.errors[WHOLE_FORM] = "Abra o chamado de novo na agenda."
    return Placement(technician_id, day, at) if form.is_valid else None
