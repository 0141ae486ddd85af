"""The names of the bridge's own objects in the base, all of which begin with SYNC_."""

from __future__ import annotations

from ilux_bridge.mapping.names import trigger_name as trigger

OUTBOX = "SYNC_OUTBOX"
INBOX = "SYNC_INBOX"
LEASE = "SYNC_LEASE"
META = "SYNC_META"
TABLES = (OUTBOX, INBOX, LEASE, META)  # META is made last and dropped last: it says what is left to do

SEQUENCE = "GEN_SYNC_OUTBOX"
ERRORS = "GEN_SYNC_ERROS"
GENERATORS = (SEQUENCE, ERRORS)

ORIGIN = "SYNC_ORIGEM"  # the variable of a transaction that names the message it applies

__all__ = [
    "ERRORS",
    "GENERATORS",
    "INBOX",
    "LEASE",
    "META",
    "ORIGIN",
    "OUTBOX",
    "SEQUENCE",
    "TABLES",
    "trigger",
]
