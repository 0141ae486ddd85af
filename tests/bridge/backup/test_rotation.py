"""Which backups go: never the last good one, and none while nothing good has followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ilux_bridge.backup.manifest import CopyMade, Manifest
from ilux_bridge.backup.rotation import outdated
from tests.bridge.backup.shelf import plan

BEGIN = datetime(2026, 1, 5, 15, 30, tzinfo=UTC)  # a Monday


def made(at: datetime, *, is_good: bool = True, refused: str = "") -> Manifest:
    return Manifest(
        file=f"{at:%Y%m%d%H%M}.fbk", base="ilux", made_at=at, epoch="", bytes=1, sha256="", base_bytes=1,
        verified_at=at if is_good else None, refused=refused,
    )  # fmt: skip


def test_a_year_of_two_a_day_leaves_fourteen_eight_weeks_and_twelve_months() -> None:
    kept: list[Manifest] = []
    for half_day in range(2 * 365):
        kept.append(made(BEGIN + timedelta(hours=12 * half_day)))
        gone = {one.file for one in outdated(kept, plan(Path("/b")))}
        kept = [one for one in kept if one.file not in gone]
    ages = [(kept[-1].made_at - one.made_at).days for one in reversed(kept)]
    assert ages[:14] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert len(kept) == 14 + 6 + 10  # the newest weeks and months are among the others
    months = sorted({(one.made_at.year, one.made_at.month) for one in kept})
    assert months == [*((2026, month) for month in range(2, 13)), (2027, 1)]


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.booleans(), st.booleans()), max_size=40, unique_by=lambda x: x[0]
    )
)
def test_whatever_happened_the_last_good_one_and_what_followed_it_stay(
    history: list[tuple[int, bool, bool]],
) -> None:
    backups = [
        made(BEGIN + timedelta(hours=9 * at), is_good=is_good, refused="x" if is_refused else "")
        for at, is_good, is_refused in history
    ]
    gone = outdated(backups, plan(Path("/b"), recent=1, weekly=1, monthly=1))
    good = [one for one in backups if one.is_good]
    if not good:
        assert gone == []
        return
    last = max(good, key=lambda one: one.made_at)
    assert all(one.made_at < last.made_at for one in gone)
    left = [one for one in backups if one not in gone]
    assert outdated(left, plan(Path("/b"), recent=1, weekly=1, monthly=1)) == []
    assert all(one.is_good for one in left if one.made_at < last.made_at)


def test_a_refused_one_is_kept_until_a_good_one_follows() -> None:
    good, refused = made(BEGIN), made(BEGIN + timedelta(days=1), refused="faltam linhas")
    assert outdated([good, refused], plan(Path("/b"), recent=1)) == []
    after = replace(made(BEGIN + timedelta(days=2)))
    assert outdated([good, refused, after], plan(Path("/b"), recent=2)) == [refused]


def test_the_last_one_copied_elsewhere_stays_and_says_when_that_was() -> None:
    days = [made(BEGIN + timedelta(days=day)) for day in range(5)]
    days[1] = replace(days[1], copies=(CopyMade("nas", BEGIN + timedelta(days=2)),))
    gone = outdated(days, plan(Path("/b"), recent=1, weekly=0, monthly=0))
    assert [one for one in days if one not in gone] == [days[1], days[4]]
