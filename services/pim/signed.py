"""Signatures of webhooks: over the bytes as they came, compared in constant time, two secrets valid at once."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence


def hmac_sha256(secrets: Sequence[str], body: bytes, given: Iterable[str]) -> bool:
    """Whether one of the hexadecimal signatures given is of that body by one of our secrets.

    All are compared, whichever fits first. An empty secret signs nothing.
    """
    ours = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode() for secret in secrets if secret]
    theirs = [one.strip().lower().encode() for one in given]
    fits = [hmac.compare_digest(own, their) for own in ours for their in theirs]
    return any(fits)
