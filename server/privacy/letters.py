"""What people are told of their requests: to the admins that one came, to the person what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from server import settings as settings_module
from server.accounts.tables import Reseller, User
from server.mail.letters import Letter, letter, render_letter
from server.privacy.rules import REQUEST_NAMES, STATE_NAMES, RequestKind, RequestState
from server.privacy.tables import DataRequest


@letter("erasure_asked")
async def compose_erasure_asked(payload: dict[str, Any], now: datetime) -> Letter | None:
    """To one admin; each gets their own."""
    request = await DataRequest.objects().get(DataRequest.id == UUID(payload["request_id"]))
    if request is None or request.state != RequestState.ASKED:
        return None
    admin = await User.objects().get(User.id == UUID(payload["admin_id"]))
    if admin is None or not admin.is_active:
        return None
    return await _written(
        admin,
        "Pedido de remoção de dados",
        f"Há um pedido de remoção de dados. A resposta é devida até {request.due_at:%d/%m/%Y}.",
        f"/privacy/requests/{request.id}",
    )


@letter("export_ready")
async def compose_export_ready(payload: dict[str, Any], now: datetime) -> Letter | None:
    request = await DataRequest.objects().get(DataRequest.id == UUID(payload["request_id"]))
    if request is None:
        return None
    user = await User.objects().get(User.id == request.asked_by_id)
    if user is None or not user.is_active:
        return None
    is_own = request.asked_by_id == request.user_id
    text = "A cópia dos dados está pronta. Para baixá-la é preciso entrar; ela fica disponível por 7 dias."
    path = "/profile/privacy" if is_own else f"/privacy/requests/{request.id}"
    return await _written(user, "A cópia dos dados está pronta", text, path)


@letter("request_decided")
async def compose_request_decided(payload: dict[str, Any], now: datetime) -> Letter | None:
    request = await DataRequest.objects().get(DataRequest.id == UUID(payload["request_id"]))
    if request is None:
        return None
    user = await User.objects().get(User.id == request.user_id)
    if user is None or not user.is_active:
        return None
    kind, state = REQUEST_NAMES[RequestKind(request.kind)], STATE_NAMES[RequestState(request.state)]
    text = f"{kind}: {state.lower()}. {request.reason}"
    return await _written(user, "Resposta ao seu pedido", text, "/profile/privacy")


@letter("erased")
async def compose_erased(payload: dict[str, Any], now: datetime) -> Letter | None:
    """The address is in the job alone, for nothing else knows it any more."""
    user = await User.objects().get(User.id == UUID(payload["user_id"]))
    assert user is not None
    reseller = await Reseller.objects().get(Reseller.id == user.reseller_id)
    assert reseller is not None
    return render_letter(
        "told",
        payload["email"],
        "Os seus dados foram removidos",
        name=payload["person"],
        reseller_name=reseller.name,
        told="Os seus dados pessoais foram removidos do portal, como você pediu. O acesso foi encerrado.",
        label="",
    )


async def _written(user: User, subject: str, text: str, path: str) -> Letter:
    reseller = await Reseller.objects().get(Reseller.id == user.reseller_id)
    assert reseller is not None
    return render_letter(
        "told",
        user.email,
        subject,
        link=settings_module.current().base_url.rstrip("/") + path,
        name=user.name,
        reseller_name=reseller.name,
        told=text,
        label="Abrir no portal",
    )
