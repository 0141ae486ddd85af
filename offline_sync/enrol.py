"""Enrolment: an installation is bound to the person who is logged in, once and for good."""

from __future__ import annotations

from offline_sync.messages import EnrolAnswer, EnrolRequest
from offline_sync.ports import Identity
from offline_sync.problems import SyncProblem
from offline_sync.retry import retrying
from offline_sync.service import Service, check_client, check_schema
from offline_sync.store import clients


async def enrol(service: Service, identity: Identity, request: EnrolRequest) -> tuple[EnrolAnswer, bool]:
    """The answer, and whether the installation is new. The same again only refreshes its name."""
    check_schema(request.schema)
    application = service.application(request.kind)

    async def once() -> tuple[EnrolAnswer, bool]:
        async with service.db.transaction() as conn:
            is_new = await clients.add(
                conn,
                request.client_id,
                identity.reseller_id,
                identity.user_id,
                request.kind,
                request.name,
                request.platform,
                request.schema,
                service.now(),
            )
            record = await clients.find(conn, request.client_id)
            if record is None or record.reseller_id != identity.reseller_id or record.kind != request.kind:
                raise SyncProblem("client_taken")
            caller = check_client(record, identity)
            if not is_new:
                await clients.rename(
                    conn, record.id, request.name, request.platform, request.schema, service.now()
                )
            greeting = await application.greeting(conn, caller)
            return EnrolAnswer(record.id, record.lmid, greeting["user"], greeting["reseller"]), is_new

    return await retrying(once)
