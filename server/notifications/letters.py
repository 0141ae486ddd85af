"""The mail that a parcel becomes: what happened, each with its link, and how to get fewer of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from server.mail.letters import Letter, render_letter
from server.notifications.channels import Line
from server.notifications.events import KINDS, Event
from server.notifications.unsubscribing import link_for
from server.notifications.wording import many
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Addressee:
    user_id: UUID
    name: str
    reseller_name: str


def compose(to: str, addressee: Addressee, lines: Sequence[Line], settings: Settings) -> Letter:
    """Every line, the newest last; of kinds that may be turned off, with the way to do it.

    Several are told under the portal's own subject and greeting: a reseller's are of one of them. What it
    says at the end is said once.
    """
    base_url = settings.base_url.rstrip("/")
    titles = [line.title for line in lines]
    single = lines[0] if len(lines) == 1 else None
    optional = sorted({Event(line.kind) for line in lines if not KINDS[Event(line.kind)].locked})
    return render_letter(
        "notification",
        to,
        (single.subject or single.title) if single else many(len(titles), titles),
        link=f"{base_url}{lines[0].opens}" if len(lines) == 1 else f"{base_url}/notifications",
        action=KINDS[Event(lines[0].kind)].action,
        needs_login=not all(KINDS[Event(line.kind)].is_fleeting for line in lines),
        unsubscribe=link_for(addressee.user_id, optional, settings) if optional else "",
        lines=[{"title": line.title, "body": line.body, "link": f"{base_url}{line.opens}"} for line in lines],
        opening=(single.opening if single else "") or f"Olá, {addressee.name}.",
        closings=list(dict.fromkeys(line.closing for line in lines if line.closing)),
        reseller_name=addressee.reseller_name,
        kinds=[KINDS[event].name for event in optional],
        preferences=f"{base_url}/profile/notifications",
    )
