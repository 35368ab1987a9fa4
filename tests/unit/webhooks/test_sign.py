"""Signatures, against the specification's own example and an independent check."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from runtime.webhook_secret import secret_of, shown
from schemas.webhook import Endpoint
from services.webhooks.sign import headers, secrets_of
from tests.fakes.receiver import verified

BODY = b'{"type":"asset.ready","data":{"name":"\xc3\x84"}}'


def test_the_example_of_the_specification() -> None:
    """From the specification's symmetric signature scheme, as its reference libraries test it."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    made = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', [secret], at)
    assert made["webhook-timestamp"] == "1614265330"
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_was_changed_is_not_verified() -> None:
    secret = secret_of("admin", "ab12", 0)
    made = headers("msg_1", BODY, [secret], datetime.now(UTC))
    assert verified(shown(secret), made, BODY)
    assert not verified(shown(secret), made, BODY + b" ")
    assert not verified(shown(secret), {**made, "webhook-id": "msg_2"}, BODY)
    assert not verified(shown(secret_of("admin", "ab13", 0)), made, BODY)


def test_for_a_day_both_secrets_sign() -> None:
    now = datetime.now(UTC)  # a receiver looks at its clock: what was made when this file was read is old by now
    endpoint = Endpoint(url="https://a.example", events=[], made=now, rotation=1, rotated=now)
    old, new = (shown(secret_of("admin", "ab12", n)) for n in (0, 1))
    for hours, both in ((1, True), (25, False)):
        made = headers("msg_1", BODY, secrets_of("admin", "ab12", endpoint, now + timedelta(hours=hours)), now)
        assert verified(new, made, BODY) and verified(old, made, BODY) is both


def test_a_secret_is_long_of_its_own_endpoint_and_none_without_a_key() -> None:
    found = {shown(secret_of(*about)) for about in (("a", "x", 0), ("a", "x", 1), ("a", "y", 0), ("b", "x", 0))}
    assert len(found) == 4 and all(24 <= len(base64.b64decode(one.removeprefix("whsec_"))) <= 64 for one in found)
    with pytest.raises(ValueError, match="PACKSHOT_ADMIN_KEY"):
        secret_of("", "x", 0)
