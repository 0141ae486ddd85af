"""How Firebird fails, in words that say what to do: wait, try again, or tell somebody.

The driver raises its own errors, Python's `OSError`s and, where the wire broke in the middle of a message,
almost anything. They are translated here, where they enter.
"""

from __future__ import annotations

import struct
from collections.abc import Collection

import firebirdsql

# Lock time-out, NOWAIT, update conflict and deadlock all come with the same set of codes.
# 335544453: DDL on a table that somebody uses.
_CONFLICTS = frozenset({335544336, 335544345, 335544451, 335544453, 335544510, 335544878})
_LOGINS = frozenset({335544472, 335544753, 335545106})
_PERMISSIONS = frozenset({335544352, 335544702})
# Server or base gone, being shut down, or the line to it cut.
_DOWN = frozenset(
    {335544324, 335544344, 335544375, 335544421, 335544528, 335544648, 335544721}
    | {335544726, 335544727, 335544741, 335544856}
)
# A message cut in two leaves the driver reading nonsense.
BROKEN_WIRE = (OSError, EOFError, AssertionError, struct.error, IndexError, KeyError, TypeError, ValueError)


class FirebirdProblem(Exception):
    """Any failure of the base. `codes` are Firebird's own, where it said any."""

    is_retryable = False

    def __init__(self, message: str, codes: Collection[int] = ()) -> None:
        super().__init__(message)
        self.codes = frozenset(codes)


class FirebirdDown(FirebirdProblem):
    """Stopped, unreachable or silent: wait, and make another connection."""

    is_retryable = True


class LockConflict(FirebirdProblem):
    """Somebody in ILUX holds the row: roll the whole transaction back and repeat it a little later."""

    is_retryable = True


class Refused(FirebirdProblem):
    """The base said no, and will say no again: a rule, a length, a type, SQL it does not know."""


class LoginRefused(Refused):
    """Unknown user or wrong password."""


class NotPermitted(Refused):
    """The login lacks a right on the object."""


def translated(error: BaseException) -> FirebirdProblem:
    """The bridge's own word for an error of the driver, of the socket or of a broken wire."""
    if isinstance(error, FirebirdProblem):
        return error
    if not isinstance(error, firebirdsql.Error):
        return FirebirdDown(f"O Firebird não respondeu: {error or type(error).__name__}")
    codes, text = error.gds_codes, str(error).strip()
    if codes & _CONFLICTS:
        return LockConflict(f"Registro em uso no ILUX: {text}", codes)
    if codes & _LOGINS or text == "Unauthorized":
        return LoginRefused(f"O Firebird recusou o usuário ou a senha: {text}", codes)
    if codes & _DOWN or not codes:
        return FirebirdDown(f"O Firebird não está disponível: {text}", codes)
    if codes & _PERMISSIONS:
        return NotPermitted(f"Falta permissão no Firebird: {text}", codes)
    return Refused(f"O Firebird recusou: {text}", codes)
