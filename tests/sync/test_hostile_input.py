"""What the fuzzers found, asked of the running server: a clear problem, and no queue held up."""

from __future__ import annotations

import base64
import gzip

import msgspec
import pytest
import zstandard

from offline_sync.ids import uuid7
from offline_sync.service import Service
from tests.sync.conftest import Wire, last_of, note
from tests.sync.test_bad_input import expect
from tests.sync.uploads import PIECE, TUS, create, path_of, picture

HUGE = "9" * 25


@pytest.mark.parametrize("args", [b"1e400", b'{"n": ' + b"9" * 5000 + b"}", b'{"a": "\\ud800x"}'])
async def test_arguments_that_json_allows_and_nobody_can_read(
    ana: Wire, service: Service, args: bytes
) -> None:
    """Kept raw, answered again, and another content under that number is still noticed."""
    mutation = msgspec.json.encode(note(1)).replace(b'"args":{', b'"args":[' + args + b'],"other":{')
    pushed = msgspec.json.encode(ana.pushed())
    whole = pushed.replace(b'"mutations":[', b'"mutations":[' + mutation)
    for _ in range(2):
        answer = await ana.post("push", whole)
        if answer.status_code == 422:  # a text that is no text: not JSON at all
            await expect(answer, "malformed", 422)
            return
        assert [result["status"] for result in answer.json()["results"]] == ["quarantined"]
    other = whole.replace(b'"args":[', b'"args":[1,')
    await expect(await ana.post("push", other), "client_forked", 409, lmid=1, seq=1)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_clock_at_the_edge_of_the_calendar_holds_nothing_up(
    ana: Wire, service: Service, moment: str
) -> None:
    answer = await ana.post("push", ana.pushed(note(1, occurred_at=moment), note(2), sent_at=moment))
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [(result["status"], result.get("code")) for result in results] == [
        ("quarantined", "malformed"),
        ("applied", None),
    ]
    assert await last_of(service, ana.client_id) == 2


@pytest.mark.parametrize(
    "numbers", [f"{HUGE}.{HUGE}.0", "-2.0.0", f"0.{HUGE}.0", "1_0.0.0", "٣.0.0", " 0.0.0"]
)
async def test_a_page_token_that_nobody_wrote(ana: Wire, numbers: str) -> None:
    page = f"{ana.epoch}.0.{numbers}.note.{uuid7()}"
    body = {"client_id": str(ana.client_id), "schema": 1, "epoch": ana.epoch, "page": page}
    await expect(await ana.post("pull", body), "malformed", 422, where="page")


async def test_headers_that_are_not_ascii(ana: Wire) -> None:
    odd = "client é".encode("latin-1")
    created = await ana.http.post(
        "/sync/v1/files",
        headers=[
            *((name.encode(), value.encode()) for name, value in ana.headers.items()),
            (b"tus-resumable", b"1.0.0"),
            (b"upload-length", b"5"),
            (b"upload-metadata", odd),
        ],
    )
    await expect(created, "malformed", 422, where="Upload-Metadata.client")
    path = path_of(await create(ana, photo := picture()))
    piece = await ana.http.patch(
        f"/sync/v1/{path}",
        content=photo,
        headers=[
            *((name.encode(), value.encode()) for name, value in ana.headers.items()),
            (b"tus-resumable", b"1.0.0"),
            (b"content-type", PIECE["content_type"].encode()),
            (b"upload-offset", b"0"),
            (b"upload-checksum", "sha256 é".encode("latin-1")),
        ],
    )
    await expect(piece, "malformed", 422, where="Upload-Checksum")
    assert (await ana.raw("HEAD", path, **TUS)).headers["upload-offset"] == "0"


@pytest.mark.parametrize("press", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("spoil", ["behind", "twice", "cut"])
async def test_a_packed_body_is_one_whole_member_and_nothing_else(
    ana: Wire, press: object, spoil: str
) -> None:
    """A cut body whose readable part is a whole message must not pass for it."""
    message = msgspec.json.encode(ana.pushed(note(1)))
    noise = base64.b64encode(bytes(range(256)) * 40)  # keeps the message's end away from the packed end
    packed = press(message)  # type: ignore[operator]
    body = {
        "behind": packed + b"rubbish",
        "twice": packed + press(b" "),  # type: ignore[operator]
        "cut": press(message + b" " * 300_000 + noise.translate(None, bytes(range(33, 127))))[:-1],  # type: ignore[operator]
    }[spoil]
    encoding = "gzip" if press is gzip.compress else "zstd"
    await expect(
        await ana.post("push", body, content_encoding=encoding), "malformed", 422, where="content-encoding"
    )
