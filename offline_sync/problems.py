"""The ways in which a request can fail, by the codes of docs/sync-protocol.md."""

from __future__ import annotations

from typing import Any


class SyncProblem(Exception):
    """A request was not understood or not allowed; nothing of it was written.

    `code` is from the protocol's table, `facts` are what the client needs to go on.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code
