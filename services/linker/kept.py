"""The text of a file of settings in the library, as it last held."""

import logging
from collections.abc import Callable

from runtime.objects import Bucket

log = logging.getLogger(__name__)


class Kept:
    """says: what was made of the text; None until one was read that holds. read: raises ValueError otherwise."""

    def __init__(self, library: Bucket, key: str, read: Callable[[str], str]) -> None:
        self._library, self._key, self._read = library, key, read
        self._etag: str | None = None
        self.says: str | None = None

    async def look(self) -> None:
        """Read it where it has changed. One that does not hold is passed over, and said. Raises Unavailable."""
        stored = await self._library.get(self._key)
        etag = stored.etag if stored else ""
        if etag == self._etag:
            return
        try:
            self.says = self._read(stored.body.decode() if stored else "")
        except ValueError as error:  # with what is no UTF-8
            log.error("what names are read by stays as it was: %s", error)
        self._etag = etag
