"""The files and flags that SeaweedFS starts with."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.servers import photographers
from cli.servers.identities import Keys, told
from schemas.topics import INBOX_EVENTS

NOTIFICATION = """\
[notification.kafka]
enabled = true
hosts = ["{kafka}"]
topic = "{topic}"
offsetFile = "./last.offset"
offsetSaveIntervalSeconds = 10
"""
MIN_FREE = 1024**3
"""Bytes: it takes nothing while less is free on its disk."""
# By default a bucket takes seven volumes at its first object, and the maintenance scripts balance a cluster.
MASTER = """\
[master.volume_growth]
copy_1 = 1
[master.maintenance]
scripts = \"\"\"
  lock
  s3.clean.uploads -timeAgo=24h
  unlock
\"\"\"
sleep_minutes = 60
"""


def write_settings(data: Path, kafka: str, keys: Keys, sftp_password: str) -> None:
    """Writes them into `data`, the working folder of `weed`. `keys`: of S3."""
    for folder in ("volumes", "tmp"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    (data / "notification.toml").write_text(NOTIFICATION.format(kafka=kafka, topic=INBOX_EVENTS.name))
    (data / "master.toml").write_text(MASTER)
    write_identities(data, keys)
    door = {"Username": "packshot", "Password": sftp_password, "HomeDir": "/buckets/inbox", "Uid": 0, "Gid": 0}
    _private(data / "sftp.json", json.dumps([door]))
    if not (data / "sftp_host_key").exists():
        _private(data / "sftp_host_key", _host_key())


def write_identities(data: Path, keys: Keys, ended: Sequence[photographers.Photographer] = ()) -> None:
    """Who may what. A running store reads it again at SIGHUP. ended: who left."""
    _private(data / "s3.json", json.dumps(told(keys, photographers.load(data), ended)))


def flags(port: Mapping[str, int]) -> list[str]:
    """Arguments of `weed server`; paths are relative to its working folder."""
    return [
        "-dir=volumes", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false",
        # No peers: the master need not wait for an election (2 s instead of 19).
        "-master.peers=none", f"-master.port={port['master']}", f"-master.port.grpc={port['master_grpc']}",
        "-master.volumeSizeLimitMB=1024",
        f"-volume.port={port['volume']}", f"-volume.port.grpc={port['volume_grpc']}",
        # As many volumes as the disk holds; writes stop while a gigabyte is left, not when the disk is full.
        "-volume.max=0", f"-volume.minFreeSpace={MIN_FREE // 1024**3}GiB", "-volume.preStopSeconds=0",
        "-filer", f"-filer.port={port['filer']}", f"-filer.port.grpc={port['filer_grpc']}",
        "-filer.localSocket=tmp/filer.sock", "-filer.exposeDirectoryData=false",
        "-s3", f"-s3.port={port['s3']}", f"-s3.port.grpc={port['s3_grpc']}", "-s3.config=s3.json",
        "-s3.localSocket=tmp/s3.sock", "-s3.iam=false", "-s3.autoCreateBucket=false",
        "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-webdav", f"-webdav.port={port['webdav']}", "-webdav.filer.path=/buckets/inbox", "-webdav.cacheDir=tmp",
        "-sftp", f"-sftp.port={port['sftp']}", "-sftp.userStoreFile=sftp.json", "-sftp.sshPrivateKey=sftp_host_key",
        "-sftp.localSocket=tmp/sftp.sock", "-sftp.authMethods=password",
    ]  # fmt: skip


def _private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(text)


def _host_key() -> str:
    """A fresh Ed25519 key as PKCS#8: the constant prefix (RFC 8410) and 32 random bytes."""
    body = bytes.fromhex("302e020100300506032b657004220420") + secrets.token_bytes(32)
    return f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(body).decode()}\n-----END PRIVATE KEY-----\n"
