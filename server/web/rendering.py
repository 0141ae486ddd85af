"""Jinja2 with the words and numbers of pt-BR, and the addresses of built assets."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from server.accounts.actor import PEOPLE, ROLE_NAMES, Role
from server.accounts.reach import may_narrow
from server.web.navigation import navigation, settings_navigation

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
DIST = Path(__file__).resolve().parents[2] / "pwa" / "dist"
DEFAULT_TIMEZONE = "America/Sao_Paulo"
NOTHING = "–"

STATUS_NAMES = {
    "A": "Abertura",
    "E": "Despachado",
    "M": "Manutenção",
    "P": "Pendente",
    "L": "Logística",
    "S": "Estoque",
    "O": "Concluído",
    "T": "Atendido",
    "C": "Cancelado",
}


def status_name(status: str) -> str:
    return STATUS_NAMES.get(status, status)


def role_name(role: Role | str) -> str:
    return ROLE_NAMES[Role(role)]


def number_br(value: float | None, digits: int = 0) -> str:
    """1234.5 → `1.234,5`."""
    if value is None:
        return NOTHING
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def km(value: float | None) -> str:
    """7.754 → `7,754 km`, as the reseller's papers have always shown it."""
    return NOTHING if value is None else f"{number_br(value, 3)} km"


def minutes(value: float | None) -> str:
    """27 → `27 min`; 135 → `2 h 15 min`."""
    if value is None:
        return NOTHING
    hours, rest = divmod(round(value), 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def in_zone(moment: datetime, timezone: str) -> datetime:
    return moment.astimezone(ZoneInfo(timezone))


def tax_id(value: str) -> str:
    """A CPF or CNPJ with its points, letters in a CNPJ included; other text stays as a person wrote it."""
    if parts := re.fullmatch(r"(\d{3})(\d{3})(\d{3})(\d{2})", value):
        return "{}.{}.{}-{}".format(*parts.groups())
    if parts := re.fullmatch(r"(\w{2})(\w{3})(\w{3})(\w{4})(\d{2})", value):
        return "{}.{}.{}/{}-{}".format(*parts.groups())
    return value


def initials(name: str) -> str:
    """`Ana Beatriz Souza` → `AS`."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@pass_context
def datetime_br(context: Context, moment: datetime | None) -> str:
    """`02/03/2026 08:00` in the reader's time zone."""
    return NOTHING if moment is None else in_zone(moment, _timezone(context)).strftime("%d/%m/%Y %H:%M")


@pass_context
def day_time_br(context: Context, moment: datetime | None) -> str:
    """`02/03 08:00`: of days that are near, and need no year."""
    return NOTHING if moment is None else in_zone(moment, _timezone(context)).strftime("%d/%m %H:%M")


@pass_context
def time_br(context: Context, moment: datetime | None) -> str:
    return NOTHING if moment is None else in_zone(moment, _timezone(context)).strftime("%H:%M")


@pass_context
def date_br(context: Context, day: date | datetime | None) -> str:
    if day is None:
        return NOTHING
    if isinstance(day, datetime):
        day = in_zone(day, _timezone(context))
    return day.strftime("%d/%m/%Y")


def _timezone(context: Context) -> str:
    """The template's `timezone`, or that of who is logged in."""
    if "timezone" in context:
        return str(context["timezone"])
    request = context.get("request")
    user = request.scope.get("user") if request is not None else None
    return user.timezone if user is not None else DEFAULT_TIMEZONE


def asset(name: str) -> str:
    """Where a built file is served: under the name that carries its hash, once it was built."""
    return "/assets/" + _manifest(_manifest_age()).get(name, name).removeprefix("/assets/").lstrip("/")


def _manifest_age() -> float:
    try:
        return (DIST / "manifest.json").stat().st_mtime
    except FileNotFoundError:
        return 0.0


@lru_cache(maxsize=2)
def _manifest(age: float) -> dict[str, str]:
    try:
        loaded: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    except FileNotFoundError:
        return {}
    return loaded


def environment() -> Environment:
    """The Jinja environment of pages, partials and mails."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "datetime_br": datetime_br,
        "date_br": date_br,
        "day_time_br": day_time_br,
        "time_br": time_br,
        "number_br": number_br,
        "km": km,
        "minutes": minutes,
        "status_name": status_name,
        "role_name": role_name,
        "initials": initials,
        "tax_id": tax_id,
    }
    jinja.filters.update(filters)
    jinja.globals.update(
        asset=asset,
        status_name=status_name,
        role_name=role_name,
        navigation=navigation,
        settings_navigation=settings_navigation,
        may_narrow=may_narrow,
        Role=Role,
        PEOPLE=PEOPLE,
    )
    return jinja


@lru_cache
def shared_environment() -> Environment:
    return environment()


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    return TemplateConfig(instance=JinjaTemplateEngine(engine_instance=shared_environment()))
