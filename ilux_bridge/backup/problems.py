"""How a backup fails, in words for the reseller's IT person."""

from __future__ import annotations


class BackupProblem(Exception):
    """There is no good backup from this; the text says what to mend."""


class BadBackup(BackupProblem):
    """This one cannot be relied on; others may be."""


class Interrupted(Exception):
    """The bridge is being stopped. What was begun is swept away, now or at the next start."""
