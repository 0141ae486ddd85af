"""Which server takes the mails: the one of the settings, or the demo's own mailbox while that is open."""

from __future__ import annotations

from server.settings import Settings

_mailbox_url = ""


def server_url(settings: Settings) -> str:
    """Empty when there is none."""
    return settings.smtp_url or _mailbox_url


def use_mailbox(url: str) -> None:
    global _mailbox_url
    _mailbox_url = url
