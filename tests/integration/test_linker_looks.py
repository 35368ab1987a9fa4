"""What looks like a linked picture gets its style suggested, on a real database, whichever comes first."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from schemas.facet import Facet, LinksFacet
from services.linker.filling import Filling
from services.linker.looking import Looking
from tests.integration.linker_view import View, product
from tests.integration.test_linker_frames import Shoot, shoot

__all__ = ["shoot"]
pytestmark = pytest.mark.broker
LINKED, LIKE_IT, UNLIKE = "0001_SHOE-1_front", "0002", "0003"


class Album(Shoot):
    """Pictures with a vector each, told in any order, looked at until none is due."""

    def __init__(self, view: View) -> None:
        super().__init__(view.database)
        self.looking = Looking(view.database, self.view.world.library, Filling())

    async def vector(self, name: str, *numbers: float) -> Facet:
        """Its `tags` facet; the vector lies in the library."""
        self.file(name)
        await self.view.world.library.put(f"vectors/{name}/m-1.f16", np.array(numbers, "<f2").tobytes())
        return self.view.facet("tags", {"embedding_key": f"vectors/{name}/m-1.f16"})

    def elsewhere(self, name: str) -> Facet:
        """Its `file` facet in a folder of its own: no frame lies beside it."""
        self.file(name)
        return self.view.file(key=f"{name}/IMG_{name}.jpg")

    async def look(self) -> None:
        """Until none is due."""
        while await self.looking.step():
            await self.settle()

    async def suggestions(self, name: str) -> list[tuple[str, list[str]]]:
        """SKU and kinds of evidence."""
        facet = await self.view.world.facet(self.ids[name], 1, "links")
        found = LinksFacet.model_validate(facet.data) if facet else LinksFacet()
        assert not found.links
        return [(one.sku, [why.kind for why in one.evidence]) for one in found.suggestions]


@pytest.fixture
async def album(shoot: Shoot) -> AsyncIterator[Album]:
    yield Album(shoot.view)


SHOE = [product("SHOE-1"), product("SHOE-1-RED", parent="SHOE-1")]
SHOE[0] = SHOE[0].model_copy(update={"kind": "model"})


@pytest.mark.parametrize("late", [False, True])
async def test_what_looks_like_a_linked_picture_gets_its_style_suggested(album: Album, late: bool) -> None:
    linked = [album.elsewhere(LINKED), await album.vector(LINKED, 1, 0.1)]
    others = [album.elsewhere(LIKE_IT), await album.vector(LIKE_IT, 1, 0.2)]
    others += [album.elsewhere(UNLIKE), await album.vector(UNLIKE, 0, 1)]
    await album.hear(*SHOE, *(others if late else linked))
    await album.look()
    await album.hear(*(linked if late else others))
    await album.look()
    assert await album.suggestions(LIKE_IT) == [("SHOE-1", ["likeness"])]
    assert await album.suggestions(UNLIKE) == []


async def test_a_frame_between_two_of_one_product_gets_it_suggested(album: Album) -> None:
    names = [LINKED, LIKE_IT, "0003_SHOE-1_back"]
    taken = [album.file(name, f"2026:05:01 10:00:0{at}") for at, name in enumerate(names)]
    await album.hear(*SHOE, *taken, *[await album.vector(name, 1, 0) for name in names])
    await album.look()
    assert await album.suggestions(LIKE_IT) == [("SHOE-1", ["likeness", "sequence", "sequence"])]


async def test_a_link_that_is_taken_back_takes_its_suggestions_with_it(album: Album) -> None:
    await album.hear(*SHOE, album.elsewhere(LINKED), await album.vector(LINKED, 1, 0.1))
    await album.hear(album.elsewhere(LIKE_IT), await album.vector(LIKE_IT, 1, 0.2))
    await album.look()
    await album.hear(*(one.model_copy(update={"status": "removed", "revision": 2}) for one in SHOE))
    await album.look()
    assert await album.suggestions(LIKE_IT) == []


async def test_nothing_is_read_while_everything_is_linked(album: Album) -> None:
    await album.hear(*SHOE, album.elsewhere(LINKED), await album.vector(LINKED, 1, 0.1))
    assert not await album.looking.step()


async def test_a_broken_vector_is_said_and_stops_nobody(album: Album, caplog: pytest.LogCaptureFixture) -> None:
    await album.hear(*SHOE, album.elsewhere(LINKED), await album.vector(LINKED, 1, 0.1))
    broken = album.elsewhere(UNLIKE), await album.vector(UNLIKE, float("nan"), 1)
    await album.hear(*broken, album.elsewhere(LIKE_IT), await album.vector(LIKE_IT, 1, 0.2))
    await album.look()
    assert f"vectors/{UNLIKE}/m-1.f16 is missing or broken" in caplog.text
    assert await album.suggestions(LIKE_IT) == [("SHOE-1", ["likeness"])]
