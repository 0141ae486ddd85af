"""The base and its backups as `ilux-bridge estado` shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LARGE_BASE_BYTES = 1_000_000_000  # the manual of ILUX: from here on the base is to be looked after
LARGE_GAP = 20_000  # transactions; only one that was left open for days gets there


def lines(health: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Name and value; of a bridge that has not run since it knows of backups, nothing."""
    upkeep: dict[str, Any] | None = health.get("upkeep")
    if upkeep is None:
        return
    growth = upkeep["growth_bytes"]
    size = _size(health["base_bytes"])
    yield "Tamanho da base", size if growth is None else f"{size}, {_size(growth)} a mais por dia"
    if not upkeep["is_planned"]:
        yield "Backup", "o mapeamento não pede: falta a seção [backup]"
    else:
        yield "Último backup ensaiado", _made(upkeep)
        yield "Livre no disco dos backups", _size(upkeep["free_bytes"])
    if upkeep["is_copy_planned"]:
        yield "Última cópia em outro lugar", upkeep["copied_at"]
    for warning in _warnings(health["base_bytes"], upkeep):
        yield "Aviso", warning


def _warnings(base_bytes: int | None, upkeep: dict[str, Any]) -> Iterator[str]:
    if upkeep["problem"]:
        yield upkeep["problem"]
    if (base_bytes or 0) >= LARGE_BASE_BYTES:
        yield "A base passou de 1 GB: programe a manutenção dela."
    if upkeep["is_stalled"]:
        yield "O banco está em modo de backup parado (nbackup): copiar o arquivo agora perde mudanças."
    if (upkeep["transaction_gap"] or 0) > LARGE_GAP:
        yield "Há uma transação aberta há muito tempo: feche os ILUX que ficaram abertos."


def _made(upkeep: dict[str, Any]) -> str | None:
    if upkeep["backup_at"] is None:
        return None
    doubt = "" if upkeep["is_validated"] else ", sem validação"
    return f"{upkeep['backup_at']}, {_size(upkeep['backup_bytes'])}{doubt}"


def _size(count: int | None) -> str | None:
    return None if count is None else f"{count / 1_000_000:.1f} MB"
