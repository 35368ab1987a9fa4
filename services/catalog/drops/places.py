"""Where drops go, by what their settings say."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from services.catalog.drops.model import Drop, secret
from services.catalog.drops.s3 import AT_ONCE, S3Target
from services.catalog.drops.sftp import SftpTarget
from services.catalog.drops.standing import Standing
from services.catalog.drops.target import Target


def targets(drops: Iterable[Standing], environment: Mapping[str, str]) -> dict[str, Target]:
    """By name. Keys are read when something is sent, so a lacking one is told as that drop's trouble."""
    return {one.drop.name: _target(one.drop, environment) for one in drops}


def _target(drop: Drop, environment: Mapping[str, str]) -> Target:
    if drop.s3:  # threads of its own: a place that answers slowly holds up no other
        threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"drop-{drop.name}")
        return S3Target(drop.s3, partial(secret, environment=environment), threads)
    assert drop.sftp is not None  # noqa: S101 - the settings say either
    return SftpTarget(drop.sftp)
