"""One lane for all questions to the geocoder, of all resellers and processes.

The customers that wait are rows (`customer_position.ask_at`), so that a first load of thousands is one job,
and nothing is lost when a process dies. A turn settles what needs no question (the address is as before, the
cache knows it), asks at most once, and leaves the next turn for when the geocoder may be asked again: between
two turns every other job has its own. Asking only writes the cache; what it says is settled from there, under
the customer's lock and for the address that it has then.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server import settings as settings_module
from server.database import platform
from server.geocoding.geocoder import Geocoder, Refused, configured
from server.geocoding.rules import (
    KEEP_FOUND,
    KEEP_NOTHING,
    REFUSED_PAUSE,
    Address,
    Found,
    Quality,
    Question,
    Refusal,
    pause_after,
    questions,
)
from server.jobs.registry import ClaimedJob, handles
from server.positions import actions
from server.positions.rules import Answer, answered, must_ask, unasked

SETTLED_AT_ONCE = 50
LOOK_AHEAD = timedelta(hours=1)  # what is due later, the upkeep wakes the lane for


@handles(actions.LANE)
async def run(job: ClaimedJob) -> None:
    settings = settings_module.current()
    interval = timedelta(seconds=1 / settings.geocoder_per_second)
    with platform():  # whoever's change left the job
        await take_turn(configured(settings), datetime.now(UTC), interval)


async def take_turn(geocoder: Geocoder | None, now: datetime, interval: timedelta) -> None:
    """Needs `platform()`."""
    waiting = await _settle_due(geocoder, now)
    if waiting is not None and geocoder is not None and await _reserve(now, interval):
        customer_id, question = waiting
        if await _ask(geocoder, question, customer_id, now):
            await _settle_due(geocoder, now)
    await _leave_next(now)


async def _settle_due(geocoder: Geocoder | None, now: datetime) -> tuple[UUID, Question] | None:
    """Until one needs a question: whose, and which."""
    async with DB.reading() as tx:
        due = await tx.fetch(
            "SELECT customer_id FROM customer_position WHERE ask_at <= $1"
            " ORDER BY is_urgent DESC, ask_at LIMIT $2",
            now,
            SETTLED_AT_ONCE,
        )
    for (customer_id,) in due:
        question = await _settle(customer_id, geocoder, now)
        if question is not None:
            return customer_id, question
    return None


async def _settle(customer_id: UUID, geocoder: Geocoder | None, now: datetime) -> Question | None:
    """From what is known; or the question that must be asked first."""
    async with DB.transaction() as tx:
        customer = await actions.hold(tx, customer_id)
        assert customer is not None
        standing = await actions.standing_of(tx, customer_id, customer)
        address = Address.of(customer)
        ask_at, quality = None, None
        if not must_ask(standing, address.key):
            outcome = unasked(standing, address.key, standing.answer if address.key else Answer.INCOMPLETE)
        elif geocoder is None:
            outcome = unasked(standing, address.key, Answer.OFF)
        else:
            known = await _from_cache(geocoder.name, questions(address), now)
            if isinstance(known, Question):
                return known
            outcome = answered(standing, address.key, known)
            quality = (known.quality.value, known.precision_m) if known else None
            ask_at = now + KEEP_NOTHING if known is None else None
        await actions.keep(
            tx, customer_id, customer, standing, outcome, quality=quality, ask_at=ask_at, now=now
        )
    return None


async def _from_cache(name: str, ladder: list[Question], now: datetime) -> Found | Question | None:
    """The first answer of the ladder; the question that has none yet; None where all found nothing."""
    async with DB.transaction() as tx:
        for question in ladder:
            rows = await tx.fetch(
                "SELECT quality, precision_m, latitude, longitude FROM geocoder_answer"
                " WHERE geocoder = $1 AND question = $2 AND expires_at > $3",
                name,
                question.key,
                now,
            )
            if not rows:
                return question
            quality, precision_m, latitude, longitude = rows[0]
            if quality:
                return Found((latitude, longitude), Quality(quality), precision_m)
    return None


async def _reserve(now: datetime, interval: timedelta) -> bool:
    """Whether this turn may ask; then nobody else may before `interval` is over."""
    async with DB.transaction() as tx:
        await tx.execute(
            "INSERT INTO geocoder_lane (id, next_at, failures) VALUES (1, $1, 0) ON CONFLICT DO NOTHING", now
        )
        return bool(
            await tx.execute(
                "UPDATE geocoder_lane SET next_at = $2 WHERE id = 1 AND next_at <= $1", now, now + interval
            )
        )


async def _ask(geocoder: Geocoder, question: Question, customer_id: UUID, now: datetime) -> bool:
    """Put the answer into the cache; False when there was none."""
    answer = await geocoder.ask(question)
    if isinstance(answer, Refused):
        if answer.why is not Refusal.SENSELESS:
            await _pause(answer, customer_id, now)
            return False
        answer = None
    found = answer
    async with DB.transaction() as tx:
        await tx.execute("UPDATE geocoder_lane SET failures = 0 WHERE id = 1 AND failures > 0")
        await tx.execute(
            "INSERT INTO geocoder_answer (id, geocoder, question, quality, precision_m, latitude, longitude,"
            " answered_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            " ON CONFLICT (geocoder, question) DO UPDATE SET quality = excluded.quality,"
            " precision_m = excluded.precision_m, latitude = excluded.latitude,"
            " longitude = excluded.longitude, answered_at = excluded.answered_at,"
            " expires_at = excluded.expires_at",
            uuid7(),
            geocoder.name,
            question.key,
            found.quality.value if found else "",
            found.precision_m if found else None,
            found.point[0] if found else None,
            found.point[1] if found else None,
            now,
            now + (KEEP_FOUND if found else KEEP_NOTHING),
        )
    return True


async def _pause(refused: Refused, customer_id: UUID, now: datetime) -> None:
    """Leave the geocoder alone; whose question it was goes to the end, lest it hold up the others."""
    async with DB.transaction() as tx:
        ((failures,),) = await tx.fetch("SELECT failures FROM geocoder_lane WHERE id = 1")
        is_forbidden = refused.why is Refusal.FORBIDDEN
        pause = REFUSED_PAUSE if is_forbidden else pause_after(failures + 1, refused.wish)
        await tx.execute(
            "UPDATE geocoder_lane SET next_at = $1, failures = failures + 1 WHERE id = 1", now + pause
        )
        await tx.execute(
            "UPDATE customer_position SET ask_at = $2, is_urgent = false WHERE customer_id = $1",
            customer_id,
            now + pause,
        )


async def _leave_next(now: datetime) -> None:
    async with DB.transaction() as tx:
        ((first,),) = await tx.fetch("SELECT min(ask_at) FROM customer_position")
        lane = await tx.fetch("SELECT next_at FROM geocoder_lane WHERE id = 1")
        first = _as_moment(first)
        if first is None or first > now + LOOK_AHEAD:
            return
        await actions.wake_lane(max([first, now, *(next_at for (next_at,) in lane)]))


def _as_moment(value: datetime | str | None) -> datetime | None:
    """SQLite forgets the type of what it aggregates."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
