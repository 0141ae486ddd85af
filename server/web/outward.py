"""Calls to addresses that somebody else wrote: their names may lead out of the house, and nowhere else.

What a name means is asked right before the connection, which goes to the answer that was looked at.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_TUNNELS = tuple(
    ipaddress.ip_network(one) for one in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")
)


def is_public(address: str) -> bool:
    """Whether an IP address is somebody else's machine; what only carries another address is not believed."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _TUNNELS):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


class OutsideResolver(AbstractResolver):
    """Addresses of a name, as far as they are somebody else's.

    `private_hosts` are the operator's, as an address names them: `host:port`, or `host`.
    """

    def __init__(self, private_hosts: Collection[str]) -> None:
        self._inner = aiohttp.ThreadedResolver()
        self._private = private_hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host in self._private or f"{host}:{port}" in self._private:
            return found
        outside = [one for one in found if is_public(one["host"])]
        if not outside:
            raise OSError(f"{host} fica na rede interna")
        return outside

    async def close(self) -> None:
        await self._inner.close()
