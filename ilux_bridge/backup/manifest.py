"""What is known of a backup, in a JSON file beside it: a .fbk carries no checksum of its own.

Size and hash are written as soon as Firebird has closed the file, and everything afterwards is held against
them. A file without a manifest is not the bridge's, which never touches it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

SUFFIX = ".json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class CopyMade:
    """A copy elsewhere that was read back and had the same hash."""

    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Manifest:
    """`verified_at` is when a trial restore was last as it should be; `refused` why one was not.

    `is_validated` is False where the server could not validate the copy (Firebird 2.5). `base_bytes` is the
    size of the base itself when the backup was made.
    """

    file: str
    base: str
    made_at: datetime
    epoch: str
    bytes: int
    sha256: str
    base_bytes: int
    rows: Mapping[str, int] = field(default_factory=dict)
    verified_at: datetime | None = None
    is_validated: bool = False
    refused: str = ""
    copies: tuple[CopyMade, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.verified_at is not None and not self.refused

    @property
    def copied_at(self) -> datetime | None:
        return max((copy.at for copy in self.copies), default=None)


def write(manifest: Manifest, folder: Path) -> None:
    """Whole or not at all."""
    path = path_of(manifest.file, folder)
    partial = path.with_name(path.name + ".novo")
    said = {"version": VERSION, **asdict(manifest)}
    text = json.dumps(said, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat())
    with partial.open("w", encoding="utf-8") as handle:
        handle.write(text + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(path)


def read(path: Path) -> Manifest | None:
    """None for a JSON file that is somebody else's, or broken."""
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if said.pop("version") != VERSION or path.name != said["file"] + SUFFIX:
            return None
        said["made_at"] = datetime.fromisoformat(said["made_at"])
        if said["verified_at"]:
            said["verified_at"] = datetime.fromisoformat(said["verified_at"])
        said["copies"] = tuple(
            CopyMade(copy["place"], datetime.fromisoformat(copy["at"])) for copy in said["copies"]
        )
        return Manifest(**said)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def path_of(file: str, folder: Path) -> Path:
    return folder / (file + SUFFIX)


def sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def difference(manifest: Manifest, path: Path) -> str:
    """What a file has become other than its manifest says, in words; empty when it is the same."""
    try:
        size = path.stat().st_size
        if size != manifest.bytes:
            return f"tem {size} bytes em vez de {manifest.bytes}"
        if sha256(path) != manifest.sha256:
            return "mudou desde que foi feito: o SHA-256 é outro"
    except FileNotFoundError:
        return "não está mais na pasta"
    except OSError as error:
        return f"não pode ser lido: {error.strerror}"
    return ""
