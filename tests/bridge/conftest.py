"""Real Firebird servers, one for each way of logging in, and an office in every flavour of base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bridge.firebird import PrivateFirebird
from tests.bridge.office import FLAVOURS, Flavour, Office, build, copy

Templates = Callable[[Flavour], tuple[PrivateFirebird, Path]]


@pytest.fixture(scope="session")
def templates() -> Iterator[Templates]:
    """Server and base of a flavour, made when first asked for."""
    servers: dict[bool, PrivateFirebird] = {}
    made: dict[Flavour, Path] = {}

    def template(flavour: Flavour) -> tuple[PrivateFirebird, Path]:
        if flavour.is_legacy not in servers:
            server = servers[flavour.is_legacy] = PrivateFirebird(is_legacy=flavour.is_legacy)
            server.start()
        if flavour not in made:
            made[flavour] = build(servers[flavour.is_legacy], flavour)
        return servers[flavour.is_legacy], made[flavour]

    yield template
    for server in servers.values():
        server.stop()


@pytest.fixture(params=FLAVOURS, ids=lambda flavour: flavour.name)
def office(request: pytest.FixtureRequest, templates: Templates) -> Iterator[Office]:
    """In each flavour: the contract holds for all of them."""
    yield from _office(templates, request.param)


@pytest.fixture
def one_office(templates: Templates) -> Iterator[Office]:
    """In one flavour, for what no charset or dialect has a part in."""
    yield from _office(templates, FLAVOURS[0])


@pytest.fixture
def fragile_office() -> Iterator[Office]:
    """With a server of its own, to be killed."""
    server = PrivateFirebird()
    server.start()
    try:
        office = Office(server, build(server, FLAVOURS[0], is_durable=True), FLAVOURS[0])
        yield office
        office.close()
    finally:
        server.stop()


def _office(templates: Templates, flavour: Flavour) -> Iterator[Office]:
    server, template = templates(flavour)
    office = Office(server, copy(template), flavour)
    yield office
    office.close()
    office.path.unlink()
