"""Makes one backup, from the look at the disk to the rotation, and tries again one that is there.

The order matters: nothing is written before there is room and right for it; the hash is taken as soon as the
file is closed; the trial comes before anything older is deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ilux_bridge import base_state, firebird
from ilux_bridge.backup import gbak, manifest
from ilux_bridge.backup.folder import PARTIAL, Folder, folder_of, remove
from ilux_bridge.backup.manifest import CopyMade, Manifest
from ilux_bridge.backup.place import Place, deposit
from ilux_bridge.backup.problems import BackupProblem, BadBackup
from ilux_bridge.backup.rotation import outdated
from ilux_bridge.backup.trial import Trial
from ilux_bridge.base_state import BaseState
from ilux_bridge.mapping.mapped import Backup
from ilux_bridge.problems import FirebirdDown, FirebirdProblem
from ilux_bridge.services import Services
from ilux_bridge.settings import Settings, Unusable


@dataclass(frozen=True, slots=True)
class Progress:
    """`step` in a person's words; `line` is what Firebird says meanwhile. May raise to break off."""

    step: Callable[[str], None]
    line: Callable[[str], None]


def _unheard(_: str) -> None:
    pass


SILENT = Progress(_unheard, _unheard)


@dataclass(slots=True)
class Making:
    """For one base. Belongs to one thread; `services.interrupt` is for the others."""

    plan: Backup
    zone: str
    services: Services
    folder: Folder

    def make(self, progress: Progress = SILENT) -> Manifest:
        """The manifest, also of a backup that its trial refused.

        Raises `BackupProblem`, `AlreadyRunning`, and what Firebird raises; what was there before is then as
        it was.
        """
        with self.folder.alone():
            self.folder.sweep()
            progress.step("Conferindo o espaço e os direitos")
            state = self._look()
            self.folder.check_space(state.bytes)
            self.folder.check_server(self.services.address)
            made = self._back_up(state, progress)
            tried = self._try(made, progress)
            for old in outdated(self.folder.manifests(), self.plan):
                self.folder.delete(old)
        return tried

    def check(self, file: str, progress: Progress = SILENT, *, with_trial: bool = False) -> Manifest:
        """Raises `BadBackup` when the file is no longer what its manifest says, or its trial fails."""
        known = next((one for one in self.folder.manifests() if one.file == file), None)
        if known is None:
            raise BadBackup(f"{file} não tem manifesto: não foi feito por esta ponte, para esta base.")
        progress.step(f"Conferindo {file}")
        changed = manifest.difference(known, self.folder.path / file)
        if changed:
            if (self.folder.path / file).exists():  # from here on it is no reason to delete another one
                manifest.write(replace(known, refused=changed), self.folder.path)
            raise BadBackup(f"{file} {changed}.")
        if with_trial:
            with self.folder.alone():
                self.folder.sweep()
                self.folder.check_space(known.base_bytes)
                known = self._try(known, progress)
        if known.refused:
            raise BadBackup(f"{file} foi recusado: {known.refused}.")
        return known

    def copy_out(self, place: Place, progress: Progress = SILENT) -> Manifest:
        """The newest good backup to another place. Raises `BackupProblem`."""
        good = [one for one in self.folder.manifests() if one.is_good]
        if not good:
            raise BackupProblem("Ainda não há um backup conferido para copiar.")
        known = self.check(good[-1].file, progress)
        progress.step(f"Copiando para {place.name}")
        path = self.folder.path / known.file
        deposit(path, known.sha256, place, lambda: progress.line(""))
        description = manifest.path_of(known.file, self.folder.path)
        if not place.holds(description.name):
            place.put(description.name, iter([description.read_bytes()]))
        copied = replace(known, copies=(*known.copies, CopyMade(place.name, datetime.now(UTC))))
        manifest.write(copied, self.folder.path)
        return copied

    def _look(self) -> BaseState:
        with firebird.connect(self.services.address) as connection:
            return base_state.read(connection)

    def _back_up(self, state: BaseState, progress: Progress) -> Manifest:
        at = datetime.now(UTC)
        name = self.folder.name(at, self.zone, state.epoch)
        partial = self.folder.path / (name + PARTIAL)
        lines: list[str] = []

        def said(line: str) -> None:
            lines.append(line)
            progress.line(line)

        progress.step("Fazendo o backup")
        try:
            self.services.back_up(str(partial), said)
            if not gbak.is_whole_backup(lines):
                raise BackupProblem("O backup parou no meio, sem que o Firebird dissesse por quê.")
            made = self._described(name, at, state, partial, gbak.rows_written(lines))
            self.folder.publish(partial, made)
        except FirebirdDown:
            raise
        except FirebirdProblem as problem:
            raise BackupProblem(f"O backup falhou; os anteriores estão como estavam. {problem}") from problem
        finally:
            remove(partial)
        return made

    def _described(
        self, name: str, at: datetime, state: BaseState, partial: Path, rows: dict[str, int]
    ) -> Manifest:
        try:
            size, digest = partial.stat().st_size, manifest.sha256(partial)
        except OSError as error:
            raise BackupProblem(
                f"A ponte não consegue ler o que o Firebird escreveu em {self.folder.path}"
                f" ({error.strerror}); dê a este usuário o direito de ler."
            ) from error
        return Manifest(
            file=name,
            base=self.folder.base,
            made_at=at,
            epoch=state.epoch,
            bytes=size,
            sha256=digest,
            base_bytes=state.bytes,
            rows=rows,
        )

    def _try(self, made: Manifest, progress: Progress) -> Manifest:
        progress.step("Restaurando uma cópia para ensaio")
        verdict = Trial(self.services, self.folder, progress.line).of(self.folder.path / made.file, made.rows)
        if verdict.faults:
            tried = replace(made, refused=verdict.text)
        else:
            tried = replace(
                made, refused="", verified_at=datetime.now(UTC), is_validated=verdict.is_validated
            )
        manifest.write(tried, self.folder.path)
        return tried


def making_of(settings: Settings) -> Making:
    """Raises `Unusable` without a `[backup]` in the mapping."""
    plan = settings.mapping.backup
    if plan is None:
        raise Unusable("O mapeamento não tem a seção [backup]: diga nela a pasta dos backups.")
    address = settings.address
    return Making(
        plan, settings.mapping.firebird.zone, Services(address), folder_of(plan.folder, address.database)
    )
