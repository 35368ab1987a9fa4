"""Side-cars: before and after their picture, changed, gone, in both name forms; they never harm it."""

from itertools import permutations

import pytest

from runtime.outage import Unavailable
from schemas.inbox import IngestJob
from services.ingest.handler import handle
from tests.unit.ingest.conftest import Ingest, jpeg
from tests.unit.ingest.stores import Meddled, meddled

FORMS = ["shoot/v1.2.xmp", "shoot/v1.2.jpg.xmp", "shoot/v1.2.XMP"]
PICTURE = "shoot/v1.2.jpg"


async def both(ingest: Ingest, sidecar: str) -> None:
    await ingest.world.inbox.put(PICTURE, jpeg("one"))
    await ingest.world.inbox.put(sidecar, b"Red trainer")


@pytest.mark.parametrize("sidecar", FORMS)
@pytest.mark.parametrize("first", ["picture", "sidecar"])
async def test_whichever_comes_first(ingest: Ingest, sidecar: str, first: str) -> None:
    files = [(PICTURE, jpeg("one")), (sidecar, b"Red trainer")]
    for key, body in files if first == "picture" else reversed(files):
        await ingest.world.inbox.put(key, body)
        await ingest.job(key)
    facet = await ingest.file(PICTURE)
    assert facet.data["sidecar"] == {"title": "Red trainer"}
    assert ingest.world.last()[facet.key] == facet
    assert len(ingest.announced) == 1
    assert facet.version == 1


@pytest.mark.parametrize("order", list(permutations([PICTURE, FORMS[0], PICTURE])), ids=str)
async def test_in_any_order_of_hints(ingest: Ingest, order: tuple[str, ...]) -> None:
    await both(ingest, FORMS[0])
    for key in order:
        await ingest.job(key)
    facet = await ingest.file(PICTURE)
    assert facet.data["sidecar"] == {"title": "Red trainer"}
    assert len(ingest.announced) == 1


@pytest.mark.parametrize("sidecar", FORMS)
async def test_a_changed_one_is_a_new_revision_and_no_new_version(ingest: Ingest, sidecar: str) -> None:
    await both(ingest, sidecar)
    await ingest.job(PICTURE)
    await ingest.world.inbox.put(sidecar, b"Blue trainer")
    await ingest.job(sidecar)
    facet = await ingest.file(PICTURE)
    assert (facet.revision, facet.data["sidecar"]) == (2, {"title": "Blue trainer"})
    assert len(ingest.announced) == 1
    await ingest.job(sidecar)
    assert (await ingest.file(PICTURE)).revision == 2


async def test_one_that_goes(ingest: Ingest) -> None:
    await both(ingest, FORMS[0])
    await ingest.job(PICTURE)
    await ingest.world.inbox.delete(FORMS[0])
    await ingest.job(FORMS[0])
    assert (await ingest.file(PICTURE)).data["sidecar"] == {}


async def test_the_newest_version_gets_it(ingest: Ingest) -> None:
    for content in ("one", "two"):
        await ingest.world.inbox.put(PICTURE, jpeg(content))
    await ingest.job(PICTURE)
    await ingest.world.inbox.put(FORMS[0], b"Red trainer")
    await ingest.job(FORMS[0])
    assert (await ingest.file(PICTURE, 2)).data["sidecar"] == {"title": "Red trainer"}
    assert (await ingest.file(PICTURE, 1)).revision == 1


async def test_it_stays_with_later_versions(ingest: Ingest) -> None:
    await both(ingest, FORMS[0])
    await ingest.job(PICTURE)
    await ingest.world.inbox.put(PICTURE, jpeg("two"))
    await ingest.job(PICTURE)
    assert (await ingest.file(PICTURE, 2)).data["sidecar"] == {"title": "Red trainer"}


async def test_every_picture_of_the_name_and_no_other(ingest: Ingest) -> None:
    keys = ["a/b.jpg", "a/b.png", "a/b2.jpg", "a/bc/b.jpg"]
    for number, key in enumerate(keys):
        await ingest.world.inbox.put(key, jpeg(str(number)))
        await ingest.job(key)
    await ingest.world.inbox.put("a/b.xmp", b"Red trainer")
    await ingest.job("a/b.xmp")
    told = [key for key in keys if (await ingest.file(key)).data["sidecar"]]
    assert told == ["a/b.jpg", "a/b.png"]


@pytest.mark.parametrize("body", [b"crash", b""])
async def test_a_bad_one_does_not_harm_the_picture(ingest: Ingest, body: bytes) -> None:
    await ingest.world.inbox.put(PICTURE, jpeg("one"))
    await ingest.world.inbox.put(FORMS[0], body)
    await ingest.job(PICTURE)
    facet = await ingest.file(PICTURE)
    assert facet.status == "done"
    assert facet.data["sidecar"] == ({"sidecar_refused": "The decoder crashed on this file."} if body else {})
    assert len(ingest.announced) == 1
    await ingest.job(FORMS[0])
    assert (await ingest.file(PICTURE)).revision == 1


async def test_one_that_is_no_sidecar_by_its_size_is_not_read(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingest.sidecar.MAX_BYTES", 5)
    await both(ingest, FORMS[0])
    await ingest.job(PICTURE)
    assert (await ingest.file(PICTURE)).data["sidecar"] == {}


async def test_one_replaced_while_it_is_read_is_read_again(ingest: Ingest) -> None:
    await ingest.world.inbox.put(PICTURE, jpeg("one"))
    await ingest.job(PICTURE)
    await ingest.world.inbox.put_plain(FORMS[0], b"Red")

    async def replace(bucket: Meddled) -> None:
        await bucket.put_plain(FORMS[0], b"Red trainer")

    with pytest.raises(Unavailable, match=r"replaced while it was read"):
        await ingest.job(FORMS[0], inbox=meddled(ingest.world.inbox, before_fetch=replace))
    await ingest.job(FORMS[0])
    assert (await ingest.file(PICTURE)).data["sidecar"] == {"title": "Red trainer"}


async def test_nothing_is_said_of_an_asset_that_has_ended(ingest: Ingest) -> None:
    """A person purged it: neither side-cars nor lists nor retention write for it any more."""
    await ingest.world.inbox.put(PICTURE, jpeg("one"))
    await ingest.job(PICTURE)
    source = await ingest.source(PICTURE)
    asset = source.asset_id or ""
    await ingest.world.say(handle(IngestJob(bucket="inbox", key=PICTURE, purged=True, asset=asset), ingest.deps()))
    assert (await ingest.source(PICTURE)).moved_to
    await ingest.world.inbox.put(FORMS[0], b"Red trainer")
    await ingest.job(FORMS[0])
    await ingest.world.inbox.put("shoot/list.csv", b"file,sku\nv1.2.jpg,X-1\n")
    await ingest.fan_out("shoot/list.csv")
    ingest.world.later(10)
    retire = IngestJob(bucket="inbox", key=PICTURE, retire=await ingest.world.inbox.now())
    await ingest.world.say(handle(retire, ingest.deps()))
    facet = await ingest.world.facet(asset, 1, "file")
    assert facet is not None
    assert (facet.revision, facet.data["sidecar"], facet.data["retired"]) == (1, {}, [])
    assert await ingest.world.inbox.head(PICTURE)
