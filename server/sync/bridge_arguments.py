"""The arguments of a bridge's mutations. What a row says is judged row by row, so it is read loosely here."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

MOST_ROWS = 2_000
EntityName = Annotated[str, Meta(max_length=30)]


class IluxRow(Struct, frozen=True):
    """One row of ILUX as it is now; `gone` when it is there no longer; `history` is what led there."""

    entity: str
    key: str
    gone: bool = False
    data: dict[str, Any] = {}
    history: list[Any] = []


class IluxRows(Struct, frozen=True):
    """`anew`: to be written although the portal may have taken the same before."""

    rows: Annotated[list[IluxRow], Meta(max_length=MOST_ROWS)]
    load: UUID | None = None
    anew: bool = False


class IluxLoadBegun(Struct, frozen=True):
    """`rewound`: of a base that was restored from an older copy."""

    load: UUID
    entities: list[EntityName]
    rewound: bool = False


class IluxLoadEnded(Struct, frozen=True):
    load: UUID
    entities: list[EntityName]


class IluxReceipt(Struct, frozen=True):
    """`keys` of what was written: `key` is the row's key on the wire, `ilux_number` what people call it."""

    message_id: UUID
    status: Literal["applied", "refused", "conflict"]
    keys: dict[str, Any] | None = None
    reason: str | None = None
