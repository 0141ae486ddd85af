"""Keeps backups as the mapping asks: a thread with connections of its own, which holds nobody up.

What is due is read from the folder alone, so that a machine that was off makes up what it missed, and a
backup that somebody made by hand counts too. A failure is said, and tried again ever more slowly.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ilux_bridge.backup import schedule
from ilux_bridge.backup.making import Progress, making_of
from ilux_bridge.backup.manifest import Manifest
from ilux_bridge.backup.place import place_of
from ilux_bridge.backup.problems import BackupProblem, Interrupted
from ilux_bridge.lock import AlreadyRunning
from ilux_bridge.problems import FirebirdProblem
from ilux_bridge.service.pulse import Pulse
from ilux_bridge.services import SILENCE_S
from ilux_bridge.settings import Settings, Unusable
from ilux_bridge.upkeep import Upkeep

LOOK_S = 30.0
LONGEST_S = 4 * 3600.0
STOP_S = 3.0
_GROWTH_OVER = timedelta(days=30)

log = logging.getLogger(__name__)


class Keeper:
    """`start`, and `stop` within seconds. `upkeep` is the newest word, for whoever tells it on."""

    def __init__(self, settings: Settings, *, pace: float = 1.0) -> None:
        self._settings = settings
        self._making = making_of(settings)
        self._pace = pace
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backup", daemon=True)
        self._backups = _Attempts("backup")
        self._copies = _Attempts("cópia")
        self._until = 0.0
        self.pulse = Pulse("backup", 3 * SILENCE_S)
        self.upkeep = Upkeep(is_planned=True, is_copy_planned=self._making.plan.copy_to is not None)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is under way is broken off; what it leaves is swept at the next start."""
        self._stopping.set()
        self._making.services.interrupt()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn(datetime.now(UTC))
            except Interrupted:
                return
            except OSError as error:
                self._backups.failed(f"A pasta de backup não pode ser lida: {error}")
                self._tell([])
            self.pulse.beat()
            self._stopping.wait(LOOK_S * self._pace)

    def _turn(self, now: datetime) -> None:
        plan, zone = self._making.plan, self._making.zone
        good = self._good()
        self._tell(good)
        if schedule.is_backup_due(now, [one.made_at for one in good], plan.times, zone):
            self._attempt(self._backups, self._back_up)
            good = self._good()
        copied = [one.copied_at for one in self._making.folder.manifests() if one.copied_at is not None]
        if plan.copy_to and good and schedule.is_copy_due(now, copied, plan.copy_days):
            self._attempt(self._copies, self._copy_out)
        self._tell(self._good())

    def _back_up(self) -> None:
        made = self._making.make(self._progress())
        if made.refused:
            raise BackupProblem(f"O backup {made.file} não passou no ensaio: {made.refused}")

    def _copy_out(self) -> None:
        self._making.copy_out(place_of(self._settings), self._progress())

    def _attempt(self, attempts: _Attempts, action: Callable[[], None]) -> None:
        if not attempts.may_try:
            return
        try:
            action()
        except Exception as error:
            if self._stopping.is_set():  # whatever a broken connection looks like
                raise Interrupted from error
            if not isinstance(error, _FAILURES):
                log.exception("erro inesperado no backup")
            attempts.failed(str(error) or type(error).__name__)
        else:
            attempts.succeeded()

    def _progress(self) -> Progress:
        self._until = time.monotonic() + LONGEST_S
        return Progress(self._heard, self._heard)

    def _heard(self, _: str) -> None:
        self.pulse.beat()
        if self._stopping.is_set():
            raise Interrupted
        if time.monotonic() > self._until:
            raise BackupProblem("O backup passou de quatro horas e foi interrompido.")

    def _good(self) -> list[Manifest]:
        return [one for one in self._making.folder.manifests() if one.is_good]

    def _tell(self, good: Sequence[Manifest]) -> None:
        known = self.upkeep
        last = good[-1] if good else None
        copied = max((one.copied_at for one in good if one.copied_at), default=None)
        try:
            free: int | None = self._making.folder.free_bytes()
        except OSError:
            free = None
        self.upkeep = replace(
            known,
            backup_at=_text(last.made_at) if last else None,
            verified_at=_text(last.verified_at) if last and last.verified_at else None,
            backup_bytes=last.bytes if last else None,
            is_validated=bool(last and last.is_validated),
            copied_at=_text(copied) if copied else known.copied_at,
            problem=" ".join(one.problem for one in (self._backups, self._copies) if one.problem),
            growth_bytes=growth(good),
            free_bytes=free,
        )


_FAILURES = (BackupProblem, AlreadyRunning, FirebirdProblem, OSError, Unusable)


class _Attempts:
    """How often something failed in a row, and when it may be tried again."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._failures = 0
        self._not_before = 0.0
        self.problem = ""

    @property
    def may_try(self) -> bool:
        return time.monotonic() >= self._not_before

    def failed(self, why: str) -> None:
        self._failures += 1
        self._not_before = time.monotonic() + schedule.pause(self._failures).total_seconds()
        self.problem = why
        log.warning("%s: %s", self._name, why)

    def succeeded(self) -> None:
        self._failures, self._not_before, self.problem = 0, 0.0, ""


def growth(made: Sequence[Manifest]) -> int | None:
    """Bytes a day that the base grew in the last month; `made` is in order. None before a day has passed."""
    if not made:
        return None
    last = made[-1]
    first = next(one for one in made if last.made_at - one.made_at <= _GROWTH_OVER)
    days = (last.made_at - first.made_at) / timedelta(days=1)
    return round((last.base_bytes - first.base_bytes) / days) if days >= 1 else None


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
