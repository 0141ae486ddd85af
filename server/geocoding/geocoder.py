"""The geocoder behind geopy: one question at a time, in a thread, its errors translated."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog
from geopy import exc
from geopy.adapters import URLLibAdapter
from geopy.adapters import get_retry_after as _untyped_get_retry_after
from geopy.geocoders import get_geocoder_for_service as _untyped_get_geocoder

from server.customers.rules import Position, position_faults
from server.geocoding.readings import READERS
from server.geocoding.rules import Found, Question, Refusal
from server.settings import Settings

get_retry_after: Any = _untyped_get_retry_after
get_geocoder: Any = _untyped_get_geocoder
log = structlog.get_logger("pws.geocoding")

TIMEOUT_SECONDS = 10
_GARBLED = (TypeError, ValueError, LookupError, AttributeError)  # geopy trusts what it reads
_FORBIDDEN = (exc.GeocoderAuthenticationFailure, exc.GeocoderInsufficientPrivileges, exc.ConfigurationError)


@dataclass(frozen=True, slots=True)
class Refused:
    """`wish` is how long the geocoder asks to be left alone."""

    why: Refusal
    wish: timedelta | None = None


class Geocoder(Protocol):
    """`name` tells the answers of one from those of another."""

    name: str

    async def ask(self, question: Question) -> Found | Refused | None: ...


class GeopyGeocoder:
    """One of those whose raw answers `readings` understands."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.geocoder
        self._read = READERS[self.name]
        # The one without retries of its own: those would break the pace, and sleep as `Retry-After` says.
        options: dict[str, Any] = {"timeout": TIMEOUT_SECONDS, "adapter_factory": URLLibAdapter}
        if settings.geocoder_url:
            parts = urlsplit(settings.geocoder_url)
            options |= {"scheme": parts.scheme, "domain": parts.netloc + parts.path.rstrip("/")}
        if settings.geocoder_user_agent:
            options["user_agent"] = settings.geocoder_user_agent
        if self.name == "googlev3":
            options["api_key"] = settings.geocoder_key
        self._geocoder = get_geocoder(self.name)(**options)

    async def ask(self, question: Question) -> Found | Refused | None:
        """None: nothing was found there."""
        try:
            return self._found(await asyncio.to_thread(self._call(question)), question)
        except exc.GeocoderQueryError:
            return Refused(Refusal.SENSELESS)
        except _FORBIDDEN as error:
            log.error("geocoder_forbidden", geocoder=self.name, error=str(error))
            return Refused(Refusal.FORBIDDEN)
        except (exc.GeopyError, *_GARBLED) as error:
            log.warning("geocoder_busy", geocoder=self.name, error=f"{type(error).__name__}: {error}")
            return Refused(Refusal.BUSY, _wish(error))

    def _found(self, location: Any, question: Question) -> Found | None:
        if location is None:
            return None
        point = (float(location.latitude), float(location.longitude))
        if position_faults(Position(*point)):
            return None
        return self._read(location.raw, point, question)

    def _call(self, question: Question) -> Any:
        if self.name == "nominatim":
            street = f"{question.number} {question.street}".strip()
            asked = {"city": question.city, "state": question.state, "country": "Brasil", "street": street}
            return partial(
                self._geocoder.geocode,
                {name: value for name, value in asked.items() if value},
                addressdetails=True,
                language="pt-BR",
                country_codes="br",
            )
        parts = (question.street, question.number, question.city, question.state, "Brasil")
        text = ", ".join(part for part in parts if part)
        if self.name == "googlev3":
            return partial(
                self._geocoder.geocode, text, components={"country": "BR"}, region="br", language="pt-BR"
            )
        return partial(self._geocoder.geocode, text)


def configured(settings: Settings) -> Geocoder | None:
    """None where none is set: then nothing is asked of anybody."""
    return GeopyGeocoder(settings) if settings.geocoder else None


def _wish(error: Exception) -> timedelta | None:
    """From `Retry-After`, which geopy itself keeps for 429 alone."""
    headers = getattr(error.__cause__, "headers", None)
    seconds = get_retry_after(headers) if headers else None
    return timedelta(seconds=seconds) if seconds else None
