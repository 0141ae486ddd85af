"""The names of the bridge's own objects in a base, all beginning with `SYNC_`, and how long names may be."""

from __future__ import annotations

import re
from hashlib import sha256

PREFIX = "SYNC_"
OWN_TABLES = frozenset({"SYNC_OUTBOX", "SYNC_INBOX", "SYNC_LEASE", "SYNC_META"})
SHORT_NAMES = 31  # before Firebird 4, in bytes


def name_limit(version: tuple[int, int]) -> int:
    return 63 if version >= (4, 0) else SHORT_NAMES


def trigger_name(table: str) -> str:
    """The trigger's name for a table, at most 31 characters on every version, so that upgrades keep it.

    A shortened name ends in a digest: two long names that begin alike must never share a trigger. So does one
    that a table of the bridge's bears already: a person who reads the list should not mistake them.

    >>> trigger_name("ORDEM_SERVICO")
    'SYNC_ORDEM_SERVICO'
    >>> trigger_name("MOVIMENTACAO_EQUIPAMENTO_CLIENTE")
    'SYNC_MOVIMENTACAO_EQUI_E4DB39B1'
    """
    plain = re.sub(r"[^A-Z0-9_$]", "_", table.upper(), flags=re.ASCII)
    if plain == table and len(PREFIX + plain) <= SHORT_NAMES and PREFIX + plain not in OWN_TABLES:
        return PREFIX + plain
    digest = sha256(table.encode()).hexdigest()[:8].upper()
    return f"{PREFIX}{plain[: SHORT_NAMES - len(PREFIX) - 9]}_{digest}"
