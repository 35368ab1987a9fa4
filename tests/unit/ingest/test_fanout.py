"""A folder's list: whichever comes first, its rows reach their files; what is wrong with it is seen by people."""

import hashlib

import pytest

from runtime.outage import Unavailable
from schemas.inbox import IngestJob
from schemas.topics import INGEST_JOBS
from services.ingest.handler import handle
from services.ingest.removals import Guard
from services.ingest.sweep import Drift, Sweep
from tests.fakes.steps import Killed, Steps
from tests.unit.ingest.conftest import Ingest, jpeg, tiff
from tests.unit.ingest.stores import Meddled, meddled

LIST = "shoot/list.csv"


async def put(ingest: Ingest, text: str, key: str = LIST) -> list[IngestJob]:
    await ingest.world.inbox.put(key, text.encode())
    return await ingest.fan_out(key)


async def picture(ingest: Ingest, name: str, body: bytes | None = None) -> None:
    await ingest.world.inbox.put(name, body or jpeg(name))
    await ingest.job(name)


async def said(ingest: Ingest, key: str, version: int = 1) -> object:
    return (await ingest.file(key, version)).data["sidecar"]


async def is_calm(ingest: Ingest) -> bool:
    async def nobody(group: str) -> dict[int, int]:
        return {}

    return await Sweep(ingest.world.inbox, ingest.world.library, nobody, Guard()).look() == Drift()


@pytest.mark.parametrize("first", ["list", "picture"])
async def test_whichever_comes_first(ingest: Ingest, first: str) -> None:
    if first == "picture":
        await picture(ingest, "shoot/a.jpg")
    jobs = await put(ingest, "file,sku,role\na.jpg,X-1,front\n")
    assert [(job.key, job.by, job.fields) for job in jobs] == [("shoot/a.jpg", LIST, {"sku": ["X-1"], "role": "front"})]
    if first == "list":
        await picture(ingest, "shoot/a.jpg")
    facet = await ingest.file("shoot/a.jpg")
    assert facet.data["sidecar"] == {"sku": ["X-1"], "role": "front"}
    assert facet.revision == (2 if first == "picture" else 1)
    assert len(ingest.announced) == 1
    assert (await ingest.source(LIST)).asset_id is None, "a good list is no asset"
    assert await is_calm(ingest)


async def test_rows_that_change_and_go(ingest: Ingest) -> None:
    for name in ("shoot/a.jpg", "shoot/b.jpg"):
        await picture(ingest, name)
    await put(ingest, "file,sku\na.jpg,X-1\nb.jpg,X-2\n")
    await put(ingest, "file,sku\na.jpg,X-3\n")
    assert await said(ingest, "shoot/a.jpg") == {"sku": ["X-3"]}
    assert await said(ingest, "shoot/b.jpg") == {}
    assert len(ingest.announced) == 2


async def test_a_list_that_is_taken_away_takes_nothing_back(ingest: Ingest) -> None:
    await picture(ingest, "shoot/a.jpg")
    await put(ingest, "file,sku\na.jpg,X-1\n")
    await ingest.world.inbox.delete(LIST)
    assert await ingest.fan_out(LIST) == []
    assert await said(ingest, "shoot/a.jpg") == {"sku": ["X-1"]}
    assert await is_calm(ingest)


async def test_jobs_of_an_older_reading_say_nothing_more(ingest: Ingest) -> None:
    """Redelivered late."""
    await picture(ingest, "shoot/a.jpg")
    (old,) = await put(ingest, "file,sku\na.jpg,X-1\n")
    await put(ingest, "file,sku\na.jpg,X-2\n")
    await ingest.world.say(handle(old, ingest.deps()))
    assert await said(ingest, "shoot/a.jpg") == {"sku": ["X-2"]}


async def test_two_lists_and_a_sidecar(ingest: Ingest) -> None:
    await ingest.world.inbox.put("shoot/a.xmp", b"From the program")
    await picture(ingest, "shoot/a.jpg")
    await put(ingest, "file,sku\na.jpg,X-1\n")
    await put(ingest, "file,title\nshoot/a.jpg,From the list\n", "all.csv")
    assert await said(ingest, "shoot/a.jpg") == {"title": "From the list", "sku": ["X-1"]}


async def test_a_row_may_speak_of_a_part(ingest: Ingest) -> None:
    """Before and after it comes."""
    await picture(ingest, "shoot/a.jpg")
    await put(ingest, "file,sku\na.tif,X-1\n")
    await picture(ingest, "shoot/a.tif", tiff("master"))
    assert await said(ingest, "shoot/a.jpg", 2) == {"sku": ["X-1"]}
    await put(ingest, "file,sku\na.tif,X-2\n")
    assert await said(ingest, "shoot/a.jpg", 2) == {"sku": ["X-2"]}


async def test_names_as_people_write_them(ingest: Ingest) -> None:
    await picture(ingest, "shoot/A.JPG")
    await put(ingest, "file,sku\na,X-1\n")
    assert await said(ingest, "shoot/A.JPG") == {"sku": ["X-1"]}


