"""The texts that a reseller begins with: sensible ones, to be read by its lawyer before they are believed."""

from __future__ import annotations

from pathlib import Path

from server.privacy.rules import Kind

TEXTS = Path(__file__).parent / "texts"


def default_text(kind: Kind, reseller_name: str) -> str:
    return (TEXTS / f"{kind.value}.md").read_text().replace("{reseller}", reseller_name)
