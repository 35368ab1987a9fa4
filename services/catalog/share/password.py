"""Passwords of links: people choose them, so they are hashed slowly, with a salt of their own (scrypt). Pure."""

import base64
import hashlib
import hmac
import secrets

COST, BLOCK, PARALLEL = 2**15, 8, 3
"""32 MB and about a quarter of a second, as OWASP advises; kept in the hash, so that they may be raised."""


def hashed(password: str) -> str:
    """`scrypt$<cost>$<block>$<parallel>$<salt>$<hash>`."""
    salt = secrets.token_bytes(16)
    found = _derived(password, salt, COST, BLOCK, PARALLEL)
    return "$".join(["scrypt", str(COST), str(BLOCK), str(PARALLEL), _text(salt), _text(found)])


def fits(password: str, kept: str) -> bool:
    """Whether it is that one."""
    _, cost, block, parallel, salt, wanted = kept.split("$")
    found = _derived(password, base64.b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, base64.b64decode(wanted))


def _derived(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    most = 128 * block * (cost + parallel + 8)  # what it takes, and a little
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=most, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
