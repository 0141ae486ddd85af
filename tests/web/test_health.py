"""Alive, ready and measured."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from litestar import Litestar, get
from piccolo.apps.migrations.tables import Migration

from server.database import Database, platform
from server.web.guards import check_every_route_is_guarded, requires
from tests.web.portal import client, running_portal, settings_for


async def test_a_migrated_portal_is_ready(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/health")).json() == {"status": "ok"}
    answer = await visitor.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "failing": []})


async def test_a_missing_migration_is_named_and_the_process_is_still_alive(
    visitor: httpx.AsyncClient,
) -> None:
    with platform():
        await Migration.delete(force=True)
    answer = await visitor.get("/ready")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["migrations"])
    assert (await visitor.get("/health")).status_code == 200


async def test_a_file_store_that_cannot_be_written_is_named(database: Database, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    async with running_portal(settings_for(tmp_path)) as transport, client(transport) as visitor:
        answer = await visitor.get("/ready")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["files"])


async def test_metrics_count_requests_by_route_and_jobs_by_state(visitor: httpx.AsyncClient) -> None:
    await visitor.get("/login")
    await visitor.get("/nowhere/at/all")
    text = (await visitor.get("/metrics")).text
    assert 'pws_http_request_seconds_count{method="GET",route="/login",status="2xx"}' in text
    assert 'route="unrouted",status="4xx"' in text
    assert "/nowhere" not in text
    assert 'pws_jobs{state="waiting"} 0.0' in text
    assert 'pws_database_connections{state="idle"}' in text


async def test_metrics_need_their_token_when_there_is_one(database: Database, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, metrics_token="scrape-me")
    async with running_portal(settings) as transport, client(transport) as visitor:
        assert (await visitor.get("/metrics")).status_code == 404
        answer = await visitor.get("/metrics", headers={"authorization": "Bearer scrape-me"})
        assert answer.status_code == 200


async def test_without_a_token_metrics_answer_to_loopback_only(database: Database, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, trusted_proxies="127.0.0.1")
    async with running_portal(settings) as transport, client(transport) as visitor:
        answer = await visitor.get("/metrics", headers={"x-forwarded-for": "198.51.100.7"})
    assert answer.status_code == 404


def test_an_app_with_an_unguarded_route_does_not_start() -> None:
    @get("/open", sync_to_thread=False)
    def forgotten() -> str:
        return "anybody"

    @get("/closed", guards=[requires()], sync_to_thread=False)
    def guarded() -> str:
        return "somebody"

    check_every_route_is_guarded(Litestar([guarded], openapi_config=None))
    with pytest.raises(RuntimeError, match="neither a guard nor"):
        check_every_route_is_guarded(Litestar([forgotten], openapi_config=None))
