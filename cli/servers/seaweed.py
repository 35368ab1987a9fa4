"""SeaweedFS: S3 with versions, SFTP and WebDAV doors onto the inbox, and its filer's changes sent to Kafka."""

import http.client
import json
import shutil
import signal
import sysconfig
from pathlib import Path

from minio import Minio
from minio.commonconfig import ENABLED
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from cli.ports import left_sockets
from cli.servers.identities import Keys
from cli.servers.process import Process, plain_environment
from cli.servers.seaweed_settings import MIN_FREE, flags, write_settings
from cli.trouble import Trouble

BUCKETS = ("inbox", "library")
FULL = 64_000_000
"""Bytes that are left on a disk on which a write may have found no room."""


class Seaweed:
    """`weed server` with all its gateways. Kafka and the topic `inbox.events` must be there first: its filer ends at
    start without a broker, and drops notifications while the topic is missing."""

    name = "s3"

    def __init__(
        self, data: Path, log: Path, ports: dict[str, int], keys: Keys, kafka: str, sftp_password: str
    ) -> None:
        self.address = f"127.0.0.1:{ports['s3']}"
        self.sftp_address = f"127.0.0.1:{ports['sftp']}"
        self.webdav_address = f"127.0.0.1:{ports['webdav']}"
        self.port_names = tuple(
            name for name in ports if name.split("_")[0] in ("s3", "sftp", "webdav", "filer", "master", "volume")
        )
        self.log = log
        self._data = data
        self._ports = ports
        self._keys = keys
        self._kafka = kafka
        self._sftp_password = sftp_password
        self._process = Process(self.name, log)
        self._was_full = False
        self._client = Minio(
            self.address, *keys.ours, secure=False,
            http_client=PoolManager(timeout=Timeout(connect=1, read=5), retries=Retry(0)),
        )  # fmt: skip

    def start(self) -> None:
        """Starts it and returns at once; `ready()` tells when it answers, `prepare()` makes the buckets."""
        self._was_full = False
        write_settings(self._data, self._kafka, self._keys, self._sftp_password)
        weed = Path(sysconfig.get_path("scripts")) / "weed"
        if not weed.exists():
            raise Trouble("SeaweedFS is not installed in this environment.", "Run `packshot setup`.")
        # In its own folder it finds its .toml files; HOME keeps it from those of the user.
        self._process.spawn(
            [str(weed), "-logtostderr=true", "server", *self.arguments()],
            env=plain_environment(HOME=str(self._data), TMPDIR=str(self._data / "tmp")), cwd=self._data, death="KILL",
        )  # fmt: skip

    def arguments(self) -> list[str]:
        """Of `weed server`."""
        return flags(self._ports)

    def ready(self) -> bool:
        """The master can place bytes, and S3 answers a signed request through the filer."""
        try:
            return self._can_place() and self._client.list_buckets() is not None
        except (OSError, HTTPError, S3Error, http.client.HTTPException):
            return False

    def prepare(self) -> None:
        """Makes the buckets where they are missing, and switches their versions on."""
        for bucket in BUCKETS:
            if not self._client.bucket_exists(bucket):
                self._client.make_bucket(bucket)
            if self._client.get_bucket_versioning(bucket).status != ENABLED:
                self._client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))

    def stuck(self) -> str:
        """Why a new start helps though it runs; empty when it does not need one.

        Its index is a LevelDB in eight parts: one that once found no room for a write refuses all that follow. And its
        volumes ask only once a minute whether there is room again.
        """
        try:
            free = shutil.disk_usage(self._data).free
        except OSError:
            return ""  # the disk itself is going: whoever reads and writes there says so
        again = self._was_full and free >= MIN_FREE
        self._was_full = not again and (self._was_full or free < FULL)
        return "its disk was full and has room again" if again else ""

    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process.alive()

    @property
    def exit_code(self) -> int | None:
        """See `Process`."""
        return self._process.exit_code

    @property
    def pid(self) -> int | None:
        """Of the `weed` process."""
        return self._process.pid

    def stop(self, patience: float = 4.0) -> None:
        """The volumes are closed within a second; its filer then waits up to 17 s for idle streams: killed before."""
        if not self.alive():
            return
        self._process.stop(patience, signal.SIGTERM)
        for name in self.port_names:
            for left in left_sockets(self._ports[name]):
                left.unlink(missing_ok=True)

    def kill(self) -> None:
        """As a power cut would: for fault tests."""
        self._process.stop(0, signal.SIGKILL)

    def _can_place(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._ports["master"], timeout=3)
        try:
            connection.request("GET", "/dir/assign")
            return "fid" in json.loads(connection.getresponse().read())
        except ValueError:
            return False
        finally:
            connection.close()
