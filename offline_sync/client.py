"""The reference client: enrols, pushes, pulls, sends files and tracks, and stops where a person must help.

Data, files and tracks are separate lanes; none blocks another. A lane either finishes or raises: `TryLater`
for what passes, `LoginRequired` (no attempt is counted), `Stopped` for what only a person can mend. The
answers are those of the table of codes in docs/sync-protocol.md. The transport is the caller's httpx client.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec

from offline_sync.messages import EnrolAnswer, Limits, PullAnswer, PushAnswer, TracksAnswer, encode_data
from offline_sync.replica import Blob, Replica

SCHEMA = 1
WORTH_PACKING = 16 * 1024
TUS = {"Tus-Resumable": "1.0.0"}
T = TypeVar("T")


class TryLater(Exception):
    """No network, a server that is busy, an answer that was cut: nothing is lost, and it will pass."""

    def __init__(self, why: str, retry_after: float = 0) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class LoginRequired(Exception):
    """The session ended."""


class Stopped(Exception):
    """Only a person can mend this; `code` says what. The outbox stays as it is."""

    def __init__(self, code: str, facts: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@contextmanager
def _left_to_the_data_lane() -> Iterator[None]:
    """A server that was restored to before it knew this client: the data lane enrols again."""
    try:
        yield
    except Stopped as stop:
        if stop.code != "client_unknown":
            raise
        raise TryLater(stop.code) from stop


class _Advertised(msgspec.Struct):
    """What every answer says beside its own fields."""

    limits: Limits = Limits()


class Client:
    """One installation. `name` is what its owner reads in the list of devices.

    `push_bytes` is for one that is to stay smaller than the server would let it be.
    """

    def __init__(
        self,
        replica: Replica,
        http: httpx.AsyncClient,
        *,
        kind: str,
        name: str,
        push_bytes: int | None = None,
    ) -> None:
        self.replica = replica
        self._own_push_bytes = push_bytes
        self._http = http
        self._kind = kind
        self._name = name
        self._limits = replica.limits
        self._batch = self._limits.push_mutations

    async def sync(self) -> None:
        """One cycle of the data lane: everything that waits goes up, everything that changed comes down."""
        await self._enrolled()
        for _ in range(3):  # a restored server: pull, offer again, pull
            try:
                await self._push()
            except Stopped as stop:
                await self._mend(stop)
                continue
            await self.pull()
            if not self.replica.pending(1):
                return
        raise TryLater("the outbox could not be sent")

    async def pull(self) -> None:
        """Bring the base up; a base that does not match its checksums afterwards is asked for whole."""
        for _ in range(3):
            try:
                answer = await self._pull_pages()
            except Stopped as stop:
                if stop.code == "page_unknown":
                    continue
                await self._mend(stop)
                continue
            if answer.checksums == self.replica.checksums():
                return
            self.replica.damage()
        raise TryLater("the base could not be brought up")

    async def send_files(self) -> None:
        """Each file until its own receipt; one that is refused does not hold up the others."""
        refused: Stopped | None = None
        for blob in self.replica.unsent_blobs():
            try:
                with _left_to_the_data_lane():
                    await self._send_file(blob)
            except Stopped as stop:
                refused = stop
        if refused is not None:
            raise refused

    async def send_tracks(self) -> None:
        for stream, chunks in self.replica.unsent_chunks().items():
            for start in range(0, len(chunks), self._limits.track_chunks):
                piece = chunks[start : start + self._limits.track_chunks]
                body = encode_data({"client_id": self.replica.client_id, "chunks": piece}).encode()
                with _left_to_the_data_lane():
                    answer = self._read(await self._post(f"tracks/{stream}", body), TracksAnswer)
                self.replica.chunks_held(stream, answer.have)

    async def pokes(self) -> AsyncIterator[None]:
        """Yields whenever the view may have changed, until the connection ends."""
        request = self._http.stream(
            "GET", "/sync/v1/poke", params={"client_id": str(self.replica.client_id)}, timeout=None
        )
        with suppress(httpx.TransportError):
            async with request as response:
                if response.status_code != 200:
                    await response.aread()
                    self._raise_for(response)
                async for line in response.aiter_lines():
                    if line == "event: poke":
                        yield

    async def _enrolled(self) -> None:
        if self.replica.is_enrolled:
            return
        body = {
            "client_id": self.replica.client_id,
            "kind": self._kind,
            "name": self._name,
            "schema": SCHEMA,
        }
        response = await self._post("clients", encode_data(body).encode())
        answer = self._read(response, EnrolAnswer)
        self.replica.enrolled(self._epoch_of(response), answer.lmid)
        if not self.replica.go_on_from(answer.lmid):
            self.replica.fork(after=answer.lmid)
            await self._enrolled()

    async def _push(self) -> None:
        while pending := self.replica.pending(self._batch, self._push_bytes):
            body = b'{"client_id":"%s","epoch":"%s","schema":%d,"sent_at":"%s","mutations":[%s]}' % (
                str(self.replica.client_id).encode(),
                str(self.replica.epoch or UUID(int=0)).encode(),
                SCHEMA,
                datetime.now(UTC).isoformat(timespec="milliseconds").encode(),
                b",".join(mutation.content for mutation in pending),
            )
            if len(body) > self._limits.push_bytes and len(pending) > 1:
                self._batch = max(len(pending) // 2, 1)
                continue
            answer = self._read(await self._post("push", body), PushAnswer)
            self.replica.pushed(answer.lmid, answer.results)
            if answer.halted:
                raise TryLater(answer.halted.code, answer.halted.retry_after)
        self._batch = self._limits.push_mutations

    @property
    def _push_bytes(self) -> int:
        return min(self._limits.push_bytes, self._own_push_bytes or self._limits.push_bytes)

    async def _mend(self, stop: Stopped) -> None:
        """What the table of codes asks of the client; raises what it cannot mend."""
        match stop.code:
            case "sequence_gap":
                if not self.replica.go_on_from(stop.facts["lmid"]):
                    self.replica.fork(after=stop.facts["lmid"])
            case "client_forked":
                self.replica.fork(after=stop.facts["seq"] - 1)
            case "client_unknown":
                self.replica.forget_enrolment()
            case "epoch_changed":
                await self.pull()
            case "body_too_large" if self._batch > 1:
                self._batch //= 2
            case _:
                raise stop
        await self._enrolled()

    async def _pull_pages(self) -> PullAnswer:
        self.replica.drop_staged()
        page: str | None = None
        while True:
            body = {
                "client_id": self.replica.client_id,
                "epoch": self.replica.epoch,
                "schema": SCHEMA,
                "cursor": self.replica.cursor,
                "acked": self.replica.acked,
                "page": page,
            }
            response = await self._post("pull", encode_data(body).encode())
            answer = self._read(response, PullAnswer)
            if answer.more is None:
                self.replica.apply(answer, self._epoch_of(response))
                return answer
            self.replica.stage(answer)
            page = answer.more

    async def _send_file(self, blob: Blob) -> None:
        """Once anew when the server does not know the upload: it expired, or was refused and nobody heard."""
        for attempt in (blob, replace(blob, upload=None)):
            try:
                return await self._upload(attempt)
            except Stopped as stop:
                if stop.code != "upload_unknown":
                    raise
                self.replica.uploading(blob.sha256, None)
        raise TryLater("upload_unknown")

    async def _upload(self, blob: Blob) -> None:
        upload = blob.upload
        if upload is None:
            response = await self._create_upload(blob)
            upload = urlsplit(response.headers["location"]).path
            self.replica.uploading(blob.sha256, upload)
        else:
            response = await self._request("HEAD", upload, headers=TUS)
            self._raise_for(response)
        sent = -1
        while response.headers.get("file-receipt") != blob.sha256:
            offset = int(response.headers["upload-offset"])
            if offset == sent:  # nothing moved: the same piece would be sent for ever
                raise TryLater("no_receipt")
            sent = offset
            piece = blob.content[offset : offset + self._limits.file_chunk_bytes]
            headers = {
                **TUS,
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
            }
            response = await self._request("PATCH", upload, headers=headers, content=piece)
            if response.status_code == 409:
                response = await self._request("HEAD", upload, headers=TUS)
            self._raise_for(response)
        self.replica.held(blob.sha256)

    async def _create_upload(self, blob: Blob) -> httpx.Response:
        metadata = {
            "client": str(self.replica.client_id),
            "sha256": blob.sha256,
            "type": blob.content_type,
        }
        pairs = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items()
        )
        headers = {**TUS, "Upload-Length": str(len(blob.content)), "Upload-Metadata": pairs}
        response = await self._request("POST", "/sync/v1/files", headers=headers)
        self._raise_for(response)
        return response

    async def _post(self, path: str, body: bytes) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        if len(body) >= WORTH_PACKING:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, compresslevel=1, mtime=0)
        response = await self._request("POST", f"/sync/v1/{path}", headers=headers, content=body)
        self._raise_for(response)
        return response

    async def _request(
        self, method: str, path: str, *, headers: dict[str, str], content: bytes = b""
    ) -> httpx.Response:
        try:
            return await self._http.request(method, path, headers=headers, content=content)
        except httpx.TransportError as error:
            raise TryLater(repr(error)) from error

    def _raise_for(self, response: httpx.Response) -> None:
        """Nothing for success; otherwise what the code means."""
        if response.is_success:
            return
        if response.status_code == 401:
            raise LoginRequired
        if response.request.method == "HEAD" and response.status_code == 404:  # it has no body to say so
            raise Stopped("upload_unknown", {})
        try:
            problem: dict[str, Any] = msgspec.json.decode(response.content)
            code = str(problem["code"])
        except (msgspec.DecodeError, KeyError, TypeError):
            raise TryLater(f"HTTP {response.status_code}") from None
        if response.status_code >= 500 or code == "rate_limited":
            raise TryLater(code, float(problem.get("retry_after", 0)))
        raise Stopped(code, problem)

    def _read(self, response: httpx.Response, type_: type[T]) -> T:
        try:
            self._keep_to(msgspec.json.decode(response.content, type=_Advertised).limits)
            return msgspec.json.decode(response.content, type=type_)
        except msgspec.MsgspecError as error:
            raise TryLater("the answer was cut") from error

    def _keep_to(self, limits: Limits) -> None:
        if limits != self._limits:
            self.replica.keep_to(limits)
        self._limits = limits
        self._batch = min(self._batch, limits.push_mutations)

    def _epoch_of(self, response: httpx.Response) -> UUID:
        return UUID(msgspec.json.decode(response.content)["epoch"])
