"""A real SMTP server whose story a test tells: what it refuses, when it hangs up, and what it has kept."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """`at` is called with each step of a mail: rcpt, data (not kept yet), kept (not said so yet)."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.at: Callable[[str], None] = lambda step: None
        self.answers: dict[str, str] = {}
        self.connections = 0
        self.url = ""

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.at("rcpt")
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.at("data")
        if "data" in self.answers:
            return self.answers["data"]
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.at("kept")
        if "kept" in self.answers:  # it has the mail, and dies before it says so
            server.transport.abort()
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.received]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    server.url = f"smtp://127.0.0.1:{port}"
    try:
        yield server
    finally:
        controller.stop()
