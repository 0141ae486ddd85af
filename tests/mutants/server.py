"""What could go wrong in the library and the portal. Short texts outlive more of the code's changes."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

PULL, PUSH = "tests/offline_sync/test_pull.py", "tests/offline_sync/test_push.py"
ENGINE_PULL, ENGINE_PUSH = "tests/offline_sync/test_engine_pull.py", "tests/offline_sync/test_engine_push.py"
CLIENT, REPLICA = "tests/offline_sync/client/test_client.py", "tests/offline_sync/test_replica.py"
CONCURRENCY, SNAPSHOT = "tests/offline_sync/test_concurrency.py", "tests/offline_sync/test_snapshot.py"
VIEW, TENANCY = "tests/sync_technician/test_view.py", "tests/sync_technician/test_tenancy.py"
THE_DAY, COMMIT_ORDER = "tests/sync_technician/test_the_day.py", "tests/sync_technician/test_commit_order.py"
SCHEMA, TRANSACTIONS = "tests/database/test_schema.py", "tests/database/test_transactions.py"
FILES = "tests/sync/test_files.py"

_SERIAL_CURSOR = (
    "if old is not None and old.ver == ver and not old.is_gone:",
    "if old is not None and ver <= max(r.ver for r in known):",
)
_LATER = """\
    from types import SimpleNamespace

    from piccolo_conf import DB

    outer = conn

    async def execute(sql: str, *args: object) -> None:
        async def later() -> None:
            async with DB.transaction() as apart:
                await apart.execute(sql, *args)

        outer.on_commit(later)

    conn = SimpleNamespace(execute=execute)
