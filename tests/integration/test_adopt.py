"""Moving in through a real store: bytes arrive as they were, and what is known of them with them."""

from functools import partial
from pathlib import Path

import pytest

from cli.adopt import _put
from cli.adopt_moving import Places, copied
from cli.adopt_rows import Move
from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.metadata import Told
from runtime.minio_store import client_of
from runtime.s3_store import Store
from tests.conftest import administrator_of
from tests.suites.labs import fresh

pytestmark = pytest.mark.broker


async def test_a_file_and_what_is_known_of_it(s3: Settings, stack: Stack, tmp_path: Path) -> None:
    owner = administrator_of(stack)
    store, client, bucket = Store(owner), client_of(owner), fresh("old").lower()
    try:
        client.make_bucket(bucket)
        source, inbox = store.bucket(bucket), store.bucket(s3.inbox_bucket)
        await source.put("dam/ä 1.jpg", b"bytes", content_type="image/jpeg")
        move = Move("ä 1.jpg", 2, meta={"rights": "nur für Österreich " * 8, "expires": "2999-12-31"})
        put = partial(_put, client, s3.inbox_bucket)
        places = Places(source, "dam/", inbox, store.bucket(s3.library_bucket), bucket, put)
        assert [new async for _, new in copied([move], places)] == [True]
        found: list[Told] = []
        await inbox.fetch(f"{bucket}/ä 1.jpg", tmp_path / "back", told=found.append)
        assert (tmp_path / "back").read_bytes() == b"bytes"
        assert {name: text.strip() for told in found for name, text in told.metadata.items()} == {
            name: text.strip() for name, text in move.meta.items()
        }
        assert [new async for _, new in copied([move], places)] == [False]
    finally:
        store.close()
