"""How an operation of the API is declared: its address, the scope it needs, and what its document says.

    @reading("/customers", ApiScope.CUSTOMERS_READ, "Clientes", "Lista clientes por nome.")

An unknown query parameter is refused: a filter that is spelled wrong would otherwise show everything.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar import Request, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.typing import FieldDefinition

from server.accounts.actor import Actor
from server.api.scopes import ApiScope
from server.api.tokens import Caller
from server.problems import Problem
from server.web.failures import MEDIA_TYPE

T = TypeVar("T")
ApiCall = Request[Actor, Caller, State]

V1 = "/api/v1"
LONGEST_PAGE = 100
LONGEST_TEXT = 200
Limit = Annotated[int, QueryParameter(ge=1, le=LONGEST_PAGE, description="Quantas linhas por página.")]
After = Annotated[
    str | None,
    QueryParameter(max_length=500, description="O `next` da página anterior; sem ele, a primeira."),
]
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_NO_QUERY = {"request", "data", "idempotency_key"}


class Page(msgspec.Struct, Generic[T]):
    """Some rows; `next` is what `after` is in the call for those behind them, null at the end."""

    items: list[T]
    next: str | None


class FieldFault(msgspec.Struct):
    name: str
    message: str


class ProblemBody(msgspec.Struct, omit_defaults=True):
    """RFC 9457. `code` is stable, `detail` is for people; some codes have further members."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    fields: list[FieldFault] = []


def words(description: str) -> Any:
    """A text to filter by."""
    return QueryParameter(max_length=LONGEST_TEXT, description=description)


def _failure(what: str) -> ResponseSpec:
    return ResponseSpec(ProblemBody, generate_examples=False, description=what, media_type=MEDIA_TYPE)


_READING = {
    401: _failure("Sem token, ou com um que não vale."),
    403: _failure("O token não tem o escopo."),
    422: _failure("Parâmetro desconhecido ou inválido."),
    429: _failure("Chamadas demais; `Retry-After` diz os segundos."),
}
_ONE = {404: _failure("Não existe ou não está ao alcance do token.")}
_WRITING = {
    400: _failure("O corpo não é JSON, ou falta o `Idempotency-Key`."),
    409: _failure("O estado atual não permite."),
    413: _failure("Corpo grande demais."),
}


def holding(scope: ApiScope) -> Any:
    """Tokens without it are told which one they lack."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        caller: Caller | None = connection.scope.get("auth")
        if caller is None:
            raise Problem("token_required")
        if scope not in caller.scopes:
            raise Problem("scope_missing", scope=scope.value)

    return guard


def reading(path: str, scope: ApiScope, tag: str, summary: str, *, media_type: str | None = None) -> get:
    more: dict[str, Any] = {"media_type": media_type} if media_type else {}
    return get(path, **more, **_declared(path, scope, tag, summary, _READING))


def writing(path: str, scope: ApiScope, tag: str, summary: str, *, status_code: int = 201) -> post:
    return post(path, status_code=status_code, **_declared(path, scope, tag, summary, _READING | _WRITING))


def _declared(
    path: str, scope: ApiScope, tag: str, summary: str, answers: dict[int, ResponseSpec]
) -> dict[str, Any]:
    return {
        "guards": [holding(scope)],
        "security": [{"token": [scope.value]}],
        "tags": [tag],
        "summary": summary,
        "response_description": "Feito.",
        "responses": answers | (_ONE if "{" in path or answers.keys() & _WRITING.keys() else {}),
    }


async def refuse_unknown_queries(request: Request[Any, Any, Any]) -> None:
    """Raises `query_unknown`; `invalid` for a text that no database holds."""
    handler = request.scope["route_handler"]
    parameters = handler.parsed_fn_signature.parameters
    known = parameters.keys() - _NO_QUERY - request.path_params.keys()
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise Problem("query_unknown", name=name[:60])
        fault = _fault(parameters[name], value)
        if fault:
            raise Problem("invalid", fields=[{"name": name, "message": fault}])


def _fault(parameter: FieldDefinition, value: str) -> str:
    """What msgspec would let pass: a null as left out, a number as seconds, an instant of any zone."""
    if "\x00" in value:
        return "caractere nulo"
    if parameter.is_optional and value.lower() == "null":
        return "deixe fora em vez de null"
    if parameter.has_inner_subclass_of(datetime) and not _INSTANT.fullmatch(value):
        return "use um instante com fuso, como 2026-03-02T11:00:00Z"
    return ""


def as_body(kind: type[T], view: Any, **more: Any) -> T:
    """A view's columns as the API's own struct; what the struct does not name stays inside."""
    columns = {
        field.name: more[field.name] if field.name in more else getattr(view, field.name)
        for field in msgspec.structs.fields(kind)  # type: ignore[arg-type]
    }
    return msgspec.convert(columns, kind, from_attributes=True)
