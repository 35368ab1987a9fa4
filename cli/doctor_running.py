"""What `doctor` asks of a running copy: the supervisor, and the store's versions."""

import os
from collections.abc import Callable

from minio import Minio
from minio.commonconfig import ENABLED
from minio.error import S3Error
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from cli import ports as port_table
from cli import secrets as secret_store
from cli.finding import Finding
from cli.home import Home
from cli.servers.seaweed import BUCKETS
from cli.supervisor import status_file


def parts(home: Home) -> Finding:
    """Whether all are up."""
    known = status_file.read(home)
    if not known:
        return Finding("parts", "poor", "nothing runs", "packshot up")
    down = [f"{part.name}: {part.cause or part.state}" for part in known if part.state != "up"]
    if down:
        return Finding("parts", "bad", "; ".join(down), f"packshot logs {down[0].split(':')[0]}")
    restarts = {part.name: part.restarts for part in known if part.restarts}
    if restarts:
        text = ", ".join(f"{name} crashed {count} times" for name, count in restarts.items())
        return Finding("parts", "poor", text, f"packshot logs {next(iter(restarts))}")
    return Finding("parts", "well", f"{len(known)} up")


def versions(home: Home) -> Finding:
    """On a store without versions an overwrite before ingest has looked is lost."""
    if status_file.supervisor_pid(home) is None:
        return Finding("versions", "poor", "cannot be asked while nothing runs", "packshot up")
    secrets = secret_store.load(home.root / "secrets.json")
    port = port_table.load(home.root / "ports.json", os.environ)["s3"]
    client = Minio(
        f"127.0.0.1:{port}", secrets.s3_access_key, secrets.s3_secret_key, secure=False,
        http_client=PoolManager(timeout=Timeout(connect=2, read=5), retries=Retry(0)),
    )  # fmt: skip
    try:
        off = [bucket for bucket in BUCKETS if client.get_bucket_versioning(bucket).status != ENABLED]
    except (S3Error, HTTPError) as error:
        return Finding("versions", "bad", f"the store does not answer: {error}", "packshot logs s3")
    if off:
        cure = "packshot down, then packshot up: it switches them on."
        return Finding(
            "versions", "bad", f"off on {', '.join(off)}: an overwrite before ingest has looked is lost", cure
        )
    return Finding("versions", "well", f"kept on {' and '.join(BUCKETS)}")


CHECKS: tuple[Callable[[Home], Finding], ...] = (parts, versions)
