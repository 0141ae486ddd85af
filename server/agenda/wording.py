"""How the agenda speaks: of days, of how full they are, and of what has just been moved."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from server.agenda.rules import Load
from server.agenda.views import Board
from server.web.rendering import number_br

_WEEKDAYS = ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")


def day_name(day: date, today: date) -> str:
    """`hoje`, `amanhã`, `qui 05/03`."""
    names = {0: "hoje", 1: "amanhã", -1: "ontem"}
    return names.get((day - today).days, "") or f"{_WEEKDAYS[day.weekday()]} {day:%d/%m}"


def full_day_name(day: date, today: date) -> str:
    """`hoje, qui 05/03`."""
    plain = f"{_WEEKDAYS[day.weekday()]} {day:%d/%m}"
    name = day_name(day, today)
    return plain if name == plain else f"{name}, {plain}"


def hours_text(count: int) -> str:
    """`45 min`, `3 h`, `7 h 30`: many stand beside each other."""
    hours, rest = divmod(count, 60)
    if not hours:
        return f"{rest}\N{NO-BREAK SPACE}min"
    return (
        f"{hours} h {rest:02d}".replace(" ", "\N{NO-BREAK SPACE}") if rest else f"{hours}\N{NO-BREAK SPACE}h"
    )


def load_text(load: Load) -> str:
    """`3 h de 7 h 30`, `livre, 7 h 30`; `6 h` alone, where nobody knows how much fits."""
    if load.room == 0 and not load.orders:
        return "sem expediente"
    if not load.orders:
        return "livre" if load.room is None else f"livre, {hours_text(load.room)}"
    count = f"{load.orders} {'chamado' if load.orders == 1 else 'chamados'}"
    planned = hours_text(load.planned)
    return f"{count}, {planned}" + ("" if load.room is None else f" de {hours_text(load.room)}")


def over_text(load: Load) -> str:
    if load.room == 0:
        return "não há expediente"
    return f"passa {hours_text(load.over)} do expediente"


def km_text(km: float) -> str:
    """As the crow flies: more than one decimal would pretend to a road."""
    if km < 0.1:
        return "menos de 0,1 km"
    return f"{number_br(km, 1)} km" if km < 100 else f"{number_br(km)} km"


def placed_text(board: Board, order_id: UUID, now: datetime, timezone: str) -> str:
    """Of the order that has just been moved, as the agenda shows it now."""
    found = board.find(order_id)
    if found is None:
        return "Despachado para um dia ou um técnico que não está na tela."
    card, line, cell = found
    if line is None or cell is None:
        return f"Chamado {card.web_number} voltou para a lista a despachar."
    zone, when = ZoneInfo(timezone), "sem dia marcado"
    if card.scheduled_at is not None:
        at = card.scheduled_at.astimezone(zone)
        when = f"{full_day_name(at.date(), now.astimezone(zone).date())} às {at:%H:%M}"
    warned = ""
    if cell.load and cell.load.over:
        warned = f" Atenção: o dia {over_text(cell.load)}."
    elif card.is_outside:
        warned = " Atenção: fora do expediente."
    return f"Chamado {card.web_number} despachado para {line.name}, {when}.{warned}"
