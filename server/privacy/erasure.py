"""The job that forgets a person: their rows lose the person, the orders keep what happened.

It writes by `HOLDINGS`, so a repetition changes nothing more. The address becomes one that can be nobody's,
the name *Pessoa removida*; who was an admin's choice yesterday cannot log in tomorrow.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from offline_sync.tables import SyncClient
from piccolo_conf import DB
from server.accounts.tables import User
from server.audit.actions import append
from server.database import Transaction
from server.jobs.registry import ClaimedJob, handles
from server.mail.actions import leave_letter
from server.privacy.holdings import HOLDINGS, REMOVED, arguments_of
from server.privacy.requests import ERASURE_JOB
from server.privacy.rules import RequestState
from server.privacy.tables import DataRequest


@handles(ERASURE_JOB)
async def run_erasure(job: ClaimedJob) -> None:
    request_id, now = UUID(job.payload["request_id"]), datetime.now(UTC)
    async with DB.transaction() as tx:
        request = await DataRequest.objects().get(DataRequest.id == request_id)
        if request is None or request.state != RequestState.APPROVED:
            return
        user = await User.objects().get(User.id == request.user_id)
        assert user is not None
        # Before the address is gone: this is the last thing that they hear.
        await leave_letter(
            "erased", reseller_id=request.reseller_id, user_id=user.id, email=user.email, person=user.name
        )
        await forget(tx, user, now)
        await DataRequest.update(
            {DataRequest.state: RequestState.DONE.value, DataRequest.done_at: now}
        ).where(DataRequest.id == request_id)
        await append("erasure.done", reseller_id=request.reseller_id, subject=("app_user", user.id))


async def forget(tx: Transaction, user: User, now: datetime) -> None:
    """Inside a transaction."""
    args = (user.id, user.technician_id or user.id)
    # First, because some find the person by the name.
    for holding in HOLDINGS:
        for statement in holding.forget:
            sql, used = arguments_of(statement, args)
            await tx.execute(sql, *used)
    await User.update(
        {
            User.name: REMOVED,
            User.email: f"{user.id}@removida.invalid",
            User.secondary_email: "",
            User.secondary_email_at: None,
            User.second_factor_at: None,
            User.password_hash: "",
            User.mails: "[]",
            User.can_open_orders: False,
            User.can_view_monitoring: False,
            User.is_active: False,
            User.erased_at: now,
        }
    ).where(User.id == user.id)
    await SyncClient.update({SyncClient.revoked_at: now}).where(
        SyncClient.user_id == user.id, SyncClient.revoked_at.is_null()
    )
