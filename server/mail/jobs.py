"""The job `mail`: compose the letter and hand it to the mail server, or to the console when there is none."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from uuid import UUID

import structlog

from server import settings as settings_module
from server.accounts.tables import Brand
from server.jobs.registry import ClaimedJob, GiveUp, handles
from server.mail.actions import KIND
from server.mail.letters import COMPOSERS, colored
from server.mail.message import write_message
from server.mail.server import server_url
from server.mail.smtp import SmtpConnection, SmtpRefused

log = structlog.get_logger("pws.mail")


@handles(KIND)
async def send_letter(job: ClaimedJob) -> None:
    composer = COMPOSERS.get(str(job.payload.get("letter")))
    if composer is None:
        raise GiveUp(f"no letter is called {job.payload.get('letter')!r}")
    with await _in_color(job.reseller_id):
        written = await composer(job.payload, datetime.now(UTC))
    if written is None:
        return
    settings = settings_module.current()
    url = server_url(settings)
    if not url:
        # Only a demo without its mailbox has none; the link is how one goes on from here.
        log.info("mail_without_server", to=written.to, subject=written.subject, link=written.link)
        return
    connection = SmtpConnection()
    try:
        await connection.send(write_message(written, settings, str(job.id)), url)
    except SmtpRefused as refused:
        if refused.is_temporary:
            raise
        raise GiveUp(f"the mail server refuses it: {refused}") from refused
    finally:
        await connection.close()
    log.info("mail_sent", letter=job.payload["letter"], job=str(job.id))


async def _in_color(reseller_id: UUID | None) -> AbstractContextManager[None]:
    """What is composed inside wears the reseller's colour."""
    brand = await Brand.objects().get(Brand.reseller_id == reseller_id) if reseller_id is not None else None
    return colored(brand.primary_color) if brand is not None else nullcontext()
