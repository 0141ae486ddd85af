"""Schemathesis holds the portal against its own OpenAPI document, as a technician with a phone."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis import engine
from schemathesis.engine import Status, events
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from offline_sync.messages import Limits
from tests.outside.portal import Tecla, serving
from tests.outside.steering import Steering

EXAMPLES = int(os.environ.get("PWS_TEST_EXAMPLES", "12"))  # of each operation, and of scenarios
SMALL = Limits(pull_rows=3, open_uploads=5000)  # so that a small world has pages
LOCATION = r"{$response.header.Location#regex:([^/]+)$}"

CHECKS: dict[str, Any] = {
    # A missing or foreign tus version is 412, by tus.
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422]},
    "missing_required_header": {"expected-statuses": [401, 403, 412, 422]},
    # 413 and 422: a file that is over as a whole, numbers that do not rise: what no schema can say.
    "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409]},
}

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


@pytest.fixture
def tecla(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tecla]:
    """A stream of pokes ends by itself at once, and not only after a quarter of an hour."""
    monkeypatch.setattr("server.web.events.LIFETIME_SECONDS", 0.0)
    with serving(database_url, tmp_path, SMALL) as tecla:
        yield tecla


@pytest.fixture
def steering(tecla: Tecla) -> Iterator[Steering]:
    told = tecla.enrol()
    steering = Steering(tecla, str(told["epoch"]), {str(tecla.client_id): 0})
    hooks = (steering.before_call, "before_call"), (steering.after_call, "after_call")
    for hook, name in hooks:
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, name)
    yield steering
    for hook, _ in hooks:
        GLOBAL_HOOK_DISPATCHER.unregister(hook)


@pytest.mark.timeout(600)
def test_schemathesis_finds_nothing(tecla: Tecla, steering: Steering) -> None:
    schema = schemathesis.openapi.from_dict(walkable(document_of(tecla)), config=config(tecla))
    found: list[str] = []
    answers: Counter[tuple[str, str]] = Counter()
    phases: Counter[str] = Counter()
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            found.append(f"{event.label}: {event.info.format()}")
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.ScenarioFinished):
            found += failures_of(event)
            for case_id, interaction in event.recorder.interactions.items():
                case = event.recorder.cases[case_id].value
                status = interaction.response.status_code if interaction.response else 0
                answers[case.operation.label, str(status)] += 1
                phases[event.phase.value] += 1
        elif isinstance(event, events.PhaseFinished) and event.status is Status.ERROR:
            found.append(f"{event.phase.name} ended in an error")
    if found:
        pytest.fail("\n\n".join(dict.fromkeys(found)), pytrace=False)
    assert {"Coverage", "Fuzzing", "Stateful"} <= set(phases)
    reached = {label for label, status in answers if status.startswith("2")}
    assert reached == {operation.ok().label for operation in schema.get_all_operations()}


def failures_of(event: events.ScenarioFinished) -> Iterator[str]:
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure = check.failure_info.failure
                label = event.recorder.cases[case_id].value.operation.label
                where = f"{label} [{check.name}, {event.phase.value}] {failure.title}"
                yield f"{where}\n{failure.message}\n{check.failure_info.code_sample}"


def document_of(tecla: Tecla) -> dict[str, Any]:
    answer = httpx.get(f"{tecla.url}/sync/v1/openapi.json", timeout=30)
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


def walkable(document: dict[str, Any]) -> dict[str, Any]:
    """Links with what OpenAPI cannot write down: a part of a header, and a body to be completed."""
    for item in document["paths"].values():
        for operation in item.values():
            for answer in operation.get("responses", {}).values() if isinstance(operation, dict) else ():
                for link in answer.get("links", {}).values():
                    for given in ("mutations", "chunks"):
                        link.get("requestBody", {}).pop(given, None)
                    if "description" in link:
                        link["parameters"] = {"upload_id": LOCATION}
    return document


def config(tecla: Tecla) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": 20260302,
            "base-url": tecla.url,
            "headers": {"Authorization": f"Bearer {tecla.token}"},
            "checks": CHECKS,
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
        }
    )
