"""The list of people as its address asks for it: *coluna, operador, campo*, profile, activity, order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from piccolo_conf import DB
from server.accounts.actor import Role
from server.accounts.tables import User
from server.database.text_search import Where, is_spelled
from server.problems import Problem
from server.web.forms import Form


class Column(StrEnum):
    ANY = "any"
    NAME = "name"
    EMAIL = "email"
    ID = "id"


class Operator(StrEnum):
    CONTAINS = "contains"
    LACKS = "lacks"
    IS = "is"
    BEGINS = "begins"
    ENDS = "ends"


COLUMN_NAMES = {
    Column.ANY: "Nome ou e-mail",
    Column.NAME: "Nome",
    Column.EMAIL: "E-mail",
    Column.ID: "ID",
}
OPERATOR_NAMES = {
    Operator.CONTAINS: "Contém",
    Operator.LACKS: "Não contém",
    Operator.IS: "É igual a",
    Operator.BEGINS: "Começa com",
    Operator.ENDS: "Termina com",
}
_PLACES = {
    Operator.CONTAINS: Where.ANYWHERE,
    Operator.LACKS: Where.ANYWHERE,
    Operator.IS: Where.WHOLE,
    Operator.BEGINS: Where.AT_THE_BEGINNING,
    Operator.ENDS: Where.AT_THE_END,
}
SORTS = ("name", "email", "role", "last_login_at")
ACTIVITIES = ("active", "inactive", "all")


@dataclass(frozen=True, slots=True)
class UserFilter:
    text: str = ""
    column: Column = Column.ANY
    operator: Operator = Operator.CONTAINS
    role: Role | None = None
    activity: str = "active"
    sort: str = "name"
    is_descending: bool = False


def read_filter(form: Form) -> UserFilter:
    """What is not understood is as if it had not been asked."""
    sort = form.text("sort")
    role, column, operator = form.text("role"), form.text("column"), form.text("operator")
    return UserFilter(
        text=form.text("q")[:200],
        column=Column(column) if column in set(Column) else Column.ANY,
        operator=Operator(operator) if operator in set(Operator) else Operator.CONTAINS,
        role=Role(role) if role in set(Role) else None,
        activity=form.text("activity") if form.text("activity") in ACTIVITIES else "active",
        sort=sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "name",
        is_descending=sort.startswith("-"),
    )


def query_of(wanted: UserFilter, after: str | None = None, sort: str | None = None) -> str:
    """`?…` for the list's address; `sort` asks for another order."""
    if sort is not None:
        wanted = replace(wanted, sort=sort.removeprefix("-"), is_descending=sort.startswith("-"))
    values = {
        "q": wanted.text,
        "column": wanted.column.value if wanted.column is not Column.ANY else "",
        "operator": wanted.operator.value if wanted.operator is not Operator.CONTAINS else "",
        "role": wanted.role.value if wanted.role else "",
        "activity": wanted.activity,
        "sort": ("-" if wanted.is_descending else "") + wanted.sort,
        "after": after or "",
    }
    return "?" + urlencode({name: value for name, value in values.items() if value})


def conditions_of(wanted: UserFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.text:
        conditions.append(_matching(wanted))
    if wanted.role is not None:
        conditions.append(User.role == wanted.role.value)
    if wanted.activity in {"active", "inactive"}:
        conditions.append(User.is_active.eq(wanted.activity == "active"))
    return conditions


def _matching(wanted: UserFilter) -> Any:
    if wanted.column is Column.ID:
        try:
            return User.id == UUID(wanted.text)
        except ValueError:
            return WhereRaw("1 = 0")
    columns = {"any": ("name", "email"), "name": ("name",), "email": ("email",)}[wanted.column]
    # Words may stand apart when they are looked for anywhere; else the text is taken as it is.
    is_anywhere = wanted.operator in {Operator.CONTAINS, Operator.LACKS}
    found: Any = None
    for part in wanted.text.split() if is_anywhere else [wanted.text]:
        one: Any = None
        for column in columns:
            spelled = is_spelled(f"app_user.{column}", part, _PLACES[wanted.operator])
            one = spelled if one is None else one | spelled
        found = one if found is None else found & one
    if wanted.operator is Operator.LACKS:
        found = User.id.not_in(User.select(User.id).where(found))
    return found


def sort_keys(wanted: UserFilter, table: str = "app_user") -> list[str]:
    """SQL expressions, the last of them unique."""
    first = f"{table}.{wanted.sort}"
    if wanted.sort == "last_login_at":
        never = "'-infinity'::timestamptz" if DB.dialect == "postgres" else "''"
        first = f"coalesce({first}, {never})"
    return [first, f"{table}.id"]


def beyond(wanted: UserFilter, after: str) -> WhereRaw:
    """What follows that person's place. Raises `invalid`."""
    try:
        last = UUID(after)
    except ValueError as error:
        raise Problem("invalid") from error
    here, there = ", ".join(sort_keys(wanted)), ", ".join(sort_keys(wanted, "last_one"))
    sign = "<" if wanted.is_descending else ">"
    return WhereRaw(f"({here}) {sign} (SELECT {there} FROM app_user last_one WHERE last_one.id = {{}})", last)
