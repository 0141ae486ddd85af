"""SMTP by `PWS_SMTP_URL`: `smtp://user:password@host:port`, `smtps://…` (TLS at once) or `smtp+starttls://…`."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.jobs.registry import GiveUp
from server.mail.letters import Letter
from server.settings import Settings

TIMEOUT_SECONDS = 30
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


async def deliver(letter: Letter, settings: Settings, *, message_id: str) -> None:
    """Raises GiveUp for what the server refuses for good, aiosmtplib's errors for what may pass."""
    url = urlsplit(settings.smtp_url)
    try:
        await aiosmtplib.send(
            message(letter, settings, message_id),
            hostname=url.hostname or "localhost",
            port=url.port or _PORTS[url.scheme],
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=url.scheme == "smtps",
            start_tls=url.scheme == "smtp+starttls",
            timeout=TIMEOUT_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        if all(recipient.code >= 500 for recipient in refused.recipients):
            raise GiveUp(f"the mail server refuses the address: {refused.recipients[0].code}") from refused
        raise


def message(letter: Letter, settings: Settings, message_id: str) -> EmailMessage:
    """Text with an HTML alternative. A job has one Message-ID, so that a repetition is known as one."""
    mail = EmailMessage()
    mail["From"] = settings.mail_from
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = formatdate(localtime=False)
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    mail["Message-ID"] = f"<{message_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail
