"""A bridge's mutations: decode, one call of `server.bridge`, and what came of it as the result's data.

Rows are facts: ILUX has them already. What a row is refused for stands in the result and before
the desk; it never refuses the mutation.
"""

from __future__ import annotations

from typing import cast

from offline_sync.ports import Applied, Context, Mutations, Refused
from server.bridge import actions, histories, loads, receipts
from server.bridge.batch import Row
from server.database import Transaction
from server.problems import Problem
from server.sync.bridge_arguments import IluxLoadBegun, IluxLoadEnded, IluxReceipt, IluxRows

MUTATIONS = Mutations()


@MUTATIONS.fact("ilux_rows")
async def ilux_rows(context: Context, args: IluxRows) -> Applied:
    rows = [
        Row(
            index,
            row.entity,
            row.key,
            row.gone,
            row.data,
            args.load,
            histories.read(row.entity, row.history),
            args.anew,
        )
        for index, row in enumerate(args.rows)
    ]
    outcome = await actions.take_rows(
        cast(Transaction, context.conn), context.caller.reseller_id, rows, context.received_at
    )
    refused = [{"index": one.index, "code": one.code, "field": one.field} for one in outcome.refused]
    return Applied(data={"applied": outcome.applied, "refused": refused})


@MUTATIONS.fact("ilux_load_begun")
async def ilux_load_begun(context: Context, args: IluxLoadBegun) -> None:
    await loads.begin(
        cast(Transaction, context.conn),
        context.caller.reseller_id,
        args.load,
        args.entities,
        context.received_at,
        is_rewound=args.rewound,
    )


@MUTATIONS.intent("ilux_load_ended")
async def ilux_load_ended(context: Context, args: IluxLoadEnded) -> Applied:
    try:
        retired = await loads.end(
            cast(Transaction, context.conn),
            context.caller.reseller_id,
            args.load,
            args.entities,
            context.received_at,
        )
    except Problem as problem:
        raise Refused(problem.code, problem.detail) from problem
    return Applied(data={"retired": retired})


@MUTATIONS.intent("ilux_receipt")
async def ilux_receipt(context: Context, args: IluxReceipt) -> None:
    try:
        await receipts.answer(
            cast(Transaction, context.conn),
            context.caller.reseller_id,
            args.message_id,
            args.status,
            args.keys or {},
            args.reason or "",
            context.received_at,
        )
    except Problem as problem:
        raise Refused(problem.code, problem.detail) from problem
