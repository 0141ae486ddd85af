"""An address that somebody else wrote never makes the portal call a machine of its own network."""

from __future__ import annotations

import pytest

from server.web.outward import OutsideResolver, is_public

INSIDE = (
    "10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
    "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "nonsense",
)  # fmt: skip


def test_only_somebody_elses_machine_is_public() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:4700::1111")
    assert [address for address in INSIDE if is_public(address)] == []


async def test_a_name_that_leads_into_the_house_is_not_called_unless_the_operator_named_it() -> None:
    with pytest.raises(OSError, match="rede interna"):
        await OutsideResolver(()).resolve("localhost", 443)
    assert await OutsideResolver({"localhost:9999"}).resolve("localhost", 9999)
