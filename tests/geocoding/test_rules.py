"""Addresses as they are compared and asked for, and what the geocoders' answers are worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.geocoding.readings import READERS
from server.geocoding.rules import Address, Found, Quality, pause_after, questions
from server.settings import SettingsError, load
from tests.geocoding.nominatim import CITY, FLOWERS

SHOP = Address("Rua das Flores", "12", "Centro", "Florianópolis", "SC", "88010000")
AT = (-27.6, -48.55)
ASKED = questions(SHOP)[0]


def test_an_address_is_the_same_whatever_case_accents_and_spaces() -> None:
    assert replace(SHOP, street="RUA  DAS FLORES", city="florianopolis").key == SHOP.key
    assert replace(SHOP, number="13").key != SHOP.key
    assert replace(SHOP, street="Rua|das Flores", number="12").key.count("|") == 5
    assert replace(SHOP, city=" ").key == ""


def test_the_street_is_asked_for_first_and_the_city_when_that_is_not_found() -> None:
    street, city = questions(SHOP)
    assert (street.street, street.number, street.city, street.state) == (
        "Rua das Flores", "12", "Florianópolis", "Santa Catarina",
    )  # fmt: skip
    assert (city.street, city.key) == ("", "florianopolis|sc")
    assert [asked.street for asked in questions(replace(SHOP, street=""))] == [""]
    assert questions(replace(SHOP, city="")) == []


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("nominatim", FLOWERS),
        (
            "photon",
            {
                "properties": {
                    "type": "house", "housenumber": "12", "street": "Rua das Flores",
                    "city": "Florianópolis", "state": "Santa Catarina", "countrycode": "BR",
                }
            },
        ),
        (
            "googlev3",
            {
                "geometry": {"location_type": "ROOFTOP"},
                "address_components": [
                    {"long_name": "12", "types": ["street_number"]},
                    {"long_name": "Rua das Flores", "types": ["route"]},
                    {"long_name": "Florianópolis", "types": ["administrative_area_level_2", "political"]},
                    {"long_name": "Santa Catarina", "types": ["administrative_area_level_1", "political"]},
                ],
            },
        ),
    ],
)  # fmt: skip
def test_a_house_number_that_was_asked_for_is_a_house(name: str, raw: dict[str, Any]) -> None:
    assert READERS[name](raw, AT, ASKED) == Found(AT, Quality.HOUSE)


def nominatim(address: dict[str, str], box: list[str] | None = None) -> Found | None:
    return READERS["nominatim"]({"address": address, "boundingbox": box}, AT, ASKED)


def test_a_short_street_is_a_place_to_drive_to_and_a_long_one_is_not() -> None:
    street = {"road": "Rua das Flores", "city": "Florianópolis", "state": "Santa Catarina"}
    short = nominatim(street, ["-27.601", "-27.600", "-48.551", "-48.549"])
    long = nominatim(street, ["-27.62", "-27.59", "-48.56", "-48.54"])
    another_number = nominatim({**street, "house_number": "1200"})
    assert short is not None
    assert short.quality is Quality.STREET
    assert short.is_good
    assert long is not None
    assert not long.is_good
    assert another_number is not None
    assert not another_number.is_good, "nobody knows how long the street is"


def test_a_city_is_never_good_enough() -> None:
    found = READERS["nominatim"](CITY, AT, ASKED)
    assert found is not None
    assert (found.quality, found.is_good) == (Quality.CITY, False)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"house_number": "12", "road": "Rua das Flores", "city": "Blumenau", "state": "Santa Catarina"},
        {"house_number": "12", "road": "Rua das Flores", "city": "Florianópolis", "state": "Bahia"},
        {},
    ],
)
def test_the_same_street_in_another_town_is_no_answer(elsewhere: dict[str, str]) -> None:
    assert nominatim(elsewhere) is None


def test_pauses_grow_to_an_hour_and_what_the_geocoder_wishes_counts() -> None:
    pauses = [pause_after(failures, None) for failures in range(1, 30)]
    assert pauses[0] == timedelta(seconds=30)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)
    assert pause_after(1, timedelta(minutes=10)) == timedelta(minutes=10)
    assert pause_after(1, timedelta(days=900)) == timedelta(days=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"PWS_GEOCODER": "guess"},
        {"PWS_GEOCODER": "nominatim"},
        {"PWS_GEOCODER": "googlev3"},
        {"PWS_GEOCODER": "photon", "PWS_GEOCODER_PER_SECOND": "0"},
        {"PWS_GEOCODER": "photon", "PWS_GEOCODER_URL": "photon.exemplo.br"},
        {"PWS_GEOCODER": "nominatim", "PWS_GEOCODER_USER_AGENT": "x", "PWS_GEOCODER_PER_SECOND": "2"},
    ],
)
def test_settings_that_a_geocoder_would_ban_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        load(wrong)
