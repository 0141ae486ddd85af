"""The OpenAPI document, the catalogue, docs/sync-protocol.md and the routes say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.routes import HTTPRoute

from offline_sync.messages import Limits
from server.app import create_app
from server.problems import CATALOGUE
from server.sync.document import PREFIX, openapi
from server.sync.document.problems import FACTS
from server.sync.wiring import applications
from tests.sync.test_document import documented
from tests.web.portal import settings_for

# Not the protocol's own: what the portal's edge answers. `rate_limited` comes at the login alone.
OF_THE_EDGE = {"cross_site", "invalid", "not_found", "unexpected"}
METHODS = {"get", "post", "patch", "delete", "head", "options"}


@pytest.fixture
def document() -> dict[str, Any]:
    told: dict[str, Any] = openapi(Limits(), applications())
    return told


def test_it_names_every_route_of_the_protocol_and_no_other(document: dict[str, Any]) -> None:
    routes = set()
    for route in create_app(settings_for(Path())).routes:
        if isinstance(route, HTTPRoute) and route.path.startswith(PREFIX):
            path = re.sub(r":\w+\}", "}", route.path)
            routes |= {(path, method.lower()) for method in route.methods}
    routes -= {(path, "options") for path, _ in routes if "/files" not in path}  # the framework's
    told = {(path, method) for path, item in document["paths"].items() for method in METHODS & item.keys()}
    assert told == routes - {(f"{PREFIX}/openapi.json", "get")}


def test_every_problem_is_told_with_the_facts_of_the_table() -> None:
    assert FACTS.keys() == (documented.keys() - {"rate_limited"}) | OF_THE_EDGE
    for code in FACTS.keys() - OF_THE_EDGE:
        assert FACTS[code].keys() == documented[code][1], code


def test_every_problem_can_come_from_somewhere_with_its_status(document: dict[str, Any]) -> None:
    told = set()
    for item in document["paths"].values():
        for method in METHODS & item.keys():
            for status, answer in item[method]["responses"].items():
                codes = set(re.findall(r"`(\w+)`", answer["description"])) & CATALOGUE.keys()
                assert all(CATALOGUE[code].status == int(status) for code in codes)
                told |= codes
    assert told == FACTS.keys()


def test_every_limit_of_a_request_is_in_its_schema(document: dict[str, Any]) -> None:
    small = openapi(Limits(push_mutations=7, track_chunks=8, track_fixes=9, file_bytes=10), applications())
    text, other = (msgspec.json.encode(told).decode() for told in (document, small))
    assert ('"maxItems":200' in text, '"maxItems":7' in other) == (True, True)
    assert all(f'"maxItems":{limit}' in other for limit in (8, 9))
    assert '"maximum":10}' in other


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    names = set(re.findall(r'"#/components/schemas/(\w+)"', msgspec.json.encode(document).decode()))
    assert len(names) > 30
    assert names <= document["components"]["schemas"].keys()
