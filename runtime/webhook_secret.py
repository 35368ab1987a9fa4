"""Secrets of outbound webhooks (Standard Webhooks): derived, so that none is stored anywhere. Pure.

Who has the admin key can make any of them, and may make endpoints anyway. Another admin key changes them all.
"""

import base64
import hashlib
import hmac

PREFIX = "whsec_"


def secret_of(admin_key: str, endpoint: str, rotation: int) -> bytes:
    """The endpoint's secret after so many rotations. Raises ValueError without an admin key: all would know it."""
    if not admin_key:
        raise ValueError("Webhooks are signed by secrets that are made from the admin key. Set PACKSHOT_ADMIN_KEY.")
    about = f"packshot webhook\0{endpoint}\0{rotation}".encode()
    return hmac.new(admin_key.encode(), about, hashlib.sha256).digest()


def shown(secret: bytes) -> str:
    """As receivers' libraries take it."""
    return PREFIX + base64.b64encode(secret).decode()
