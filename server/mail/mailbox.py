"""The demo's mailbox: a real SMTP server inside the portal that keeps what it gets for everybody to read.

It listens on loopback only while the environment is `demo` and no other mail server is set.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from offline_sync.ids import uuid7
from server.mail.server import use_mailbox
from server.settings import Settings

KEEP = 200  # mails; the oldest go


@dataclass(frozen=True, slots=True)
class KeptMail:
    name: str
    to: str
    subject: str
    at: datetime


def has_mailbox(settings: Settings) -> bool:
    return settings.environment == "demo" and not settings.smtp_url


def folder(settings: Settings) -> Path:
    return settings.data_dir / "mailbox"


@asynccontextmanager
async def open_mailbox(settings: Settings) -> AsyncIterator[None]:
    """For the length of the block the portal's mails arrive here."""
    if not has_mailbox(settings):
        yield
        return
    handler = _Keeper(folder(settings))
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="demo"), "127.0.0.1", 0
    )
    use_mailbox(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield
    finally:
        use_mailbox("")
        server.close()


class _Keeper:
    def __init__(self, place: Path) -> None:
        self._place = place

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.to_thread(self._keep, envelope.content)
        return "250 OK"

    def _keep(self, content: bytes) -> None:
        self._place.mkdir(parents=True, exist_ok=True)
        (self._place / f"{uuid7()}.eml").write_bytes(content)
        for old in sorted(self._place.glob("*.eml"))[:-KEEP]:
            old.unlink(missing_ok=True)


def list_mails(settings: Settings, to: str = "") -> list[KeptMail]:
    """The newest first; `to` is part of an address."""
    found = []
    for path in sorted(folder(settings).glob("*.eml"), reverse=True):
        with path.open("rb") as file:
            mail = email.message_from_binary_file(file, policy=email.policy.default)
        kept = KeptMail(
            path.stem, str(mail["To"]), str(mail["Subject"]), parsedate_to_datetime(str(mail["Date"]))
        )
        if to.strip().casefold() in kept.to.casefold():
            found.append(kept)
    return found


def read_mail(settings: Settings, name: str) -> EmailMessage | None:
    """None for one that is not there. `name` is a UUID, never a path."""
    try:
        content = (folder(settings) / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    mail: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    return mail