"""
_NOTE_PUSH = '    await conn.execute(\n        "update sync_client set lmid = $2'

MUTANTS = (
    # The difference of states
    Mutant("a serial cursor", "offline_sync/engine/pull.py", *_SERIAL_CURSOR, (COMMIT_ORDER,), "postgres"),
    Mutant("a serial cursor, in the engine", "offline_sync/engine/pull.py", *_SERIAL_CURSOR, (ENGINE_PULL,)),
    Mutant(
        "gone rows forgotten before they are acknowledged",
        "offline_sync/pull.py",
        "still_to_name(told, self.request.cursor)",
        "still_to_name(told, record.cvr)",
        (PULL,),
    ),
    Mutant(
        "a row that left is never named",
        "offline_sync/engine/pull.py",
        "left = [row for row in told.values() if not row.is_gone]",
        "left: list[Known] = []",
        (ENGINE_PULL,),
    ),
    Mutant(
        "a result dropped before it is acknowledged",
        "offline_sync/pull.py",
        "acked = max(record.acked, min(request.acked, record.lmid))",
        "acked = record.lmid",
        (PULL,),
    ),
    Mutant(
        "the idle shortcut ignores the pulse",
        "offline_sync/pull.py",
        "and record.pulse == await service.application(record.kind).pulse(service.db, caller)",
        "",
        (PULL,),
    ),
    Mutant(
        "the view is not looked at though the pulse moved",
        "offline_sync/pull.py",
        "if pulse is not None and pulse == record.pulse and",
        "if pulse is not None and record.pulse is not None and",
        (PULL,),
    ),
    Mutant(
        "a write that moves no pulse",
        "server/database/schema.py",
        "ON CONFLICT (reseller_id) DO UPDATE SET n = n + 1;",
        "ON CONFLICT (reseller_id) DO UPDATE SET n = n;",
        (SCHEMA,),
    ),
    Mutant(
        "a version that is used for two contents",
        "server/database/schema.py",
        '" UPDATE row_counter SET n = n + 1;"',
        '" UPDATE row_counter SET n = max(n, 1);"',
        (SCHEMA,),
    ),
    Mutant(
        "a part that does not touch its whole",
        "server/database/schema.py",
        'f" UPDATE {whole} SET ver = ver WHERE',
        'f" UPDATE {whole} SET ver = ver WHERE false AND',
        (THE_DAY,),
    ),
    Mutant(
        "an unknown cursor is built upon",
        "offline_sync/engine/pull.py",
        "is_lost = not is_same_epoch or cursor > cvr or cursor < forgotten",
        "is_lost = not is_same_epoch",
        (PULL,),
    ),
    # One snapshot
    Mutant(
        "READ COMMITTED, for a pull",
        "server/database/postgres.py",
        'Mode.SNAPSHOT: "BEGIN ISOLATION LEVEL REPEATABLE READ"',
        'Mode.SNAPSHOT: "BEGIN"',
        (SNAPSHOT,),
        "postgres",
    ),
    Mutant(
        "READ COMMITTED, for the idle shortcut and pages",
        "server/database/postgres.py",
        'Mode.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"',
        'Mode.READ: "BEGIN READ ONLY"',
        (TRANSACTIONS,),
        "postgres",
    ),
    Mutant(
        "lmid committed apart from its effects",
        "offline_sync/store/clients.py",
        _NOTE_PUSH,
        _LATER + _NOTE_PUSH,
        (CONCURRENCY,),
    ),
    Mutant(
        "a savepoint that keeps what failed",
        "server/database/transaction.py",
        'await session.command(f"ROLLBACK TO SAVEPOINT s{self._depth}")',
        "pass",
        (TRANSACTIONS, PUSH),
    ),
    # Once, in order, and nothing thrown away
    Mutant(
        "de-duplication off",
        "offline_sync/engine/push.py",
        "            seen += 1",
        "            seen += 0",
        (PUSH,),
    ),
    Mutant(
        "a fork is not detected",
        "offline_sync/engine/push.py",
        "elif offered.seq <= lmid and is_same(offered, kept.get(offered.seq)):",
        "elif offered.seq <= lmid:",
        (PUSH,),
    ),
    Mutant(
        "a fork with the same uid is not detected",
        "offline_sync/engine/push.py",
        "return kept.received == offered.received or",
        "return True or",
        (ENGINE_PUSH,),
    ),
    Mutant(
        "a gap is run over",
        "offline_sync/engine/push.py",
        "        if offered.seq > expected:\n            return Gap(lmid)",
        "        if offered.seq > expected:\n            expected = offered.seq",
        (PUSH,),
    ),
    Mutant(
        "quarantine that halts the queue",
        "offline_sync/push.py",
        "if not ran.failures.is_hopeless:",
        "if True:",
        (PUSH,),
    ),
    Mutant(
        "a passing error that is counted",
        "offline_sync/push.py",
        "if is_temporary(error) or not pace.is_guarded:",
        "if not pace.is_guarded:",
        (PUSH,),
    ),
    Mutant(
        "a fact that is refused",
        "offline_sync/mutation.py",
        "if kind.is_fact:  # a defect",
        "if False:  # a defect",
        (PUSH,),
    ),
    Mutant(
        "the epoch is ignored by a push",
        "offline_sync/push.py",
        "if request.epoch != epoch:  # push 1",
        "if False:  # push 1",
        (PUSH,),
    ),
    Mutant(
        "the epoch is ignored by a pull",
        "offline_sync/engine/pull.py",
        "is_lost = not is_same_epoch or",
        "is_lost =",
        (PULL,),
    ),
    Mutant(
        "the server does not compare checksums",
        "offline_sync/engine/pull.py",
        "is_damaged = offered is not None and",
        "is_damaged = False and",
        (PULL,),
    ),
    # Whose rows
    Mutant(
        "a view without its tenant filter: parts",
        "server/sync/technician_view.py",
        "from part where reseller_id = $4 and is_active",
        "from part where is_active",
        (VIEW,),
    ),
    Mutant(
        "a view without its tenant filter: receipts",
        "server/sync/technician_view.py",
        "from sync_file where reseller_id = $4 and sha256",
        "from sync_file where sha256",
        (TENANCY,),
    ),
    Mutant(
        "a view of every order's parts",
        "server/sync/technician_view.py",
        "from part_request where service_order_id in (select id from mine)",
        "from part_request",
        (VIEW,),
    ),
    Mutant(
        "a view of every technician's orders",
        "server/sync/technician_view.py",
        "where technician_id = $2 and status in",
        "where status in",
        (VIEW,),
    ),
    Mutant(
        "row-level security off",
        "server/database/schema.py",
        "ENABLE ROW LEVEL SECURITY",
        "DISABLE ROW LEVEL SECURITY",
        (SCHEMA,),
        "postgres",
    ),
    Mutant(
        "row-level security not for the owner of the tables",
        "server/database/schema.py",
        "} FORCE ROW LEVEL SECURITY",
        "} NO FORCE ROW LEVEL SECURITY",
        (SCHEMA,),
        "postgres",
    ),
    Mutant(
        "a connection that keeps another tenant after a rollback",
        "server/database/postgres.py",
        "    async def rollback(self) -> None:\n        self.proxy._con.tenant = None",
        "    async def rollback(self) -> None:",
        (SCHEMA,),
        "postgres",
    ),
    Mutant(
        "a client of somebody else's may be used",
        "offline_sync/service.py",
        "if record.user_id != identity.user_id:",
        "if False:",
        (PUSH,),
    ),
    # Files
    Mutant(
        "a tus finish without its hash check",
        "offline_sync/tus.py",
        "if sha256 != upload.sha256:",
        "if False:",
        (f"{FILES}::test_a_wrong_hash_discards_the_upload",),
    ),
    Mutant(
        "a piece whose checksum is not compared",
        "offline_sync/tus.py",
        "if algorithm(piece).digest() != wanted:",
        "if False:",
        (f"{FILES}::test_a_damaged_piece_is_sent_again",),
    ),
    # The reference client
    Mutant(
        "a reset that merges",
        "offline_sync/replica.py",
        "            if answer.reset:\n",
        "            if False:\n",
        (REPLICA,),
    ),
    Mutant(
        "the client does not compare checksums",
        "offline_sync/client.py",
        "if answer.checksums == self.replica.checksums():",
        "if True:",
        (f"{CLIENT}::test_a_damaged_base_is_replaced",),
    ),
    Mutant(
        "a mutation forgotten before the backup holds it",
        "offline_sync/replica.py",
        "(min(answer.durable_lmid, self.acked),),",
        "(self.acked,),",
        (REPLICA,),
    ),
    Mutant(
        "another act's result taken for one's own",
        "offline_sync/replica.py",
        "where seq = ? and uid = ?",
        "where seq = ? and ? is not null",
        (REPLICA,),
    ),
    Mutant(
        "a restored server is not offered what it lost",
        "offline_sync/replica.py",
        "was_restored = self.epoch is not None and self.epoch != epoch",
        "was_restored = False",
        (REPLICA,),
    ),
    Mutant(
        "the agenda overwrites what somebody else dispatched meanwhile",
        "server/agenda/actions.py",
        "if not is_as_seen(state, seen):",
        "if False:",
        ("tests/desk/test_agenda.py::test_what_somebody_else_dispatched_meanwhile_is_told_and_not_overwritten",),
    ),
)  # fmt: skip
