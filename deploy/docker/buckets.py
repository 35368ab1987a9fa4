"""Makes the inbox and the library, with versions on: run once beside a fresh store (docker-compose.yml)."""

import sys
import time

from minio import Minio
from minio.commonconfig import ENABLED
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from runtime.config import Settings, load

PATIENCE_S = 120.0


def make(client: Minio, buckets: tuple[str, ...]) -> None:
    """Idempotent. Raises S3Error or HTTPError while the store is not there."""
    for bucket in buckets:
        if not client.bucket_exists(bucket):
            client.make_bucket(bucket)
        if client.get_bucket_versioning(bucket).status != ENABLED:
            client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))


def main() -> int:
    """0 when both are there; 1 when the store did not come up in time."""
    settings = load(Settings)
    authority = str(settings.s3_ca) if settings.s3_ca else None
    pool = PoolManager(ca_certs=authority, timeout=Timeout(connect=3, read=10), retries=Retry(0))
    client = Minio(
        settings.s3_endpoint,
        settings.s3_access_key,
        settings.s3_secret_key,
        secure=settings.s3_secure,
        region=settings.s3_region,
        http_client=pool,
    )
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            make(client, (settings.inbox_bucket, settings.library_bucket))
            return 0
        except (S3Error, HTTPError, OSError) as error:
            if time.monotonic() > end:
                print(f"The store at {settings.s3_endpoint} does not take the buckets: {error}", file=sys.stderr)
                return 1
            time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
