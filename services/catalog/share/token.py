"""The secret in a link's address: derived from the admin key, so that no record holds what opens a link. Pure.

Who has the admin key can make any of them, and may share anyway. Another admin key voids all links.
"""

import base64
import hashlib
import hmac
import re

_TOKEN = re.compile(r"([0-9a-f]{12})([A-Za-z0-9_-]{22})")
"""48 bits that name the link, 132 of which nobody can guess one."""


def token_of(admin_key: str, share: str) -> str:
    """The last part of the link's address."""
    return share + _signed(admin_key, "share", share)


def read(admin_key: str, token: str) -> str | None:
    """Which link it opens; None where it is none of ours. Without an admin key there are none."""
    found = _TOKEN.fullmatch(token)
    if not admin_key or not found:
        return None
    return found[1] if hmac.compare_digest(found[2], _signed(admin_key, "share", found[1])) else None


def pass_of(admin_key: str, share: str, password: str, ends: int) -> str:
    """What a browser keeps that has told the password (its hash): another password voids it."""
    return f"{ends}.{_signed(admin_key, 'pass', share, password, str(ends))}"


def passes(admin_key: str, share: str, password: str, kept: str | None, now: float) -> bool:
    """Whether it may come in without telling the password again."""
    ends = (kept or "").partition(".")[0]
    if not (ends.isascii() and ends.isdigit() and len(ends) < 15) or int(ends) <= now:
        return False
    return hmac.compare_digest(kept or "", pass_of(admin_key, share, password, int(ends)))


def _signed(admin_key: str, *about: str) -> str:
    words = "\0".join(("packshot", *about)).encode()
    digest = hmac.new(admin_key.encode(), words, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:22]
