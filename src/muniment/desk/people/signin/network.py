"""From where a request comes. A header is believed only when the firm's own proxy sent it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "0.0.0.0"  # noqa: S104  # stands for an address that is none, such as a socket's
_HALF_OF_IPV6 = 56
"""What a provider gives to one customer; an attacker has all of it."""


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks: the last one in X-Forwarded-For that no proxy of ours (MUNIMENT_PROXY) has."""
    near = _address(request.META.get("REMOTE_ADDR", ""))
    if near is None:
        return NOWHERE
    if not _ours(near):
        return str(near)
    for said in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        far = _address(said.strip())
        if far is None:
            break
        if not _ours(far):
            return str(far)
    return str(near)


def client_network(request: HttpRequest) -> str:
    """What stands for one client when attempts are counted: an IPv4 address, a customer's part of IPv6."""
    address = ip_address(client_address(request))
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _HALF_OF_IPV6), strict=False))
    return str(address)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _ours(address: IPv4Address | IPv6Address) -> bool:
    proxies: Sequence[str] = settings.PROXIES
    return any(address in ip_network(proxy) for proxy in proxies)
