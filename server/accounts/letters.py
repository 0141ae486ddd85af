"""What the accounts write to people: invitation, reset, a login from a device not seen before."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from server import settings as settings_module
from server.accounts.links import Purpose, make_link
from server.accounts.tables import Reseller, User
from server.database import platform
from server.mail.letters import Letter, letter, render_letter


@letter("invitation")
async def compose_invitation(payload: dict[str, Any], now: datetime) -> Letter | None:
    user = await User.objects().get(User.id == UUID(payload["user_id"]))
    if user is None or not user.is_active or user.password_hash:
        return None
    return await _with_link(user, Purpose.INVITATION, now, "Seu acesso ao portal da {reseller}")


@letter("reset")
async def compose_reset(payload: dict[str, Any], now: datetime) -> Letter | None:
    """By mail, as the person typed it, or by id, as an admin asked; None for an unknown one."""
    with platform():
        if "user_id" in payload:
            user = await User.objects().get(User.id == UUID(payload["user_id"]))
        else:
            user = await User.objects().get(User.email == payload["email"])
        if user is None or not user.is_active:
            return None
        # Who never accepted the invitation gets it again: it does the same.
        purpose = Purpose.RESET if user.password_hash else Purpose.INVITATION
        subject = "Nova senha para o portal da {reseller}"
        return await _with_link(
            user, purpose, now, subject if user.password_hash else "Seu acesso ao portal da {reseller}"
        )


@letter("new_device")
async def compose_new_device(payload: dict[str, Any], now: datetime) -> Letter | None:
    user = await User.objects().get(User.id == UUID(payload["user_id"]))
    if user is None:
        return None
    reseller = await Reseller.objects().get(Reseller.id == user.reseller_id)
    assert reseller is not None
    base_url = settings_module.current().base_url.rstrip("/")
    return render_letter(
        "new_device",
        user.email,
        "Entrada em um aparelho novo",
        link=f"{base_url}/profile/devices",
        name=user.name,
        reseller_name=reseller.name,
        device=payload["device"],
        at=datetime.fromisoformat(payload["at"]),
        timezone=reseller.timezone,
    )


async def _with_link(user: User, purpose: Purpose, now: datetime, subject: str) -> Letter:
    reseller = await Reseller.objects().get(Reseller.id == user.reseller_id)
    assert reseller is not None
    link = await make_link(user.id, reseller.id, purpose, now, settings_module.current().base_url)
    return render_letter(
        purpose.value,
        user.email,
        subject.format(reseller=reseller.name),
        link=link,
        name=user.name,
        reseller_name=reseller.name,
    )
