"""The API's document as its page shows it: by tag, each operation with its fields in words; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.api.document import operations

_TYPES = {
    "string": "texto",
    "integer": "número inteiro",
    "number": "número",
    "boolean": "true ou false",
    "object": "objeto",
    "array": "lista",
}
_FORMATS = {"uuid": "UUID", "date-time": "instante", "date": "data"}
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str
    description: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """`body` is what is sent, `answer` what comes; a list's fields are those of its rows."""

    anchor: str
    method: str
    path: str
    summary: str
    scope: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    about: str
    media_type: str
    statuses: tuple[tuple[str, str], ...]


def chapters(told: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """In the document's order."""
    schemas = told["components"]["schemas"]
    found: dict[str, list[Operation]] = {}
    for path, method, operation in operations(dict(told)):
        found.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, schemas))
    return found


def _operation(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    answers = operation["responses"]
    good = next(status for status in answers if status.startswith("2"))
    media_type, content = next(iter(answers[good]["content"].items()))
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    schema = _resolved(content.get("schema", {}), schemas)
    row = _resolved(schema.get("items", schema), schemas)
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        scope=operation["security"][0]["token"][0],
        parameters=tuple(
            Field(
                one["name"],
                _kind(one["schema"], schemas),
                one.get("description") or "",
                bool(one.get("required")),
            )
            for one in operation.get("parameters", ())
        ),
        body=tuple(_fields(_resolved(sent, schemas), schemas)) if sent else (),
        answer=tuple(_fields(row, schemas)) if media_type == "application/json" else (),
        about=row.get("description") or "",
        media_type=media_type,
        statuses=tuple((status, answers[status]["description"]) for status in sorted(answers)),
    )


def _fields(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "", depth: int = 1
) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, one in schema.get("properties", {}).items():
        yield Field(prefix + name, _kind(one, schemas), one.get("description") or "", name in required)
        inner = _resolved(_some(one), schemas)
        is_list = "items" in inner
        inner = _resolved(inner.get("items", inner), schemas)
        if "properties" in inner and depth < DEEPEST:
            yield from _fields(inner, schemas, f"{prefix}{name}{'[]' if is_list else ''}.", depth + 1)


def _kind(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    inner = _resolved(_some(schema), schemas)
    may_be_null = inner is not schema and "oneOf" in schema
    if "enum" in inner:
        said = " · ".join(str(one) for one in inner["enum"])
    elif inner.get("type") == "array":
        said = f"lista de {_kind(inner.get('items', {}), schemas)}"
    else:
        said = _FORMATS.get(inner.get("format", "")) or _TYPES.get(str(inner.get("type")), "qualquer valor")
        if "maxLength" in inner:
            said += f", até {inner['maxLength']}"
        if "maximum" in inner:
            said += f", de {inner.get('minimum', 0):.0f} a {inner['maximum']:.0f}"
    return f"{said} ou null" if may_be_null else said


def _some(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of something or null: the something."""
    return next((one for one in schema.get("oneOf", ()) if one.get("type") != "null"), schema)


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = schemas[name] if name else schema
    return found
