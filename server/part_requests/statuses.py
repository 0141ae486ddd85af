"""How a requested part stands, and what may follow.

`open → reserved → sent → delivered` is the usual way; `backorder` waits for a purchase. Until it is on its
way it may be put anywhere; what is sent may get lost or come back, and an end is taken back by one step.
"""

from __future__ import annotations

from enum import StrEnum


class PartStatus(StrEnum):
    OPEN = "open"
    RESERVED = "reserved"
    BACKORDER = "backorder"
    SENT = "sent"
    DELIVERED = "delivered"
    REFUSED = "refused"


STATUS_NAMES = {
    PartStatus.OPEN: "Solicitada",
    PartStatus.RESERVED: "Separada",
    PartStatus.BACKORDER: "Em falta",
    PartStatus.SENT: "Enviada",
    PartStatus.DELIVERED: "Entregue ao técnico",
    PartStatus.REFUSED: "Recusada",
}
# What nobody waits for any more.
ENDED = frozenset({PartStatus.DELIVERED, PartStatus.REFUSED})
AWAITED = tuple(status for status in PartStatus if status not in ENDED)

_OPEN, _RESERVED, _BACKORDER = PartStatus.OPEN, PartStatus.RESERVED, PartStatus.BACKORDER
_SENT, _DELIVERED, _REFUSED = PartStatus.SENT, PartStatus.DELIVERED, PartStatus.REFUSED

TRANSITIONS: dict[PartStatus, tuple[PartStatus, ...]] = {
    _OPEN: (_RESERVED, _BACKORDER, _SENT, _DELIVERED, _REFUSED),
    _RESERVED: (_OPEN, _BACKORDER, _SENT, _DELIVERED, _REFUSED),
    _BACKORDER: (_OPEN, _RESERVED, _SENT, _DELIVERED, _REFUSED),
    _SENT: (_RESERVED, _BACKORDER, _DELIVERED),
    _DELIVERED: (_RESERVED,),
    _REFUSED: (_OPEN,),
}
# The step that is taken with one touch in the list.
NEXT_STEP = {_OPEN: _RESERVED, _BACKORDER: _RESERVED, _RESERVED: _DELIVERED, _SENT: _DELIVERED}
STEP_NAMES = {_RESERVED: "Separar", _DELIVERED: "Entregue"}
