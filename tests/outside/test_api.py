"""Schemathesis holds the API against its own OpenAPI document, as a program of the reseller's admin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis import Case, HookContext
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from tests.outside.portal import Tecla, serving
from tests.outside.test_schemathesis import EXAMPLES, SMALL, Run

CHECKS: dict[str, Any] = {
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 413, 415, 422]},
    "missing_required_header": {"expected-statuses": [400, 401, 422]},
    # Litestar answers OPTIONS for the handler of an address that was registered first.
    "allow_header_conformance": {"enabled": False},
    # What a schema cannot say: a cursor is a page's, a text is not blank, a name is a row's.
    "positive_data_acceptance": {"expected-statuses": ["2xx", 403, 404, 409, 422]},
}


@pytest.fixture
def tecla(database_url: str, tmp_path: Path) -> Iterator[Tecla]:
    with serving(database_url, tmp_path, SMALL) as tecla:
        yield tecla


@pytest.fixture
def steered(tecla: Tecla) -> Iterator[None]:
    """Right requests go to rows that are there: a generator draws ids that nobody has."""

    def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        for name in case.path_parameters or {}:
            case.path_parameters[name] = str(tecla.api_ids[name])
        if isinstance(case.body, dict):
            _steer(case.body, {name: str(one) for name, one in tecla.api_ids.items()})

    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(before_call, "before_call")
    yield
    GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def _steer(body: dict[str, Any], ids: dict[str, str]) -> None:
    for name, value in list(body.items()):
        if name == "equipment_id":
            body[name] = ids[name]
        elif name in {"contract_id", "return_of_id", "defect_id"}:
            body[name] = None
        elif name == "items" and isinstance(value, list):
            body |= {"items": [{"supply_id": ids["supply_id"], "quantity": 1}], "is_confirmed": True}
            body["equipment_id"] = ids["equipment_id"]


@pytest.mark.timeout(600)
def test_every_operation_of_the_api_answers_as_documented(tecla: Tecla, steered: None) -> None:
    """Also that every answer is what its schema says."""
    document = httpx.get(f"{tecla.url}/api/v1/openapi.json", timeout=30).json()
    run = Run(schemathesis.openapi.from_dict(document, config=_config(tecla)))
    assert run.phases >= {"coverage", "fuzzing"}
    operations = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    assert run.reached >= operations
    assert run.answered("POST /api/v1/service-orders") >= {201, 400, 401, 422}


def _config(tecla: Tecla) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": 0,
            "base-url": tecla.url,
            "headers": {"Authorization": f"Bearer {tecla.api_token}"},
            "checks": CHECKS,
            "generation": {"max-examples": max(EXAMPLES // 3, 1), "deterministic": True, "database": "none"},
            "phases": {"stateful": {"enabled": False}},
        }
    )
