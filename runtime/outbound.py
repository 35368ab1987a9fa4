"""Addresses that others give us to send to or to fetch from: none of them may lead into our own network.

Looked at twice: the text here, when it is given and before each request, and the address that its name leads to when it
is connected to (`guarded`), so that a name that leads elsewhere by then (DNS rebinding) is refused, too.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from yarl import URL

CURE = "Name an address of the internet, or set {setting}=true."
WEBHOOKS = "PACKSHOT_WEBHOOK_PRIVATE"
"""The setting that allows our own network to webhooks; whoever else checks names its own."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL = ipaddress.ip_network("2000::/3")
"""All that IANA gives out; the rest is local, has an IPv4 address inside, or nobody's."""
_NOBODYS = tuple(map(ipaddress.ip_network, ("3fff::/20", "192.88.99.0/24", "192.0.0.0/24")))
"""For documents, relays of 6to4 that are no more, and protocols: Python does not know all of it."""
_ISATAP = (0x00005EFE, 0x02005EFE)
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?", re.IGNORECASE | re.DOTALL)
"""The system's resolver reads it as an IPv4 address, in whatever form: 127.1, 0177.0.0.1, 2130706433, 0x7f.1."""
LONGEST = 1000


class NotAllowed(ValueError):
    """An address that we do not send to; the text has cause and cure."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: no private, loopback, link-local (metadata) or reserved one.

    IPv4 addresses inside IPv6 ones are looked at as what they are.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _GLOBAL:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in one for one in _NOBODYS)


def check(url: str, *, private: bool, setting: str = WEBHOOKS) -> str:
    """The URL as it was given. `private`: our own network is allowed, and plain HTTP. Raises NotAllowed."""
    cure = CURE.format(setting=setting)
    try:
        parts = urlsplit(url)
        host, _ = URL(url).raw_host, parts.port  # as aiohttp connects to it: ①②⑦。0。0。1 is 127.0.0.1 to it
    except ValueError as error:
        raise NotAllowed(f"{url!r} is no URL: {error}.") from error
    if parts.scheme not in (("https", "http") if private else ("https",)) or not host:
        raise NotAllowed(f"{url!r} does not begin with https:// and a host. Plain HTTP: {cure}")
    if parts.username is not None or parts.fragment or len(url) > LONGEST or not url.isprintable() or " " in url:
        raise NotAllowed(f"A URL has at most {LONGEST} letters, no user, no fragment and no space.")
    if not _is_plain(host):
        raise NotAllowed(f"{host} is no plain name or address. Write an IPv4 address as four decimal numbers.")
    if not private and not _may_be_public(host):
        raise NotAllowed(f"{host} is in a private network. {cure}")
    return url


def _is_plain(host: str) -> bool:
    """No number but four decimal ones, no interface (fe80::1%eth0), nothing that is escaped or not mapped to ASCII."""
    if "%" in host or not host.isascii():
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not _NUMBER.fullmatch(host)
    return True


def _may_be_public(host: str) -> bool:
    """A name may: what it leads to is looked at when it is connected to."""
    try:
        return is_public(host)
    except ValueError:
        name = host.rstrip(".").lower()
        return name != "localhost" and not name.endswith(".localhost")
