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

SECOND_FACTOR_TOLD = {
    "on": "A verificação em duas etapas foi ativada no seu acesso.",
    "off": "A verificação em duas etapas foi desativada no seu acesso.",
    "reset": "Um administrador redefiniu a verificação em duas etapas do seu acesso. Configure-a ao entrar.",
    "recovery": "Um código de recuperação foi usado para entrar no seu acesso. Ele não vale mais.",
}


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


@letter("proof")
async def compose_proof(payload: dict[str, Any], now: datetime) -> Letter | None:
    """To the address that is to be proved, not to the one that is known."""
    user = await User.objects().get(User.id == UUID(payload["user_id"]))
    if user is None or not user.is_active:
        return None
    purpose = Purpose(payload["purpose"])
    return await _with_link(user, purpose, now, "Confirme o seu e-mail", to=payload["email"])


@letter("email_changed")
async def compose_email_changed(payload: dict[str, Any], now: datetime) -> Letter | None:
    """To the old address: if it was somebody else's doing, this is how the person hears of it."""
    user = await User.objects().get(User.id == UUID(payload["user_id"]))
    if user is None:
        return None
    return await _told(
        user, "email_changed", "O seu e-mail de entrada mudou", to=payload["old"], new=payload["new"]
    )


@letter("second_factor")
async def compose_second_factor(payload: dict[str, Any], now: datetime) -> Letter | None:
    user = await User.objects().get(User.id == UUID(payload["user_id"]))
    if user is None or not user.is_active:
        return None
    return await _told(
        user, "second_factor", "Verificação em duas etapas", told=SECOND_FACTOR_TOLD[payload["what"]]
    )


async def _told(user: User, template: str, subject: str, to: str = "", **facts: Any) -> Letter:
    reseller = await Reseller.objects().get(Reseller.id == user.reseller_id)
    assert reseller is not None
    return render_letter(
        template,
        to or user.email,
        subject,
        link=settings_module.current().base_url.rstrip("/") + "/profile",
        name=user.name,
        reseller_name=reseller.name,
        **facts,
    )


async def _with_link(user: User, purpose: Purpose, now: datetime, subject: str, to: str = "") -> Letter:
    reseller = await Reseller.objects().get(Reseller.id == user.reseller_id)
    assert reseller is not None
    base_url = settings_module.current().base_url
    facts: dict[str, Any] = {"email": to, "is_secondary": purpose is Purpose.SECONDARY} if to else {}
    return render_letter(
        "proof" if to else purpose.value,
        to or user.email,
        subject.format(reseller=reseller.name),
        link=await make_link(user.id, reseller.id, purpose, now, base_url, email=to),
        name=user.name,
        reseller_name=reseller.name,
        **facts,
    )
