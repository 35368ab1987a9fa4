"""Signed addresses: who holds a key may have sizes made; nobody else can make us work. Pure.

The signature is the HMAC-SHA256 of the path as it stands in the address (still quoted), and where it expires of
`?e=<seconds since 1970>` behind it, as URL-safe base64 without padding: `<path>?e=<seconds>&s=<signature>`. All other
parameters are outside of it. The first key signs; every key verifies, so that one can be replaced while pages that
carry the other's addresses are still about.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHORTEST = 16
"""Letters of a key."""
MOST = 4
"""Keys at once: each forged address costs so many hashes."""
EXPIRES, SIGNATURE = "e", "s"
"""Parameters."""
_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class Terms:
    """Whether sizes are made, and whose signatures count: the first key signs."""

    open: bool = False
    keys: tuple[bytes, ...] = ()


class BadKeys(ValueError):
    """Keys that are none; the text says what they must be."""


def keys_of(text: str) -> tuple[bytes, ...]:
    """From the setting: commas between, the one that signs first. Raises BadKeys."""
    found = tuple(key.strip().encode() for key in text.split(",") if key.strip())
    if len(found) > MOST or any(len(key) < SHORTEST for key in found):
        raise BadKeys(
            f"PACKSHOT_SIGN_KEYS holds at most {MOST} keys with commas between, each of {SHORTEST} letters or more."
        )
    return found


def signed(path: str, key: bytes, expires: int | None = None) -> str:
    """The path with its parameters. path: as it is to be asked for, quoted; expires: seconds since 1970, UTC."""
    told = f"{path}?{EXPIRES}={expires}" if expires is not None else path
    return f"{told}{'&' if expires is not None else '?'}{SIGNATURE}={_signature(told.encode(), key)}"


def refusal(path: bytes, given: Mapping[str, str], keys: Sequence[bytes], now: float) -> str | None:
    """Why this is not to be made; None where it is. path: as it came; given: its parameters; now: seconds since 1970.

    That it has expired is told only of what was once signed.
    """
    signature, expires = given.get(SIGNATURE), given.get(EXPIRES)
    if signature is None:
        return "It is not signed: `packshot sign --help`."
    if expires is not None and not _SECONDS.fullmatch(expires):
        return f"`{EXPIRES}` is no time in seconds since 1970."
    told = path + f"?{EXPIRES}={expires}".encode() if expires is not None else path
    # All of them each time: how long it takes says nothing of which key is right.
    right = [hmac.compare_digest(_signature(told, key).encode(), signature.encode()) for key in keys]
    if not any(right):
        return "Its signature is not of this address, or of no key that is valid."
    if expires is not None and int(expires) <= now:
        return "Its time has ended: it has to be signed anew."
    return None


def left(given: Mapping[str, str], now: float) -> float | None:
    """Seconds until a verified address expires; None: never."""
    return int(given[EXPIRES]) - now if EXPIRES in given else None


def _signature(told: bytes, key: bytes) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, told, hashlib.sha256)).decode().rstrip("=")
