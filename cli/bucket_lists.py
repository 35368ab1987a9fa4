"""A product list that lies in a bucket of the store: brought here while it is read."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from cli.trouble import Trouble
from runtime.config import Settings
from runtime.objects import Missing
from runtime.outage import Unavailable
from runtime.s3_store import Store

SCHEME = "s3://"


@contextmanager
def brought(settings: Settings, word: str) -> Iterator[Path]:
    """The file that a word means: a path, or `s3://bucket/key`. Raises Trouble."""
    if not word.startswith(SCHEME):
        yield Path(word)
        return
    bucket, _, key = word.removeprefix(SCHEME).partition("/")
    if not bucket or not key or key.endswith("/"):
        raise Trouble(f"{word} is no product list.", "Write it as s3://bucket/folder/products.csv.")
    store = Store(settings)
    try:
        with tempfile.TemporaryDirectory(prefix="packshot-list-") as folder:
            path = Path(folder) / PurePosixPath(key).name
            asyncio.run(store.bucket(bucket).fetch(key, path))
            yield path
    except Missing as error:
        raise Trouble(f"There is no {word}.", "Compare the names of bucket and file.") from error
    except Unavailable as error:
        cure = "Compare its name; `packshot status` says whether the store is up."
        raise Trouble(f"{word} cannot be read: {error}", cure) from error
    finally:
        store.close()
