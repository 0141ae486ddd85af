"""Schemathesis holds the portal against its own OpenAPI document, as a technician with a phone."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from copy import deepcopy
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

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "12"))  # drawn for each operation
SMALL = Limits(pull_rows=3, open_uploads=5000)  # so that a small world has pages
LOCATION = r"{$response.header.Location#regex:([^/]+)$}"
# A lane's paths, and how many walks along its links reach each of them.
LANES = {"data": ("/v1/(clients|push|pull|tracks|poke|rescue)", 4), "files": ("/v1/files", 2)}
UNLINKED = {"OPTIONS /sync/v1/files"}
METHODS = {"get", "post", "patch", "delete", "head", "options"}

CHECKS: dict[str, Any] = {
    # A missing or foreign version is 412, by tus.
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422]},
    "missing_required_header": {"expected-statuses": [401, 403, 412, 422]},
    "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409]},
}
# Every check is on for every operation, but one: OPTIONS says what the portal can do of tus, at any address.
OPERATIONS = [
    {
        "include-name": "OPTIONS /sync/v1/files/{upload_id}",
        "checks": {"use_after_free": {"enabled": False}},
    }
]


@pytest.fixture
def tecla(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tecla]:
    """A stream of pokes ends by itself at once, and not only after a quarter of an hour."""
    monkeypatch.setattr("server.web.events.LIFETIME_SECONDS", 0.0)
    with serving(database_url, tmp_path, SMALL) as tecla:
        yield tecla


@pytest.fixture
def steering(tecla: Tecla) -> Iterator[Steering]:
    steering = Steering(tecla, str(tecla.enrol()["epoch"]), {str(tecla.client_id): 0})
    hooks = (steering.before_call, "before_call"), (steering.after_call, "after_call")
    for hook, name in hooks:
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, name)
    yield steering
    for hook, _ in hooks:
        GLOBAL_HOOK_DISPATCHER.unregister(hook)


@pytest.mark.timeout(900)
def test_every_operation_answers_as_documented(tecla: Tecla, steering: Steering) -> None:
    """The document's examples, the edges of every schema, and requests drawn at random, right and wrong."""
    run = Run(schemathesis.openapi.from_dict(document_of(tecla), config=config(tecla)))
    assert run.phases >= {"examples", "coverage", "fuzzing"}
    assert run.answered("POST /sync/v1/push") >= {200, 401, 409, 422}
    assert run.reached >= {"POST /sync/v1/clients", "POST /sync/v1/pull", "POST /sync/v1/files"}


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("lane", "walks"), LANES.values(), ids=LANES)
def test_what_leads_from_one_operation_to_the_next(
    tecla: Tecla, steering: Steering, lane: str, walks: int
) -> None:
    """Along the links, in any order: what was created can be used until it is given up."""
    document = walkable(document_of(tecla), lane)
    told = {(source, name) for source, name, _ in links(document)}
    reached, walked = set(), set()
    for seed in range(walks):
        run = Run(schemathesis.openapi.from_dict(deepcopy(document), config=config(tecla, walk=seed)))
        assert run.phases == {"stateful"}
        reached |= run.reached
        walked |= run.walked
    assert reached >= labels(document) - UNLINKED
    assert walked >= told


class Run:
    """One run of Schemathesis' engine; fails with everything that it found."""

    def __init__(self, schema: Any) -> None:
        self.phases: set[str] = set()
        self.walked: set[tuple[str, str]] = set()
        self._answers: dict[str, Counter[int]] = defaultdict(Counter)
        found: list[str] = []
        for event in engine.from_schema(schema).execute():
            if isinstance(event, events.NonFatalError):
                found.append(f"{event.label}: {event.info.format()}")
            elif isinstance(event, events.FatalError):
                raise event.exception
            elif isinstance(event, events.ScenarioFinished):
                found += failures_of(event)
                self._note(event)
            elif isinstance(event, events.PhaseFinished) and event.status is Status.ERROR:
                found.append(f"{event.phase.name} ended in an error")
        if found:
            pytest.fail("\n\n".join(dict.fromkeys(found)), pytrace=False)

    @property
    def reached(self) -> set[str]:
        """The operations that did what they are for."""
        return {label for label, seen in self._answers.items() if any(200 <= code < 300 for code in seen)}

    def answered(self, label: str) -> set[int]:
        return set(self._answers[label])

    def _note(self, event: events.ScenarioFinished) -> None:
        if event.recorder.interactions:
            self.phases.add(event.phase.value)
        for case_id, interaction in event.recorder.interactions.items():
            node, response = event.recorder.cases[case_id], interaction.response
            operation = node.value.operation
            if response is None or interaction.request.method != operation.method.upper():
                continue  # a probe with another verb
            self._answers[operation.label][response.status_code] += 1
            if node.transition is not None and 200 <= response.status_code < 300:
                self._note_link(node.transition.id)

    def _note_link(self, transition: str) -> None:
        """`POST /a -> [201] name -> POST /b`; whichever success it began with."""
        source, name, _ = re.split(r" -> (?:\[\d+\] )?", transition)
        self.walked.add((source, name))


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


def walkable(document: dict[str, Any], lane: str) -> dict[str, Any]:
    """One lane, its links with what OpenAPI cannot write down: a part of a header, a body to be completed."""
    document["paths"] = {path: item for path, item in document["paths"].items() if re.search(lane, path)}
    for _, _, link in links(document):
        for given in ("mutations", "chunks"):
            link.get("requestBody", {}).pop(given, None)
        if link["operationId"].endswith("_upload"):
            link["parameters"] = {"upload_id": LOCATION}
    return document


def links(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """From which operation, under which name."""
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            for answer in item[method]["responses"].values():
                for name, link in answer.get("links", {}).items():
                    yield f"{method.upper()} {path}", name, link


def labels(document: dict[str, Any]) -> set[str]:
    paths = document["paths"]
    return {f"{method.upper()} {path}" for path in paths for method in METHODS & paths[path].keys()}


def config(tecla: Tecla, *, walk: int | None = None) -> schemathesis.Config:
    """Deep along the links of a lane, or broad over all operations."""
    is_walk = walk is not None
    one_by_one = {"enabled": not is_walk}
    stateful = {"enabled": is_walk, "generation": {"max-examples": 3 * EXAMPLES, "mode": "positive"}}
    return schemathesis.Config.from_dict(
        {
            "seed": walk or 0,
            "base-url": tecla.url,
            "headers": {"Authorization": f"Bearer {tecla.token}"},
            "checks": CHECKS,
            "operations": OPERATIONS,
            "generation": {"max-examples": EXAMPLES, "deterministic": not is_walk, "database": "none"},
            "phases": dict.fromkeys(("examples", "coverage", "fuzzing"), one_by_one) | {"stateful": stateful},
        }
    )
