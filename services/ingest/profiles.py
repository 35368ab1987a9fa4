"""Folder profiles of now, from the library. An own file of a folder's rules that does not hold opens nothing."""

import logging
import time
from collections.abc import Callable

from runtime.folders import Folders, FoldersError, read_folders
from runtime.objects import Bucket
from schemas.folders import FOLDERS, FolderProfile

log = logging.getLogger(__name__)
FRESH_S = 5.0


class Profiles:
    """Read again every FRESH_S at most, when somebody asks."""

    def __init__(self, library: Bucket, clock: Callable[[], float] = time.monotonic) -> None:
        self._library, self._clock = library, clock
        self._folders: Folders | None = Folders()
        self._etag, self._read_at = "", -FRESH_S

    async def of(self, key: str) -> FolderProfile:
        """What holds for a file of that name. Where no profile was ever read that holds, everything waits to be
        approved: what nobody may see yet must not go live by a slip of the keyboard. Raises Unavailable.
        """
        if self._clock() - self._read_at >= FRESH_S:
            await self._look()
        return self._folders.of(key) if self._folders is not None else FolderProfile(approval="review")

    async def _look(self) -> None:
        stored = await self._library.get(FOLDERS)
        etag = stored.etag if stored else ""
        if etag != self._etag:
            try:
                self._folders = read_folders(FOLDERS, stored.body.decode() if stored else "")
            except (FoldersError, UnicodeDecodeError) as error:
                if not self._etag:
                    self._folders = None  # this process has never read one that holds
                log.error("the folder profiles stay as they were: %s", error)
            self._etag = etag
        self._read_at = self._clock()
