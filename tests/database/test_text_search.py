"""What is found by typing: on both databases the same, whatever the case and the accents."""

from __future__ import annotations

import pytest

from server.accounts.tables import User
from server.customers.names import fold
from server.database import Database, platform
from server.database.text_search import Where, holding, is_spelled
from tests.accounts.people import open_house

NAMES = ("Antônio Águia", "ANTONIO SÃO JOÃO", "Érica 50%_[x]*", "José d'Ávila (2º)", "Ana^\\]{}-$")
FOUND = {
    "antonio": {0, 1},
    "ANTÔNIO águia": {0},
    "ÁGUIA antônio": {0},  # in any order
    "são": {1},
    "JOAO": {1},
    "erica": {2},
    "50%_[x]*": {2},
    "%": {2},
    "_": {2},
    "*": {2},
    "[": {2},
    "?": set(),
    ".": set(),
    "d'avila 2o": {3},
    "(2": {3},
    "^\\]{}-$": {4},
    "": {0, 1, 2, 3, 4},
}


@pytest.fixture
async def people(database: Database) -> None:
    house = await open_house("Ilha")
    with platform():
        for number, name in enumerate(NAMES):
            await User.insert(
                User(reseller_id=house.reseller_id, name=name, email=f"{number}@x.test", role="driver")
            )


async def test_each_word_is_found_whatever_its_case_and_accents(people: None) -> None:
    with platform():
        for text, numbers in FOUND.items():
            rows = await User.select(User.name).where(
                User.name.is_in(list(NAMES)), *holding(text, "app_user.name")
            )
            assert {NAMES.index(row["name"]) for row in rows} == numbers, text


@pytest.mark.parametrize(
    ("where", "text", "names"),
    [
        (Where.WHOLE, "antonio águia", {"Antônio Águia"}),
        (Where.WHOLE, "antonio", set()),
        (Where.AT_THE_BEGINNING, "ANTÔNIO", {"Antônio Águia", "ANTONIO SÃO JOÃO"}),
        (Where.AT_THE_BEGINNING, "águia", set()),
        (Where.AT_THE_END, "joao", {"ANTONIO SÃO JOÃO"}),
        (Where.AT_THE_END, "são", set()),
    ],
)
async def test_a_text_is_found_where_it_is_looked_for(
    where: Where, text: str, names: set[str], people: None
) -> None:
    with platform():
        rows = await User.select(User.name).where(is_spelled("app_user.name", text, where))
    assert {row["name"] for row in rows} == names


def test_every_accent_that_is_folded_away_is_looked_for() -> None:
    letters = "áàâãäªéèêëíìîïóòôõöºúùûüçñ"
    assert {fold(letter) for letter in letters} == set("aceinou")
