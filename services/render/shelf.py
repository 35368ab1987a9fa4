"""Where the presets lie: a file that the operator names, else `settings/presets.yaml` of the library, else our own.

Every worker reads the library's again within `FRESH_S`, so that `packshot presets apply` reaches all of them.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from runtime.deliver import Saying
from runtime.objects import Bucket
from schemas.asset import AssetIngested
from services.render.batch import Deps
from services.render.presets import Presets, PresetsError, load_presets, read_presets

log = logging.getLogger(__name__)
KEY = "settings/presets.yaml"
FRESH_S = 5.0
E = TypeVar("E", bound=AssetIngested)


class Shelf:
    """The presets of now. `fixed`: a file of the operator's, read once."""

    def __init__(self, library: Bucket, fixed: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._library, self._clock, self._fixed = library, clock, fixed is not None
        self._presets = load_presets(fixed) if fixed is not None else load_presets()
        self._etag, self._read_at = "", -FRESH_S

    async def presets(self) -> Presets:
        """Not older than FRESH_S. A file in the library that does not hold is passed over, and said."""
        if self._fixed or self._clock() - self._read_at < FRESH_S:
            return self._presets
        stored = await self._library.get(KEY)
        self._read_at = self._clock()
        etag = stored.etag if stored is not None else ""
        if etag != self._etag:
            try:
                self._presets = read_presets(KEY, stored.body.decode()) if stored is not None else load_presets()
            except (PresetsError, UnicodeDecodeError) as error:
                log.error("the presets stay as they were: %s", error)
            self._etag = etag
        return self._presets


def fresh(
    handle: Callable[[E, Deps], Saying], deps: Deps, presets: Callable[[], Awaitable[Presets]]
) -> Callable[[E], Saying]:
    """A handler with the presets of the moment when it begins."""

    async def handler(event: E) -> Saying:
        async with aclosing(handle(event, replace(deps, presets=await presets()))) as saying:
            async for said in saying:
                yield said

    return handler
