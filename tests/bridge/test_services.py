"""Firebird's services as the bridge asks for them: who may, what is refused, and what breaks off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilux_bridge.problems import FirebirdDown, LoginRefused, Refused
from ilux_bridge.services import Services, _Driver
from tests.bridge.firebird import OWNER, PASSWORD
from tests.bridge.office import Office


def unheard(_: str) -> None:
    pass


def test_what_the_server_refuses_is_told_as_everything_else_is(one_office: Office) -> None:
    address = one_office.server.address(one_office.path)
    with pytest.raises(LoginRefused):
        Services(replace(address, password="errada01")).back_up("/nada/x.fbk", unheard)
    with pytest.raises(Refused, match="cannot open backup file"):
        Services(address).back_up("/nada/x.fbk", unheard)
    with pytest.raises(FirebirdDown):
        Services(replace(address, port=1)).back_up("/nada/x.fbk", unheard)


def test_a_server_that_encrypts_nothing_lets_the_bridge_in(one_office: Office) -> None:
    driver = _Driver(
        host="127.0.0.1", port=one_office.server.port, user=OWNER, password=PASSWORD, charset="UTF8",
        timeout=10, wire_crypt=False, is_services=True,
    )  # fmt: skip
    driver._initialize()
    driver.close()


def test_one_that_was_interrupted_begins_nothing_more(one_office: Office) -> None:
    services = Services(one_office.server.address(one_office.path))
    services.interrupt()
    with pytest.raises(FirebirdDown):
        services.validate(str(one_office.path), unheard)
