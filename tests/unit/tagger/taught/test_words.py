"""A folder's tags learn from people: a confirmed picture is an example, a rejected one is none."""

from dataclasses import replace

import numpy as np
import pytest

from services.tagger.taught.head import features_of
from services.tagger.taught.learning import taught
from services.tagger.taught.lesson import RECORD, Lesson
from services.tagger.taught.linked import EYES
from services.tagger.taught.packed import Proof, proof_of
from services.tagger.taught.shelf import Shelf
from tests.fakes.shop import Shop

NEEDS = {EYES: "2"}


async def proof(shop: Shop) -> Proof:
    shelf = Shelf(shop.world.library)
    card = (await shelf.cards())["taught"]
    found = proof_of(card, await shelf.body(card) or b"")
    assert found is not None
    return found


@pytest.fixture
async def shop() -> Shop:
    """Taught a folder of eight pictures each of two tags; the files of `shirt` are in the library too."""
    shop = Shop()
    rows = [(tag, kind, number) for tag, kind in (("shirt", "Shirts"), ("shoe", "Shoes")) for number in range(8)]
    features, names = [], []
    for tag, kind, number in rows:
        asset = await shop.picture(f"{tag} {number}", kind)
        names.append(shop.events[asset].sha256)
        stored = await shop.world.library.get(f"vectors/{names[-1]}/{EYES}-2.f16")
        assert stored is not None
        features.append(features_of({EYES: np.frombuffer(stored.body, "<f2").astype(np.float32)}, NEEDS))
    nothing = np.zeros(len(rows), bool)
    lesson = Proof(
        tuple(names), tuple(tag for tag, _, _ in rows), nothing, nothing, nothing, np.stack(features).astype(np.float16)
    )
    await Shelf(shop.world.library).put(*taught(lesson, NEEDS))
    return shop


async def test_confirmed_pictures_become_examples(shop: Shop) -> None:
    for number in range(5):
        assert await shop.teacher.look() is None  # a few are waited for
        await shop.say(await shop.picture(f"new {number}", "Shoes"), shoe="confirmed")
    results = await shop.teacher.look()
    assert results is not None and (results[""].examples, results[""].kept) == (21, True)
    found = await proof(shop)
    assert (found.added.sum(), found.tags[-5:]) == (5, ("shoe",) * 5)
    assert await shop.teacher.look() is None


async def test_a_rejected_picture_is_no_example(shop: Shop) -> None:
    """Also one of the folder's own, by its content; and who takes the word back has it again."""
    mine = list(shop.events)[:5]
    for asset in mine:
        await shop.say(asset, shirt="rejected", shoe="rejected")
    results = await shop.teacher.look()
    assert results is not None and results[""].examples == 11
    assert (await proof(shop)).left_out.sum() == 5
    for asset in mine:
        await shop.say(asset)
    results = await shop.teacher.look()
    assert results is not None and results[""].examples == 16


async def test_what_has_no_vector_or_two_tags_is_none(shop: Shop) -> None:
    for number in range(6):
        asset = await shop.picture(f"new {number}", "Shoes")
        if number < 3:
            await shop.world.library.delete(f"vectors/{shop.events[asset].sha256}/{EYES}-2.f16")
        await shop.say(asset, shoe="confirmed", **({"shirt": "confirmed"} if number == 3 else {}))
    assert await shop.teacher.look() is None
    assert shop.lessons == 0


async def test_a_folders_own_file_is_not_counted_twice(shop: Shop) -> None:
    for asset in list(shop.events)[:8]:
        await shop.say(asset, shirt="confirmed")
    assert await shop.teacher.look() is None


async def test_one_that_is_worse_is_kept_out_once(shop: Shop) -> None:
    for number in range(40):
        await shop.say(await shop.picture(f"new {number}", "Shirts"), shoe="confirmed")
    before = (await Shelf(shop.world.library).cards())["taught"]
    results = await shop.teacher.look()
    assert results is not None and not results[""].kept
    assert (await Shelf(shop.world.library).cards())["taught"] == before
    assert await shop.teacher.look() is None


async def test_a_folder_that_was_taught_anew_hears_people_again(shop: Shop) -> None:
    for number in range(5):
        await shop.say(await shop.picture(f"new {number}", "Shoes"), shoe="confirmed")
    await shop.teacher.look()
    found = await proof(shop)
    assert found.features is not None
    rows = ~found.added
    folder = replace(
        found, pictures=found.pictures[:16], tags=found.tags[:16], right=found.right[rows], added=found.added[rows],
        left_out=found.left_out[rows], features=found.features[rows],
    )  # fmt: skip
    shelf = Shelf(shop.world.library)
    await shelf.cards()
    await shelf.put(*taught(folder, NEEDS))  # as `packshot teach FOLDER` does: it knows nothing of the library
    results = await shop.teacher.look()
    assert results is not None and results[""].examples == 21
    stored = await shop.world.library.get(RECORD)
    assert stored is not None
    assert Lesson.model_validate_json(stored.body).words_on == (await shelf.cards())["taught"].version
