"""Tags that nobody taught: from the products that pictures show, as far as an attribute can be seen at all."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from runtime.assets import facet
from runtime.bundles import bundle_object, pack
from schemas.product import Product
from schemas.topics import PIM_PRODUCTS
from services.tagger.taught.library import Library, Pictured
from services.tagger.taught.linked import EYES, PALETTE, Linked, agreed, learn_linked, palette_of
from services.tagger.taught.shown import Shown, corrected, shown
from tests.fakes.versions import ingested
from tests.fakes.world import World

RED = [{"name": "red", "hex": "#c01020", "share": 1.0}]
BLUE = [{"name": "blue", "hex": "#1020c0", "share": 1.0}]


def product(sku: str, **known: Any) -> Product:
    return Product(system="csv", kind="product", id=sku, revision=1, written=datetime.now(UTC), sku=sku, **known)


def shirt(size: str, colour: str = "Red") -> Product:
    axes = {"size": size, "color": colour}
    return product(f"S-{size}-{colour}", parent="S", category="Men/Tops/Shirts", axes=axes, attributes={"cut": "Slim"})


def test_what_all_products_of_a_picture_agree_on() -> None:
    assert agreed([shirt("M"), shirt("L")]) == {"category": "Shirts", "color": "Red", "cut": "Slim"}
    assert agreed([shirt("M")])["size"] == "M"
    assert agreed([shirt("M"), product("S", category="Men/Tops/Shirts")])["color"] == "Red"  # a model does not gainsay
    assert agreed([product("S", attributes={"price": "52", "description": "Ideal " * 9})]) == {}
    assert agreed([]) == {}


def test_colours_are_numbers() -> None:
    red, blue = palette_of(RED), palette_of(BLUE)
    assert red.shape == palette_of([]).shape and np.linalg.norm(red - blue) > 1


def pictures() -> list[Linked]:
    """Two kinds of things and two colours; the material cannot be seen, and one value is of one product only."""
    random, found = np.random.default_rng(4), []
    kinds = {"Shirts": random.normal(size=30), "Shoes": random.normal(size=30)}
    for number in range(48):
        kind, red = ("Shirts", "Shoes")[number % 2], number % 4 < 2
        vector = (kinds[kind] * 3 + random.normal(size=30)).astype(np.float32)
        values = {"category": kind, "color": "Red" if red else "Blue", "material": str(random.integers(4))}
        embeddings = {EYES: vector, PALETTE: palette_of(RED if red else BLUE)}
        found.append(Linked(embeddings, values, group=f"style{number // 4}"))
    found.append(Linked(found[0].embeddings, {"category": "Hats"}, "hat"))
    return found


def test_what_can_be_seen_is_learnt_and_nothing_else() -> None:
    heads = learn_linked(pictures(), "2")
    assert set(heads) == {"category", "color"}
    assert heads["category"].learnt.tags == ("Shirts", "Shoes") and heads["color"].learnt.tags == ("Blue", "Red")
    assert all(head.learnt.figures.top1 > 0.9 for head in heads.values())


def test_a_style_is_never_judged_by_its_own_twins() -> None:
    """Every style has a look of its own and a value at random: whoever mixes a style's pictures is praised for it."""
    random, found = np.random.default_rng(6), []
    for style in range(30):
        look, value = random.normal(size=30) * 5, str(random.integers(2))
        for _ in range(4):
            vector = (look + random.normal(size=30) * 0.1).astype(np.float32)
            found.append(Linked({EYES: vector, PALETTE: palette_of([])}, {"mood": value}, f"style{style}"))
    heads = learn_linked(found, "2")
    assert "mood" not in heads or heads["mood"].learnt.figures.top1 < 0.75


async def told(world: World, name: str, links: list[dict[str, Any]], model: str = "2") -> str:
    """A picture that was tagged and linked."""
    event = await ingested(world, name, body=name.encode())
    key = f"vectors/{event.sha256}/{EYES}-{model}.f16"
    await world.library.put(key, np.ones(4, "<f2").tobytes())
    tags = {"colours": RED, "embedding_key": key, "models": {EYES: model}}
    await world.records.write(facet(event, "tags", tags))
    await world.records.write(facet(event, "links", {"links": links}))
    return event.asset_id


