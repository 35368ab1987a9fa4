"""Apache Kafka in KRaft mode: one node that is broker and controller, from the jars that set-up fetched."""

import shutil
import signal
import socket
import struct
import subprocess
from pathlib import Path

from cli import topic_admin
from cli.apart import apart
from cli.home import CHECKOUT
from cli.servers.process import Process, plain_environment, program
from cli.trouble import Trouble

LOGGING = CHECKOUT / "deploy" / "local" / "log4j2.yaml"
NO_JAVA = "Install a Java 17 or newer (Debian: openjdk-17-jre-headless)."

# Node settings; what belongs to one topic stands in schemas/topics.py.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{told}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
# A topic that nobody declared is a mistake in a name.
auto.create.topics.enable=false
# One node: nothing can be copied, and 50 partitions of offsets only cost time at start.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=200
# Offsets of a copy that was switched off over a holiday are still there.
offsets.retention.minutes=129600
# Index files are made at full size: 20 topics of 12 partitions would claim gigabytes (sparse) of a small disk.
log.index.size.max.bytes=1048576
# The default buffer (128 MB) is a quarter of our heap.
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
background.threads=4
"""


class Kafka:
    """The broker. `start()` formats an empty folder first; every method is safe to call again."""

    name = "kafka"

    def __init__(
        self, data: Path, log: Path, jars: Path, ports: dict[str, int], cluster: str, told: int | None = None
    ) -> None:
        """told: the port that clients are told, where it is not the broker's own."""
        self._told = told or ports["kafka"]
        self.address = f"127.0.0.1:{self._told}"
        self.port_names: tuple[str, ...] = ("kafka", "kafka_controller")
        self.log = log
        self._data = data
        self._jars = jars
        self._ports = ports
        self._cluster = cluster
        self._process = Process(self.name, log)

    def start(self) -> None:
        """Starts it and returns at once; `ready()` tells when it answers."""
        if not any(self._jars.glob("kafka_*.jar")):
            raise Trouble(f"Kafka's jars are not in {self._jars}.", "Run `packshot setup`.")
        self._data.mkdir(parents=True, exist_ok=True)
        settings = self._data / "server.properties"
        logs = self._data / "log"
        settings.write_text(self.properties(logs))
        if not (logs / "meta.properties").exists():
            self._format(settings)
        self._process.spawn([*self._java(), "kafka.Kafka", str(settings)], env=self._environment(), cwd=self._data)

    def properties(self, logs: Path) -> str:
        """The node's settings."""
        return PROPERTIES.format(
            port=self._ports["kafka"], told=self._told, controller=self._ports["kafka_controller"], data=logs
        )

    def ready(self) -> bool:
        """Asks the broker for its API versions, over the port that clients use."""
        request = struct.pack(">hhih", 18, 0, 1, -1)
        try:
            with socket.create_connection(("127.0.0.1", self._ports["kafka"]), timeout=1) as connection:
                connection.sendall(struct.pack(">i", len(request)) + request)
                answer = connection.recv(10)
        except OSError:
            return False
        return len(answer) >= 10 and answer[8:10] == b"\x00\x00"

    def prepare(self) -> None:
        """Makes the topics. Before the store is started: it drops what it cannot send."""
        apart(topic_admin.apply({"bootstrap_servers": self.address}))

    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process.alive()

    @property
    def exit_code(self) -> int | None:
        """See `Process`."""
        return self._process.exit_code

    @property
    def pid(self) -> int | None:
        """Of the Java process."""
        return self._process.pid

    def stop(self, patience: float = 20.0) -> None:
        """A clean stop flushes the logs; killed after `patience` seconds."""
        self._process.stop(patience, signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would: for fault tests."""
        self._process.stop(0, signal.SIGKILL)

    def _format(self, settings: Path) -> None:
        # A format that was cut off leaves no meta.properties; what else lies there is then no data.
        shutil.rmtree(self._data / "log", ignore_errors=True)
        done = subprocess.run(
            [*self._java(), "kafka.tools.StorageTool", "format", "-t", self._cluster, "-c", str(settings)],
            env=self._environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Trouble(f"Kafka cannot make its folder {self._data}: {done.stderr.strip()[-300:]}", "Mend that.")

    def _java(self) -> list[str]:
        return [
            program("java", NO_JAVA), "-Xms128m", "-Xmx512m",
            # The first compiler and the simple collector: a start costs half the CPU time (3.2 s instead of 6.8), and
            # one machine's photographs never reach the rates that the others are for.
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true",
            f"-Dlog4j2.configurationFile={LOGGING}", f"-Djava.io.tmpdir={self._data}",
            "-cp", f"{self._jars}/*",
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return plain_environment(HOME=str(self._data))
