"""Product records as they stand in the archive: each by itself, or its first one in a bundle."""

from runtime.bundles import FOLDER, Index, contents
from runtime.objects import Bucket
from schemas.product import PRODUCTS, Product, product_object
from schemas.topics import PIM_PRODUCTS


class Archive:
    """Reads only."""

    def __init__(self, library: Bucket) -> None:
        self._library, self._index = library, Index(library, PIM_PRODUCTS.name)

    async def refresh(self) -> None:
        """Take up what was bundled since. Raises Unavailable."""
        await self._index.refresh()

    async def get(self, path: str) -> Product | None:
        """The record that stands, bundles as of the last `refresh`. Raises Unavailable."""
        stored = await self._library.get(path)
        body = stored.body if stored else await self._index.get(path)
        return Product.model_validate_json(body) if body is not None else None

    async def paths(self, system: str, kind: str = "") -> set[str]:
        """Where that system's records are archived, or would be if they were not in a bundle. Raises Unavailable."""
        folder = product_object(system, kind, "").rpartition("/")[0] + "/" if kind else _folder(system)
        found = {info.key for info in await self._library.listing(folder)}
        bundles = await self._library.listing(f"{FOLDER}{PIM_PRODUCTS.name}/")
        async for _, paths in contents(self._library, [info.key for info in bundles]):
            found |= {path for path in paths if path.startswith(folder)}
        return found


def _folder(system: str) -> str:
    return PRODUCTS + product_object(system, "", "").split("/")[1] + "/"
