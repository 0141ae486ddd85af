"""What the portal answers a bridge that compares: docs/bridge-sync.md."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import msgspec

from ilux_bridge.sending import Row
from offline_sync.client import LoginRequired, Stopped, TryLater

COMPARISONS, KEYS = "/bridge/v1/comparisons", "/bridge/v1/keys"


class Portal:
    """Raises what the sync's client raises."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def compare(self, entity: str, rows: Sequence[Row]) -> dict[str, str]:
        """For the keys that are not the same there: missing, different, extra, refused or waiting.

        At most 500 rows, which is what `Pieces` gathers.
        """
        said = [{"key": row["key"], "gone": row["gone"], "data": row["data"]} for row in rows]
        body = gzip.compress(msgspec.json.encode({"entity": entity, "rows": said}), compresslevel=1, mtime=0)
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        answer = await self._ask("POST", COMPARISONS, content=body, headers=headers)
        return {key: kind for kind, keys in answer.items() for key in keys}

    async def keys(self, entity: str) -> AsyncIterator[list[str]]:
        """All that the portal has of an entity, in pages."""
        after, has_more = "", True
        while has_more:
            answer = await self._ask("GET", KEYS, params={"entity": entity, "after": after})
            has_more = answer["more"]
            if answer["keys"]:
                after = answer["keys"][-1]
                yield answer["keys"]

    async def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            response = await self._http.request(method, path, **more)
        except httpx.TransportError as error:
            raise TryLater(repr(error)) from error
        if response.status_code == 401:
            raise LoginRequired
        if response.status_code >= 500 or response.status_code == 429:
            raise TryLater(f"HTTP {response.status_code}")
        if not response.is_success:
            raise Stopped(f"HTTP {response.status_code}", {})
        found: dict[str, Any] = response.json()
        return found