def link(sku: str, confidence: float = 0.98) -> dict[str, Any]:
    return {"sku": sku, "role": "main", "confidence": confidence}


async def shown_by(world: World) -> list[Shown]:
    return shown(await Library(world.library).look(), "2")


async def test_the_library_tells_what_its_pictures_show() -> None:
    world = World()
    for one in (shirt("L"), product("OLD", status="removed", category="Hats")):
        await world.library.put(f"products/csv/product/{one.sku}.json", one.model_dump_json().encode())
    first = {f"products/csv/product/{one.sku}.json": one for one in (shirt("M"), product("OLD", category="Hats"))}
    lines = {path: one.model_dump_json().encode() for path, one in first.items()}
    await world.library.put(bundle_object(PIM_PRODUCTS.name, 0, 1), pack(lines))
    await told(world, "sure", [link("S-M-Red"), link("S-L-Red")])
    await told(world, "unsure", [link("S-M-Red", 0.5)])
    await told(world, "of another model", [link("S-M-Red")], model="1")
    await told(world, "gone", [link("OLD")])
    await ingested(world, "untold")
    (only,) = await shown_by(world)
    assert only.group == "S"
    assert only.values == {"category": "Shirts", "color": "Red", "cut": "Slim", "view": "main"}
    vectors = await Library(world.library).vectors([only.picture], {EYES: "2"})
    assert vectors[only.picture.asset][EYES].tolist() == [1.0] * 4
    assert await Library(world.library).vectors([only.picture], {EYES: "2", "other": "1"}) == {}


async def test_a_record_that_cannot_be_read_teaches_nothing_and_harms_nobody() -> None:
    world = World()
    await world.library.put("products/csv/product/S-M-Red.json", shirt("M").model_dump_json().encode())
    damaged, _ = await told(world, "damaged", [link("S-M-Red")]), await told(world, "whole", [link("S-M-Red")])
    await world.library.put(f"facets/{damaged}/1/links.json", b"{")
    await world.library.put("products/csv/product/X.json", b"{}")
    assert len(await shown_by(world)) == 1


async def test_people_have_the_last_word() -> None:
    world = World()
    await world.library.put("products/csv/product/S-M-Red.json", shirt("M").model_dump_json().encode())
    said = {
        "wrong link": {"link:S-M-Red": "rejected"},
        "linked by hand": {"link:S-M-Red": "linked", "tag:Red": "rejected"},
        "another kind": {"link:S-M-Red": "linked", "tag:shirts": "confirmed"},
        "confirmed": {"tag:red": "confirmed", "tag:hat": "confirmed"},
        "its back": {"link:S-M-Red": "linked", "role": "back", "tag:Slim": "rejected"},
    }
    for name, fields in said.items():
        await told(world, name, [link("S-M-Red")] if name == "wrong link" else [])
        event = (await ingested(world, name)).model_copy(update={"version": 0})
        await world.records.write(facet(event, "curation", {"fields": fields}))
    taught = {tuple(sorted(one.values.items())) for one in await shown_by(world)}
    assert taught == {
        (("category", "Shirts"), ("cut", "Slim"), ("size", "M")),
        (("category", "Shirts"), ("color", "Red"), ("cut", "Slim"), ("size", "M")),
        (("category", "Shirts"), ("color", "Red"), ("size", "M"), ("view", "back")),
        (("color", "Red"),),  # an example of what it was confirmed to be, though it is linked to nothing
    }


def test_a_confirmed_word_of_two_attributes_is_not_guessed() -> None:
    one = Pictured("a", "0" * 64, {}, (), frozenset(), frozenset({"Orange", "Tees"}), frozenset())
    meanings = {"orange": {("color", "Orange"), ("collection", "Orange")}, "tees": {("category", "Tees")}}
    assert corrected({"category": "Tanks"}, one, meanings) == {"category": "Tees"}
    assert corrected({"color": "Orange"}, one, meanings) == {"color": "Orange", "category": "Tees"}
