"""Passwords: which are good enough, and how they are kept (argon2id as OWASP says: 19 MiB, two passes)."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 128  # argon2 would take more; nobody types more, and a megabyte must not be hashed
CONTEXT_WORDS = ("pws", "portal", "servicos", "revenda", "ilux", "impressora", "copiadora")

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Two at a time: each takes 19 MiB and a core, and a burst of logins must leave one for everybody else.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def weakness(password: str, *, about: tuple[str, ...] = ()) -> str | None:
    """Why this password will not do, for the person who chose it; None when it will.

    `about` are words that everybody knows of this person: name, mail, reseller.
    """
    if len(password) < MIN_LENGTH:
        return f"Use pelo menos {MIN_LENGTH} caracteres. Uma frase curta é fácil de lembrar."
    if len(password) > MAX_LENGTH:
        return f"Use no máximo {MAX_LENGTH} caracteres."
    folded = _fold(password)
    if len(set(folded)) < 5:
        return "Repete demais os mesmos caracteres."
    if folded in common_passwords() or _without_tail(folded) in common_passwords():
        return "Esta senha está entre as mais usadas. Escolha outra."
    for word in (*CONTEXT_WORDS, *(part for text in about for part in _words(text))):
        folded = folded.replace(_fold(word), "")
    if len(folded) < MIN_LENGTH // 2:
        return "É fácil de adivinhar para quem conhece você ou a revenda. Acrescente outras palavras."
    return None


async def hash_password(password: str) -> str:
    """The string to store; about 30 ms of a thread."""
    return await asyncio.get_running_loop().run_in_executor(_threads, hash_now, password)


def hash_now(password: str) -> str:
    """The same, in the calling thread: for the console and for piccolo-admin's rare writes."""
    return _hasher.hash(password)


async def verify_password(stored: str, password: str) -> bool:
    """Whether they match. An empty `stored` (no such person, no password yet) takes the same time."""
    return await asyncio.get_running_loop().run_in_executor(
        _threads, _verify, stored or _nobodys_hash(), password[:MAX_LENGTH]
    ) and bool(stored)


def needs_rehash(stored: str) -> bool:
    return _hasher.check_needs_rehash(stored)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _nobodys_hash() -> str:
    return _hasher.hash("no account has this password")


@lru_cache
def common_passwords() -> frozenset[str]:
    """Folded, one a line in `common_passwords.txt`."""
    lines = (Path(__file__).parent / "common_passwords.txt").read_text().split()
    return frozenset(_fold(line) for line in lines)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _without_tail(folded: str) -> str:
    """`senhasenha2026!` → `senhasenha`: what people append when a rule asks for more."""
    return folded.rstrip("0123456789!@#$%&*.-_ ")


def _words(text: str) -> list[str]:
    """Parts of three letters or more, longest first."""
    parts = "".join(letter if letter.isalnum() else " " for letter in text).split()
    return sorted((part for part in parts if len(part) >= 3), key=len, reverse=True)
