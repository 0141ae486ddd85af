"""Who asks from where: believed as far as our own proxies reach, and no further."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.web.requests import client_address, safe_next
from tests.web.portal import settings_for


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not our proxy: it may say what it likes
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the client wrote the first itself
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
    ],
)
def test_the_nearest_address_that_is_not_ours_counts(
    tmp_path: Path, peer: str, forwarded: str, address: str
) -> None:
    assert client_address(peer, forwarded, settings_for(tmp_path, trusted_proxies="10.0.0.0/8")) == address


@pytest.mark.parametrize(
    ("target", "result"),
    [
        ("/users?q=1", "/users?q=1"),
        ("", None),
        (None, None),
        ("users", None),
        ("//evil.test", None),
        ("/\\evil.test", None),
        ("https://evil.test/", None),
        ("/a\nb", None),
    ],
)
def test_only_our_own_paths_are_gone_on_to(target: str | None, result: str | None) -> None:
    assert safe_next(target) == result
