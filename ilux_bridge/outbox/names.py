"""The names of the bridge's own objects in the base, all of which begin with SYNC_."""

from __future__ import annotations

import hashlib

OUTBOX = "SYNC_OUTBOX"
INBOX = "SYNC_INBOX"
LEASE = "SYNC_LEASE"
META = "SYNC_META"
TABLES = (OUTBOX, INBOX, LEASE, META)  # META is made last and dropped last: it says what is left to do

SEQUENCE = "GEN_SYNC_OUTBOX"
ERRORS = "GEN_SYNC_ERROS"
GENERATORS = (SEQUENCE, ERRORS)

ORIGIN = "SYNC_ORIGEM"  # the variable of a transaction that names the message it applies

_LONGEST = 31  # bytes, up to Firebird 3


def trigger(table: str) -> str:
    """SYNC_ and the table's name; where that is too long, cut, and told apart by a digest of the whole."""
    name = f"SYNC_{table}"
    if len(name.encode()) <= _LONGEST and table.isascii() and table not in _TAKEN:
        return name
    digest = hashlib.sha256(table.encode()).hexdigest()[:8].upper()
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in table)
    return f"SYNC_{plain[: _LONGEST - 14]}_{digest}"


# A trigger may bear a table's name, but a person who reads the list should not mistake one for the other.
_TAKEN = frozenset(name.removeprefix("SYNC_") for name in TABLES)
