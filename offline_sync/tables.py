"""What the server remembers of its clients: columns and indexes only.

Every row of a tenant carries `reseller_id`, so that row-level security can be the second lock.
`SyncView` is the client view record: what a client was last told, with the patch that told it.
"""

from piccolo.columns import UUID, BigInt, BigSerial, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table


class SyncEpoch(Table):
    """One row, id 1: this incarnation of the database. A restore from backup writes another UUID."""

    id = SmallInt(primary_key=True, default=1)
    epoch = UUID(default=None, null=False)
    started_at = Timestamptz()


class SyncClient(Table):
    """One installation, bound at enrolment to one user of one reseller."""

    id = UUID(primary_key=True, default=None)
    reseller_id = UUID(default=None, null=False)
    user_id = UUID(default=None, null=False)
    kind = Varchar(length=10)
    name = Varchar(length=120)
    platform = Varchar(length=200)
    schema_version = Integer(default=1)
    lmid = BigInt(default=0)
    acked = BigInt(default=0)
    durable_lmid = BigInt(default=0)
    cvr = BigInt(default=0)
    forgotten = BigInt(default=0)
    tombstones = BigInt(default=0)
    pulse = Text(default=None, null=True)
    checksums = Text(default="{}")
    failing_seq = BigInt(default=0)
    failures = Integer(default=0)
    clock_offset_ms = BigInt(default=None, null=True)
    enrolled_at = Timestamptz()
    last_seen_at = Timestamptz()
    revoked_at = Timestamptz(default=None, null=True)


class SyncView(Table):
    """What a client was last told: JSON, `[[kind, id, ver, patch, is_gone], …]`.

    A row that is gone stays until the client acknowledges that.
    """

    client_id = UUID(primary_key=True, default=None)
    reseller_id = UUID(default=None, null=False)
    told = Text(default="[]")


class SyncMutation(Table):
    """A mutation exactly as received, with its final result: the audit trail of what people did."""

    id = BigSerial(primary_key=True)
    reseller_id = UUID(default=None, null=False)
    client_id = UUID(default=None, null=False)
    user_id = UUID(default=None, null=False)
    seq = BigInt(default=0)
    uid = UUID(default=None, null=False)
    name = Varchar(length=60)
    v = Integer(default=0)
    received_json = Text()
    status = Varchar(length=30)
    code = Varchar(length=60, default=None, null=True)
    message = Text(default=None, null=True)
    data = Text(default=None, null=True)
    error = Text(default=None, null=True)
    occurred_at = Timestamptz(default=None, null=True)
    received_at = Timestamptz()
    clock_offset_ms = BigInt(default=None, null=True)


class SyncUpload(Table):
    """A file on its way: `parts` lists the received pieces, `[[offset, size, token], …]`."""

    id = UUID(primary_key=True, default=None)
    reseller_id = UUID(default=None, null=False)
    client_id = UUID(default=None, null=False)
    sha256 = Varchar(length=64)
    size = BigInt(default=0)
    content_type = Varchar(length=100)
    received = BigInt(default=0)
    parts = Text(default="[]")
    created_at = Timestamptz()
    expires_at = Timestamptz()
    completed_at = Timestamptz(default=None, null=True)


class SyncFile(Table):
    """A verified file in the object store under `<reseller_id>/<sha256>`; never changed."""

    id = UUID(primary_key=True, default=None)
    reseller_id = UUID(default=None, null=False)
    sha256 = Varchar(length=64)
    size = BigInt(default=0)
    content_type = Varchar(length=100)
    client_id = UUID(default=None, null=False)
    stored_at = Timestamptz()


class SyncTrack(Table):
    """A stream of positions and the client that wrote it first; the id is the application's. Once it was
    thinned, because it had become old, nothing more is stored of it."""

    id = UUID(primary_key=True, default=None)
    reseller_id = UUID(default=None, null=False)
    client_id = UUID(default=None, null=False)
    created_at = Timestamptz()
    thinned_at = Timestamptz(null=True, default=None)


class SyncTrackChunk(Table):
    """Fixes `[[t, lat, lon, accuracy, speed], …]` and gaps `[[from, to, reason], …]`; append-only."""

    id = BigSerial(primary_key=True)
    reseller_id = UUID(default=None, null=False)
    stream = UUID(default=None, null=False)
    n = Integer(default=0)
    fixes = Text(default="[]")
    gaps = Text(default="[]")
    received_at = Timestamptz()


class SyncRescue(Table):
    """An outbox that could not be sent any other way, kept byte for byte in the object store."""

    id = UUID(primary_key=True, default=None)
    reseller_id = UUID(default=None, null=False)
    user_id = UUID(default=None, null=False)
    client_id = UUID(default=None, null=True)
    sha256 = Varchar(length=64)
    size = BigInt(default=0)
    content_type = Varchar(length=100)
    path = Text()
    received_at = Timestamptz()


TABLES: list[type[Table]] = [
    SyncEpoch,
    SyncClient,
    SyncView,
    SyncMutation,
    SyncUpload,
    SyncFile,
    SyncTrack,
    SyncTrackChunk,
    SyncRescue,
]

INDEXES: list[str] = [
    "CREATE INDEX sync_client_user ON sync_client (reseller_id, user_id)",
    "CREATE UNIQUE INDEX sync_mutation_key ON sync_mutation (client_id, seq)",
    "CREATE INDEX sync_mutation_uid ON sync_mutation (uid)",
    "CREATE INDEX sync_mutation_quarantine ON sync_mutation (reseller_id, received_at)"
    " WHERE status = 'quarantined'",
    "CREATE INDEX sync_upload_client ON sync_upload (client_id, sha256)",
    "CREATE INDEX sync_upload_expiry ON sync_upload (expires_at)",
    "CREATE UNIQUE INDEX sync_file_key ON sync_file (reseller_id, sha256)",
    "CREATE UNIQUE INDEX sync_track_chunk_key ON sync_track_chunk (stream, n)",
    "CREATE INDEX sync_rescue_reseller ON sync_rescue (reseller_id, received_at)",
]
