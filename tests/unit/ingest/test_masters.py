"""RAW, PSD or TIFF and JPEG of one name: one asset with a master, whichever comes first; nothing is lost or doubled."""

import hashlib
from itertools import permutations

import pytest

from schemas.file import FileFacet
from services.ingest.masters import family
from services.ingest.removals import Guard
from services.ingest.sweep import Drift, Sweep
from tests.unit.ingest.conftest import Ingest, jpeg, tiff

JPG, RAW, TIF = "shoot/a.JPG", "shoot/a.CR2", "shoot/a.tif"
BYTES = {JPG: jpeg("camera"), RAW: tiff("negative"), TIF: tiff("retouched")}


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


async def drop(ingest: Ingest, *keys: str) -> None:
    """One after the other, each looked at before the next comes."""
    for key in keys:
        await ingest.world.inbox.put(key, BYTES[key])
        await ingest.job(key)


async def file(ingest: Ingest, key: str, version: int) -> FileFacet:
    return FileFacet.model_validate((await ingest.file(key, version)).data)


async def swept(ingest: Ingest) -> Drift:
    async def nobody(group: str) -> dict[int, int]:
        return {}

    return await Sweep(ingest.world.inbox, ingest.world.library, nobody, Guard()).look()


async def is_whole(ingest: Ingest, *keys: str) -> None:
    """One asset owns all, every original and reference is there, and the sweep finds nothing to do."""
    assets = {event.asset_id for event in ingest.announced}
    assert len(assets) == 1
    for key in keys:
        assert await ingest.world.library.head(f"originals/{sha(BYTES[key])}"), key
        assert await ingest.world.library.listing(f"refs/{sha(BYTES[key])}/{min(assets)}/"), key
    owners = [key for key in keys if (await ingest.source(key)).asset_id]
    assert len(owners) == 1
    assert await swept(ingest) == Drift()


async def test_the_master_first(ingest: Ingest) -> None:
    await drop(ingest, RAW, JPG)
    assert [event.version for event in ingest.announced] == [1, 1]
    assert [event.proxy for event in ingest.announced] == [None, sha(BYTES[JPG])]
    assert len(ingest.announced_ids) == 2, "an event with other words is another event"
    facet = await file(ingest, RAW, 1)
    assert (facet.sha256, facet.key, facet.media_type) == (sha(BYTES[RAW]), RAW, "image/x-canon-cr2")
    (found,) = facet.companions
    assert (found.key, found.sha256, found.media_type) == (JPG, sha(BYTES[JPG]), "image/jpeg")
    assert found.bytes == len(BYTES[JPG])
    assert (await ingest.file(RAW)).revision == 2
    await is_whole(ingest, RAW, JPG)


async def test_the_jpeg_first_is_live_until_its_master_comes(ingest: Ingest) -> None:
    await drop(ingest, JPG)
    assert [(event.version, event.sha256, event.proxy) for event in ingest.announced] == [(1, sha(BYTES[JPG]), None)]
    await drop(ingest, RAW)
    event = ingest.announced[-1]
    assert (event.version, event.sha256, event.proxy, event.key) == (2, sha(BYTES[RAW]), sha(BYTES[JPG]), RAW)
    assert (await ingest.file(JPG, 1)).revision == 1
    assert [one.key for one in (await file(ingest, JPG, 2)).companions] == [JPG]
    await is_whole(ingest, RAW, JPG)


@pytest.mark.parametrize("order", list(permutations([JPG, RAW, TIF])), ids=str)
async def test_in_any_order_the_finished_work_is_the_master(ingest: Ingest, order: tuple[str, ...]) -> None:
    await drop(ingest, *order)
    owner = order[0]
    newest = (await ingest.source(owner)).newest
    assert newest is not None
    last = await file(ingest, owner, newest.number)
    assert last.sha256 == sha(BYTES[TIF])
    assert {one.sha256 for one in last.companions} == {sha(BYTES[JPG]), sha(BYTES[RAW])}
    await is_whole(ingest, *order)


