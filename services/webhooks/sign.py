"""Headers of a message by the rules of Standard Webhooks (standardwebhooks.com). Pure."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from runtime.webhook_secret import secret_of
from schemas.webhook import Endpoint

BOTH = timedelta(days=1)
"""So long after a rotation the secret before it signs, too."""


def secrets_of(admin_key: str, own: str, endpoint: Endpoint, now: datetime) -> list[bytes]:
    """Those that a receiver may hold now, the newest first."""
    found = [secret_of(admin_key, own, endpoint.rotation)]
    if endpoint.rotation and endpoint.rotated and now < endpoint.rotated + BOTH:
        found.append(secret_of(admin_key, own, endpoint.rotation - 1))
    return found


def headers(message: str, body: bytes, secrets: Sequence[bytes], now: datetime) -> dict[str, str]:
    """`webhook-timestamp` is of this try: receivers refuse what is old, as somebody's replay."""
    at = str(int(now.timestamp()))
    signed = b".".join((message.encode(), at.encode(), body))
    made = [base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode() for secret in secrets]
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(f"v1,{one}" for one in made),
    }
