"""The number that people know an order or a request by: the portal's, or the one that ILUX gave it."""

from __future__ import annotations

from typing import Any

_LONGEST_WEB_NUMBER = 9


def has_number(text: str, web_number: Any, ilux_number: Any) -> Any:
    """A condition on the two columns; None where nothing was typed. `#1042` is what people copy."""
    number = text.strip().lstrip("#")
    if not number:
        return None
    if number.isdecimal() and len(number) <= _LONGEST_WEB_NUMBER:
        return (web_number == int(number)) | (ilux_number == number)
    return ilux_number == number
