"""For the length of a measurement, a running copy makes the first waves only: the second has no bare call beside it."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import yaml

from cli.connect import settings_of
from cli.home import current
from runtime.s3_store import Store
from services.render.presets import DEFAULT
from services.render.shelf import FRESH_S, KEY


def text(keeps: Callable[[dict[str, object]], bool]) -> str:
    """Of our own presets those that it keeps."""
    found = yaml.safe_load(DEFAULT.read_text("utf-8"))
    channels = {name: kept for name, listed in found["channels"].items() if (kept := [p for p in listed if keeps(p)])}
    return yaml.safe_dump({"channels": channels}, sort_keys=False)


def _is_first(preset: dict[str, object]) -> bool:
    return preset.get("wave") != "later"


@contextmanager
def first_waves_only() -> Iterator[None]:
    """Puts such presets on the running copy's shelf, and in the end what lay there before."""
    store = Store(settings := settings_of(current()))
    library = store.bucket(settings.library_bucket)
    before = asyncio.run(library.get(KEY))
    try:
        asyncio.run(library.put(KEY, text(_is_first).encode(), content_type="application/yaml"))
        time.sleep(FRESH_S + 1)
        yield
    finally:
        if before is None:
            asyncio.run(library.delete(KEY))
        else:
            asyncio.run(library.put(KEY, before.body, content_type="application/yaml"))
        store.close()
