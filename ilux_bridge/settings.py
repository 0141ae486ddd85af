"""Where things are, and the secrets, which no mapping file ever holds.

A secret comes from the environment, or from the file of secrets: lines of `NOME=valor`, readable only by the
bridge's own user. One that is needed and missing is told.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ilux_bridge.firebird import Address
from ilux_bridge.mapping import file
from ilux_bridge.mapping.mapped import Capture, MappingFile

PASSWORD = "ILUX_BRIDGE_SENHA"  # noqa: S105  # a name
TOKEN = "ILUX_BRIDGE_TOKEN"  # noqa: S105
S3_KEY = "ILUX_BRIDGE_S3_CHAVE"
S3_SECRET = "ILUX_BRIDGE_S3_SENHA"  # noqa: S105
SECRETS = (PASSWORD, TOKEN, S3_KEY, S3_SECRET)
SECRETS_FILE = "ILUX_BRIDGE_SEGREDOS"
DEFAULT_USER = "SYSDBA"


class Unusable(Exception):
    """The bridge cannot begin with what it was given; the text says what to mend."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`folder` is where the bridge keeps its own files."""

    mapping: MappingFile
    folder: Path
    secrets: Mapping[str, str] = field(repr=False)
    has_legacy_login: bool = False

    @property
    def address(self) -> Address:
        firebird = self.mapping.firebird
        return Address(
            firebird.path,
            firebird.user or DEFAULT_USER,
            self.secret(PASSWORD),
            firebird.host,
            firebird.port,
            firebird.charset or "auto",
            self.has_legacy_login,
        )

    @property
    def token(self) -> str:
        return self.secret(TOKEN)

    def secret(self, name: str) -> str:
        """Raises `Unusable`."""
        value = self.secrets.get(name, "")
        if not value:
            raise Unusable(f"Falta {name}: ponha-o no ambiente ou no arquivo de segredos.")
        return value


def read_mapping(path: Path) -> MappingFile:
    """Raises `Unusable` with every fault of the file."""
    try:
        read = file.read(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(f"Não consegui ler {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{path} não está em UTF-8; salve-o assim.") from error
    if not isinstance(read, MappingFile):
        raise Unusable(f"O mapeamento {path} tem erros:\n{read}")
    if read.firebird.capture is not Capture.TRIGGER:
        raise Unusable('Esta versão só sabe modo_captura = "gatilho".')
    return read


def read_secrets(path: Path | None) -> dict[str, str]:
    """Those of the environment win. Raises `Unusable`."""
    found: dict[str, str] = {}
    if path is not None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Unusable(f"Não consegui ler o arquivo de segredos {path}.") from error
        for line in lines:
            name, sign, value = line.partition("=")
            if sign and not line.lstrip().startswith("#"):
                found[name.strip()] = value.strip()
    return found | {name: os.environ[name] for name in SECRETS if os.environ.get(name)}
