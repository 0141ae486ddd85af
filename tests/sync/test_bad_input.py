"""Bad input to push, pull, tracks and enrolment, one by one: a clear problem, and nothing half-written."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import msgspec
import pytest
import zstandard

from offline_sync.ids import uuid7
from offline_sync.service import Service
from tests.sync.conftest import Wire, count, last_of, note

LIMIT = 2 * 1024 * 1024


async def expect(answer: httpx.Response, code: str, status: int, **facts: object) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], answer.status_code) == (code, status), body
    assert body["type"] == f"/problems/{code}"
    assert body["title"]
    assert {name: body[name] for name in facts} == facts


async def nothing_was_written(service: Service, ana: Wire) -> None:
    assert await count(service, "todo_note") == 0
    assert await count(service, "sync_mutation") == 0
    assert await last_of(service, ana.client_id) == 0


async def test_an_answer_carries_time_epoch_schema_and_limits(ana: Wire) -> None:
    answer = (await ana.post("push", ana.pushed(note(1)))).json()
    assert answer["epoch"] == ana.epoch
    assert answer["schema"] == {"min": 1, "max": 1}
    assert answer["limits"]["push_mutations"] == 200
    assert answer["server_time"].endswith("Z")
    assert [result["status"] for result in answer["results"]] == ["applied"]
    assert "halted" not in answer


async def test_without_a_login_there_is_nothing(http: httpx.AsyncClient) -> None:
    stranger = Wire(http, "nobody")
    await expect(await stranger.post("clients", stranger.enrolment()), "login_required", 401)
    await expect(await stranger.raw("GET", f"poke?client_id={uuid4()}"), "login_required", 401)


async def test_the_desk_has_no_field_app(http: httpx.AsyncClient) -> None:
    desk = Wire(http, "desk")
    await expect(await desk.post("clients", desk.enrolment()), "not_found", 404)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"client_id": 7}, "client_id"),
        ({"client_id": "x"}, "client_id"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"kind": "toaster"}, "kind"),
        ({"kind": "bridge"}, "kind"),
        ({"schema": "1"}, "schema"),
        ({"platform": 5}, "platform"),
    ],
)
async def test_a_malformed_enrolment(
    http: httpx.AsyncClient, service: Service, change: dict[str, object], where: str
) -> None:
    wire = Wire(http, "ana")
    await expect(await wire.post("clients", wire.enrolment() | change), "malformed", 422, where=where)
    assert await count(service, "sync_client") == 0


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "body"),
        (b"not json", "body"),
        (b"\xff\xfe", "body"),
        (b"[]", "body"),
        (b"[" * 100_000, "body"),
        (b'{"client_id": 1}', "client_id"),
    ],
)
async def test_a_push_that_is_not_the_protocol(ana: Wire, service: Service, body: bytes, where: str) -> None:
    await expect(await ana.post("push", body), "malformed", 422, where=where)
    await nothing_was_written(service, ana)


@pytest.mark.parametrize(
    ("odd", "where"),
    [
        ({"seq": "2"}, "mutations[1].seq"),
        ({"seq": 0}, "mutations[1].seq"),
        ({"seq": 2**53}, "mutations[1].seq"),
        ({"seq": 1}, "mutations[1].seq"),
        ({"uid": "x"}, "mutations[1].uid"),
    ],
)
async def test_a_mutation_without_number_or_uid_spoils_the_push(
    ana: Wire, service: Service, odd: dict[str, object], where: str
) -> None:
    answer = await ana.post("push", ana.pushed(note(1), note(2) | odd))
    await expect(answer, "malformed", 422, where=where)
    await nothing_was_written(service, ana)


async def test_an_unknown_mutation_is_quarantined(ana: Wire, service: Service) -> None:
    answer = await ana.post("push", ana.pushed(note(1, name="fly"), note(2)))
    results = answer.json()["results"]
    assert [(result["status"], result.get("code")) for result in results] == [
        ("quarantined", "unknown_mutation"),
        ("applied", None),
    ]
    assert "Nada se perdeu" in results[0]["message"]
    assert await count(service, "sync_mutation") == 2


async def test_a_number_from_the_future(ana: Wire, service: Service) -> None:
    await expect(await ana.post("push", ana.pushed(note(5))), "sequence_gap", 409, lmid=0)
    await nothing_was_written(service, ana)


async def test_another_epoch(ana: Wire, service: Service) -> None:
    body = ana.pushed(note(1)) | {"epoch": str(uuid4())}
    await expect(await ana.post("push", body), "epoch_changed", 409, epoch=ana.epoch)
    await nothing_was_written(service, ana)


async def test_a_schema_of_tomorrow(ana: Wire, service: Service) -> None:
    body = ana.pushed(note(1)) | {"schema": 2}
    await expect(await ana.post("push", body), "schema_unsupported", 409, min=1, max=1)
    await nothing_was_written(service, ana)


async def test_too_many_mutations(ana: Wire, service: Service) -> None:
    body = ana.pushed(*(note(seq) for seq in range(1, 202)))
    await expect(await ana.post("push", body), "limit_exceeded", 422, name="push_mutations", limit=200)
    await nothing_was_written(service, ana)


async def test_a_body_announced_too_large(ana: Wire, service: Service) -> None:
    await expect(await ana.post("push", b" " * (LIMIT + 1)), "body_too_large", 413, limit=LIMIT)
    await nothing_was_written(service, ana)


async def test_a_body_that_turns_out_too_large(ana: Wire) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65536

    answer = await ana.raw("POST", "push", endless())
    await expect(answer, "body_too_large", 413, limit=LIMIT)


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(b" " * 200_000_000, 9)),
        ("zstd", zstandard.compress(b" " * 200_000_000)),
    ],
)
async def test_a_decompression_bomb(ana: Wire, encoding: str, bomb: bytes) -> None:
    assert len(bomb) < 250_000
    await expect(await ana.post("push", bomb, content_encoding=encoding), "body_too_large", 413, limit=LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
async def test_a_broken_compression(ana: Wire, encoding: str) -> None:
    answer = await ana.post("push", b"nothing of the kind", content_encoding=encoding)
    await expect(answer, "malformed", 422, where="content-encoding")


async def test_a_truncated_compression(ana: Wire) -> None:
    cut = gzip.compress(b'{"a": 1}' * 100)[:-20]
    await expect(await ana.post("push", cut, content_encoding="gzip"), "malformed", 422)


async def test_an_unknown_compression(ana: Wire) -> None:
    await expect(await ana.post("push", b"{}", content_encoding="br"), "encoding_unsupported", 415)


async def test_a_push_in_gzip_and_one_in_zstd(ana: Wire) -> None:
    first = gzip.compress(msgspec.json.encode(ana.pushed(note(1))))
    second = zstandard.compress(msgspec.json.encode(ana.pushed(note(2))))
    assert (await ana.post("push", first, content_encoding="gzip")).json()["lmid"] == 1
    assert (await ana.post("push", second, content_encoding="zstd")).json()["lmid"] == 2
    assert zlib.crc32(first) != zlib.crc32(second)


async def test_installations_of_others_are_not_hers(
    ana: Wire, http: httpx.AsyncClient, service: Service
) -> None:
    for name, code, status in (("bia", "client_taken", 409), ("caio", "client_unknown", 404)):
        other = Wire(http, name)
        other.client_id, other.epoch = ana.client_id, ana.epoch
        await expect(await other.post("push", other.pushed(note(1))), code, status)
        pull = {"client_id": str(ana.client_id), "schema": 1}
        await expect(await other.post("pull", pull), code, status)
        tracks = {"client_id": str(ana.client_id), "chunks": []}
        await expect(await other.post(f"tracks/{uuid7()}", tracks), code, status)
        await expect(await other.raw("GET", f"poke?client_id={ana.client_id}"), code, status)
        await expect(await other.post("clients", other.enrolment()), "client_taken", 409)
    await nothing_was_written(service, ana)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"cursor": -1}, "cursor"),
        ({"cursor": "x"}, "cursor"),
        ({"acked": 1.5}, "acked"),
        ({"epoch": "x"}, "epoch"),
        ({"page": "x"}, "page"),
        ({"checksums": {"note": [1]}}, "checksums[...]"),
    ],
)
async def test_a_malformed_pull(ana: Wire, change: dict[str, object], where: str) -> None:
    body = {"client_id": str(ana.client_id), "schema": 1, "epoch": ana.epoch} | change
    await expect(await ana.post("pull", body), "malformed", 422, where=where)


def chunk(**more: object) -> dict[str, object]:
    return {"n": 0, "fixes": [[1772445600000, -27.59, -48.55, 8.5, None]], "gaps": []} | more


@pytest.mark.parametrize(
    ("chunks", "code", "facts"),
    [
        ([chunk(n=-1)], "malformed", {"where": "chunks[0].n"}),
        ([chunk(fixes=[[1, 91, 0, 1, None]])], "malformed", {"where": "chunks[0].fixes[0][1]"}),
        ([chunk(fixes=[[1, 2]])], "malformed", {"where": "chunks[0].fixes[0]"}),
        ([chunk(gaps=[[1, 2, "bored"]])], "malformed", {"where": "chunks[0].gaps[0][2]"}),
        ([chunk(n=n) for n in range(101)], "limit_exceeded", {"name": "track_chunks", "limit": 100}),
        ([chunk(fixes=[[1, 2, 3, 4, 5]] * 201)], "limit_exceeded", {"name": "track_fixes", "limit": 200}),
    ],
)
async def test_bad_tracks(
    ana: Wire, service: Service, chunks: list[object], code: str, facts: dict[str, object]
) -> None:
    body = {"client_id": str(ana.client_id), "chunks": chunks}
    await expect(await ana.post(f"tracks/{uuid7()}", body), code, 422, **facts)
    assert await count(service, "sync_track") == 0


async def test_tracks_are_kept_once_and_never_rewritten(ana: Wire, service: Service) -> None:
    stream = uuid7()
    body = {"client_id": str(ana.client_id), "chunks": [chunk(), chunk(n=2)]}
    assert (await ana.post(f"tracks/{stream}", body)).json()["have"] == [0, 2]
    assert (await ana.post(f"tracks/{stream}", body)).json()["have"] == [0, 2]
    other = {"client_id": str(ana.client_id), "chunks": [chunk(n=1), chunk(n=2, fixes=[])]}
    await expect(await ana.post(f"tracks/{stream}", other), "chunk_conflict", 409, n=2)
    assert await count(service, "sync_track_chunk") == 2


async def test_a_stream_belongs_to_the_phone_that_wrote_it_first(ana: Wire, http: httpx.AsyncClient) -> None:
    stream = uuid7()
    await ana.post(f"tracks/{stream}", {"client_id": str(ana.client_id), "chunks": [chunk()]})
    for name in ("bia", "caio"):
        other = Wire(http, name)
        await other.enrol()
        body = {"client_id": str(other.client_id), "chunks": [chunk(n=1)]}
        await expect(await other.post(f"tracks/{stream}", body), "stream_unknown", 404)


async def test_a_stream_that_is_no_id_does_not_exist(ana: Wire) -> None:
    await expect(await ana.post("tracks/mine", {"chunks": []}), "not_found", 404)
