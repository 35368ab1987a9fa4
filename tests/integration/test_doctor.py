"""What `doctor` says of a store: on one without versions an overwrite before ingest has looked is lost."""

import pytest
from minio.commonconfig import ENABLED
from minio.versioningconfig import SUSPENDED, VersioningConfig

from cli.doctor_running import versions
from cli.servers.seaweed import BUCKETS
from cli.servers.stack import Stack
from cli.supervisor import status_file
from runtime.config import Settings

pytestmark = pytest.mark.broker


def test_a_bucket_without_versions_is_named(stack: Stack, s3: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_file, "supervisor_pid", lambda _: 1)
    client, inbox = stack.s3._client, BUCKETS[0]
    assert versions(stack.home).state == "well"
    client.set_bucket_versioning(inbox, VersioningConfig(SUSPENDED))
    try:
        found = versions(stack.home)
    finally:
        client.set_bucket_versioning(inbox, VersioningConfig(ENABLED))
    assert found.state == "bad"
    assert inbox in found.text and BUCKETS[1] not in found.text
    assert "overwrite" in found.text and "packshot up" in found.cure
    assert versions(stack.home).state == "well"
