"""Which backups have had their time; pure.

The newest ones stay, then the newest of each week and of each month, and the last that was copied elsewhere,
which says when that was. The last verified one always stays; one that was refused goes when a good one has
followed it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice

from ilux_bridge.backup.manifest import Manifest
from ilux_bridge.mapping.mapped import Backup


def outdated(manifests: Sequence[Manifest], plan: Backup) -> list[Manifest]:
    """Of one base's backups; weeks and months are UTC's."""
    newest_first = sorted(manifests, key=lambda one: (one.made_at, one.file), reverse=True)
    good = [one for one in newest_first if one.is_good]
    if not good:
        return []
    copied = [one for one in good if one.copied_at is not None]
    kept = {one.file for one in good[: plan.recent]}
    kept |= _first_of_each(good, lambda at: at.isocalendar()[:2], plan.weekly)
    kept |= _first_of_each(good, lambda at: (at.year, at.month), plan.monthly)
    kept |= {max(copied, key=lambda one: one.copied_at or one.made_at).file} if copied else set()
    kept |= {one.file for one in newest_first if one.made_at > good[0].made_at}  # nothing good followed
    return [one for one in newest_first if one.file not in kept]


def _first_of_each(
    newest_first: Sequence[Manifest], period: Callable[[datetime], object], count: int
) -> set[str]:
    newest: dict[object, str] = {}
    for one in newest_first:
        newest.setdefault(period(one.made_at), one.file)
    return set(islice(newest.values(), count))
