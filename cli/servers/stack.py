"""The three servers together, started in the order they need. Used by `packshot up` and by the tests."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cli import ports as port_table
from cli import secrets as secret_store
from cli.home import CHECKOUT, Home
from cli.servers import links
from cli.servers.identities import DELIVERY
from cli.servers.kafka import Kafka
from cli.servers.postgres import Postgres
from cli.servers.seaweed import BUCKETS, Seaweed
from cli.servers.server import Server, wait_ready


class Stack:
    """Kafka, SeaweedFS and PostgreSQL of one state folder. Single ones may be stopped and started again:
    `stack.kafka.stop(); stack.kafka.start(); wait_ready(stack.kafka)`."""

    def __init__(self, home: Path, jars: Path | None = None, shift: int = 0) -> None:
        """`jars`: Kafka's; default are those of this home, else of the set-up copy. `shift` moves the default ports."""
        self.home = Home(home).make()
        self.ports = port_table.load(home / "ports.json", os.environ if shift == 0 else {}, shift)
        self.secrets = secret_store.load(home / "secrets.json")
        self._told = links.load(self.home)
        data, logs = self.home.data, self.home.logs
        self.kafka = Kafka(
            data / "kafka", logs / "kafka.log", jars or find_jars(self.home), self.ports, self.secrets.kafka_cluster,
            self._told.get("kafka"),
        )  # fmt: skip
        self.s3 = Seaweed(
            data / "seaweed",
            logs / "s3.log",
            self.ports,
            self.secrets.s3_keys,
            self.kafka.address,
            self.secrets.sftp_password,
        )
        self.postgres = Postgres(
            data / "postgres", logs / "postgres.log", self.ports,
            self.secrets.database_password, self.secrets.services_password,
        )  # fmt: skip

    @classmethod
    def spare(cls, home: Path) -> "Stack":
        """One for tests: far from the default ports, at a random place, so that two at once hardly meet."""
        return cls(home, shift=random.randrange(2000, 13000))  # noqa: S311

    def start(self, kafka: bool = True, s3: bool = True, postgres: bool = True) -> None:
        """Starts what is asked and waits until each is ready: topics and buckets are made. `s3` needs `kafka`.

        Raises Trouble with the last lines of the log when one does not come up; what was started is then stopped.
        """
        asked: list[tuple[Server, bool]] = [(self.kafka, kafka or s3), (self.postgres, postgres), (self.s3, s3)]
        servers = [server for server, wanted in asked if wanted and not server.alive()]
        for server in servers:
            port_table.require_free(self.ports, server.port_names, self.home.root / "ports.json")
        try:
            for server in servers:
                if server is not self.s3:
                    server.start()
            for server in servers:
                if server is self.s3:
                    server.start()
                wait_ready(server)
                server.prepare()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops what runs, the store before the broker that it reports to."""
        with ThreadPoolExecutor(max_workers=2) as pool:
            database = pool.submit(self.postgres.stop)
            self.s3.stop()
            self.kafka.stop()
            database.result()

    def env(self, service: str = "") -> dict[str, str]:
        """The settings (PACKSHOT_*) that lead a service to these servers. service: delivery may less than others."""
        inbox, library = BUCKETS
        keys = self.secrets.s3_keys.delivery if service == DELIVERY else self.secrets.s3_keys.services
        return {
            "PACKSHOT_HOME": str(self.home.root),
            "PACKSHOT_KAFKA": self.kafka.address,
            "PACKSHOT_S3_ENDPOINT": self._client("s3", self.s3.address),
            "PACKSHOT_S3_ACCESS_KEY": keys[0],
            "PACKSHOT_S3_SECRET_KEY": keys[1],
            "PACKSHOT_INBOX_BUCKET": inbox,
            "PACKSHOT_LIBRARY_BUCKET": library,
            "PACKSHOT_DATABASE_URL": self._client("postgres", self.postgres.url),
            "PACKSHOT_ADMIN_KEY": self.secrets.admin_key,
            "PACKSHOT_SIGN_KEYS": os.environ.get("PACKSHOT_SIGN_KEYS") or self.secrets.sign_key,
            "PACKSHOT_SPOOL": str(self.home.tmp / "spool"),
            "PACKSHOT_MODELS": str(self.home.models),
        }

    def _client(self, name: str, address: str) -> str:
        """The address with the port that clients are told."""
        told = self._told.get(name)
        return address.replace(f"127.0.0.1:{self.ports[name]}", f"127.0.0.1:{told}") if told else address


def find_jars(home: Home) -> Path:
    """Kafka's jars: this home's own, else those of the copy that set-up prepared (tests have homes of their own)."""
    candidates = [home.kafka, CHECKOUT / ".packshot" / "kafka"]
    if os.environ.get("PACKSHOT_HOME"):
        candidates.insert(1, Home(Path(os.environ["PACKSHOT_HOME"])).kafka)
    return next((folder for folder in candidates if any(folder.glob("kafka_*.jar"))), home.kafka)
