"""What somebody answered, as a text that they keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from server.accounts.actor import Actor
from server.privacy.consents import Receipt
from server.web.rendering import in_zone


def receipts_text(actor: Actor, receipts: Iterable[Receipt], now: datetime) -> str:
    def moment(at: datetime) -> str:
        return in_zone(at, actor.timezone).strftime("%d/%m/%Y %H:%M:%S %z")

    lines = [
        "RECIBOS DE CONFIRMAÇÃO E ESCOLHA",
        f"{actor.name} <{actor.email}>",
        f"Portal da {actor.reseller_name}, emitido em {moment(now)}",
    ]
    for receipt in receipts:
        lines += [
            "",
            f"{receipt.title}, versão {receipt.number}",
            f"  Resposta: {'confirmado / sim' if receipt.is_granted else 'recusado / não'}",
            f"  Em: {moment(receipt.at)}",
            f"  De: {receipt.address or '-'} · {receipt.user_agent or '-'}",
            f"  SHA-256 do texto: {receipt.sha256}",
        ]
    return "\n".join(lines) + "\n"