@pytest.mark.parametrize("hinted", [JPG, RAW])
async def test_both_at_once_are_one_version_said_once(ingest: Ingest, hinted: str) -> None:
    for key in (JPG, RAW):
        await ingest.world.inbox.put(key, BYTES[key])
    await ingest.job(hinted)
    await ingest.job(JPG)
    await ingest.job(RAW)
    assert [(event.version, event.proxy) for event in ingest.announced] == [(1, sha(BYTES[JPG]))]
    await is_whole(ingest, RAW, JPG)


async def test_a_changed_companion_is_a_revision_and_a_changed_master_a_version(ingest: Ingest) -> None:
    await drop(ingest, RAW, JPG)
    other = jpeg("other")
    await ingest.world.inbox.put(JPG, other)
    await ingest.job(JPG)
    assert [one.sha256 for one in (await file(ingest, RAW, 1)).companions] == [sha(other)]
    assert (await ingest.file(RAW)).revision == 3
    await ingest.world.inbox.put(RAW, tiff("other"))
    await ingest.job(RAW)
    assert [event.version for event in ingest.announced] == [1, 1, 1, 2]
    assert [one.sha256 for one in (await file(ingest, RAW, 2)).companions] == [sha(other)]
    assert await ingest.world.library.listing(f"refs/{sha(other)}/{ingest.announced[0].asset_id}/2")
    await ingest.job(JPG)
    assert (await ingest.file(RAW, 2)).revision == 1


async def test_a_changed_first_jpeg_is_a_companion_too(ingest: Ingest) -> None:
    """It owns the asset, and yet its master speaks for it."""
    await drop(ingest, JPG, RAW)
    await ingest.world.inbox.put(JPG, jpeg("other"))
    await ingest.job(JPG)
    assert len((await ingest.source(JPG)).versions) == 2
    assert [one.sha256 for one in (await file(ingest, JPG, 2)).companions] == [sha(jpeg("other"))]


async def test_beside_no_master_a_jpeg_is_a_version(ingest: Ingest) -> None:
    """The master was taken away: what lies there now is the picture."""
    await drop(ingest, RAW, JPG)
    await ingest.world.inbox.delete(RAW)
    await ingest.world.inbox.put(JPG, jpeg("other"))
    await ingest.job(JPG)
    event = ingest.announced[-1]
    assert (event.version, event.sha256, event.proxy) == (2, sha(jpeg("other")), None)
    assert [one.key for one in (await file(ingest, RAW, 2)).companions] == [RAW]


@pytest.mark.parametrize("bad", [b"%!PS-Adobe", b"II\x2a\x00" + b"x" * 2000])
async def test_a_refused_master_leaves_the_jpeg(ingest: Ingest, bad: bytes) -> None:
    """Before or after it; and when it comes well, it is the master."""
    await ingest.world.inbox.put(RAW, bad)
    await ingest.job(RAW)
    await drop(ingest, JPG)
    assert [(event.version, event.sha256) for event in ingest.announced] == [(2, sha(BYTES[JPG]))]
    await drop(ingest, RAW)
    assert [(event.version, event.sha256) for event in ingest.announced][1:] == [(3, sha(BYTES[RAW]))]
    await ingest.world.inbox.put(RAW, bad)
    await ingest.job(RAW)
    assert (await ingest.file(RAW, 4)).status == "refused"
    await is_whole(ingest, RAW, JPG)


@pytest.mark.parametrize("bad", [b"%!PS-Adobe", jpeg("x" * 2000), jpeg("crash")])
async def test_a_refused_companion_says_why_and_harms_nothing(ingest: Ingest, bad: bytes) -> None:
    await drop(ingest, RAW)
    await ingest.world.inbox.put(JPG, bad)
    await ingest.job(JPG)
    facet = await ingest.file(RAW)
    assert facet.status == "done"
    (found,) = FileFacet.model_validate(facet.data).companions
    assert found.sha256 is None
    assert found.cause
    assert all(event.proxy is None for event in ingest.announced)
    assert await swept(ingest) == Drift()


async def test_a_sidecar_speaks_of_all(ingest: Ingest) -> None:
    """`a.CR2.xmp` is of the part, `a.xmp` of both."""
    await drop(ingest, JPG, RAW)
    for sidecar, text in (("shoot/a.CR2.xmp", b"Red trainer"), ("shoot/a.xmp", b"Blue trainer")):
        await ingest.world.inbox.put(sidecar, text)
        assert len((await swept(ingest)).missed) == 1
        await ingest.job(sidecar)
        assert (await ingest.file(JPG, 2)).data["sidecar"] == {"title": text.decode()}
        assert await swept(ingest) == Drift()


