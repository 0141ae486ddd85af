"""The job `mail`: compose the letter and hand it to the mail server, or to the console when there is none."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from server import settings as settings_module
from server.jobs.registry import ClaimedJob, GiveUp, handles
from server.mail.actions import KIND
from server.mail.letters import COMPOSERS
from server.mail.smtp import deliver

log = structlog.get_logger("pws.mail")


@handles(KIND)
async def send_letter(job: ClaimedJob) -> None:
    composer = COMPOSERS.get(str(job.payload.get("letter")))
    if composer is None:
        raise GiveUp(f"no letter is called {job.payload.get('letter')!r}")
    written = await composer(job.payload, datetime.now(UTC))
    if written is None:
        return
    settings = settings_module.current()
    if settings.smtp_url:
        await deliver(written, settings, message_id=str(job.id))
        log.info("mail_sent", letter=job.payload["letter"], job=str(job.id))
    else:
        # Only the demo starts without a mail server; the link is how one goes on from here.
        log.info("mail_without_server", to=written.to, subject=written.subject, link=written.link)
