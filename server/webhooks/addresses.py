"""Where the portal is willing to send a webhook: out of the house, but for hosts the operator names; pure.

An admin of a reseller writes the address. Without this the portal would be their hand inside the operator's
network: its database, its metadata service, its printers.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from server.web.outward import is_public

LONGEST = 500
_NAMES_OF_OURS = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")


def fault_of(url: str, *, is_demo: bool, private_hosts: Collection[str] = ()) -> str:
    """What is wrong with an address, for the person who writes it; empty when it may be tried."""
    parts = _split(url)
    if parts is None:
        return "Escreva um endereço completo, como https://sistema.exemplo.br/webhooks."
    if parts.netloc.lower() in private_hosts:
        return ""
    if parts.scheme != "https" and not is_demo:
        return "Use https."
    host = (parts.hostname or "").rstrip(".").lower()
    if host.endswith(_NAMES_OF_OURS) or not _may_be_public(host):
        return "O endereço precisa ser público: não pode ser da rede interna."
    return ""


def _split(url: str) -> SplitResult | None:
    if not 0 < len(url) <= LONGEST or not url.isascii() or any(ord(one) <= 32 for one in url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises for one that is none
    except ValueError:
        return None
    has_login = parts.username is not None or parts.password is not None
    if parts.scheme not in {"http", "https"} or not parts.hostname or has_login or parts.fragment:
        return None
    return parts


def _may_be_public(host: str) -> bool:
    """Names are looked up when something is sent; what is a number already must be a public one."""
    last = host.rpartition(".")[2]
    if ":" in host or last.isdigit() or last.startswith("0x"):
        return is_public(host)
    return "." in host
