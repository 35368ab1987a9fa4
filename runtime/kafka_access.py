"""How Kafka lets us in: one place turns settings into what its clients want to hear."""

import ssl
from typing import Any

from runtime.config import Settings

TLS = ("ssl", "sasl_ssl")
SASL = ("sasl_plaintext", "sasl_ssl")


def client(settings: Settings) -> dict[str, Any]:
    """Arguments of every aiokafka client. Raises OSError where a certificate cannot be read."""
    return {"bootstrap_servers": settings.kafka, **security(settings)}


def security(settings: Settings) -> dict[str, Any]:
    """The same without the address; empty for a broker that lets everybody in."""
    kind = settings.kafka_security
    if kind == "plaintext":
        return {}
    wanted: dict[str, Any] = {"security_protocol": kind.upper()}
    if kind in TLS:
        wanted["ssl_context"] = tls(settings)
    if kind in SASL:
        wanted["sasl_mechanism"] = settings.kafka_sasl
        wanted["sasl_plain_username"] = settings.kafka_user
        wanted["sasl_plain_password"] = settings.kafka_password
    return wanted


def tls(settings: Settings) -> ssl.SSLContext:
    """The broker proves who it is, by the system's authorities or by `kafka_ca`; we do where a certificate is named.

    Raises OSError where a file cannot be read.
    """
    context = ssl.create_default_context(cafile=settings.kafka_ca)
    if settings.kafka_certificate:
        context.load_cert_chain(settings.kafka_certificate, settings.kafka_key)
    return context
