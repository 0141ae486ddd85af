"""Which supplies fit a machine's model; pure.

ILUX keeps no such list, so it is drawn from what it has: what was asked for machines of the model before, and
supplies whose code or name says the model. Colours of a machine that prints none are left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from server.customers.names import fold

_SHORTEST = 3  # letters of a word that is a model's name, and not a size


@dataclass(frozen=True, slots=True)
class SupplyView:
    id: UUID
    code: str
    name: str
    color: str | None
    page_yield: int | None


def fitting(
    supplies: Iterable[SupplyView], model: str, is_color: bool | None, asked_before: Collection[UUID]
) -> tuple[SupplyView, ...]:
    """Black first, then by name. `is_color` None: nobody knows."""
    words = _words(model)
    found = [
        supply
        for supply in supplies
        if supply.id in asked_before
        or (_says(supply, words) and (is_color is not False or supply.color in (None, "K")))
    ]
    order = {"K": 0, "C": 1, "M": 2, "Y": 3}
    return tuple(sorted(found, key=lambda one: (order.get(one.color or "", 4), one.name)))


def _words(text: str) -> set[str]:
    """`LaserJet Pro M428fdw` → `m428fdw` and `m428`: words with a digit, also without their ending."""
    words = {word for word in re.split(r"[^a-z0-9]+", fold(text)) if any(map(str.isdigit, word))}
    words |= {found[0] for word in words if (found := re.match(r"[a-z]*\d+", word))}
    return {word for word in words if len(word) >= _SHORTEST}


def _says(supply: SupplyView, words: set[str]) -> bool:
    return bool(words & (_words(supply.name) | _words(supply.code)))
