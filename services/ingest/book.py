"""The records of the names that one job touches: each read once, and written over just what was read."""

from collections.abc import Iterator

from runtime.objects import Bucket, Exists
from runtime.outage import Unavailable
from services.ingest.source import Source, load, save


class Book:
    """`sources/*.json` of one bucket, for the length of one job."""

    def __init__(self, library: Bucket, bucket: str) -> None:
        self._library, self._bucket = library, bucket
        self._pages: dict[str, tuple[Source, str | None]] = {}

    def __iter__(self) -> Iterator[Source]:
        """The records so far, in the order in which they were first read."""
        return iter([source for source, _ in self._pages.values()])

    async def read(self, key: str) -> Source:
        """What is known of a name; a blank record where it is new."""
        if key not in self._pages:
            self._pages[key] = await load(self._library, self._bucket, key)
        return self._pages[key][0]

    def note(self, source: Source) -> None:
        """Change it for this job only; it must have been read."""
        self._pages[source.key] = (source, self._pages[source.key][1])

    async def write(self, source: Source) -> None:
        """Change it for good; it must have been read. Raises Unavailable where somebody else wrote it meanwhile."""
        try:
            etag = await save(self._library, source, self._pages[source.key][1])
        except Exists as error:  # a zombie of a former owner of the partition; read again and go on
            raise Unavailable(f"another process wrote {source.key} meanwhile") from error
        self._pages[source.key] = (source, etag)
