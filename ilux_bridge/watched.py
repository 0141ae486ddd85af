"""What a mapping watches in a base: each table once, however many entities it feeds, parents first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ilux_bridge.mapping.base import Base
from ilux_bridge.mapping.bound import BoundTable, bind
from ilux_bridge.mapping.mapped import MappedWrite, MappingFile
from ilux_bridge.mapping.vocabulary import ENTITIES
from ilux_bridge.outbox.monitored import Monitored, NotMonitorable, monitored

ORDER = {entity.name: place for place, entity in enumerate(ENTITIES)}


@dataclass(frozen=True)
class Watched:
    """`tables` by name; `bound` in the order in which the portal wants their rows; `zone` is the base's."""

    tables: Mapping[str, Monitored]
    bound: tuple[BoundTable, ...]
    zone: str

    @cached_property
    def sending(self) -> tuple[BoundTable, ...]:
        return tuple(each for each in self.bound if each.mapped.direction.sends)

    @property
    def entities(self) -> list[str]:
        return list(dict.fromkeys(each.mapped.entity.name for each in self.sending))

    @cached_property
    def fed(self) -> Mapping[str, Mapping[str, list[BoundTable]]]:
        """By table, and by the entity that gets its rows."""
        fed: dict[str, dict[str, list[BoundTable]]] = {}
        for each in self.sending:
            fed.setdefault(each.mapped.name, {}).setdefault(each.mapped.entity.name, []).append(each)
        return fed

    def feeding(self, entity: str) -> list[str]:
        """The tables whose rows an entity is made of."""
        return [table for table, fed in self.fed.items() if entity in fed]

    def writing(self, entity: str, write: str) -> tuple[BoundTable, MappedWrite] | None:
        """Where a message of the portal is written."""
        for each in self.bound:
            found = each.mapped.write(write)
            if each.mapped.entity.name == entity and each.mapped.direction.receives and found is not None:
                return each, found
        return None


def watch(mapping: MappingFile, base: Base) -> Watched:
    """For a mapping that `check` found without errors. Raises `NotMonitorable`."""
    bound = tuple(sorted(bind(mapping, base), key=lambda each: ORDER[each.mapped.entity.name]))
    by_table: dict[str, list[BoundTable]] = {}
    for each in bound:
        if each.mapped.direction.sends:
            by_table.setdefault(each.mapped.name, []).append(each)
    tables = {name: _monitored(base, name, own) for name, own in by_table.items()}
    return Watched(tables, bound, mapping.firebird.zone)


def _monitored(base: Base, name: str, bound: list[BoundTable]) -> Monitored:
    key = tuple(column.name for column in bound[0].key)
    if any(tuple(column.name for column in each.key) != key for each in bound):
        raise NotMonitorable(f"A tabela {name} aparece com chaves diferentes; use a mesma em todas.")
    return monitored(
        base,
        name,
        key=key,
        columns=list(dict.fromkeys(column for each in bound for column in each.columns_read)),
        history=list(dict.fromkeys(column for each in bound for column in each.mapped.history)),
    )
