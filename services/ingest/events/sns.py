"""Amazon SNS: what it signs, and whom it says to be.

Nothing is fetched but from an address of SNS itself: its certificate, and the confirmation of a subscription to a topic
that a setting names.
"""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

Message = Mapping[str, object]
Fetch = Callable[[str], Awaitable[bytes]]
"""The body at an https address. Raises Unavailable."""
_HOST = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?")
_SAID = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_ASKED = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {"Notification": _SAID, "SubscriptionConfirmation": _ASKED, "UnsubscribeConfirmation": _ASKED}
"""Type → the fields that are signed, in this order; a notification may lack its subject."""
MOST_CERTIFICATES = 8


class Forged(Exception):
    """Not of SNS, or of a topic that may not tell us anything; the text says why."""


def at_sns(url: object) -> str:
    """The address, where it is one of SNS. Raises Forged."""
    parts = urlsplit(str(url))
    if parts.scheme != "https" or not _HOST.fullmatch(parts.netloc):
        raise Forged(f"{url!r} is no address of SNS")
    return str(url)


def text_of(message: Message) -> bytes:
    """What is signed: each field's name and value, a line each. Raises Forged where one is missing."""
    kind = message.get("Type")
    lines = []
    for name in SIGNED.get(kind, ()) if isinstance(kind, str) else ():
        value = message.get(name)
        if value is None and name == "Subject":
            continue
        if not isinstance(value, str):
            raise Forged(f"{name} is missing")
        lines += [name, value]
    if not lines:
        raise Forged(f"{kind!r} is nothing that SNS says")
    return "".join(f"{line}\n" for line in lines).encode()


class Sns:
    """Who looks at its signatures. Certificates are fetched once."""

    def __init__(self, topics: frozenset[str], fetch: Fetch) -> None:
        self._topics, self._fetch = topics, fetch
        self._certificates: dict[str, x509.Certificate] = {}

    async def check(self, message: Message) -> None:
        """Raises Forged; Unavailable where the certificate cannot be fetched."""
        if message.get("TopicArn") not in self._topics:
            raise Forged(f"PACKSHOT_EVENTS_TOPICS does not name {message.get('TopicArn')!r}")
        said = text_of(message)
        url = at_sns(message.get("SigningCertURL"))
        if not urlsplit(url).path.endswith(".pem"):
            raise Forged(f"{url!r} is no certificate")
        if url not in self._certificates:
            if len(self._certificates) >= MOST_CERTIFICATES:
                self._certificates.clear()
            self._certificates[url] = _read(await self._fetch(url))
        key = self._certificates[url].public_key()
        kinds = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - version 1 is what SNS signs with unless told otherwise
        kind = kinds.get(str(message.get("SignatureVersion")))
        if kind is None or not isinstance(key, rsa.RSAPublicKey):
            raise Forged("the way in which it is signed is not known")
        try:
            signature = base64.b64decode(str(message.get("Signature")), validate=True)
            key.verify(signature, said, padding.PKCS1v15(), kind)
        except (InvalidSignature, binascii.Error) as error:
            raise Forged("the signature is not of this message") from error

    async def confirm(self, message: Message) -> None:
        """A checked confirmation of a subscription is answered. Raises Forged, Unavailable."""
        await self._fetch(at_sns(message.get("SubscribeURL")))


def _read(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise Forged("its certificate cannot be read") from error
