"""Another place for the weekly copy: a folder, of a network too, or a bucket.

A copy counts when it was read back and had the hash that the manifest says. What is there already is never
written over, and nothing is ever deleted there: whoever breaks into the server finds no key to the copies.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ilux_bridge.backup.folder import PARTIAL, remove
from ilux_bridge.backup.problems import BackupProblem
from ilux_bridge.mapping.file_backup import BUCKET
from ilux_bridge.settings import S3_KEY, S3_SECRET, Settings, Unusable

CHUNK = 4 * 1024 * 1024


class Place(Protocol):
    """`name` is what a person calls it. The methods raise `BackupProblem`."""

    @property
    def name(self) -> str: ...

    def holds(self, file: str) -> bool: ...

    def put(self, file: str, chunks: Iterator[bytes]) -> None: ...

    def get(self, file: str) -> Iterator[bytes]: ...


def deposit(source: Path, digest: str, place: Place, heard: Callable[[], None]) -> None:
    """Puts a file there and reads it back. `heard` comes with every piece, and may raise to break off."""
    if not place.holds(source.name):
        place.put(source.name, _pieces(source, heard))
    found = hashlib.sha256()
    for piece in place.get(source.name):
        found.update(piece)
        heard()
    if found.hexdigest() != digest:
        raise BackupProblem(f"A cópia de {source.name} em {place.name} é diferente do backup: não serve.")


def place_of(settings: Settings) -> Place:
    """That of the mapping. Raises `Unusable` when it has none, `BackupProblem` without the extra for S3."""
    plan = settings.mapping.backup
    if plan is None or plan.copy_to is None:
        raise Unusable("O mapeamento não diz para onde copiar: falta copia na seção [backup].")
    if not plan.copy_to.startswith(BUCKET):
        return FolderPlace(plan.copy_to)
    try:
        from ilux_bridge.backup.bucket import Bucket
    except ImportError as error:
        raise BackupProblem(
            'Para copiar para S3 instale o complemento: pip install "pws[bridge-s3]".'
        ) from error
    return Bucket.open(
        plan.copy_to, settings.secret(S3_KEY), settings.secret(S3_SECRET), plan.endpoint, plan.region
    )


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """Seen from the bridge's own user: a drive letter of somebody's session is not there for a service."""

    name: str

    def holds(self, file: str) -> bool:
        if not Path(self.name).is_dir():
            raise BackupProblem(
                f"A pasta da cópia, {self.name}, não está acessível para o usuário da ponte;"
                r" para uma pasta da rede use \\servidor\pasta."
            )
        return (Path(self.name) / file).exists()

    def put(self, file: str, chunks: Iterator[bytes]) -> None:
        path = Path(self.name) / file
        partial = path.with_name(file + PARTIAL)
        try:
            with partial.open("wb") as handle:
                for chunk in chunks:
                    handle.write(chunk)
                handle.flush()
                os.fsync(handle.fileno())
            partial.rename(path)
        except OSError as error:
            raise BackupProblem(f"Não consegui copiar para {self.name}: {error.strerror}.") from error
        finally:
            remove(partial)

    def get(self, file: str) -> Iterator[bytes]:
        try:
            yield from _pieces(Path(self.name) / file, lambda: None)
        except OSError as error:
            raise BackupProblem(f"Não consegui reler a cópia em {self.name}: {error.strerror}.") from error


def _pieces(path: Path, heard: Callable[[], None]) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while piece := handle.read(CHUNK):
            heard()
            yield piece
