"""A reconciliation that is asked for: by a person, or by the bridge after what may have lost changes."""

from __future__ import annotations

from datetime import UTC, datetime

from ilux_bridge.store import Store

WANTED = "reconciliation_wanted"


def want(store: Store, why: str) -> None:
    """Of the bridge that is running, or of the next one; `why` is for whoever reads the folder."""
    store.note(WANTED, {"why": why, "at": datetime.now(UTC).isoformat()})
