"""What the portal keeps of ILUX: which row is which, what could not be taken, what waits to be written."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, BigSerial, Boolean, Integer, Text, Varchar
from piccolo.table import Table

from server.accounts.tables import Reseller, User
from server.database.rows import identity, instant, reference, version


class IluxLink(Table, tablename="ilux_link"):
    """One row of ILUX and the portal's row that it is. `hash` is of what was last taken, or empty."""

    id = BigSerial(primary_key=True)
    reseller_id = reference(Reseller)
    entity = Varchar(length=30)
    key = Varchar(length=200)
    row_id = UUID(default=None, null=False)
    hash = Varchar(length=32, default="")
    load_id = UUID(null=True, default=None, help_text="The last whole load that named it.")
    retired_at = instant()


class IluxLoad(Table, tablename="ilux_load"):
    """A whole reading of some entities; at its end, what it did not name is retired."""

    id = identity()
    reseller_id = reference(Reseller)
    entities = Text(default="[]")
    begun_at = instant(required=True)
    ended_at = instant()
    retired = Integer(default=0)
    is_rewound = Boolean(default=False, help_text="Of a base that was restored from an older copy.")


class IluxRefusal(Table, tablename="ilux_refusal"):
    """A row that could not be taken (a dead letter). `wants_*` name the row that it waits for."""

    id = identity()
    reseller_id = reference(Reseller)
    entity = Varchar(length=30)
    key = Varchar(length=200)
    data = Text(default="{}")
    history = Text(default="[]", help_text="The status changes that came with it and before it.")
    code = Varchar(length=30)
    field = Varchar(length=40, default="")
    wants_entity = Varchar(length=30, null=True, default=None)
    wants_key = Varchar(length=200, null=True, default=None)
    load_id = UUID(null=True, default=None)
    refused_at = instant(required=True)


class IluxMessage(Table, tablename="ilux_message"):
    """Something to be written in ILUX, stored with its cause; what it says never changes once it is told.

    `row_id` is the portal's row that it is about; `refs` the rows whose ILUX keys it carries. While one of
    them has no key yet, `waits_for_id` names it and the bridge is not told.
    """

    id = identity()
    reseller_id = reference(Reseller)
    n = BigInt(default=0, help_text="Rises with every message about the same row.")
    entity = Varchar(length=30)
    write = Varchar(length=20)
    row_id = UUID(default=None, null=False)
    visit_id = UUID(null=True, default=None)
    delivery_id = UUID(null=True, default=None)
    key = Varchar(length=200, null=True, default=None)
    data = Text(default="{}")
    expected = Text(default="{}")
    refs = Text(default="{}")
    waits_for_id = UUID(null=True, default=None)
    status = Varchar(length=10, default="open", help_text="open, applied, refused, conflict or repeated.")
    reason = Text(default="")
    created_at = instant(required=True)
    answered_at = instant()
    ver = version()


class BridgeStatus(Table, tablename="bridge_status"):
    """What a bridge last said of itself."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    queue = Integer(default=0)
    oldest_at = instant()
    errors = Text(default="[]")
    last_cycle_at = instant()
    version = Varchar(length=40, default="")
    firebird = Varchar(length=40, default="")
    base_bytes = BigInt(null=True, default=None)
    epoch = Varchar(length=60, default="")
    upkeep = Text(null=True, default=None, help_text="Of an older bridge, null.")
    heard_at = instant(required=True)
    reconciled_at = instant()
    reconciled_found = Integer(default=0)
    reconciled_repaired = Integer(default=0)
    reconciled_left = Integer(default=0)
