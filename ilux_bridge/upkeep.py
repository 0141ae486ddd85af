"""What a person must know about the base and its backups, told with every heartbeat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Instants are texts with a zone. `backup_at` and what follows is of the last good backup.

    `is_planned` and `is_copy_planned` say what the mapping asks for; `problem` why the last attempt failed,
    empty when it did not. `growth_bytes` is of the base, a day. `free_bytes` is on the disk of the backups.
    `is_stalled` and `transaction_gap` as in `BaseState`.
    """

    is_planned: bool = False
    is_copy_planned: bool = False
    backup_at: str | None = None
    verified_at: str | None = None
    backup_bytes: int | None = None
    is_validated: bool = False
    copied_at: str | None = None
    problem: str = ""
    growth_bytes: int | None = None
    free_bytes: int | None = None
    is_stalled: bool = False
    transaction_gap: int | None = None
