"""The portal's key pair for push services (VAPID): they know by it who sends, and browsers who may.

A subscription belongs to the public key that it was made with: with another one every browser subscribes
anew.
"""

from __future__ import annotations

import contextlib
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid

from server.settings import Settings

DEMO_KEY = "vapid-private-key"


@dataclass(frozen=True, slots=True)
class Keys:
    """`public` is what browsers subscribe with; `subject` is whom a push service may turn to."""

    private: str
    public: str
    subject: str

    @property
    def signer(self) -> Vapid:
        return _signer(self.private)


def keys_of(settings: Settings) -> Keys | None:
    """None: this portal sends no push. A demo has a key of its own, kept in its data folder."""
    private = settings.vapid_private_key
    if not private and not settings.is_production:
        private = _demo_key(settings.data_dir)
    if not private:
        return None
    return Keys(private, public_key(private), settings.vapid_subject or _subject(settings))


def new_private_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _base64(number.to_bytes(32, "big"))


@lru_cache(maxsize=8)
def public_key(private: str) -> str:
    """As `applicationServerKey` wants it: the uncompressed point. Raises ValueError for what is no key."""
    point = _signer(private).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _base64(point)


@lru_cache(maxsize=8)
def _signer(private: str) -> Vapid:
    signer: Vapid = Vapid.from_raw(private.encode())  # type: ignore[no-untyped-call]
    return signer


@lru_cache(maxsize=8)
def _demo_key(folder: Path) -> str:
    file = folder / DEMO_KEY
    folder.mkdir(parents=True, exist_ok=True)
    # Another process may be making it, too: the first one's holds.
    with contextlib.suppress(FileExistsError):
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w") as handle:
            handle.write(new_private_key())
    return file.read_text()


def _subject(settings: Settings) -> str:
    return settings.base_url if settings.is_https else "mailto:portal@localhost"


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
