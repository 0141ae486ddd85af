"""Settings: read once from the environment, each with a documented default, checked before anything starts.

`docs/operations.md` lists them; a setting without a line there fails the tests.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from server.accounts.actor import PEOPLE, Role

DEMO_SECRET = "demo-secret-do-not-use-in-production"  # noqa: S105
MIN_SECRET_LENGTH = 32
GEOCODERS = ("nominatim", "photon", "googlev3")  # those whose answers server/geocoding/readings.py reads


class SettingsError(SystemExit):
    """A setting is wrong: says which, what it was, and what would do."""


@dataclass(frozen=True)
class Settings:
    """One field a setting; the environment's name is `PWS_` and the field in capitals."""

    environment: str = "demo"
    database_url: str = "sqlite:///data/pws.sqlite"
    data_dir: Path = Path("data")
    files_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    secret: str = DEMO_SECRET
    worker_inside: bool = True
    log_format: str = "console"
    log_level: str = "info"
    smtp_url: str = ""
    mail_from: str = "PWS <portal@localhost>"
    mail_group_seconds: int = 60
    vapid_private_key: str = ""
    vapid_subject: str = ""
    push_hosts: str = ""
    tile_url: str = ""
    tile_attribution: str = ""
    geocoder: str = ""
    geocoder_url: str = ""
    geocoder_user_agent: str = ""
    geocoder_key: str = ""
    geocoder_per_second: float = 1.0
    trusted_proxies: str = ""
    metrics_token: str = ""
    session_idle_days: int = 30
    session_max_days: int = 90
    durable_after_hours: int = 48
    two_factor_required: str = "auto"
    api_per_minute: int = 600
    webhook_hosts: str = ""

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Scheme and host of the portal, as a browser writes them in `Origin`."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def two_factor_roles(self) -> frozenset[str]:
        """Whom the portal lets in with a second factor alone: the admins, and in the demo nobody."""
        if self.two_factor_required == "auto":
            return frozenset({Role.ADMIN}) if self.is_production else frozenset()
        return frozenset(_words(self.two_factor_required)) - {"none"}

    @property
    def extra_push_hosts(self) -> frozenset[str]:
        """`host:port` of push services beside the browsers' own."""
        return frozenset(part.strip() for part in self.push_hosts.split(",") if part.strip())

    @property
    def private_webhook_hosts(self) -> frozenset[str]:
        """`host:port` of the house's own network that webhooks may be sent to, also in plain http."""
        return frozenset(_words(self.webhook_hosts))

    @property
    def object_store_url(self) -> str:
        """Where files live: a `file://` or `s3://` URL."""
        return self.files_url or (self.data_dir.resolve() / "files").as_uri()


def load(environ: Mapping[str, str]) -> Settings:
    """Parse and check the environment. Raises SettingsError with one line a fault."""
    types = get_type_hints(Settings)
    values: dict[str, Any] = {}
    faults: list[str] = []
    for field in fields(Settings):
        name = "PWS_" + field.name.upper()
        raw = environ.get(name)
        if raw is None:
            continue
        try:
            values[field.name] = _parse(types[field.name], raw)
        except ValueError as error:
            faults.append(f"{name}={raw!r}: {error}")
    known = {"PWS_" + field.name.upper() for field in fields(Settings)} | {"PWS_TEST_DATABASE"}
    faults += [
        f"{name}: no such setting"
        for name in sorted(environ)
        if name.startswith("PWS_") and name not in known
    ]
    settings = Settings(**values)
    faults += _faults(settings)
    if faults:
        raise SettingsError("The settings are wrong:\n  " + "\n  ".join(faults))
    return settings


@lru_cache
def current() -> Settings:
    """The process's settings."""
    return load(os.environ)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _parse(kind: type, raw: str) -> Any:
    if kind is bool:
        if raw.lower() in {"1", "true", "yes", "on"}:
            return True
        if raw.lower() in {"0", "false", "no", "off"}:
            return False
        raise ValueError("use true or false")
    return kind(raw)


