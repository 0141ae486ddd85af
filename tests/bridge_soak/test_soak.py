"""Whatever breaks between ILUX and the portal, both have the same in the end; and the soak would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.database import Database
from tests.bridge_soak.soak import soak

SEED = 20260302
SECONDS = 90


@pytest.mark.timeout(300)
async def test_whatever_breaks_both_ends_have_the_same_and_each_message_was_written_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    outcome = await soak(SEED, SECONDS, tmp_path, database_url)
    assert not outcome.wrong, outcome.told(SEED, tmp_path)
    assert outcome.seen["messages applied"] >= 30, outcome.seen


@pytest.mark.timeout(120)
async def test_a_watermark_loses_rows_and_is_caught(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    outcome = await soak(SEED, 8, tmp_path, database_url, planted="watermark", calm=True)
    waiting, *rows = outcome.wrong
    assert "changes and 0 messages still wait" in waiting
    assert rows, outcome.told(SEED, tmp_path)
