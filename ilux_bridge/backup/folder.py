"""The folder of the backups: what is in it, what was left over, and whether Firebird may write there.

The bridge and the Firebird server are two programs with two users on one machine, and both must be able to
write here. Files that are being made have suffixes of their own, so that whatever a kill leaves behind is
known for what it is; nothing is swept, and nothing made, but under the folder's lock.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path, PureWindowsPath

from ilux_bridge import firebird
from ilux_bridge.backup import manifest
from ilux_bridge.backup.manifest import Manifest
from ilux_bridge.backup.problems import BackupProblem
from ilux_bridge.firebird import Address
from ilux_bridge.lock import only_one
from ilux_bridge.mapping.zone import to_local
from ilux_bridge.problems import FirebirdProblem, Refused

LOCK = "ilux-bridge.lock"
BACKUP, PARTIAL, TRIAL = ".fbk", ".parcial", ".ensaio"
_LEFT_OVER = (PARTIAL, TRIAL, manifest.SUFFIX + ".novo")
SPACE = 2.2  # times the base: the backup and its trial copy, with something to spare


@dataclass(frozen=True, slots=True)
class Folder:
    """`base` names the base in the names of the files; backups of other bases may be beside them."""

    path: Path
    base: str

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Raises `AlreadyRunning` while another process, or thread, makes or tries a backup here."""
        self.check()
        with only_one(self.path / LOCK, "Outro backup está em andamento"):
            yield

    def check(self) -> None:
        """Whether the bridge itself may write here. Raises `BackupProblem`."""
        if not self.path.is_dir():
            raise BackupProblem(
                f"A pasta de backup {self.path} não existe nesta máquina; crie-a, com direito de escrita"
                " para o usuário do Firebird e para o da ponte."
            )
        probe = self._unique(".novo")
        try:
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise BackupProblem(
                f"A ponte não consegue escrever na pasta de backup {self.path} ({error.strerror});"
                " dê a este usuário o direito de escrever nela."
            ) from error

    def check_server(self, address: Address) -> None:
        """Whether Firebird may make files here, and they are files of this machine: it makes one."""
        probe = self._unique(TRIAL)
        try:
            connection = firebird.create(replace(address, database=str(probe)))
        except Refused as error:
            raise BackupProblem(
                f"O Firebird não pode criar arquivos na pasta de backup {self.path}: dê ao usuário do"
                " serviço do Firebird o direito de escrever nela e veja DatabaseAccess no firebird.conf."
                f" Ele disse: {error}"
            ) from error
        is_here = probe.exists()
        with contextlib.suppress(FirebirdProblem):
            connection.drop_base()
        connection.close()
        remove(probe)
        if not is_here:
            raise BackupProblem(
                f"O Firebird escreveu em {self.path} de outra máquina: o backup só funciona onde a ponte"
                " e o Firebird estão na mesma."
            )

    def check_space(self, base_bytes: int) -> None:
        """Raises `BackupProblem` before anything is written."""
        free, needed = self.free_bytes(), int(base_bytes * SPACE)
        if free < needed:
            raise BackupProblem(
                f"Falta espaço em {self.path}: há {_megabytes(free)} livres e o backup, com o seu ensaio,"
                f" precisa de {_megabytes(needed)}. Os backups anteriores estão como estavam."
            )

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.path).free

    def name(self, at: datetime, zone: str, epoch: str) -> str:
        """Base, wall time and the beginning of the bridge's epoch; the first second that is not taken."""
        local = to_local(at, zone) or at
        while True:
            name = f"{self.base}_{local:%Y-%m-%d_%Hh%Mm%S}_{epoch[:8] or 'sem-ponte'}{BACKUP}"
            if not (self.path / name).exists():
                return name
            local += timedelta(seconds=1)

    def trial_path(self) -> Path:
        """For one trial alone: after a failed one Firebird keeps the name "in use"."""
        return self._unique(TRIAL)

    def manifests(self) -> list[Manifest]:
        """Of this base, the oldest first."""
        found = (manifest.read(path) for path in self.path.glob(f"*{BACKUP}{manifest.SUFFIX}"))
        mine = [one for one in found if one is not None and one.base == self.base]
        return sorted(mine, key=lambda one: (one.made_at, one.file))

    def publish(self, partial: Path, made: Manifest) -> None:
        """From here on the file counts. The manifest comes first: without one a file is not ours."""
        path = self.path / made.file
        if path.exists() or manifest.path_of(made.file, self.path).exists():
            raise BackupProblem(f"Já existe um backup {made.file}; nada foi escrito por cima dele.")
        manifest.write(made, self.path)
        partial.rename(path)

    def delete(self, old: Manifest) -> None:
        """The file before its manifest, so that a kill in between leaves nothing unknown."""
        remove(self.path / old.file)
        if not (self.path / old.file).exists():
            remove(manifest.path_of(old.file, self.path))

    def sweep(self) -> None:
        """What a stopped or killed run left; what is still in use waits for the next time."""
        for path in self.path.iterdir():
            if path.suffix == PARTIAL and not (self.path / path.stem).exists():
                remove(manifest.path_of(path.stem, self.path))  # killed just before the file got its name
            if path.name.endswith(_LEFT_OVER):
                remove(path)

    def _unique(self, suffix: str) -> Path:
        return self.path / f"{self.base}_{uuid.uuid4().hex}{suffix}"


def folder_of(path: str, database: str) -> Folder:
    """`database` as the server has it: a path of either system, or an alias."""
    stem = PureWindowsPath(database).stem
    return Folder(Path(path), re.sub(r"[^A-Za-z0-9_-]", "_", stem))


def remove(path: Path) -> None:
    """If it can be: on Windows what somebody has open stays."""
    with contextlib.suppress(OSError):
        path.unlink()


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.0f} MB"