def _faults(settings: Settings) -> list[str]:
    found = []
    if settings.environment not in {"demo", "production"}:
        found.append(f"PWS_ENVIRONMENT={settings.environment!r}: use demo or production")
    scheme = settings.database_url.partition("://")[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        found.append(f"PWS_DATABASE_URL: {scheme!r} is not a database; use sqlite:///file or postgresql://…")
    if settings.log_format not in {"console", "json"}:
        found.append(f"PWS_LOG_FORMAT={settings.log_format!r}: use console or json")
    if settings.log_level not in {"debug", "info", "warning", "error"}:
        found.append(f"PWS_LOG_LEVEL={settings.log_level!r}: use debug, info, warning or error")
    if urlsplit(settings.base_url).scheme not in {"http", "https"} or not urlsplit(settings.base_url).netloc:
        found.append(f"PWS_BASE_URL={settings.base_url!r}: use the address that people type, https://…")
    if not 1 <= settings.port <= 65535:
        found.append(f"PWS_PORT={settings.port}: use 1 to 65535")
    if settings.session_idle_days < 1 or settings.session_max_days < settings.session_idle_days:
        found.append(
            "PWS_SESSION_IDLE_DAYS, PWS_SESSION_MAX_DAYS: at least 1, and the first no more than the second"
        )
    if settings.durable_after_hours < 1:
        found.append(f"PWS_DURABLE_AFTER_HOURS={settings.durable_after_hours}: at least 1")
    known_roles = {*(role.value for role in PEOPLE), "auto", "none"}
    if unknown := set(_words(settings.two_factor_required)) - known_roles:
        found.append(
            f"PWS_TWO_FACTOR_REQUIRED: {', '.join(sorted(unknown))}: use auto, none or {', '.join(PEOPLE)}"
        )
    if settings.api_per_minute < 1:
        found.append(f"PWS_API_PER_MINUTE={settings.api_per_minute}: at least 1")
    if not 0 <= settings.mail_group_seconds <= 3600:
        found.append(f"PWS_MAIL_GROUP_SECONDS={settings.mail_group_seconds}: use 0 to 3600")
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in {"smtp", "smtps", "smtp+starttls"}:
        found.append(f"PWS_SMTP_URL={settings.smtp_url!r}: use smtp://, smtps:// or smtp+starttls://")
    if settings.vapid_private_key and not _is_vapid_key(settings.vapid_private_key):
        found.append("PWS_VAPID_PRIVATE_KEY: no key; `pws vapid` makes one")
    if settings.vapid_subject and not settings.vapid_subject.startswith(("mailto:", "https://")):
        found.append(f"PWS_VAPID_SUBJECT={settings.vapid_subject!r}: use mailto:… or https://…")
    if settings.tile_url and not all(part in settings.tile_url for part in ("{z}", "{x}", "{y}")):
        found.append("PWS_TILE_URL: must hold {z}, {x} and {y}")
    found += _geocoder_faults(settings)
    if settings.is_production:
        if settings.secret == DEMO_SECRET or len(settings.secret) < MIN_SECRET_LENGTH:
            found.append(f"PWS_SECRET: production needs its own, {MIN_SECRET_LENGTH} characters or more")
        if not settings.is_https:
            found.append("PWS_BASE_URL: production needs https")
        if not settings.smtp_url:
            found.append("PWS_SMTP_URL: production sends invitations by mail")
    return found


def _geocoder_faults(settings: Settings) -> list[str]:
    found = []
    if settings.geocoder not in {"", *GEOCODERS}:
        found.append(f"PWS_GEOCODER={settings.geocoder!r}: leave it empty or use {', '.join(GEOCODERS)}")
    if settings.geocoder_url and not urlsplit(settings.geocoder_url).netloc:
        found.append(f"PWS_GEOCODER_URL={settings.geocoder_url!r}: use https://…")
    if settings.geocoder == "nominatim" and not settings.geocoder_user_agent:
        found.append(
            "PWS_GEOCODER_USER_AGENT: Nominatim wants to know who asks, as 'portal (pessoa@exemplo.br)'"
        )
    if settings.geocoder == "googlev3" and not settings.geocoder_key:
        found.append("PWS_GEOCODER_KEY: Google answers nobody without one")
    is_public = settings.geocoder == "nominatim" and not settings.geocoder_url
    if not 0 < settings.geocoder_per_second <= (1 if is_public else 100):
        found.append(
            f"PWS_GEOCODER_PER_SECOND={settings.geocoder_per_second}: more than 0, and no more than 1 of the"
            " public Nominatim"
        )
    return found


def _is_vapid_key(text: str) -> bool:
    try:
        return len(urlsafe_b64decode(text + "=" * (-len(text) % 4))) == 32
    except ValueError:
        return False
