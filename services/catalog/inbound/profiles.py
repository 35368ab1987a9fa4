"""Folder profiles as they stand in the library, for what is told of a folder or asked about it."""

import logging

from runtime.folders import Folders, FoldersError, read_folders
from runtime.objects import Bucket
from schemas.folders import FOLDERS

log = logging.getLogger(__name__)


async def profiles(library: Bucket) -> Folders:
    """Those in use; none where their file does not hold. Raises Unavailable."""
    stored = await library.get(FOLDERS)
    try:
        return read_folders(FOLDERS, stored.body.decode() if stored else "")
    except (FoldersError, UnicodeDecodeError) as error:
        log.warning("folder profiles do not hold, and nothing is said of any folder: %s", error)
        return Folders()
