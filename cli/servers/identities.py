"""Who may what in the store: its administrator, the services, delivery, and the people who only put files.

SeaweedFS reads it from s3.json. Services do what they like with the objects of our two buckets, and nothing with
buckets. Delivery stands in the open: it reads what it sends and writes what it makes, and deletes nothing.
"""

import json
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from cli.servers.photographers import Photographer, policy

OURS, DELIVERY, SERVICES = "packshot", "delivery", "services"
INBOX, LIBRARY = "arn:aws:s3:::inbox", "arn:aws:s3:::library"
OF_BUCKETS = (
    *("ListBucket", "ListBucketVersions", "ListBucketMultipartUploads", "GetBucketVersioning"),
    "GetBucketLocation",  # clients that are told no region ask for it first
)
OF_OBJECTS = (
    *("GetObject", "GetObjectVersion", "GetObjectTagging", "GetObjectVersionTagging", "PutObject"),
    *("DeleteObject", "DeleteObjectVersion", "AbortMultipartUpload", "ListMultipartUploadParts"),
)
READ = ("originals", "renditions", "sizes")
"""Folders of the library that delivery reads."""
WRITTEN = ("sizes", "sent")
"""Those that it writes to: sizes that it makes, and what it counted. Over a rendition it cannot write."""
Pair = tuple[str, str]
"""Access and secret key."""


class Keys(NamedTuple):
    """Of our own identities. ours: the administrator's, who makes the buckets; services: all others' than delivery."""

    ours: Pair
    delivery: Pair
    services: Pair


def told(keys: Keys, people: Sequence[Photographer], ended: Sequence[Photographer] = ()) -> dict[str, Any]:
    """What SeaweedFS is told: its administrator, then all others by a policy of their own.

    ended: whose keys open nothing any more. A store that runs forgets nobody that it is not told of: it is told of them
    with another secret and without a policy.
    """
    everything = ["Admin", "Read", "List", "Tagging", "Write"]
    ours = {**_identity(OURS, keys.ours, []), "actions": everything}
    theirs = [_identity(one.name, (one.access_key, one.secret_key), [f"put-{one.name}"]) for one in people]
    theirs += [_identity(one.name, (one.access_key, secrets.token_urlsafe(30)), []) for one in ended]
    services = _identity(SERVICES, keys.services, [SERVICES])
    policies = {
        DELIVERY: delivery_policy(),
        SERVICES: services_policy(),
        **{f"put-{one.name}": policy(one.folder) for one in people},
    }
    return {
        "identities": [ours, _identity(DELIVERY, keys.delivery, [DELIVERY]), services, *theirs],
        "policies": [{"name": name, "content": json.dumps(content)} for name, content in policies.items()],
    }


def services_policy() -> dict[str, Any]:
    """In the words of AWS."""
    named = [INBOX, LIBRARY]
    allowed = {OF_BUCKETS: named, OF_OBJECTS: [f"{bucket}/*" for bucket in named]}
    statements = [
        {"Effect": "Allow", "Action": [f"s3:{action}" for action in actions], "Resource": where}
        for actions, where in allowed.items()
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def delivery_policy() -> dict[str, Any]:
    """In the words of AWS. Who may not list is told 403, not 404, of a key that is not there."""
    allowed = {
        "s3:GetObject": [f"{LIBRARY}/{folder}/*" for folder in READ],
        "s3:PutObject": [f"{LIBRARY}/{folder}/*" for folder in WRITTEN],
        "s3:ListBucket": [LIBRARY],
    }
    statements = [{"Effect": "Allow", "Action": [action], "Resource": where} for action, where in allowed.items()]
    return {"Version": "2012-10-17", "Statement": statements}


def _identity(name: str, keys: Pair, policies: list[str]) -> dict[str, Any]:
    credentials = [{"accessKey": keys[0], "secretKey": keys[1]}]
    return {"name": name, "credentials": credentials, "actions": [], "policyNames": policies}
