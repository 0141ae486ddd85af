"""A bucket of S3, or of whoever speaks its language. Needs the extra `bridge-s3`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore, S3Store

from ilux_bridge.backup.problems import BackupProblem

if TYPE_CHECKING:  # they are not there at run time
    from obstore.store import ClientConfig, S3Config

_PATIENCE = timedelta(minutes=15)  # for one piece, on the line of a small office
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Bucket:
    name: str
    store: ObjectStore

    @classmethod
    def open(cls, url: str, key: str, secret: str, endpoint: str | None, region: str | None) -> Bucket:
        """`endpoint` is for everybody but Amazon."""
        config: S3Config = {
            "access_key_id": key,
            "secret_access_key": secret,
            "region": region or "us-east-1",
        }
        if endpoint:
            config["endpoint"] = endpoint
        is_plain = bool(endpoint and endpoint.startswith("http:"))
        options: ClientConfig = {"timeout": _PATIENCE, "allow_http": is_plain}
        store = S3Store.from_url(url, config=config, client_options=options)
        return cls(url, store)

    def holds(self, file: str) -> bool:
        try:
            obstore.head(self.store, file)
        except (FileNotFoundError, NotFoundError):
            return False
        except (BaseError, OSError) as error:
            raise self._problem(error) from error
        return True

    def put(self, file: str, chunks: Iterator[bytes]) -> None:
        try:
            obstore.put(self.store, file, chunks, max_concurrency=_AT_ONCE)
        except (BaseError, OSError) as error:
            raise self._problem(error) from error

    def get(self, file: str) -> Iterator[bytes]:
        try:
            for piece in obstore.get(self.store, file).stream():
                yield bytes(piece)
        except (BaseError, OSError) as error:
            raise self._problem(error) from error

    def _problem(self, error: Exception) -> BackupProblem:
        return BackupProblem(f"{self.name} não aceitou a cópia: {str(error).splitlines()[0][:300]}")
