"""Who refused *Localização durante o trabalho*: neither tracks nor a last position are kept of them.

Silence is no refusal: positions on the way belong to the contracted service, as the text says. A refusal
lasts until this person says yes, also when the text has changed since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.database import Transaction
from server.database.bulk import among, values
from server.service_orders.notices import tell_desk
from server.visits.states import VisitState

_REFUSING = "SELECT technician_id FROM app_user WHERE is_active AND NOT shares_position"
_TRAVELLING = f"SELECT id FROM visit WHERE technician_id = $1 AND state = '{VisitState.TRAVELLING.value}'"


async def refusing(tx: Transaction, technician_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of them who refused; each is asked for once a transaction."""
    kept, asked = tx.root.kept, list(dict.fromkeys(technician_ids))
    unknown = [one for one in asked if ("refuses", one) not in kept]
    if unknown:
        rows = await tx.fetch(f"{_REFUSING} AND {among('technician_id', 1)}", values(unknown))
        found = {row[0] for row in rows}
        kept.update({("refuses", one): one in found for one in unknown})
    return frozenset(one for one in asked if kept["refuses", one])


async def shares_position(technician_id: UUID) -> bool:
    async with DB.reading() as tx:
        return not await refusing(tx, [technician_id])


async def share(tx: Transaction, actor: Actor, is_willing: bool, now: datetime) -> None:
    """The person's new answer; their phone learns of it, and records no more tracks after a no.

    At a refusal the last position goes, the links close, and of a travel under way no place is left.
    Tracks of travels that ended stay: their distances are made of them, and their own time limit thins them.
    """
    await tx.execute("UPDATE app_user SET shares_position = $2 WHERE id = $1", actor.user_id, is_willing)
    if not is_willing and actor.technician_id is not None:
        await _forget(tx, actor.reseller_id, actor.technician_id, now)


async def _forget(tx: Transaction, reseller_id: UUID, technician_id: UUID, now: datetime) -> None:
    await tx.execute("DELETE FROM last_position WHERE technician_id = $1", technician_id)
    await tx.execute(
        "UPDATE approach_link SET revoked_at = $2 WHERE revoked_at IS NULL"
        " AND visit_id IN (SELECT id FROM visit WHERE technician_id = $1)",
        technician_id,
        now,
    )
    await tx.execute(
        f"UPDATE sync_track_chunk SET fixes = '[]' WHERE stream IN ({_TRAVELLING})", technician_id
    )
    for (visit_id,) in await tx.fetch(_TRAVELLING, technician_id):
        await tell_desk(reseller_id, visit_id=visit_id)
