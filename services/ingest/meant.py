"""Which file a list means by a name. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from services.ingest.names import bare


class Names:
    """The files that lie there. People leave out endings, and write letters large and small as they like."""

    def __init__(self, there: Iterable[str]) -> None:
        self.there = frozenset(there)
        self._whole: dict[str, list[str]] = defaultdict(list)
        self._bare: dict[str, list[str]] = defaultdict(list)
        for key in self.there:
            self._whole[_plain(key)].append(key)
            self._bare[_plain(bare(key))].append(key)

    def key_of(self, named: str) -> str:
        """The key of the one file that is meant; the name itself where none or several may be."""
        if named in self.there:
            return named
        alike = self._whole.get(_plain(named)) or self._bare.get(_plain(named)) or []
        return alike[0] if len(alike) == 1 else named


def _plain(key: str) -> str:
    return unicodedata.normalize("NFC", key).casefold()
