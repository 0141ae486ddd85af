"""The API as OpenAPI 3.1, made from the operations and structs that answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from server.api.router import operations_router

VERSION = "1.0.0"
METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_ABOUT = (
    "Chamados, clientes, equipamentos, suprimentos, entregas e faturamento para outros sistemas. Instantes"
    " são RFC 3339 em UTC. Listas vêm por páginas: `next` é o `after` da próxima. Falhas são problemas"
    " RFC 9457, de códigos estáveis. Um parâmetro desconhecido é recusado."
)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Ready for JSON. An application of these routes alone writes it; it never serves."""
    app = Litestar(
        route_handlers=[operations_router()],
        openapi_config=OpenAPIConfig(
            title="Portal Web de Serviços",
            version=VERSION,
            operation_id_creator=_operation_id,
            description=_ABOUT,
            components=Components(
                security_schemes={
                    "token": SecurityScheme(
                        type="http",
                        scheme="bearer",
                        description="Um token criado em *API e webhooks*, no menu do administrador.",
                    )
                }
            ),
        ),
        logging_config=None,
    )
    told: dict[str, Any] = msgspec.json.decode(_named(msgspec.json.encode(app.openapi_schema.to_schema())))
    for _, _, operation in operations(told):
        _mend(operation, told["components"]["schemas"])
    return told


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation, in the document's order."""
    for path, item in told["paths"].items():
        for method in item.keys() & METHODS:
            yield path, method, item[method]


def _operation_id(handler: HTTPRouteHandler, method: Any, path: Any) -> str:
    return handler.handler_name.removeprefix("api_")


def _named(text: bytes) -> bytes:
    """Names of structs as a reader would call them: Litestar spells out where they come from."""
    said = re.sub(r"Page_(?:[a-z_]+\.)+([A-Za-z]+)_", r"\1Page", text.decode())
    said = said.replace("deliveries_outcomes_Outcome", "DeliveryOutcome")
    return said.replace("visits_states_Outcome", "VisitOutcome").encode()


def _mend(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """What Litestar says that is not so here: 400 for what is a 422, nulls in addresses, open bodies."""
    answers = operation["responses"]
    if "application/json" in answers.get("400", {}).get("content", {}):
        del answers["400"]
    if "201" in answers:
        answers["201"]["headers"] = {
            "Location": {"description": "Onde ele está.", "schema": {"type": "string"}}
        }
    for parameter in operation.get("parameters", ()):
        _mend_parameter(parameter)
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        _close(body.rpartition("/")[2], schemas)


def _mend_parameter(parameter: dict[str, Any]) -> None:
    schema = parameter["schema"]
    if "oneOf" in schema:  # left out, not null
        (some,) = [one for one in schema.pop("oneOf") if one.get("type") != "null"]
        schema |= some
    if parameter["in"] == "header":
        parameter["required"] = True
        schema |= {"minLength": 1, "pattern": "^[!-~]+$"}
    for name in ("deprecated", "allowEmptyValue", "allowReserved"):
        parameter.pop(name, None)


def _close(name: str, schemas: dict[str, Any]) -> None:
    """Unknown fields of a body are refused, of what stands in it, too."""
    schemas[name]["additionalProperties"] = False
    for field in schemas[name]["properties"].values():
        inner = field.get("items", {}).get("$ref")
        if inner:
            _close(inner.rpartition("/")[2], schemas)
