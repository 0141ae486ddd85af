"""Looking for what people type: without regard to case and accents, on both databases alike.

SQLite's LIKE and `lower` know ASCII alone, and PostgreSQL's ILIKE no accents. Both know classes of letters:
`sao` becomes `[sS][aAáÁ…][oOóÓ…]`, as a GLOB or as a regular expression, which is also quicker than to fold
each row's text (PostgreSQL, 15,000 machines: 22 ms instead of 100).
"""

from __future__ import annotations

from enum import Enum

from piccolo.columns.combination import WhereRaw

from piccolo_conf import DB
from server.customers.names import fold

MOST_WORDS = 6
_ACCENTED = {
    "a": "áàâãäª",
    "c": "ç",
    "e": "éèêë",
    "i": "íìîï",
    "n": "ñ",
    "o": "óòôõöº",
    "u": "úùûü",
}


class Where(Enum):
    """Where in the text the words stand."""

    ANYWHERE = ("*{}*", "{}")
    WHOLE = ("{}", "^{}$")
    AT_THE_BEGINNING = ("{}*", "^{}")
    AT_THE_END = ("*{}", "{}$")


def holding(text: str, *columns: str) -> list[WhereRaw]:
    """Conditions: each of the first words somewhere in the columns, given as `table.column`."""
    whole = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
    return [_spelled(whole, word, Where.ANYWHERE) for word in fold(text).split()[:MOST_WORDS]]


def is_spelled(column: str, text: str, where: Where = Where.ANYWHERE) -> WhereRaw:
    """The text as it is, its spaces included, in one column."""
    return _spelled(f"coalesce({column}, '')", fold(text), where)


def _spelled(sql: str, folded: str, where: Where) -> WhereRaw:
    glob, expression = where.value
    if DB.dialect == "postgres":
        letters = "".join(_letter(one) or f"\\{one}" for one in folded)
        return WhereRaw(f"{sql} ~ {{}}", expression.format(letters))
    # What GLOB reads as a sign stands for itself in a class.
    letters = "".join(_letter(one) or (f"[{one}]" if one in "*?[" else one) for one in folded)
    return WhereRaw(f"{sql} GLOB {{}}", glob.format(letters))


def _letter(letter: str) -> str:
    """All its spellings; nothing for what is neither letter nor digit."""
    if not letter.isalnum():
        return ""
    spellings = letter + _ACCENTED.get(letter, "")
    return f"[{spellings}{''.join(one.upper() for one in spellings if len(one.upper()) == 1)}]"
