"""Gives a running Packshot its input: product lists to `pim.events`, files to the inbox through S3."""

import hashlib
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from cli.trouble import Trouble
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.minio_store import client_of
from runtime.publisher import Publisher
from services.ingest.names import is_nothing
from services.pim.handler import pim_event
from services.pim.product import ProductList

AT_ONCE = 4


@dataclass(frozen=True)
class Put:
    """One file that was dropped. `began` and `ended` by our clock, seconds since the epoch."""

    key: str
    path: Path
    sha256: str
    size: int
    began: float
    ended: float


async def import_products(settings: Settings, listed: ProductList) -> None:
    """Send every product to `pim.events`, acknowledged. Raises Unavailable."""
    producer = KafkaProducer(settings)
    try:
        await producer.start()
        publisher, now = Publisher(producer, "cli"), time.time()
        await publisher.publish_all(pim_event(product, now) for product in listed.products)
    finally:
        await producer.stop()


def files_in(folder: Path) -> list[Path]:
    """What a person would drop: every file below the folder that is not a system's or client's own."""
    if not folder.is_dir():
        raise Trouble(f"{folder} is not a folder.", "Name the folder that holds your pictures.")
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not is_nothing(path.name))
    if not found:
        raise Trouble(f"There is no file in {folder}.", "Name the folder that holds your pictures.")
    return found


def put_all(settings: Settings, folder: Path, paths: Iterable[Path], under: str) -> Iterator[Put]:
    """PUT the files into the inbox, a few at a time, under their names below `folder`; yields each when it is there."""
    client = client_of(settings)

    def put(path: Path) -> Put:
        key = f"{under}/{path.relative_to(folder).as_posix()}".lstrip("/")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        began = time.time()
        client.fput_object(settings.inbox_bucket, key, str(path))
        return Put(key, path, digest, path.stat().st_size, began, time.time())

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(put, path) for path in paths]):
            try:
                yield done.result()
            except (S3Error, HTTPError, OSError) as error:
                raise Trouble(
                    f"The inbox did not take a file: {error}", "See `packshot status`, then try again."
                ) from error
