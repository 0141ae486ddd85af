"""What the portal asks to be written in ILUX: one message, one short transaction, exactly once.

1. The lease's token is compared first: a copy that was overtaken writes nothing.
2. A message that is in SYNC_INBOX was done: its result is given again.
3. The transaction bears the message's id, so that the triggers tell its effects from people's work.
4. Only the mapped columns are written, and a row only while it is as the portal believed.

Somebody who holds the row makes it wait for the next try; what the base refuses is told in its own words.
"""

from __future__ import annotations

import dataclasses
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.mapping import convert
from ilux_bridge.mapping.bound import BoundTable
from ilux_bridge.mapping.keys import format_key, key_values
from ilux_bridge.mapping.mapped import TRIGGER, MappedField, MappedWrite
from ilux_bridge.mapping.outcome import Refusal
from ilux_bridge.outbox import capture, lease
from ilux_bridge.outbox.ddl import NOW
from ilux_bridge.outbox.names import INBOX
from ilux_bridge.problems import LockConflict, Refused
from ilux_bridge.watched import Watched

NUMBER = "ilux_number"
TRIES = 4
KEPT_DAYS = 90

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """`status` is applied, refused or conflict; `reason` is Portuguese.

    `is_repeated`: written before, by a bridge that did not come to say so. What ILUX said of the row since,
    the portal may have taken for older than its own change.
    """

    status: str
    keys: dict[str, Any] | None = None
    reason: str | None = None
    is_repeated: bool = dataclasses.field(default=False, compare=False)

    def key(self, message: Message) -> str | None:
        """Of the row, which ILUX may have just given it."""
        key: str | None = (self.keys or {}).get("key") or message["key"]
        return key

    def arguments(self, message: Message) -> dict[str, Any]:
        return {
            "message_id": message["id"],
            "status": self.status,
            "keys": self.keys,
            "reason": self.reason,
        }


def apply(connection: Connection, watched: Watched, message: Message, token: int) -> Receipt:
    """Raises `LockConflict` after a few tries, `Fenced`, `FirebirdDown`; all of them leave nothing behind."""
    found = watched.writing(message["entity"], message["write"])
    if found is None:
        return Receipt("refused", reason="O mapeamento desta revenda não escreve isto no ILUX.")
    for attempt in range(TRIES):
        try:
            with connection.writing() as work:
                return _once(work, connection, *found, message, token)
        except LockConflict:
            if attempt == TRIES - 1:
                raise
            time.sleep(random.uniform(0.02, 0.1) * 2**attempt)  # noqa: S311
        except Refused as refusal:
            return Receipt("refused", reason=str(refusal))
    raise AssertionError


def purge(connection: Connection, token: int) -> None:
    """What was answered long ago will not be asked again."""
    with connection.writing() as work:
        lease.fence(work, token)
        work.execute(f"DELETE FROM {INBOX} WHERE APLICADO < DATEADD(-{KEPT_DAYS} DAY TO {NOW})")


def _once(
    work: Work, connection: Connection, bound: BoundTable, write: MappedWrite, message: Message, token: int
) -> Receipt:
    lease.fence(work, token)
    before = work.one(f"SELECT RESULTADO FROM {INBOX} WHERE MSG_ID = ?", message["id"])
    if before is not None:
        return Receipt(**json.loads(before[0]), is_repeated=True)
    capture.tag(work, message["id"])
    writer = _Writer(work, connection, bound, write, message)
    receipt = writer.insert() if write.write.is_new_row else writer.update()
    said = {"status": receipt.status, "keys": receipt.keys, "reason": receipt.reason}
    work.execute(
        f"INSERT INTO {INBOX} (MSG_ID, APLICADO, RESULTADO) VALUES (?, {NOW}, ?)",
        message["id"],
        json.dumps(said),
    )
    return receipt


