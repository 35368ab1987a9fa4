"""Pictures are found by words that mean the same, in other languages too; what has the very words comes first."""

from collections.abc import AsyncIterator
from itertools import product as product_of
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from services.catalog import dump, rebuild
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.app import create_app
from services.catalog.api.deps import Deps
from services.catalog.config import CatalogSettings
from services.catalog.live import Live
from services.catalog.meaning.embedder import Embedder
from services.catalog.meaning.near import Meaning
from services.catalog.meaning.reader import Reader
from services.catalog.meaning.weights import BadWeights
from services.catalog.queries.filters import Filters
from services.catalog.queries.notes import AS_TYPED
from services.catalog.scope import Scope
from tests.fakes.meaning import Words
from tests.fakes.parts import MemoryParts
from tests.integration.catalog_client import FIRST, SECOND, get, ids
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture, product

pytestmark = pytest.mark.broker
BOOT, WORD = ASSETS[3], ASSETS[4]


async def embed(meaning: Meaning) -> int:
    """All phrases that are due; returns how many steps that took."""
    steps = 0
    while await meaning.step():
        steps += 1
    return steps


@pytest.fixture
async def words(stage: Stage) -> Meaning:
    """The phrases of the catalogue, in a model that knows a few words."""
    meaning = Meaning(stage.database, Reader(Words))
    assert await embed(meaning)
    return meaning


async def phrases(stage: Stage) -> dict[str, str | None]:
    """Phrase → by which model it is embedded."""
    async with stage.database.transaction() as connection:
        return dict(await connection.fetch("SELECT text, model FROM catalog.phrase"))


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=Laufschuhe", [FIRST]),
        ("q=кроссовки", [FIRST]),
        ("q=stiefel", [SECOND]),
        ("q=stiefel&colour=red", []),
        ("q=shoes", [FIRST]),
        ("q=xyzzy", []),
        ("q=laufschuhe+42", []),
        ("q=7", []),
    ],
)
async def test_other_words_for_the_same(client: httpx.AsyncClient, query: str, found: list[str]) -> None:
    assert await ids(client, query) == found
    listed = await get(client, f"/v1/assets?{query}")
    assert listed["total"] == len(found)
    counted = {one["value"]: one["count"] for one in (await get(client, f"/v1/facets?{query}"))["kind"]}
    assert counted.get("image", 0) == len(found)


async def test_the_very_words_come_first(client: httpx.AsyncClient, stage: Stage, words: Meaning) -> None:
    more = [*picture(BOOT, "a/b.jpg", label="boots"), *picture(WORD, "c/stiefel.jpg", label="hat")]
    await stage.put([change(one) for one in more])
    await embed(words)
    found = await ids(client, "q=Stiefel")
    assert found[0] == WORD
    assert set(found[1:]) == {BOOT, SECOND}


async def test_the_page_says_by_which_phrases(client: httpx.AsyncClient, words: Meaning) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    page = (await client.get("/?q=Laufschuhe")).text
    assert "Also what means the same: “shoe”</p>" in page
    assert f'data-id="{FIRST}"' in page
    assert "means the same" not in (await client.get("/?q=RED-42")).text


@pytest.mark.usefixtures("words")
async def test_words_that_nothing_has_of_what_is_found_are_told(client: httpx.AsyncClient) -> None:
    page = await get(client, "/v1/assets?q=laufschuhe+trainer+laufschuhe")
    assert [one["id"] for one in page["items"]] == [FIRST]
    assert page["notes"] == ["None of these pictures has “laufschuhe”: they are the nearest in meaning."]
    assert (await get(client, "/v1/assets?q=shoes"))["notes"] == []


async def test_meaning_is_asked_before_a_word_is_taken_for_another(
    client: httpx.AsyncClient, stage: Stage, words: Meaning
) -> None:
    await stage.put([change(one) for one in picture(BOOT, "a/b.jpg", label="jellies")])
    await embed(words)
    page = await get(client, "/v1/assets?q=wellies")  # boots: a word
    assert [one["id"] for one in page["items"]] == [SECOND]
    assert "No picture has “wellies”. Did you mean “jellies”?" in page["notes"]
    page = await get(client, "/v1/assets?q=jelliess")  # none
    assert [one["id"] for one in page["items"]] == [BOOT]
    assert page["notes"] == ["No picture has “jelliess”: “jellies” was looked for.", AS_TYPED]
    assert await ids(client, 'q="jelliess"') == []


