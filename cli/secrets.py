"""Keys and passwords of this copy: made once, at the first start, and readable by its owner only."""

import base64
import json
import os
import secrets
import uuid
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from cli.servers.identities import Keys
from cli.trouble import Trouble


@dataclass(frozen=True)
class Secrets:
    """Every secret is text; `kafka_cluster` is no secret but, like them, made once.

    `database_password` and `s3_access_key` are the administrator's, whom only set-up uses; services have
    `services_password` and `services_s3_access_key`.
    """

    s3_access_key: str
    s3_secret_key: str
    admin_key: str
    database_password: str
    sftp_password: str
    sign_key: str
    kafka_cluster: str
    delivery_s3_access_key: str
    delivery_s3_secret_key: str
    services_password: str
    services_s3_access_key: str
    services_s3_secret_key: str

    @property
    def s3_keys(self) -> Keys:
        """Of the store."""
        return Keys(
            ours=(self.s3_access_key, self.s3_secret_key),
            delivery=(self.delivery_s3_access_key, self.delivery_s3_secret_key),
            services=(self.services_s3_access_key, self.services_s3_secret_key),
        )


def fresh() -> Secrets:
    """New random values, safe in URLs."""
    return Secrets(
        s3_access_key="PK" + secrets.token_hex(9).upper(),
        s3_secret_key=secrets.token_urlsafe(30),
        admin_key=secrets.token_urlsafe(24),
        database_password=secrets.token_urlsafe(18),
        sftp_password=secrets.token_urlsafe(12),
        sign_key=secrets.token_urlsafe(30),
        kafka_cluster=base64.urlsafe_b64encode(b"\x00" + uuid.uuid4().bytes[1:]).decode().rstrip("="),
        delivery_s3_access_key="PK" + secrets.token_hex(9).upper(),
        delivery_s3_secret_key=secrets.token_urlsafe(30),
        services_password=secrets.token_urlsafe(18),
        services_s3_access_key="PK" + secrets.token_hex(9).upper(),
        services_s3_secret_key=secrets.token_urlsafe(30),
    )


def load(file: Path) -> Secrets:
    """Reads `secrets.json`; makes it when it is not there, and adds what an older copy does not have yet."""
    kept: dict[str, str] = {}
    if file.exists():
        try:
            kept = json.loads(file.read_text())
        except ValueError as error:
            raise Trouble(
                f"{file} cannot be read ({error}).", "Restore it from a backup: the stored data needs its keys."
            ) from error
    names = {field.name for field in fields(Secrets)}
    known = Secrets(**(asdict(fresh()) | {name: value for name, value in kept.items() if name in names}))
    if asdict(known) != kept:
        _write(file, known)
    return known


def _write(file: Path, value: Secrets) -> None:
    fresh_file = file.with_suffix(".new")
    descriptor = os.open(fresh_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(asdict(value), out, indent=2)
    fresh_file.replace(file)
