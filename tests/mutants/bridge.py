"""What could go wrong between ILUX and the portal, at either end of the bridge."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

CAPTURE, LEASE = "tests/bridge/test_capture.py", "tests/bridge/test_lease.py"
APPLYING, BOTH_ENDS = "tests/bridge_end/test_applying.py", "tests/bridge_end/test_both_ends.py"
CRASHES, LOAD, AGENT = (
    f"tests/bridge_end/test_{name}.py" for name in ("crashes", "load", "agent")
)  # fmt: skip
ROWS, LOADS, ORDERS, STEPS = (
    f"tests/bridge_portal/test_{name}.py" for name in ("rows", "loads", "orders", "steps")
)  # fmt: skip

_SAID_NOT = """\
            store.put_letter(Letter(entity, key, said.code, said.field, said.text))
            continue
"""
_SEND = "        if numbers:\n            await self.client.sync()\n"
_ROWS_READ = """\
        values = {
            (table, key): row
            for table, names in wanted.items()
            for key, row in rows.existing(connection, work, tables[table], names).items()
        }
"""
_ROWS_READ_LATER = """\
    with connection.reading() as work:
        values = {
            (table, key): row
            for table, names in wanted.items()
            for key, row in rows.existing(connection, work, tables[table], names).items()
        }
"""
_SWEPT = """\
            "select row_id from ilux_link where reseller_id = $1 and entity = $2 and retired_at is null"
            " and (load_id is null or load_id <> $3)",
"""

MUTANTS = (
    # What changed in ILUX
    Mutant(
        "the outbox is emptied up to the highest number",
        "ilux_bridge/outbox/capture.py",
        "if runs and runs[-1][1] == seq - 1:",
        "if runs:",
        (CAPTURE,),
    ),
    Mutant(
        "changes are forgotten in the base before the portal has them",
        "ilux_bridge/cycle.py",
        _SEND,
        f"        capture.acknowledge(self.connection, batch.seqs, self.token)\n{_SEND}",
        (CRASHES,),
    ),
    Mutant(
        "rows are read later than the outbox",
        "ilux_bridge/outbox/capture.py",
        _ROWS_READ,
        _ROWS_READ_LATER,
        (CAPTURE,),
    ),
    Mutant(
        "a row of a full batch comes without its later steps",
        "ilux_bridge/outbox/capture.py",
        "if is_full else {}",
        "if False else {}",
        (CAPTURE,),
    ),
    Mutant(
        "a row that cannot be said blocks the queue",
        "ilux_bridge/sending.py",
        _SAID_NOT,
        "            raise ValueError(said.text)\n",
        (BOTH_ENDS,),
    ),
    Mutant(
        "a row that cannot be said is dropped without a letter",
        "ilux_bridge/sending.py",
        _SAID_NOT,
        "            continue\n",
        (BOTH_ENDS,),
    ),
    Mutant(
        "a row that leaves the filter stays in the portal",
        "ilux_bridge/sending.py",
        "            store.drop_letter(entity, key)\n            row: Row =",
        "            if values is not None:\n                continue\n            row: Row =",
        (BOTH_ENDS,),
    ),
    Mutant(
        "a base that was rewound is not noticed",
        "ilux_bridge/outbox/meta.py",
        "meta.acknowledged < mark.acknowledged or meta.sequence < mark.acknowledged",
        "False",
        (CAPTURE, CRASHES),
    ),
    Mutant(
        "the first load does not wait for those who were inside",
        "ilux_bridge/load.py",
        "if still_there:",
        "if False:",
        (LOAD,),
    ),
    # What the portal asks
    Mutant(
        "a message that was applied is not remembered",
        "ilux_bridge/applying.py",
        "if before is not None:",
        "if False:",
        (APPLYING,),
    ),
    Mutant(
        "a copy that was overtaken goes on writing",
        "ilux_bridge/outbox/lease.py",
        "if row is None or row[0] != token:",
        "if row is None:",
        (LEASE, APPLYING),
    ),
    Mutant(
        "the bridge's own writes are not told from people's",
        "ilux_bridge/applying.py",
        'capture.tag(work, message["id"])',
        "pass",
        (APPLYING, BOTH_ENDS),
    ),
    Mutant(
        "what somebody changed in ILUX is overwritten",
        "ilux_bridge/applying.py",
        "            if reason is not None:\n                return Receipt(\"conflict\"",
        "            if False:\n                return Receipt(\"conflict\"",
        (APPLYING, BOTH_ENDS),
    ),
    Mutant(
        "the bridge is stopped only when the portal has answered",
        "ilux_bridge/agent.py",
        "await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)",
        "await asyncio.wait({task})",
        (AGENT,),
    ),
    # In the portal
    Mutant(
        "a row that the portal refuses is dropped without a letter",
        "server/bridge/actions.py",
        "await refusals.keep(batch)",
        "pass",
        (ROWS,),
    ),
    Mutant(
        "the end of a load sweeps without asking which load",
        "server/bridge/loads.py",
        _SWEPT,
        _SWEPT.replace("(load_id is null or load_id <> $3)", "cast($3 as text) is not null"),
        (LOADS,),
    ),
    Mutant(
        "what is made while a load runs is retired at its end",
        "server/bridge/actions.py",
        "if open_load is not None:",
        "if False:",
        (LOADS,),
    ),
    Mutant(
        "a receipt counts as often as it comes",
        "server/bridge/receipts.py",
        'if message["status"] != "open":',
        "if False:",
        (ORDERS,),
    ),
    Mutant(
        "after a conflict ILUX's word is no news",
        "server/bridge/receipts.py",
        "update ilux_link set hash = ''",
        "update ilux_link set hash = hash",
        (ORDERS,),
    ),
    Mutant(
        "ILUX's older status undoes what the portal changed",
        "server/service_orders/from_ilux.py",
        'if said["status"] in unheard:',
        "if False:",
        (ORDERS,),
    ),
    # What an order went through
    Mutant(
        "of several changes on their way only one is remembered",
        "server/bridge/orders.py",
        "unheard.setdefault(row_id, set()).add(Status(status))",
        "unheard.setdefault(row_id, {Status(status)})",
        (STEPS,),
    ),
    Mutant(
        "the desk may change an order while ILUX's word is weighed",
        "server/bridge/orders.py",
        "await from_ilux.lock(batch.tx, batch.reseller_id, known)",
        "pass",
        (STEPS,),
        "postgres",
    ),
    Mutant(
        "a step that is told again is another line",
        "server/service_orders/steps.py",
        'return uuid5(order_id, f"{self.number} {self.at.isoformat()} {self.after.value}")',
        "import uuid\n        return uuid.uuid4()",
        (STEPS,),
    ),
    Mutant(
        "the portal's own changes come back as ILUX's",
        "ilux_bridge/history.py",
        "if each.origin is not None or",
        "if",
        (BOTH_ENDS,),
    ),
    Mutant(
        "a load says where a row is and not how it got there",
        "ilux_bridge/load.py",
        "waiting.get((table, key), ())",
        "()",
        (BOTH_ENDS,),
    ),
    Mutant(
        "a refused row forgets what it went through",
        "server/bridge/refusals.py",
        "histories.join(steps[row.name], row.steps)",
        "row.steps",
        (STEPS,),
    ),
)  # fmt: skip
