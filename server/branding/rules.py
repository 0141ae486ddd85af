"""Which colours can carry white text, by WCAG 2.2; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_COLOR = "#0b4f5c"
AA = 4.5  # for text of normal size
LOGO_BYTES = 1024 * 1024
LOGO_BOX = (480, 160)
LOGO_LEAST = (48, 24)
LOGO_PIXELS = 16_000_000

_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class BrandDetails:
    """As the form says it."""

    name: str
    primary_color: str
    letterhead: str
    is_embedded: bool


def fold_color(text: str) -> str:
    """`0F4C5C` → `#0f4c5c`."""
    folded = text.strip().casefold()
    return folded if folded.startswith("#") else f"#{folded}"


def contrast_with_white(color: str) -> float:
    """From 1 (white) to 21 (black)."""
    return 1.05 / (_luminance(color) + 0.05)


def darkened(color: str) -> str:
    """The lightest shade of it that carries white text."""
    parts = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    for step in range(100, -1, -1):
        shade = "#" + "".join(f"{part * step // 100:02x}" for part in parts)
        if contrast_with_white(shade) >= AA:
            return shade
    return "#000000"


def brand_faults(brand: BrandDetails) -> dict[str, str]:
    """By field, what to mend; empty when all is well."""
    found = {}
    if not 2 <= len(brand.name) <= 120:
        found["name"] = "Escreva o nome da revenda."
    if not _HEX.fullmatch(brand.primary_color):
        found["primary_color"] = "Escreva a cor como #0b4f5c."
    elif (ratio := contrast_with_white(brand.primary_color)) < AA:
        said = f"{ratio:.1f}".replace(".", ",")
        found["primary_color"] = (
            f"O texto branco sobre esta cor não se lê bem: contraste de {said}:1; o mínimo é 4,5:1 (WCAG AA)."
            f" Um tom mais escuro serve, como {darkened(brand.primary_color)}."
        )
    if len(brand.letterhead) > 600:
        found["letterhead"] = "No máximo 600 letras."
    return found


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