@dataclass(frozen=True, slots=True)
class _Writer:
    work: Work
    connection: Connection
    bound: BoundTable
    write: MappedWrite
    message: Message

    def insert(self) -> Receipt:
        found = convert.to_columns(self.bound, self.write.fields, self.message["data"])
        if isinstance(found, Refusal):
            return _refused(found)
        values = dict(found.values)
        existing = self._existing(values)
        if existing is not None:
            return Receipt("applied", self._keys(existing))
        generator = self.write.generator
        if generator not in (None, TRIGGER):
            row = self.work.one(f"SELECT GEN_ID({self._quoted(generator or '')}, 1) FROM RDB$DATABASE")
            free = next(column.name for column in self.bound.key if values.get(column.name) is None)
            values[free] = row[0] if row else None
        given = {name: value for name, value in values.items() if value is not None}
        names = ", ".join(self._quoted(name) for name in given)
        marks = ", ".join("?" * len(given))
        row = self.work.one(
            f"INSERT INTO {self._table} ({names}) VALUES ({marks}) RETURNING {self._listed(self._told)}",
            *given.values(),
        )
        assert row is not None
        return Receipt("applied", self._keys(row))

    def update(self) -> Receipt:
        key = key_values(self.message["key"] or "", self.bound.key)
        if key is None:
            return Receipt("refused", reason=f"A chave {self.message['key']!r} não é desta tabela do ILUX.")
        found = convert.to_columns(self.bound, self.write.fields, self.message["data"])
        if isinstance(found, Refusal):
            return _refused(found)
        is_key = " AND ".join(f"{self._quoted(column.name)} = ?" for column in self.bound.key)
        guarded = tuple(dict.fromkeys(name for field in self.write.expected for name in field.columns))
        names = tuple(dict.fromkeys([*self._told, *guarded]))
        row = self.work.one(f"SELECT {self._listed(names)} FROM {self._table} WHERE {is_key} WITH LOCK", *key)
        if row is None:
            return Receipt("refused", reason="O registro não existe mais no ILUX.")
        for field in self.write.expected:
            reason = self._differs(field, dict(zip(names, row, strict=True)))
            if reason is not None:
                return Receipt("conflict", reason=reason)
        if found.values:
            changes = ", ".join(f"{self._quoted(name)} = ?" for name in found.values)
            self.work.execute(
                f"UPDATE {self._table} SET {changes} WHERE {is_key}", *found.values.values(), *key
            )
        return Receipt("applied", self._keys(row))

    def _differs(self, field: MappedField, row: Mapping[str, Any]) -> str | None:
        """As it was believed to be, or already as it is to become: both are well."""
        name = field.field.name
        if name not in self.message["expected"]:
            return None
        there = convert.field_to_wire(self.bound, field, row)
        wanted = self.message["expected"][name]
        if there == wanted or (name in self.message["data"] and there == self.message["data"][name]):
            return None
        shown = ", ".join(str(row[column]).strip() for column in field.columns)
        return f"No ILUX, {field.field.word} estava em {shown}, e o portal esperava {wanted}."

    def _existing(self, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The row that this very message, or somebody with the same key, made before."""
        field = self.write.deduplicated_by
        names = field.columns if field is not None else tuple(column.name for column in self.bound.key)
        if any(values.get(name) is None for name in names):
            return None
        condition = " AND ".join(f"{self._quoted(name)} = ?" for name in names)
        return self.work.one(
            f"SELECT {self._listed(self._told)} FROM {self._table} WHERE {condition}",
            *(values[name] for name in names),
        )

    def _keys(self, row: Sequence[Any]) -> dict[str, Any]:
        told = dict(zip(self._told, row, strict=False))
        keys: dict[str, Any] = {"key": format_key([told[column.name] for column in self.bound.key])}
        number = self.bound.mapped.field(NUMBER)
        if number is not None:
            keys[NUMBER] = convert.field_to_wire(self.bound, number, told)
        return keys

    @property
    def _told(self) -> tuple[str, ...]:
        """The key's columns, and those of the number that people call it by."""
        number = self.bound.mapped.field(NUMBER)
        more = number.columns if number is not None else ()
        return tuple(dict.fromkeys([*(column.name for column in self.bound.key), *more]))

    @property
    def _table(self) -> str:
        return self._quoted(self.bound.mapped.name)

    def _quoted(self, name: str) -> str:
        return self.connection.quoted(name)

    def _listed(self, names: Sequence[str]) -> str:
        return ", ".join(self._quoted(name) for name in names)


def _refused(refusal: Refusal) -> Receipt:
    return Receipt("refused", reason=f"{refusal.field}: {refusal.text}")
