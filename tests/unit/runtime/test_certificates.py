"""Certificates that a process was started with are known by their end."""

import logging
import time
from pathlib import Path

import pytest

from runtime import certificates, metrics
from runtime.config import Settings
from tests.fakes.certificates import issued

DAY = 86_400


def days_left(setting: str) -> float | None:
    ends = metrics.REGISTRY.get_sample_value("packshot_certificate_ends_seconds", {"setting": setting})
    return None if ends is None else (ends - time.time()) / DAY


def test_of_our_chain_the_first_that_ends_counts_and_of_authorities_the_last(tmp_path: Path) -> None:
    both = issued("old", days=(-9, 5)).pem + issued("new", days=(-1, 90)).pem
    (own := tmp_path / "own.pem").write_bytes(both)
    (authority := tmp_path / "ca.pem").write_bytes(both)
    address = f"postgresql://u:p@db/packshot?sslmode=verify-full&sslrootcert={authority}&sslcert={own}"
    certificates.note(Settings(kafka_security="ssl", kafka_certificate=own, kafka_ca=authority, database_url=address))
    assert days_left("kafka_certificate") == pytest.approx(5, abs=0.1)
    assert days_left("kafka_ca") == pytest.approx(90, abs=0.1)
    assert days_left("database_url_sslcert") == pytest.approx(5, abs=0.1)
    assert days_left("database_url_sslrootcert") == pytest.approx(90, abs=0.1)


def test_what_cannot_be_read_is_told_and_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (none := tmp_path / "none.pem").write_bytes(b"no certificate")
    with caplog.at_level(logging.WARNING):
        certificates.note(
            Settings(s3_secure=True, s3_ca=none, kafka_security="ssl", kafka_certificate=tmp_path / "not there")
        )
    assert "PACKSHOT_S3_CA" in caplog.text and "PACKSHOT_KAFKA_CERTIFICATE" in caplog.text
    assert days_left("s3_ca") is None