async def test_a_sidecar_that_lay_there_speaks_of_the_part_that_comes(ingest: Ingest) -> None:
    await ingest.world.inbox.put("shoot/a.CR2.xmp", b"Red trainer")
    await drop(ingest, JPG, RAW)
    assert (await ingest.file(JPG, 2)).data["sidecar"] == {"title": "Red trainer"}
    await ingest.world.inbox.delete(JPG)
    await ingest.world.inbox.put("shoot/a.CR2.xmp", b"Blue trainer")
    (hint,) = (await swept(ingest)).missed
    await ingest.job(hint.key)
    assert (await ingest.file(JPG, 2)).data["sidecar"] == {"title": "Blue trainer"}


async def test_parts_that_go_and_come_back(ingest: Ingest) -> None:
    await drop(ingest, RAW, JPG)
    await ingest.world.inbox.delete(JPG)
    assert [job.key for job in (await swept(ingest)).removed] == [JPG]
    await ingest.job(JPG, task="removed")
    assert (await ingest.source(JPG)).gone
    assert (await file(ingest, RAW, 1)).removed == [JPG]
    assert await swept(ingest) == Drift()
    await drop(ingest, JPG)
    assert (await ingest.source(JPG)).gone is None
    assert (await file(ingest, RAW, 1)).removed == []
    assert (await file(ingest, RAW, 1)).companions
    await is_whole(ingest, RAW, JPG)


async def test_each_for_itself_where_masters_are_off(ingest: Ingest) -> None:
    ingest.masters = False
    await drop(ingest, RAW, JPG)
    assert len({event.asset_id for event in ingest.announced}) == 2
    assert {event.proxy for event in ingest.announced} == {None}


@pytest.mark.parametrize(
    ("key", "there", "kin"),
    [
        ("a.jpg", ["a.jpg", "a.jpeg", "a.png", "a.xmp", "ab.cr2", "b/a.cr2"], ["a.jpg"]),
        ("a.jpg", ["a.CR3", "a.jpg", "a.psd"], ["a.psd", "a.CR3", "a.jpg"]),
        ("a.nef", ["a.cr2", "a.jpeg", "a.jpg", "a.nef"], ["a.nef", "a.jpeg", "a.jpg"]),
        ("a.jpg.tif", ["a.jpg", "a.jpg.tif"], ["a.jpg.tif"]),
        ("a.mp4", ["a.jpg", "a.mp4"], ["a.mp4"]),
        ("a", ["a.jpg"], ["a"]),
    ],
)
def test_family(key: str, there: list[str], kin: list[str]) -> None:
    assert family(key, there) == kin


async def test_two_masters_of_one_kind_are_two_pictures(ingest: Ingest) -> None:
    other = "shoot/a.NEF"
    await drop(ingest, JPG, RAW)
    await ingest.world.inbox.put(other, tiff("other camera"))
    await ingest.job(other)
    assert (await ingest.source(other)).asset_id not in (None, (await ingest.source(JPG)).asset_id)
    assert (await ingest.source(JPG)).newest is not None
    assert len((await ingest.source(JPG)).versions) == 2


@pytest.mark.parametrize("order", [(JPG, RAW), (RAW, JPG)])
async def test_an_asset_of_several_files_does_not_move_with_one_of_them(ingest: Ingest, order: tuple[str, str]) -> None:
    """The owner's file is taken away, and the bytes of its newest version come under another name."""
    await drop(ingest, *order)
    await ingest.world.inbox.delete(order[0])
    await ingest.job(order[0], task="removed")
    await ingest.world.inbox.put("other/b.CR2", BYTES[RAW])
    await ingest.fan_out("other/b.CR2")
    assert (await ingest.source("other/b.CR2")).asset_id != (await ingest.source(order[0])).asset_id
    await ingest.world.inbox.put(order[1], tiff("new") if order[1] == RAW else jpeg("new"))
    await ingest.job(order[1])
    assert ingest.announced[-1].asset_id == (await ingest.source(order[0])).asset_id
