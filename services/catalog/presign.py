"""Presigned URLs for uploads, signed for the host that browsers reach the store by."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from minio import Minio

from runtime.minio_store import client_of
from services.catalog.api.uploads import EXPIRES
from services.catalog.config import CatalogSettings


def public_client(settings: CatalogSettings) -> Minio:
    """The signature covers the host: another public address needs a client of that address."""
    if not settings.s3_public_url:
        return client_of(settings)
    parts = urlsplit(settings.s3_public_url)
    changed = {"s3_endpoint": parts.netloc, "s3_secure": parts.scheme == "https"}
    return client_of(settings.model_copy(update=changed))


def presigner(settings: CatalogSettings) -> Callable[[str], Awaitable[str]]:
    """Key in the inbox → URL that takes one PUT within the hour."""
    client = public_client(settings)

    async def presign(key: str) -> str:
        return str(await asyncio.to_thread(client.presigned_put_object, settings.inbox_bucket, key, EXPIRES))

    return presign
