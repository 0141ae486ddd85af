"""The difference of two states: what a client may see now, and what it was last told.

The server keeps for each client the rows that it was told of (`Known`), each with the patch that told
it last. A pull compares them with the view of now; what differs gets the next patch, and the client's
cursor is the last patch it holds whole. There is no log, so there is no order of commits to miss.

Pages. Rows are answered in the order (patch, kind, id) and a page ends with its last row's place. Every
page looks anew: a row that changed after its page was sent got a higher patch and comes again behind,
a row that left is named in the last page. So the last page completes the state of its own snapshot, and
only it carries `lmid`, results, checksums and a cursor that counts.

Laws, tested in tests/offline_sync/test_engine_pull.py: applying the pages to the base at the cursor gives
exactly the view; a cursor never goes back; a client that acknowledged a row's leaving is never told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from offline_sync.engine.checksum import fnv1a32

Checksums = dict[str, tuple[int, int]]


class Seen(NamedTuple):
    """A row of the view of now; `id` is the UUID as the wire has it, in lower case."""

    kind: str
    id: str
    ver: int


class Known(NamedTuple):
    """A row as the client was told of it; `is_gone` until the client's cursor acknowledges that."""

    kind: str
    id: str
    ver: int
    patch: int
    is_gone: bool


class Place(NamedTuple):
    """Where a page ended."""

    patch: int
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The client view record after a look (pull 3): what changed in it, what those rows were, what stayed."""

    changed: list[Known]
    before: list[Known]
    same: list[Known]
    cvr: int


@dataclass(frozen=True, slots=True)
class Base:
    """What the client builds on. `since` and `gone_since` are patches: later ones are news to it."""

    since: int
    gone_since: int
    is_reset: bool
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Known]
    gone: list[Known]
    next: Place | None


def compare(view: Iterable[Seen], known: Iterable[Known], cvr: int) -> Difference:
    """New and changed rows and those that left, all under the patch `cvr + 1`."""
    patch = cvr + 1
    told = {(row.kind, row.id): row for row in known}
    changed: list[Known] = []
    before: list[Known] = []
    same: list[Known] = []
    for kind, row_id, ver in view:
        old = told.pop((kind, row_id), None)
        if old is not None and old.ver == ver and not old.is_gone:
            same.append(old)
            continue
        changed.append(Known(kind, row_id, ver, patch, False))
        if old is not None:
            before.append(old)
    left = [row for row in told.values() if not row.is_gone]
    changed += [row._replace(patch=patch, is_gone=True) for row in left]
    same += [row for row in told.values() if row.is_gone]
    return Difference(changed, before + left, same, patch if changed else cvr)


def still_to_name(known: Iterable[Known], cursor: int) -> list[Known]:
    """Without the departures that the cursor acknowledges (pull 5)."""
    return [row for row in known if not (row.is_gone and row.patch <= cursor)]


def choose_base(
    *,
    is_same_epoch: bool,
    cursor: int,
    cvr: int,
    forgotten: int,
    offered: Mapping[str, tuple[int, int]] | None,
    stored: Mapping[str, tuple[int, int]],
) -> Base:
    """Whether the client's base can be built on, or must be replaced (pull 6).

    `forgotten` is the highest patch whose departures were forgotten: a base older than that would keep
    rows which nobody will name again. `offered` are the checksums of the client's base.
    """
    is_lost = not is_same_epoch or cursor > cvr or cursor < forgotten
    knows_nothing = cursor == 0  # or was enrolled anew: whatever it still holds must go
    is_damaged = offered is not None and cursor == cvr and dict(offered) != dict(stored)
    if is_lost or knows_nothing or is_damaged:
        return Base(since=-1, gone_since=cvr, is_reset=True)
    return Base(since=cursor, gone_since=cursor, is_reset=False)


def cut_page(rows: Iterable[Known], base: Base, limit: int) -> Page:
    """The next rows that are news to the client; departures come with the last page."""
    after = base.after or Place(base.since, "\uffff", "\uffff")
    news = sorted(
        (row for row in rows if not row.is_gone and (row.patch, row.kind, row.id) > after), key=_place_of
    )
    if len(news) > limit:
        return Page(news[:limit], [], _place_of(news[limit - 1]))
    return Page(news, [row for row in rows if row.is_gone and row.patch > base.gone_since], None)


def checksums_of(rows: Iterable[tuple[str, object, int]]) -> Checksums:
    """Per kind: how many rows, and the XOR of their hashes."""
    sums: Checksums = {}
    for kind, row_id, ver in rows:
        count, xor = sums.get(kind, (0, 0))
        sums[kind] = (count + 1, xor ^ row_hash(kind, row_id, ver))
    return sums


def advance_checksums(sums: Mapping[str, tuple[int, int]], difference: Difference) -> Checksums:
    """The checksums of the view record once `difference` is written into it."""
    advanced = dict(sums)
    steps = [(row, -1) for row in difference.before] + [(row, 1) for row in difference.changed]
    for row, step in steps:
        if not row.is_gone:
            count, xor = advanced.get(row.kind, (0, 0))
            advanced[row.kind] = (count + step, xor ^ row_hash(row.kind, row.id, row.ver))
    return {kind: pair for kind, pair in advanced.items() if pair[0]}


def row_hash(kind: str, row_id: object, ver: int) -> int:
    """`row_id` is a UUID, or the text of one. A row's hash begins alike for all of its versions."""
    return fnv1a32(str(ver), _hash_of_key(kind, str(row_id)))


@lru_cache(maxsize=1 << 14)
def _hash_of_key(kind: str, row_id: str) -> int:
    return fnv1a32(f"{kind}/{row_id}/")


def _place_of(row: Known) -> Place:
    return Place(row.patch, row.kind, row.id)
