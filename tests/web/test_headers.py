"""Every answer is dressed: pages, files, failures; and what may be kept is said by what is kept."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from server.database import Database
from server.web.headers import content_security_policy
from tests.web.portal import client, running_portal, settings_for


@pytest.mark.parametrize(
    "path", ["/login", "/nowhere", "/health", "/assets/missing.js", "/field/", "/session"]
)
async def test_each_answer_carries_the_security_headers(visitor: httpx.AsyncClient, path: str) -> None:
    headers = (await visitor.get(path)).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=(self)" in headers["permissions-policy"]
    assert headers["x-request-id"]
    assert "strict-transport-security" not in headers


async def test_pages_are_not_kept_by_browsers(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/login")).headers["cache-control"] == "no-store"


async def test_https_is_promised_for_long_where_it_is_spoken(database: Database, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, base_url="https://portal.test")
    async with running_portal(settings) as transport, client(transport) as visitor:
        assert "max-age=63072000" in (await visitor.get("/login")).headers["strict-transport-security"]


def test_map_tiles_are_the_only_pictures_from_elsewhere(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, tile_url="https://{s}.tiles.test/{z}/{x}/{y}.png")
    assert "img-src 'self' data: blob: https://*.tiles.test;" in content_security_policy(settings)


async def test_pages_come_compressed_and_small_answers_do_not(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/login", headers={"accept-encoding": "gzip, br"})
    assert page.headers["content-encoding"] == "br"
    assert "accept-encoding" in page.headers["vary"]
    assert "<form" in page.text
    page = await visitor.get("/login", headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    page = await visitor.get("/login", headers={"accept-encoding": "br;q=0, identity"})
    assert "content-encoding" not in page.headers
    assert "content-encoding" not in (await visitor.get("/health")).headers


async def test_no_script_stands_in_a_page(visitor: httpx.AsyncClient) -> None:
    for path in ("/login", "/password/forgotten", "/nowhere"):
        text = (await visitor.get(path)).text
        assert "<script" not in text
        assert "style=" not in text
        assert " onclick=" not in text
