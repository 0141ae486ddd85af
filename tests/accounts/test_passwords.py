"""Which passwords are good enough, and that they are kept as OWASP asks."""

from __future__ import annotations

import pytest

from server.accounts.passwords import common_passwords, hash_password, needs_rehash, verify_password, weakness

ABOUT = ("Ana Souza", "ana@copiadorailha.com.br", "Copiadora Ilha")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("curta", "pelo menos 12"),
        ("x" * 129, "no máximo 128"),
        ("ababababababab", "Repete demais"),
        ("minhasenha123!!", "mais usadas"),
        ("Flamengo-1234567", "mais usadas"),
        ("QwErTyUiOp123", "mais usadas"),
        ("AnaSouza@2026", "fácil de adivinhar"),
        ("copiadora-ilha-1", "fácil de adivinhar"),
        ("Serviços-PWS-99", "fácil de adivinhar"),
    ],
)
def test_a_weak_one_is_refused_with_a_reason(password: str, why: str) -> None:
    reason = weakness(password, about=ABOUT)
    assert reason is not None
    assert why in reason


@pytest.mark.parametrize(
    "password",
    ["papagaio na janela azul", "9f3KQ-hh2LmZ-x8", "céu, mar e três pardais", "Ana vende limões no cais"],
)
def test_a_phrase_or_a_generated_one_is_taken(password: str) -> None:
    assert weakness(password, about=ABOUT) is None


def test_some_hundred_common_ones_are_known() -> None:
    assert len(common_passwords()) > 300


async def test_only_the_right_one_matches_and_nothing_matches_no_password() -> None:
    stored = await hash_password("papagaio na janela azul")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not needs_rehash(stored)
    assert await verify_password(stored, "papagaio na janela azul")
    assert not await verify_password(stored, "papagaio na janela")
    assert not await verify_password("", "no account has this password")
    assert not await verify_password("not a hash", "papagaio na janela azul")
