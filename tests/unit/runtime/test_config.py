"""Settings: what guards the way to a server is used or refused, and a misspelt name is heard."""

import os
from itertools import chain

import pytest

from cli import ports
from deploy import docs_settings
from runtime.config import Settings, load, misspelt


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"kafka_user": "u", "kafka_password": "p"}, "PACKSHOT_KAFKA_SECURITY is plaintext"),
        ({"kafka_security": "ssl", "kafka_password": "p"}, "PACKSHOT_KAFKA_SECURITY is ssl"),
        ({"kafka_ca": "ca.pem"}, "PACKSHOT_KAFKA_SECURITY is plaintext"),
        (
            {"kafka_security": "sasl_plaintext", "kafka_user": "u", "kafka_password": "p", "kafka_certificate": "c"},
            "PACKSHOT_KAFKA_SECURITY is sasl_plaintext",
        ),
        ({"kafka_security": "ssl", "kafka_key": "key.pem"}, "PACKSHOT_KAFKA_CERTIFICATE"),
        ({"kafka_security": "sasl_ssl"}, "PACKSHOT_KAFKA_USER"),
        ({"kafka_security": "sasl_ssl", "kafka_user": "u"}, "PACKSHOT_KAFKA_PASSWORD"),
        ({"s3_ca": "ca.pem"}, "PACKSHOT_S3_SECURE"),
    ],
)
def test_what_would_be_passed_over_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(docs_settings.variable(name), value)
    with pytest.raises(ValueError, match=named):
        load(Settings)


@pytest.mark.parametrize(
    "given",
    [
        {"kafka_security": "ssl", "kafka_ca": "ca.pem", "kafka_certificate": "c.pem", "kafka_key": "k.pem"},
        {"kafka_security": "sasl_ssl", "kafka_ca": "ca.pem", "kafka_user": "u", "kafka_password": "p"},
        {"s3_ca": "ca.pem", "s3_secure": "true"},
    ],
)
def test_what_is_used_is_taken(given: dict[str, str]) -> None:
    Settings.model_validate(given)


def test_a_misspelt_setting_is_heard_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PACKSHOT_S3_SECUR", "PACKSHOT_KAFKA_SECRUITY", "PACKSHOT_SWEEP_S", "PACKSHOT_SLOTS"):
        monkeypatch.setenv(name, "1")
    assert misspelt(Settings) == {
        "PACKSHOT_S3_SECUR": "PACKSHOT_S3_SECURE",
        "PACKSHOT_KAFKA_SECRUITY": "PACKSHOT_KAFKA_SECURITY",
    }


def test_no_setting_is_taken_for_anothers_misspelt(monkeypatch: pytest.MonkeyPatch) -> None:
    """One list may be given to all services: what another reads is no mistake."""
    kinds = docs_settings.classes()
    known = {docs_settings.variable(name) for name in chain(*(kind.model_fields for kind in kinds.values()))}
    known |= {docs_settings.variable(f"{name}_port") for name in ports.DEFAULTS} | {"PACKSHOT_API_URL"}
    monkeypatch.setattr(os, "environ", dict.fromkeys(known, "1"))
    assert {name: misspelt(kind) for name, kind in kinds.items() if misspelt(kind)} == {}
