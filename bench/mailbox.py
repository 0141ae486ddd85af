"""The tests' SMTP server in a process of its own, so that what it does costs no page its time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tests.notifications.mail_server import mail_server


class Mailbox:
    """`url` is where to send to."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self.url: str = line.recv()

    def count(self) -> int:
        self._line.send("count")
        return int(self._line.recv())

    def receivers(self) -> tuple[list[str], int]:
        """Whom each mail was for, and over how many connections they came."""
        self._line.send("receivers")
        receivers, connections = self._line.recv()
        return receivers, connections


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    context = get_context("spawn")
    line, other = context.Pipe()
    process = context.Process(target=_serve, args=(other,), daemon=True)
    process.start()
    try:
        yield Mailbox(line)
    finally:
        line.send("end")
        process.join(10)


def _serve(line: Connection) -> None:
    os.nice(19)  # it stands elsewhere: what it does takes nothing from the portal
    with mail_server() as server:
        line.send(server.url)
        while (asked := line.recv()) != "end":
            if asked == "count":
                line.send(len(server.received))
            else:
                line.send(([str(mail["To"]) for mail in server.received], server.connections))
