"""A report that a mail bounced marks its dispatch and counts against the address; everything else is left."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from server.database import platform
from server.notifications import bounces
from server.notifications.postman import Postman
from server.notifications.tables import UndeliverableAddress
from tests.notifications.channel import WireChannel, dispatches
from tests.notifications.test_postman import completed, deliver
from tests.service_orders.world import World


def report(parcel_id: UUID, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    return f"""\
From: MAILER-DAEMON@mx.example
To: portal@revenda.test
Subject: Undelivered Mail
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; carla@ilha.test
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <{parcel_id}@revenda.test>
Subject: Chamado 1: aberto

--b--
""".encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.test\nSubject: Oi\n\nOi",
        report(uuid4(), action="delayed", status="4.4.1"),
        report(uuid4()).replace(b"Message-ID", b"X-Other"),
        b"",
    ],
)
def test_what_is_no_final_failure_of_ours_is_left(raw: bytes) -> None:
    assert bounces.read(raw) is None


async def test_a_bounce_is_noted_once(world: World, wire: WireChannel) -> None:
    await completed(world)
    await deliver(Postman())
    bounce = bounces.read(report(wire.taken[0].id))
    assert bounce is not None
    assert await bounces.record(bounce, datetime.now(UTC)) == 1
    assert await bounces.record(bounce, datetime.now(UTC)) == 0
    (row,) = await dispatches()
    assert (row["state"], row["bounced_at"] is None) == ("dead", False)
    assert row["last_error"].startswith("5.1.1")
    with platform():
        assert await UndeliverableAddress.select(UndeliverableAddress.failures).output(as_list=True) == [1]
    policy = bounces.read(report(wire.taken[0].id, status="5.7.1"))
    assert policy is not None
    assert not policy.is_address
