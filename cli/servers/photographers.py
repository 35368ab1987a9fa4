"""Keys of people who may put files into one folder of the inbox, and do nothing else. Kept in the store's folder."""

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cli.trouble import Trouble

FILE = "photographers.json"
INBOX = "inbox"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_FOLDER = re.compile(r"[\w .+-]+(?:/[\w .+-]+)*")
"""Nothing that a policy would read as a pattern."""
TAKEN = ("packshot", "delivery", "services")
"""Identities of our own."""
MAY = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")


@dataclass(frozen=True)
class Photographer:
    """One of them. `folder` is of the inbox, without slashes at its ends; all below it is theirs too."""

    name: str
    folder: str
    access_key: str
    secret_key: str


def fresh(name: str, folder: str) -> Photographer:
    """With new keys. Raises Trouble where name or folder will not do."""
    folder = folder.strip("/")
    if not _NAME.fullmatch(name) or name in TAKEN:
        raise Trouble(f"{name!r} cannot be a name here.", "Use small letters, digits and hyphens, up to 41: anna-k.")
    if not _FOLDER.fullmatch(folder) or {".", ".."} & set(folder.split("/")):
        raise Trouble(f"{folder!r} cannot be a folder here.", "Use letters, digits, spaces and . + - _ /: autumn/anna.")
    return Photographer(name, folder, "PK" + secrets.token_hex(9).upper(), secrets.token_urlsafe(30))


def load(data: Path) -> list[Photographer]:
    """Who there is; `data` is the store's folder."""
    file = data / FILE
    return [Photographer(**entry) for entry in json.loads(file.read_text())] if file.exists() else []


def save(data: Path, people: list[Photographer]) -> None:
    """Written as a whole, and readable by its owner only."""
    part = data / f"{FILE}.new"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump([asdict(one) for one in people], out, indent=1)
    part.replace(data / FILE)


def policy(folder: str) -> dict[str, Any]:
    """In the words of AWS, which its IAM takes as well: files may be put below the folder; no look, no deletion."""
    allowed = {"Effect": "Allow", "Action": list(MAY), "Resource": [f"arn:aws:s3:::{INBOX}/{folder}/*"]}
    return {"Version": "2012-10-17", "Statement": [allowed]}
