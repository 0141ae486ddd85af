"""The endpoints of JSON, the poke and the rescue; what leads from one to the next is a link."""

from __future__ import annotations

from typing import Any

from offline_sync.messages import SCHEMA_MAX
from server.sync.document.components import ref
from server.sync.document.problems import CLIENT, failures

PACKED = ("malformed", "body_too_large", "encoding_unsupported", "cross_site")
FIRST_PAGE = {"epoch": None, "cursor": 0, "acked": 0, "page": None}
EXAMPLE = "01920000-0000-7000-8000-000000000001"
UUID = {"type": "string", "format": "uuid"}


def paths() -> dict[str, Any]:
    return {
        "/clients": {"post": _enrol()},
        "/push": {"post": _push()},
        "/pull": {"post": _pull()},
        "/tracks/{stream}": {"post": _tracks()},
        "/poke": {"get": _poke()},
        "/rescue": {"post": _rescue()},
    }


def _enrol() -> dict[str, Any]:
    body = "$response.body#/"
    of_client = {"client_id": f"{body}client_id", "schema": SCHEMA_MAX}
    links = {
        "push": _link("push", body=of_client | {"epoch": f"{body}epoch", "mutations": []}),
        "pull": _link("pull", body=of_client | FIRST_PAGE),
        "tracks": _link("tracks", body={"client_id": f"{body}client_id", "chunks": []}),
        "poke": _link("poke", {"client_id": f"{body}client_id"}),
        "rescue": _link("rescue", {"client_id": f"{body}client_id"}),
    }
    return {
        "operationId": "enrol",
        "summary": "Bind an installation to the person who is logged in",
        "requestBody": _json("EnrolRequest", {"kind": "phone", "name": "Telefone da Ana"}),
        "responses": {
            "200": _answer("EnrolAnswer", "It was bound before.", links),
            "201": _answer("EnrolAnswer", "It is bound now.", links),
            **failures((*PACKED, "schema_unsupported", "client_taken", "client_revoked")),
        },
    }


def _push() -> dict[str, Any]:
    after = {
        "client_id": "$request.body#/client_id",
        "schema": SCHEMA_MAX,
        "epoch": "$response.body#/epoch",
        "acked": "$response.body#/lmid",
        "page": None,
    }
    codes = ("schema_unsupported", "limit_exceeded", "epoch_changed", "sequence_gap", "client_forked")
    return {
        "operationId": "push",
        "summary": "Send what was done",
        "requestBody": _json("PushRequest", {"epoch": EXAMPLE, "mutations": []}),
        "responses": {
            "200": _answer("PushAnswer", "Each mutation's result.", {"pull": _link("pull", body=after)}),
            **failures((*PACKED, *CLIENT, *codes)),
        },
    }


def _pull() -> dict[str, Any]:
    same = {
        "client_id": "$request.body#/client_id",
        "schema": SCHEMA_MAX,
        "epoch": "$response.body#/epoch",
    }
    after = {"cursor": "$response.body#/cursor", "acked": "$response.body#/lmid", "page": None}
    links = {
        "page": _link("pull", body=same | {"page": "$response.body#/more"}),
        "next": _link("pull", body=same | after),
        "push": _link("push", body=same | {"mutations": []}),
    }
    return {
        "operationId": "pull",
        "summary": "Ask what changed",
        "requestBody": _json("PullRequest", FIRST_PAGE),
        "responses": {
            "200": _answer("PullAnswer", "The difference, or a page of it.", links),
            **failures((*PACKED, *CLIENT, "schema_unsupported", "page_unknown")),
        },
    }


def _tracks() -> dict[str, Any]:
    again = _link(
        "tracks", {"stream": "$request.path.stream"}, {"client_id": "$request.body#/client_id", "chunks": []}
    )
    return {
        "operationId": "tracks",
        "summary": "Send positions of a journey",
        "parameters": [{"name": "stream", "in": "path", "required": True, "schema": UUID}],
        "requestBody": _json("TracksRequest"),
        "responses": {
            "200": _answer("TracksAnswer", "The numbers of the chunks that are kept.", {"more": again}),
            **failures((*PACKED, *CLIENT, "stream_unknown", "chunk_conflict", "limit_exceeded")),
        },
    }


def _poke() -> dict[str, Any]:
    return {
        "operationId": "poke",
        "summary": "Hear that there may be something to pull",
        "parameters": [{"name": "client_id", "in": "query", "required": True, "schema": UUID}],
        "responses": {
            "200": {
                "description": "`event: poke` at once and at every change; a comment every 25 seconds.",
                "content": {"text/event-stream": {}},
            },
            **failures((*CLIENT, "invalid")),
        },
    }


def _rescue() -> dict[str, Any]:
    return {
        "operationId": "rescue",
        "summary": "Hand over an outbox that cannot be sent any other way",
        "parameters": [{"name": "client_id", "in": "query", "schema": {"anyOf": [UUID, {"type": "null"}]}}],
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "minLength": 1}}},
        },
        "responses": {
            "201": _answer("RescueAnswer", "Kept byte for byte."),
            **failures(("malformed", "body_too_large", "cross_site", "invalid")),
        },
    }


def _json(name: str, example: dict[str, Any] | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": ref(name)}
    if example is not None:
        content["example"] = {"client_id": EXAMPLE, "schema": SCHEMA_MAX, **example}
    return {"required": True, "content": {"application/json": content}}


def _answer(name: str, description: str, links: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = {"description": description, "content": {"application/json": {"schema": ref(name)}}}
    return answer | ({"links": links} if links else {})


def _link(
    operation: str, parameters: dict[str, str] | None = None, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    link: dict[str, Any] = {"operationId": operation}
    if parameters:
        link["parameters"] = parameters
    if body:
        link["requestBody"] = body
    return link
