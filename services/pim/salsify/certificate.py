"""Signatures of Salsify's webhooks: by a certificate that lies at one host of theirs, over the bytes as they came.

What is trusted is that host by TLS, as their own guide says; the certificate has to be valid today, and where a chain
lies there each is issued by the next. Certificates are kept for an hour, so that a signature costs no question.
"""

import asyncio
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from services.pim.signed import raw

HOST = "webhooks-auth.salsify.com"
KEPT_S = 3600.0
MOST_KEPT = 8
OLDEST_S = 300.0
DIGITS = 12
"""Of a number of seconds; Python reads no number of thousands of digits."""
SIGNED = ("X-Salsify-Timestamp", "X-Salsify-Request-ID", "X-Salsify-Organization-ID")
"""Headers whose values are signed, in this order."""
ADDRESS, SIGNATURE = "X-Salsify-Cert-Url", "X-Salsify-Signature-v1"
Fetch = Callable[[str], Awaitable[bytes]]


class NotSigned(Exception):
    """It is not from Salsify, or not from now. The message says why."""


class Certificates:
    """By their addresses. `fetch` raises Unavailable."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch, self._one = fetch, asyncio.Lock()
        self._kept: dict[str, tuple[float, x509.Certificate]] = {}

    async def at(self, address: str) -> x509.Certificate:
        """Raises NotSigned for one that is not theirs or not valid, Unavailable."""
        if not _theirs(address):
            raise NotSigned(f"the certificate lies at {address[:100]!r}, not at https://{HOST}")
        found = self._known(address)
        if found is None:
            # Anybody may name an address: one question at a time, and who is known waits for none.
            async with self._one:
                found = self._known(address) or await self._read(address)
        _valid(found)
        return found

    def _known(self, address: str) -> x509.Certificate | None:
        since, found = self._kept.get(address, (0.0, None))
        return found if time.monotonic() - since <= KEPT_S else None

    async def _read(self, address: str) -> x509.Certificate:
        found = _leaf(await self._fetch(address))
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[address] = time.monotonic(), found
        return found


def _theirs(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return address.isascii() and (parts.scheme, parts.netloc) == ("https", HOST)


def _leaf(pem: bytes) -> x509.Certificate:
    try:
        chain = x509.load_pem_x509_certificates(pem)
        for own, issuer in pairwise(chain):
            own.verify_directly_issued_by(issuer)
            _valid(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise NotSigned(f"what lies at the certificate's address is no chain of certificates: {error}") from error
    return chain[0]


def _valid(certificate: x509.Certificate) -> None:
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise NotSigned(f"the certificate is valid until {certificate.not_valid_after_utc:%Y-%m-%d} and not today")


async def check(certificates: Certificates, hook_url: str, headers: Mapping[str, str], body: bytes) -> None:
    """`hook_url`: our address as Salsify calls it, which is signed too. Raises NotSigned, Unavailable."""
    given = [headers.get(name, "") for name in SIGNED]
    if not all(given):
        raise NotSigned(f"one of {', '.join(SIGNED)} is missing")
    _recent(given[0])
    certificate = await certificates.at(headers.get(ADDRESS, ""))
    signed = raw(".".join([*given, hook_url])) + b"." + body
    try:
        signature = b64decode(headers.get(SIGNATURE, ""))
        _verify(certificate, signature, signed)
    except (ValueError, InvalidSignature) as error:
        raise NotSigned("the signature is not of these bytes, this address and this certificate") from error


def _recent(timestamp: str) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= DIGITS):
        raise NotSigned(f"the timestamp {timestamp[:40]!r} is no number of seconds")
    off = time.time() - int(timestamp)
    if abs(off) > OLDEST_S:
        raise NotSigned(f"it was signed {off:.0f} s ago; {OLDEST_S:.0f} s are allowed")


def _verify(certificate: x509.Certificate, signature: bytes, signed: bytes) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(SHA256()))
    else:
        raise NotSigned("the certificate's key is neither RSA nor of an elliptic curve")
