"""One connection to the mail server, and what its answers mean for a mail.

`PWS_SMTP_URL` is `smtp://user:password@host:port`, `smtps://…` (TLS at once) or `smtp+starttls://…`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.mail.message import Message

TIMEOUT_SECONDS = 30.0
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_POLICY = "5.7."  # RFC 3463: refused for who sends or what is sent, not for the address


class SmtpDown(Exception):
    """No mail can be handed over just now, by nobody's mail in particular. Nothing was handed over."""


class SmtpRefused(Exception):
    """The server refused this mail, for good unless `is_temporary`; `is_address`: the recipient's fault."""

    def __init__(self, code: int, text: str, *, is_address: bool) -> None:
        super().__init__(f"{code} {text}"[:400])
        self.is_temporary = code < 500
        self.is_address = is_address and code >= 500 and not text.startswith(_POLICY)


async def _nothing() -> None:
    pass


class SmtpConnection:
    """Opened when there is something to send, and used again for the next mail. One task at a time."""

    def __init__(self) -> None:
        self._client: aiosmtplib.SMTP | None = None
        self._url = ""

    async def send(
        self, message: Message, url: str, *, before_data: Callable[[], Awaitable[None]] = _nothing
    ) -> None:
        """Returns when the server has taken it. `before_data` is awaited before it can have.

        Raises SmtpDown and SmtpRefused for what certainly did not arrive; any other error after
        `before_data` leaves that open.
        """
        client = await self._ready(url, message.sender)
        try:
            await client.rcpt(message.recipient)
        except aiosmtplib.SMTPRecipientRefused as refused:
            await self._forget_mail(client)
            raise SmtpRefused(refused.code, refused.message, is_address=True) from refused
        except (aiosmtplib.SMTPException, OSError) as error:
            self.drop()
            raise SmtpDown(str(error)) from error
        await before_data()
        try:
            await client.data(message.content)
        except aiosmtplib.SMTPDataError as refused:
            raise SmtpRefused(refused.code, refused.message, is_address=False) from refused
        except BaseException:
            self.drop()  # it hangs in the middle of a mail
            raise

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()

    def drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def _ready(self, url: str, sender: str) -> aiosmtplib.SMTP:
        """A connection that has taken the sender; a kept one may have been closed by the server meanwhile."""
        if self._client is not None and self._url == url:
            try:
                await self._client.mail(sender)
                return self._client
            except (aiosmtplib.SMTPException, OSError):
                self.drop()
        try:
            self._client, self._url = await _connected(url), url
            await self._client.mail(sender)
        except (aiosmtplib.SMTPException, OSError) as error:
            self.drop()
            raise SmtpDown(f"{type(error).__name__}: {error}") from error
        return self._client

    async def _forget_mail(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self.drop()


async def _connected(url: str) -> aiosmtplib.SMTP:
    parts = urlsplit(url)
    client = aiosmtplib.SMTP(
        hostname=parts.hostname or "localhost",
        port=parts.port or _PORTS[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=parts.scheme == "smtps",
        start_tls=parts.scheme == "smtp+starttls",
        timeout=TIMEOUT_SECONDS,
    )
    await client.connect()
    return client
