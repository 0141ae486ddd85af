"""Phone and portal read the same vectors (tests/vectors): what both decide, they decide alike."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from offline_sync.client import Client, LoginRequired, Stopped, TryLater
from offline_sync.messages import PullAnswer, Result
from offline_sync.replica import Replica

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests/vectors"
# The library stops where a person must help, and leaves it to its user to tell "stops" from "reports".
RAISED = {"asks for login": LoginRequired, "waits": TryLater, "stops": Stopped, "reports": Stopped}
EPOCH = "0192f000-0000-4000-8000-0000000000e1"


def vectors(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize("folder", ["tests", "pwa/tests"])
@pytest.mark.parametrize("vector", sorted(path.stem for path in VECTORS.glob("*.json")))
def test_both_sides_read_every_vector(folder: str, vector: str) -> None:
    """A file that only one side reads holds nobody to anything."""
    reads = re.compile(rf"vectors\(\"{vector}\"\)" if folder == "tests" else rf"vectors/{vector}\.json\"")
    sources = [*(ROOT / folder).rglob("test_*.py"), *(ROOT / folder).rglob("*.test.ts")]
    assert any(reads.search(path.read_text()) for path in sources), f"nothing in {folder} reads {vector}.json"


def test_canonical_json_is_what_the_phone_signs() -> None:
    for vector in vectors("canonical-json"):
        text = json.dumps(vector["value"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert text == vector["text"]
        assert hashlib.sha256(text.encode()).hexdigest() == vector["sha256"]


def test_a_sha256_is_of_the_utf8_bytes() -> None:
    for vector in vectors("sha256"):
        assert hashlib.sha256(vector["text"].encode()).hexdigest() == vector["sha256"]


def test_a_uuid7_of_the_phone_says_when_it_was_made() -> None:
    for vector in vectors("uuid7"):
        uid = msgspec.convert(vector["uuid"], UUID)
        assert (uid.version, uid.int >> 80) == (7, vector["ms"])
        assert uid.int >> 64 & 0xFFF == vector["counter"]


@pytest.mark.parametrize("vector", vectors("pulls"), ids=lambda vector: vector["name"])
def test_answers_become_base_and_outbox(vector: dict[str, Any]) -> None:
    replica = Replica(":memory:")
    for n in range(vector["saved"]):
        replica.record("add_note", {"body": f"Nota {n}"})
    uids = {item.seq: json.loads(item.content)["uid"] for item in replica.pending(100)}

    def told(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"uid": uids.get(one["seq"]), "at": "2026-03-02T11:00:00Z", **one} for one in results]

    for step in vector["steps"]:
        if "push" in step:
            results = msgspec.convert(told(step["push"]["results"]), list[Result])
            replica.pushed(step["push"]["lmid"], results)
        else:
            take(replica, step["pull"] | {"results": told(step["pull"]["results"])})
    assert {str(row_id): ver for row_id, ver in versions(replica).items()} == vector["base"]
    assert replica.cursor == vector["cursor"]
    # Whether a push's results count as stored at once or with the next pull is each client's own choice.
    assert vector["acked"] in (replica.acked, None)
    known = {seq: result["status"] for seq, result in replica.results().items()}
    kept = sorted({*known, *(item.seq for item in replica.pending(100))} | unanswered(replica))
    assert [[seq, known.get(seq)] for seq in kept] == vector["outbox"]


def take(replica: Replica, pull: dict[str, Any]) -> None:
    """Page by page, as the client does with what the wire brings."""
    for page in pull["pages"]:
        is_last = page is pull["pages"][-1]
        body = pull | page | {"checksums": {}, "more": None if is_last else "more"}
        body["results"] = pull["results"] if is_last else []
        answer = msgspec.json.decode(msgspec.json.encode(body), type=PullAnswer)
        if is_last:
            replica.apply(answer, UUID(pull["epoch"]))
        else:
            replica.stage(answer)


def versions(replica: Replica) -> dict[UUID, int]:
    rows = replica._db.execute("select id, ver from base").fetchall()
    return {UUID(row_id): ver for row_id, ver in rows}


def unanswered(replica: Replica) -> set[int]:
    return {seq for (seq,) in replica._db.execute("select seq from outbox where result is null")}


@pytest.mark.parametrize("vector", vectors("problems"), ids=lambda vector: vector["code"])
async def test_what_the_client_does_about_a_problem(vector: dict[str, Any]) -> None:
    replica, portal = Replica(":memory:"), OneProblem(vector)
    http = httpx.AsyncClient(transport=httpx.MockTransport(portal.answer), base_url="http://portal.test")
    client = Client(replica, http, kind="phone", name="Android")
    await client.sync()
    for n in range(vector["mutations"]):
        replica.record("add_note", {"body": f"Nota {n}"})
    portal.is_well = False
    name, goes_on = replica.client_id, vector["outcome"] == "goes on"
    if goes_on:
        await client.sync()
    else:
        with pytest.raises(RAISED[vector["outcome"]]) as raised:
            await client.sync()
        if isinstance(raised.value, TryLater):
            assert raised.value.retry_after == vector["facts"]["retry_after"]
        if isinstance(raised.value, Stopped):
            assert raised.value.code == vector["code"]
    assert (replica.client_id != name) == vector["has_new_name"]
    assert len(portal.ran) == (vector["mutations"] if goes_on else 0)
    assert len(replica.pending(10)) == (0 if goes_on else vector["mutations"])


class OneProblem:
    """A portal that takes every push, except one."""

    def __init__(self, vector: dict[str, Any]) -> None:
        self._vector = vector
        self.is_well = True
        self.ran: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        path = request.url.path
        if path.endswith("/push"):
            return self._push(body["mutations"])
        more: dict[str, Any] = {"lmid": len(self.ran)}
        if path.endswith("/clients"):
            more |= {
                "client_id": body["client_id"],
                "user": {"id": EPOCH, "name": "Bruno", "role": "technician"},
            }
            more |= {"reseller": {"id": EPOCH, "name": "Ilha"}}
        else:
            more |= {"reset": False, "cursor": 1, "durable_lmid": len(self.ran), "rows": [], "gone": []}
            more |= {"results": [], "checksums": {}, "more": None}
        return httpx.Response(200, json={"epoch": EPOCH} | more)

    def _push(self, mutations: list[dict[str, Any]]) -> httpx.Response:
        if not self.is_well:
            self.is_well = True
            problem = {"code": self._vector["code"], **self._vector["facts"]}
            return httpx.Response(self._vector["status"], json=problem)
        results = [
            {"seq": m["seq"], "uid": m["uid"], "status": "applied", "at": "2026-03-02T11:00:00Z"}
            for m in mutations
        ]
        self.ran += [m["uid"] for m in mutations]
        return httpx.Response(200, json={"epoch": EPOCH, "lmid": len(self.ran), "results": results})


def test_the_table_of_codes_says_the_same_statuses() -> None:
    table = (ROOT / "docs/sync-protocol.md").read_text()
    for vector in vectors("problems"):
        assert f"| `{vector['code']}` | {vector['status']} |" in table