async def test_a_loosely_named_file_that_comes_later(ingest: Ingest) -> None:
    await put(ingest, "file,sku\na,X-1\n")
    await picture(ingest, "shoot/a.jpg")
    await ingest.fan_out(LIST)
    assert await said(ingest, "shoot/a.jpg") == {"sku": ["X-1"]}


@pytest.mark.parametrize(
    ("text", "cause"), [("sku,name\nX-1,Hat\n", "No column holds file names"), ("x" * 20, "empty"), ("\0", "text")]
)
async def test_a_bad_list_is_seen_and_what_was_told_stays(ingest: Ingest, text: str, cause: str) -> None:
    await picture(ingest, "shoot/a.jpg")
    await put(ingest, "file,sku\na.jpg,X-1\n")
    assert await put(ingest, text) == []
    facet = await ingest.file(LIST)
    assert (facet.status, facet.version, facet.data["key"]) == ("refused", 1, LIST)
    assert facet.data["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert cause in (facet.cause or "")
    assert facet.cure
    assert await said(ingest, "shoot/a.jpg") == {"sku": ["X-1"]}
    await put(ingest, "file,sku\na.jpg,X-2\n")
    facet = await ingest.file(LIST)
    assert (facet.status, facet.cause) == ("done", None)
    assert await said(ingest, "shoot/a.jpg") == {"sku": ["X-2"]}
    assert [event.key for event in ingest.announced] == ["shoot/a.jpg"]
    assert await is_calm(ingest)


async def test_a_bad_row_is_seen_and_the_others_are_used(ingest: Ingest) -> None:
    await picture(ingest, "shoot/a.jpg")
    await put(ingest, "file,sku\n,X-9\na.jpg,X-1\n")
    facet = await ingest.file(LIST)
    assert facet.status == "refused"
    assert "Line 2: there is no file name." in (facet.cause or "")
    assert await said(ingest, "shoot/a.jpg") == {"sku": ["X-1"]}


async def test_files_that_do_not_come_are_told_after_a_while(ingest: Ingest) -> None:
    await put(ingest, "file,sku\na.jpg,X-1\nb.jpg,X-2\n")
    assert (await ingest.source(LIST)).asset_id is None
    (hint, seconds) = ingest.asked[-1]
    assert (hint.key, 590 < seconds < 602) == (LIST, True)
    await picture(ingest, "shoot/a.jpg")
    assert ingest.asked[-1][0].key == LIST, "the list hears that one has come"
    ingest.world.later(601)
    await ingest.fan_out(LIST)
    facet = await ingest.file(LIST)
    assert facet.status == "refused"
    assert "Line 3: there is no file “shoot/b.jpg”." in (facet.cause or "")
    assert "a.jpg" not in (facet.cause or "")
    await picture(ingest, "shoot/b.jpg")
    await ingest.fan_out(LIST)
    assert (await ingest.file(LIST)).status == "done"
    assert await said(ingest, "shoot/b.jpg") == {"sku": ["X-2"]}


async def test_too_large(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingest.fanout.MAX_BYTES", 5)
    await put(ingest, "file,sku\na.jpg,X-1\n")
    assert "MB" in ((await ingest.file(LIST)).cause or "")


async def test_one_replaced_while_it_is_read_is_read_again(ingest: Ingest) -> None:
    await picture(ingest, "shoot/a.jpg")
    await ingest.world.inbox.put_plain(LIST, b"file,sku\na.jpg,X-1\n")
    ingest.world.later(10)

    async def replace(bucket: Meddled) -> None:
        await bucket.put_plain(LIST, b"file,sku\na.jpg,X-2\n")

    with pytest.raises(Unavailable, match=r"replaced while it was read"):
        await ingest.job(LIST, inbox=meddled(ingest.world.inbox, before_fetch=replace))
    ingest.world.later(10)
    await ingest.fan_out(LIST)
    assert await said(ingest, "shoot/a.jpg") == {"sku": ["X-2"]}


@pytest.mark.parametrize("time", [1, 2])
async def test_whom_a_dead_attempt_told_is_told_again(ingest: Ingest, steps: Steps, time: int) -> None:
    """It told `a`; then the list is replaced by one that does not name `a`."""
    await picture(ingest, "shoot/a.jpg")
    await ingest.world.inbox.put(LIST, b"file,sku\na.jpg,X-1\n")
    steps.kill_at(("ingest.list-known", "ingest.list-read")[time - 1], 1)
    with pytest.raises(Killed):
        await ingest.fan_out(LIST)
    for job in ingest.world.said(INGEST_JOBS, IngestJob):
        await ingest.world.say(handle(job, ingest.deps()))
    await put(ingest, "file,sku\nb.jpg,X-2\n")
    assert await said(ingest, "shoot/a.jpg") == {}


async def test_the_report_is_nothing(ingest: Ingest) -> None:
    assert await put(ingest, "file,sku\na.jpg,X-1\n", "shoot/packshot-report.csv") == []
    assert await ingest.world.library.listing("") == []
