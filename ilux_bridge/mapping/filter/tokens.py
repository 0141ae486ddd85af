"""A filter's text cut into words, numbers, texts and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class FilterError(ValueError):
    """A filter that cannot be read: `position` counts characters from 1, the text is for a person."""

    def __init__(self, position: int, text: str) -> None:
        super().__init__(f"na posição {position}: {text}")
        self.position = position


class Sort(Enum):
    NAME = auto()
    QUOTED = auto()
    TEXT = auto()
    NUMBER = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` without its quotes; a bare name in capitals, as Firebird folds it."""

    sort: Sort
    text: str
    position: int


_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<name>[A-Za-z][A-Za-z0-9_$]*)
      | "(?P<quoted>(?:[^"\0]|"")+)"
      | '(?P<text>(?:[^'\0]|'')*)'
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_.]))
      | (?P<sign><>|!=|<=|>=|[=<>(),])
    """,
    re.VERBOSE | re.ASCII,
)


def tokens(text: str) -> list[Token]:
    """Raises FilterError at the first character that begins no token."""
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FilterError(at + 1, _complaint(text[at]))
        sort, value = match.lastgroup or "", match.group(match.lastgroup or 0)
        if sort == "name":
            found.append(Token(Sort.NAME, value.upper(), at + 1))
        elif sort == "quoted":
            found.append(Token(Sort.QUOTED, value.replace('""', '"'), at + 1))
        elif sort == "text":
            found.append(Token(Sort.TEXT, value.replace("''", "'"), at + 1))
        elif sort == "number":
            found.append(Token(Sort.NUMBER, value, at + 1))
        elif sort == "sign":
            found.append(Token(Sort.SIGN, "<>" if value == "!=" else value, at + 1))
        at = match.end()
    found.append(Token(Sort.END, "", len(text) + 1))
    return found


def _complaint(character: str) -> str:
    if character in "'\"":
        return f"as aspas {character} abrem e não fecham."
    if character == ";":
        return "o filtro é uma só condição, sem ponto e vírgula."
    return f"não entendo \"{character}\"; um filtro compara colunas com valores, como STATUS = 'A'."
