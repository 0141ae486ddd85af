"""What could go wrong on the phone."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

LANE, FILES_LANE = "tests/sync/data-lane.test.ts", "tests/sync/files-lane.test.ts"
SETTLEMENT, ATOMICITY = "tests/store/settlement.test.ts", "tests/store/atomicity.test.ts"
SETBACKS = "tests/sync/setbacks.test.ts"
LATE = "tests/store/late-answer.test.ts"

MUTANTS = (
    Mutant(
        "a reset that merges, on the phone",
        "pwa/src/store/base.ts",
        "patched(isReset ? [] : before, pages)",
        "patched(before, pages)",
        (ATOMICITY, LANE),
    ),
    Mutant(
        "the phone does not compare checksums",
        "pwa/src/store/base.ts",
        "if (mustMatch && last.checksums &&",
        "if (false && last.checksums &&",
        (LANE,),
    ),
    Mutant(
        "a late answer is taken in",
        "pwa/src/store/base.ts",
        "if (meta.is_closed || isLate(meta, last, isReset)) {",
        "if (meta.is_closed) {",
        (LATE,),
    ),
    Mutant(
        "the phone does not notice another epoch",
        "pwa/src/store/base.ts",
        "return meta.epoch !== null && meta.epoch !== answer.epoch;",
        "return false;",
        (SETBACKS,),
    ),
    Mutant(
        "a copied phone goes on under its old name",
        "pwa/src/sync/data-lane.ts",
        'code === "client_forked"',
        'code === "never"',
        (LANE,),
    ),
    Mutant(
        "a mutation forgotten before the backup holds it, on the phone",
        "pwa/src/store/settlement.ts",
        "const durable = Math.min(ackedOf(settled, lmid), durable_lmid);",
        "const durable = lmid;",
        (SETTLEMENT,),
    ),
    Mutant(
        "another act's result taken for one's own, on the phone",
        "pwa/src/store/settlement.ts",
        "result.uid === entry.mutation.uid",
        "result.seq === entry.seq",
        (SETTLEMENT,),
    ),
    Mutant(
        "the outbox settled apart from the base",
        "pwa/src/store/base.ts",
        "    await replaceOutbox(tx, outbox, settled.outbox);",
        "    void store.write([\"outbox\"], (apart) => replaceOutbox(apart, outbox, settled.outbox));",
        (ATOMICITY, LANE),
    ),
    Mutant(
        "a halted batch that keeps the pull from running",
        "pwa/src/sync/data-lane.ts",
        "      const trouble = await push(context);\n",
        "      const trouble = await push(context);\n      if (trouble) throw trouble;\n",
        (SETBACKS,),
    ),
    Mutant(
        "a file counts as received without its receipt",
        "pwa/src/sync/files-lane.ts",
        'isReceived: response.headers.get("file-receipt") === file.sha256,',
        "isReceived: true,",
        (FILES_LANE,),
    ),
)  # fmt: skip
