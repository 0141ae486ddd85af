"""Letters: what a mail says, by name. Features register theirs::

    @letter("invitation")
    async def compose(payload: dict[str, Any], now: datetime) -> Letter | None: ...

A letter is composed when it is sent, so that a one-use link exists in the clear in nobody's database,
and its time runs from the mail's departure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.web.rendering import shared_environment


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person; `link` is what it asks them to open, `unsubscribe` ends mails like this one."""

    to: str
    subject: str
    text: str
    html: str
    link: str = ""
    unsubscribe: str = ""


Composer = Callable[[dict[str, Any], datetime], Awaitable[Letter | None]]

COMPOSERS: dict[str, Composer] = {}
_color: ContextVar[str] = ContextVar("letter_color", default="#0b4f5c")


@contextmanager
def colored(color: str) -> Iterator[None]:
    """Letters written inside wear this colour: that of the reseller that sends them."""
    token = _color.set(color)
    try:
        yield
    finally:
        _color.reset(token)


def letter(name: str) -> Callable[[Composer], Composer]:
    """Make the decorated function compose letters of this name; it answers None when nobody is to get one."""

    def register(composer: Composer) -> Composer:
        COMPOSERS[name] = composer
        return composer

    return register


def render_letter(
    template: str, to: str, subject: str, *, link: str = "", unsubscribe: str = "", **facts: Any
) -> Letter:
    """From `templates/mail/<template>.txt` and `.html`."""
    environment = shared_environment()
    context = {"subject": subject, "link": link, "unsubscribe": unsubscribe, "color": _color.get(), **facts}
    return Letter(
        to,
        subject,
        environment.get_template(f"mail/{template}.txt").render(context),
        environment.get_template(f"mail/{template}.html").render(context),
        link,
        unsubscribe,
    )