async def test_what_was_mended_means_what_the_right_word_means(
    client: httpx.AsyncClient, stage: Stage, words: Meaning
) -> None:
    await stage.put([change(one) for one in picture(BOOT, "a/b.jpg", label="zapatillas")])
    await embed(words)
    assert await ids(client, "q=trainerr") == await ids(client, "q=trainer") == [FIRST, BOOT]


async def test_the_page_leads_to_the_word_as_it_is_typed_and_to_the_other_one(
    client: httpx.AsyncClient, stage: Stage, words: Meaning
) -> None:
    await stage.put([change(one) for one in picture(BOOT, "a/b.jpg", label="jellies")])
    await embed(words)
    client.cookies.set(COOKIE, Access("secret").session())
    page = (await client.get("/?q=Jelliess+-blue")).text
    assert '<a href="/?q=%22jelliess%22+-blue">Look for “jelliess” as it is typed</a>' in page
    assert '<a href="/?q=jellies+-red">Look for “jellies”</a>' in (await client.get("/?q=Wellies+-red")).text


async def test_who_sees_a_part_is_told_no_phrase_of_the_rest(words: Meaning) -> None:
    assert await words.near("Laufschuhe", Filters(within=Scope(("nowhere",)))) == ()
    assert await words.near("Laufschuhe", Filters(within=Scope(("autumn",)))) == ("shoe",)
    among = Filters(label=("hat",), within=Scope(("autumn",)))
    assert await words.near("Laufschuhe", among) == ("shoe",)


async def test_pages_of_it_have_each_picture_once(client: httpx.AsyncClient, stage: Stage, words: Meaning) -> None:
    for asset in ASSETS[3:]:
        await stage.put([change(one) for one in picture(asset, f"x/{asset}.jpg", label="trainer", colour="blue")])
    await embed(words)
    whole, found, cursor = await ids(client, "q=shoe"), [], ""
    while True:
        page = await get(
            client, f"/v1/assets?q=shoe&limit=1&cursor={cursor}" if cursor else "/v1/assets?q=shoe&limit=1"
        )
        found += [one["id"] for one in page["items"]]
        if not (cursor := page["next"]):
            break
    assert found == whole
    assert set(found) == {FIRST, *ASSETS[3:]}


async def test_a_phrase_is_embedded_once_and_goes_with_the_last_picture_of_it(stage: Stage, words: Meaning) -> None:
    assert (await phrases(stage)).keys() == {"shoe", "red shoe", "boot", "blue boot", "Trainer, red"}
    await stage.put([change(one) for one in picture(BOOT, "a/b.jpg", label="boot", colour="blue")])
    assert await embed(words) == 0
    purged = {"newest": 1, "state": "purged", "out": [1]}
    await stage.put([change(facet(BOOT, "head", purged, revision=5))])
    assert "boot" in await phrases(stage)
    await stage.put([change(facet(SECOND, "head", purged, revision=5))])
    assert (await phrases(stage)).keys() == {"shoe", "red shoe", "Trainer, red"}
    await stage.put([change(product("RED-42", "Sneaker", revision=2))])
    assert (await phrases(stage)).keys() == {"shoe", "red shoe", "Sneaker"}


async def test_a_view_that_is_made_anew_has_them_again(stage: Stage) -> None:
    for one in picture(FIRST, "autumn/RED_main.jpg", label="shoe"):
        await stage.say(one)
    meaning = Meaning(stage.database, Reader(Words))
    await rebuild.from_bucket(stage.database, stage.library, await stage.member("x").logs(), stage.ends())
    facts = await dump.text(stage.database)
    assert await phrases(stage) == {"shoe": None, "red shoe": None}
    assert await embed(meaning) == 1
    assert await phrases(stage) == {"shoe": "words-1", "red shoe": "words-1"}
    assert await dump.text(stage.database) == facts


