"""Keys of people who may put files into one folder of the inbox, and do nothing else. Kept in the store's folder."""

import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cli.trouble import Trouble

FILE = "photographers.json"
INBOX = "inbox"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_FOLDER = re.compile(r"[\w .+-]+(?:/[\w .+-]+)*")
"""Nothing that a policy would read as a pattern."""
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
    if not _NAME.fullmatch(name) or name == "packshot":
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


def identities(
    keys: tuple[str, str], people: Sequence[Photographer], ended: Sequence[Photographer] = ()
) -> dict[str, Any]:
    """What SeaweedFS is told of who may what: ourselves, then everybody by a policy of their own.

    ended: whose keys open nothing any more. A store that runs forgets nobody that it is not told of: it is told of them
    with another secret and without a policy.
    """
    ours = {
        "name": "packshot",
        "credentials": [{"accessKey": keys[0], "secretKey": keys[1]}],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
    theirs = [_identity(one, one.secret_key, [f"put-{one.name}"]) for one in people]
    theirs += [_identity(one, secrets.token_urlsafe(30), []) for one in ended]
    if not theirs:
        return {"identities": [ours]}
    policies = [{"name": f"put-{one.name}", "content": json.dumps(policy(one.folder))} for one in people]
    return {"identities": [ours, *theirs], "policies": policies}


def _identity(one: Photographer, secret: str, policies: list[str]) -> dict[str, Any]:
    credentials = [{"accessKey": one.access_key, "secretKey": secret}]
    return {"name": one.name, "credentials": credentials, "actions": [], "policyNames": policies}


def policy(folder: str) -> dict[str, Any]:
    """In the words of AWS, which its IAM takes as well: files may be put below the folder; no look, no deletion."""
    allowed = {"Effect": "Allow", "Action": list(MAY), "Resource": [f"arn:aws:s3:::{INBOX}/{folder}/*"]}
    return {"Version": "2012-10-17", "Statement": [allowed]}
