"""A worker is killed between sending and writing down: the receiver hears of it again, under one id."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.database import platform
from server.webhooks.tables import WebhookDelivery
from tests.webhooks.conftest import Post

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 40


def start(post: Post, database_url: str) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PWS_")}
    settings = {
        "PWS_DATABASE_URL": database_url,
        "PWS_DATA_DIR": str(post.settings.data_dir),
        "PWS_BASE_URL": post.settings.base_url,
        "PWS_WEBHOOK_HOSTS": post.receiver.host,
        "PWS_LOG_LEVEL": "error",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "server.cli", "worker"], cwd=ROOT, env=environment | settings
    )


async def end(worker: subprocess.Popen[bytes], how: signal.Signals) -> None:
    worker.send_signal(how)
    await asyncio.to_thread(worker.wait, WITHIN_S)


@pytest.mark.timeout(150)
async def test_a_killed_worker_costs_one_repetition_under_the_same_id(post: Post, database_url: str) -> None:
    post.receiver.is_holding = True
    await post.world.open_order()
    worker = start(post, database_url)
    try:
        await asyncio.wait_for(post.receiver.came.wait(), WITHIN_S)
        await end(worker, signal.SIGKILL)
        (row,) = await post.rows()
        assert row["state"] == "sending", "nobody knows whether it arrived"
        post.receiver.is_holding = False
        with platform():  # as if the lease's minute had passed
            await WebhookDelivery.update(
                {WebhookDelivery.leased_until: datetime.now(UTC) - timedelta(seconds=1)}
            ).where(WebhookDelivery.state == "sending")
        worker = start(post, database_url)
        async with asyncio.timeout(WITHIN_S):
            while [one["state"] for one in await post.rows()] != ["sent"]:
                await asyncio.sleep(0.1)
        await asyncio.sleep(1.5)  # long enough to be sent once more, were it to be
        assert len(post.receiver.received) == 2
        assert len({(one.id, one.body) for one in post.receiver.received}) == 1
    finally:
        if worker.poll() is None:
            await end(worker, signal.SIGTERM)