async def test_another_model_embeds_anew(stage: Stage, words: Meaning) -> None:
    class Newer(Words):
        name = "words-2"

    newer = Meaning(stage.database, Reader(Newer))
    assert await embed(newer)
    assert set((await phrases(stage)).values()) == {"words-2"}
    assert await newer.near("Laufschuhe") == ("shoe",)
    assert await words.near("Laufschuhe") == ()


async def test_what_cannot_be_embedded_stops_no_other(stage: Stage) -> None:
    class Choking(Words):
        def embed(self, text: str) -> NDArray[np.float32]:
            if text == "boot":
                raise RuntimeError("cannot")
            return super().embed(text)

    meaning = Meaning(stage.database, Reader(Choking))
    assert await embed(meaning)
    assert set((await phrases(stage)).values()) == {"words-1"}
    assert await meaning.near("Laufschuhe") == ("shoe",)
    assert "boot" not in await meaning.near("stiefel")


async def test_without_a_model_words_are_found_as_before(stage: Stage) -> None:
    def none() -> Words:
        raise BadWeights("none")

    meaning = Meaning(stage.database, Reader(none))
    assert await meaning.step() is False
    assert await meaning.near("Laufschuhe") == ()


@pytest.fixture
async def real(stage: Stage, postgres: str, meaning: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The API with the model that is shipped, over some products."""
    names = ("running shoe", "sofa", "camera", "skirt", "bicycle")
    await rebuild.empty(stage.database)
    for asset, label in zip(ASSETS, names, strict=False):
        await stage.put([change(one) for one in picture(asset, f"x/{asset}.jpg", label=label, colour="black")])
    model = Meaning(stage.database, Reader(lambda: Embedder(meaning)))
    await embed(model)

    async def presign(_: str) -> str:
        raise NotImplementedError

    settings = CatalogSettings(admin_key="secret", database_url=postgres)
    parts = (stage.database, stage.library, stage.publisher, presign, Access("secret"), Live(postgres), model.near)
    transport = httpx.ASGITransport(
        create_app(Deps(settings, *parts, stage.taking(tmp_path), MemoryParts())), raise_app_exceptions=False
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://packshot.test") as made:
        yield made


async def test_many_languages_with_the_real_model(real: httpx.AsyncClient) -> None:
    shoe, sofa, camera, _, bicycle = ASSETS[:5]
    asked = {
        shoe: ("running shoe", "Laufschuhe", "laufschuhe", "zapatillas para correr", "chaussures de course"),
        sofa: ("ソファ", "Sofa"),
        camera: ("appareil photo", "fotoapparat", "カメラ"),
        bicycle: ("bicicleta", "Fahrrad"),
    }
    first = {query: (await ids(real, f"q={query}") or [""])[0] for queries in asked.values() for query in queries}
    assert first == {query: asset for asset, queries in asked.items() for query in queries}


@pytest.mark.parametrize("query", ["pizza", "Steuererklärung", "dinosaur", "violín", "Weihnachtsbaum", "invoice"])
async def test_what_nothing_is_like_finds_nothing(real: httpx.AsyncClient, query: str) -> None:
    assert await ids(real, f"q={query}") == []


async def test_of_few_pictures_all_phrases_are_compared(
    client: httpx.AsyncClient, stage: Stage, words: Meaning
) -> None:
    same = [" ".join(said) for said in product_of(("shoe", "shoes", "trainer", "zapatillas", "laufschuhe"), repeat=3)]
    many = [
        one
        for n, said in enumerate(same)
        for one in picture(f"{n:08x}-0000-5000-8000-000000000000", f"wide/{n}.jpg", label=said)
    ]
    few = [f"{n:08x}-0000-5000-8000-000000000000" for n in range(0, len(same), 6)]
    moved = [one for n in few for one in picture(n, f"narrow/{n}.jpg", label=same[int(n[:8], 16)])]
    await stage.put([change(one.model_copy(update={"revision": 2})) for one in moved] + [change(one) for one in many])
    await embed(words)
    assert len(few) > 20
    assert set(await ids(client, "q=кроссовки&folder=narrow")) == set(few)
    assert (await get(client, "/v1/assets?q=кроссовки&folder=narrow&label=hat"))["items"] == []
    assert await ids(client, "q=stiefel&folder=narrow") == []
