"""The laws of pull: the pages applied to the base give exactly the view, whatever changes meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_sync.engine.checksum import fnv1a32
from offline_sync.engine.pull import (
    Base,
    Known,
    Seen,
    advance_checksums,
    checksums_of,
    choose_base,
    compare,
    cut_page,
    still_to_name,
)

VECTORS = Path(__file__).parents[1] / "vectors"

View = dict[tuple[str, str], int]

keys = st.tuples(st.sampled_from(["order", "visit"]), st.integers(0, 12).map(lambda n: str(UUID(int=n))))
changes = st.lists(st.tuples(keys, st.booleans()), max_size=6)


class Server:
    """One client's view record over a view that changes."""

    def __init__(self) -> None:
        self.view: View = {}
        self.known: list[Known] = []
        self.cvr = 0
        self.checksums: dict[str, tuple[int, int]] = {}
        self._last_ver = 0

    def change(self, steps: list[tuple[tuple[str, str], bool]]) -> None:
        for key, stays in steps:
            self._last_ver += 1
            if stays:
                self.view[key] = self._last_ver
            else:
                self.view.pop(key, None)

    def look(self) -> None:
        difference = compare(
            [Seen(kind, row_id, ver) for (kind, row_id), ver in self.view.items()], self.known, self.cvr
        )
        self.known = difference.same + difference.changed
        self.checksums = advance_checksums(self.checksums, difference)
        self.cvr = difference.cvr

    def forget(self, cursor: int) -> None:
        self.known = still_to_name(self.known, cursor)


@settings(max_examples=200)
@given(
    rounds=st.lists(st.lists(changes, min_size=1, max_size=4), min_size=1, max_size=6),
    resets=st.integers(0, 63),
)
def test_pages_applied_to_the_base_are_the_view(
    rounds: list[list[list[tuple[tuple[str, str], bool]]]], resets: int
) -> None:
    """Each round is one pull; each of its inner lists is what changes before one of its pages."""
    server, base, cursor = Server(), {}, 0
    for number, pages in enumerate(rounds):
        is_reset = bool(resets >> number & 1)
        start = Base(-1, server.cvr, True) if is_reset else Base(cursor, cursor, False)
        if not is_reset:
            server.forget(cursor)
        staged: View = {} if is_reset else dict(base)
        waiting = list(pages)
        while True:
            server.change(waiting.pop(0) if waiting else [])
            server.look()
            page = cut_page(server.known, start, limit=3)
            staged |= {(row.kind, row.id): row.ver for row in page.rows}
            for row in page.gone:
                staged.pop((row.kind, row.id), None)
            if page.next is None:
                break
            start = Base(start.since, start.gone_since, start.is_reset, page.next)
        assert staged == server.view
        assert server.cvr >= cursor
        assert server.checksums == checksums_of((kind, row_id, ver) for (kind, row_id), ver in staged.items())
        base, cursor = staged, server.cvr


@given(changes)
def test_looking_twice_finds_nothing_new(steps: list[tuple[tuple[str, str], bool]]) -> None:
    server = Server()
    server.change(steps)
    server.look()
    before = (server.cvr, sorted(server.known))
    server.look()
    assert (server.cvr, sorted(server.known)) == before


def test_an_early_version_that_was_committed_late_is_news() -> None:
    """Versions are drawn in another order than they are committed in: no cursor over them would do."""
    late, changed, told = (UUID(int=n) for n in range(3))
    known = [Known("order", changed, 2, 1, False), Known("order", told, 9, 1, False)]
    view = [Seen("order", late, 3), Seen("order", changed, 4), Seen("order", told, 9)]
    assert {row.id for row in compare(view, known, 1).changed} == {late, changed}


def test_when_a_base_can_be_built_on() -> None:
    facts = {"is_same_epoch": True, "cursor": 5, "cvr": 9, "forgotten": 3, "offered": None, "stored": {}}

    def choose(**changed: object) -> Base:
        return choose_base(**(facts | changed))  # type: ignore[arg-type]

    whole = Base(-1, 9, True)
    assert choose() == Base(5, 5, False)
    assert choose(cursor=3) == Base(3, 3, False)
    assert choose(cursor=2) == whole
    assert choose(cursor=0, forgotten=0) == whole
    assert choose(cursor=10) == whole
    assert choose(is_same_epoch=False) == whole
    assert choose(cursor=9, offered={"order": (1, 7)}) == whole
    assert choose(cursor=9, offered={}) == Base(9, 9, False)
    assert choose(cursor=5, offered={"order": (1, 7)}) == Base(5, 5, False)


def vectors(name: str) -> list[dict[str, Any]]:
    """What the phone's tests read too."""
    found: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize("vector", vectors("fnv1a32"), ids=lambda vector: vector["text"])
def test_the_checksum_is_the_phones(vector: dict[str, Any]) -> None:
    assert fnv1a32(vector["text"]) == vector["fnv1a32"]


@pytest.mark.parametrize("vector", vectors("checksums"), ids=lambda vector: f"{len(vector['rows'])} rows")
def test_a_views_checksums_are_the_phones(vector: dict[str, Any]) -> None:
    seen = [Seen(kind, row_id, ver) for kind, row_id, ver in vector["rows"]]
    assert {kind: list(sums) for kind, sums in checksums_of(seen).items()} == vector["checksums"]
