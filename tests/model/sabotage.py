"""How a server dies or stumbles: at its n-th statement, before a commit, or after it and before the answer.

The engine's sessions are tampered with where a transaction checks them out; nothing of the portal knows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from server.database import Database
from server.database.transaction import Mode

MOMENTS = ("statement", "before_commit", "after_commit")
ERRORS = ("killed", "busy", "defect")


class ServerKilled(BaseException):
    """The process is gone: no handler sees this."""


@dataclass
class Plan:
    """`countdown` moments of that kind pass before it happens; a busy database stays so for some attempts."""

    moment: str
    error: str
    countdown: int
    times: int = 1

    def strike(self) -> None:
        if self.error == "killed":
            raise ServerKilled(self.moment)
        if self.error == "busy":
            raise TimeoutError("injected: the lock did not come free")
        raise ZeroDivisionError("injected: a defect")


class Saboteur:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._plan: Plan | None = None
        self.struck: list[str] = []

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Every session that `db` opens in the block may fail as planned."""
        open_session = self._db.open_session

        async def open_tampered(mode: Mode) -> Any:
            return self._tamper(await open_session(mode))

        self._db.open_session = open_tampered  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            del self._db.open_session

    @contextmanager
    def resting(self) -> Iterator[None]:
        """What the tests themselves read in between does not fail."""
        self._plan, kept = None, self._plan
        try:
            yield
        finally:
            self._plan = kept

    def plan(self, plan: Plan | None) -> None:
        self._plan = plan

    def _tamper(self, session: Any) -> Any:
        for name in ("fetch", "fetch_dicts", "execute", "execute_many"):
            if hasattr(session, name):
                setattr(session, name, self._watched(getattr(session, name)))
        commit = session.commit

        async def commit_or_not() -> None:
            if self._is_time("before_commit"):
                await session.rollback()
                self._strike()
            await commit()
            if self._is_time("after_commit"):
                self._strike()

        session.commit = commit_or_not
        return session

    def _watched(self, run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def run_or_not(*args: Any) -> Any:
            if self._is_time("statement"):
                self._strike()
            return await run(*args)

        return run_or_not

    def _is_time(self, moment: str) -> bool:
        plan = self._plan
        if plan is None or plan.moment != moment:
            return False
        plan.countdown -= 1
        return plan.countdown < 0

    def _strike(self) -> None:
        plan = self._plan
        assert plan is not None
        plan.times -= 1
        if plan.times == 0:
            self._plan = None
        self.struck.append(f"{plan.error} {plan.moment}")
        plan.strike()
