"""The part of the library that somebody may see. Pure; how the view is asked for it is in `queries/scope.py`."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self


class Scope(NamedTuple):
    """What lies in one of these folders or below, is of one of these brands, and is in one of these collections. Of
    what is not named, all: nothing named is everything.
    """

    folders: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    """As folder profiles give them."""
    collections: tuple[str, ...] = ()
    """Those that people made, by id."""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """From a key's or a session's fields; what an older one does not name is not limited."""
        return cls(*(tuple(said.get(name) or ()) for name in cls._fields))

    @property
    def limited(self) -> bool:
        """Whether there is anything that it leaves out."""
        return any(self)

    @property
    def has_products(self) -> bool:
        """Whether products are shown, those of its brands: they lie in no folder, and are in no collection."""
        return not self.folders and not self.collections

    @property
    def words(self) -> str:
        """For people: `the folders a, b, of these the brands c`."""
        named = [(name, values) for name, values in zip(self._fields, self, strict=True) if values]
        return ", of these ".join(f"the {name} {', '.join(values)}" for name, values in named) or "everything"

    def takes(self, folder: str, brand: str) -> bool:
        """Whether what is dropped there, where files are of that brand, lies in it. What is new is in no collection."""
        below = any(folder == own or folder.startswith(f"{own}/") for own in self.folders)
        return (below or not self.folders) and (brand in self.brands or not self.brands) and not self.collections


EVERYTHING = Scope()
