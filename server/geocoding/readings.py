"""What the geocoders' raw answers say of their own quality; pure. `None`: it is about somewhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.customers.names import fold
from server.geocoding.rules import STATES, Found, Point, Quality, Question
from server.tracking.rules import roughly_metres

Raw = Mapping[str, Any]
_CITY_KEYS = ("city", "town", "village", "municipality", "hamlet", "city_district", "county")
_UFS = {fold(name): uf for uf, name in STATES.items()}


def read_nominatim(raw: Raw, point: Point, asked: Question) -> Found | None:
    address: Raw = raw.get("address") or {}
    if not _is_there(asked, [address.get(key) for key in _CITY_KEYS], address.get("state")):
        return None
    south, north, west, east = (float(edge) for edge in raw.get("boundingbox") or (*point, *point))
    size = _half_diagonal((south, west), (north, east)) if raw.get("boundingbox") else None
    return _found(point, asked, address.get("house_number"), address.get("road"), size)


def read_photon(raw: Raw, point: Point, asked: Question) -> Found | None:
    said: Raw = raw.get("properties") or {}
    is_city = said.get("type") == "city"
    if not _is_there(asked, [said.get("city"), said.get("name") if is_city else None], said.get("state")):
        return None
    extent = said.get("extent")
    size = _half_diagonal((extent[3], extent[0]), (extent[1], extent[2])) if extent else None
    road = said.get("street") or (said.get("name") if said.get("type") == "street" else None)
    return _found(point, asked, said.get("housenumber"), road, size)


def read_google(raw: Raw, point: Point, asked: Question) -> Found | None:
    parts: dict[str, str] = {
        kind: part["long_name"]
        for part in raw.get("address_components") or ()
        for kind in part.get("types") or ()
    }
    cities = [parts.get("locality"), parts.get("administrative_area_level_2")]
    if not _is_there(asked, cities, parts.get("administrative_area_level_1")):
        return None
    box: Raw = (raw.get("geometry") or {}).get("bounds") or {}
    size = _half_diagonal(_corner(box["southwest"]), _corner(box["northeast"])) if box else None
    return _found(point, asked, parts.get("street_number"), parts.get("route"), size)


READERS: Mapping[str, Callable[[Raw, Point, Question], Found | None]] = {
    "nominatim": read_nominatim,
    "photon": read_photon,
    "googlev3": read_google,
}


def _is_there(asked: Question, cities: list[Any], state: Any) -> bool:
    """A street of that name in another town is no answer."""
    said = {fold(str(city)) for city in cities if city}
    if fold(asked.city) not in said:
        return False
    if not asked.state or not state:
        return True
    return _uf(str(state)) == _uf(asked.state)


def _uf(state: str) -> str:
    folded = fold(state)
    return _UFS.get(folded, folded.upper())


def _found(point: Point, asked: Question, number: Any, road: Any, size: int | None) -> Found:
    if not asked.street or not road:
        return Found(point, Quality.CITY, size)
    if asked.number and number and fold(str(number)) == fold(asked.number):
        return Found(point, Quality.HOUSE)
    return Found(point, Quality.STREET, size)


def _half_diagonal(a: Point, b: Point) -> int:
    return round(roughly_metres(a, b) / 2)


def _corner(corner: Mapping[str, float]) -> Point:
    return corner["lat"], corner["lng"]
