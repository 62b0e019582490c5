"""Where webhooks may go: https URLs, and addresses that anybody on the internet could reach. Pure.

A URL is taken apart here once; whoever sends asks the name's addresses, has each judged, and
connects to one that was judged, so that no second look at the name can lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from ledger.errors import Rejected

URL_CHARACTERS = 1_000
_VISIBLE = re.compile(r"[!-\[\]-~]+")
"""ASCII without blanks and backslashes: what programs read alike."""
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.?|[0-9A-Fa-f:.]+")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Target(NamedTuple):
    """A URL in its parts."""

    host: str
    port: int
    tls: bool
    path: str
    """With its query, from the slash on."""

    @property
    def authority(self) -> str:
        """As the header Host says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


def target_of(url: str, *, plain: bool) -> Target:
    """The URL's parts; Rejected("hook.url-invalid") unless it is an https one, or with ``plain`` an
    http one, of visible ASCII, without user name and fragment."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _invalid() from None
    host = parts.hostname or ""
    schemes = {"https", "http"} if plain else {"https"}
    fits = len(url) <= URL_CHARACTERS and _VISIBLE.fullmatch(url) and _NAME.fullmatch(host)
    if not fits or parts.scheme not in schemes or "@" in parts.netloc or parts.fragment:
        raise _invalid()
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port or (443 if tls else 80), tls, path)


def is_public(text: str) -> bool:
    """Whether an address is one that anybody may be sent to: no private, loopback, link-local,
    multicast or reserved one, in no disguise."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return all(
        one.is_global
        and not (one.is_multicast or one.is_reserved or one.is_unspecified or one.is_link_local)
        for one in _meanings(address)
    )


def _meanings(address: Address) -> list[Address]:
    """The address, and an IPv4 address that it carries inside."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.scope_id is not None or address.is_site_local:
        return [ipaddress.IPv6Address("::1")]
    found: list[Address] = [address]
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found += address.teredo
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return found


def _invalid() -> Rejected:
    return Rejected("hook.url-invalid", field="url", most=URL_CHARACTERS)
