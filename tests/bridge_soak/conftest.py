"""Once, on SQLite; `make soak-bridge` runs on both databases."""

from __future__ import annotations

from tests.conftest import ON_POSTGRES

collect_ignore = ["test_soak.py"] if ON_POSTGRES else []
