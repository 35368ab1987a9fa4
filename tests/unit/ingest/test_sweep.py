"""The sweep finds what no message told, says so as drift, and repairs it; it believes no mass extinction."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from runtime.assets import facet
from runtime.memory_store import MemoryBucket
from runtime.objects import ObjectInfo
from runtime.records import Draft, facet_draft
from schemas.facet import Facet, Status
from schemas.inbox import InboxHint, IngestJob
from schemas.topics import INBOX_EVENTS, INGEST_JOBS, LINK_REQUESTS
from services.ingest.removals import Guard
from services.ingest.source import path_of
from services.ingest.sweep import Drift, Sweep
from services.ingest.waiting import Patience
from tests.fakes.steps import Killed, Steps
from tests.unit.ingest.conftest import Ingest, jpeg
from tests.unit.ingest.swept import Counting, Swept, held_back, missed, sweeping


@pytest.fixture
def swept(ingest: Ingest) -> Swept:
    return sweeping(ingest)


async def test_arrivals_that_no_hint_told(swept: Swept) -> None:
    await swept.take("told.jpg")
    await swept.put("untold.jpg", "shoot/untold.jpg", ".DS_Store", "b.jpg.part")
    drift = await swept.repair()
    assert missed(drift) == ["shoot/untold.jpg", "untold.jpg"]
    assert {hint.reason for hint in drift.missed} == {"sweep"}
    assert len(swept.ingest.announced) == 3
    assert await swept.calm()


async def test_a_replacement_that_no_hint_told(swept: Swept) -> None:
    await swept.take("a.jpg")
    await swept.ingest.world.inbox.put("a.jpg", jpeg("other"))
    assert missed(await swept.repair()) == ["a.jpg"]
    assert len(await swept.ingest.hashes("a.jpg")) == 2
    assert await swept.calm()


async def test_the_same_bytes_again_are_looked_at_once_at_most(swept: Swept) -> None:
    await swept.take("a.jpg", "a.jpg")
    assert await swept.calm()


async def test_what_is_on_its_way_is_no_drift(swept: Swept) -> None:
    """Its own hint may come yet; an empty file, which is waited for, has a timer."""
    world, grace = swept.ingest.world, Patience(still_s=10, empty_s=600)
    await swept.take("a.jpg")
    await world.inbox.put("a.xmp", b"Red trainer")
    await swept.put("young.jpg")
    await world.inbox.put("empty.jpg", b"")
    sweep = Sweep(world.inbox, world.library, swept.groups, Guard(), grace)
    assert missed(await sweep.look()) == []
    world.later(11)
    assert missed(await sweep.look()) == ["young.jpg", "a.jpg.xmp"]
    world.later(600)
    assert missed(await sweep.look()) == ["empty.jpg", "young.jpg", "a.jpg.xmp"]


async def test_refused_files_are_no_drift(swept: Swept) -> None:
    await swept.ingest.world.inbox.put("a.exe", b"MZ")
    await swept.repair()
    swept.groups.passed = {"render": 99, "tagger": 99}
    assert await swept.calm()


async def test_sidecars_that_no_hint_told(swept: Swept) -> None:
    """They come, change and go."""
    await swept.take("a/b.jpg")
    for act in ("come", "change", "go"):
        await (swept.delete("a/b.xmp") if act == "go" else swept.ingest.world.inbox.put("a/b.xmp", act.encode()))
        assert missed(await swept.repair()) == ["a/b.jpg.xmp"]
        assert (await swept.ingest.file("a/b.jpg")).data["sidecar"] == ({} if act == "go" else {"title": act})
        assert await swept.calm()


async def test_a_sidecar_beside_nothing_is_no_drift(swept: Swept) -> None:
    await swept.ingest.world.inbox.put("a/b.xmp", b"Red trainer")
    assert await swept.calm()


@pytest.mark.parametrize(
    ("passed", "answered", "asked"),
    [
        ({"render": 0, "tagger": 0}, (), None),
        ({"render": 1, "tagger": 0}, (), "render"),
        ({"render": 1, "tagger": 0}, ("renditions",), None),
        ({"render": 1, "tagger": 1}, ("renditions",), "tagger"),
        ({"render": 1, "tagger": 1}, ("renditions", "tags"), None),
    ],
)
async def test_unanswered_only_once_the_group_has_passed(
    swept: Swept, passed: dict[str, int], answered: tuple[str, ...], asked: str | None
) -> None:
    """The announcement lies at offset 0: a committed offset of 1 is past it."""
    await swept.take("a.jpg")
    assert ((await swept.ingest.source("a.jpg")).versions[0].announced or (0, -1))[1] == 0
    await swept.answer("a.jpg", *answered)
    swept.groups.passed = passed
    drift = await swept.sweep.look()
    found = [(job.key, job.task, job.version, job.reason) for job in drift.unanswered]
    assert found == ([("a.jpg", "announce", 1, asked)] if asked else [])


async def test_announced_again_waits_for_its_own_answer(swept: Swept) -> None:
    await swept.take("a.jpg")
    swept.groups.passed = {"render": 1, "tagger": 1}
    assert len((await swept.repair()).unanswered) == 1
    assert len(swept.ingest.announced) == 2
    assert len(swept.ingest.announced_ids) == 1
    assert await swept.calm()  # it lies at offset 1 now, which nobody has passed
    swept.groups.passed = {"render": 2, "tagger": 2}
    assert not await swept.calm()


async def test_only_the_newest_version_is_announced_again(swept: Swept) -> None:
    for content in ("one", "two"):
        await swept.ingest.world.inbox.put("a.jpg", jpeg(content))
    await swept.ingest.job("a.jpg")
    swept.groups.passed = {"render": 99, "tagger": 99}
    assert [job.version for job in (await swept.sweep.look()).unanswered] == [2]


@pytest.mark.parametrize(("newest", "asked"), [("refused", [1]), ("done", []), ("failed", [])])
async def test_an_older_version_is_wanted_where_the_newest_was_refused(
    swept: Swept, newest: Status, asked: list[int]
) -> None:
    """It may go live yet."""
    for content in ("one", "two"):
        await swept.ingest.world.inbox.put("a.jpg", jpeg(content))
    await swept.ingest.job("a.jpg")
    swept.groups.passed = {"render": 99, "tagger": 99}
    event = swept.ingest.announced[-1]
    for name in ("renditions", "tags"):
        await swept.ingest.world.records.write(facet(event, name, {}, status=newest))
    assert [job.version for job in (await swept.sweep.look()).unanswered] == asked


@pytest.mark.parametrize(("out", "asked"), [([2], [1]), ([], [2]), ([1, 2], [])])
async def test_a_version_that_a_person_put_out_is_wanted_by_nobody(
    swept: Swept, out: list[int], asked: list[int]
) -> None:
    for content in ("one", "two"):
        await swept.ingest.world.inbox.put("a.jpg", jpeg(content))
    await swept.ingest.job("a.jpg")
    swept.groups.passed = {"render": 99, "tagger": 99}
    head = facet_of(swept.ingest.announced[0].asset_id, {"live": None, "newest": 1, "state": "working", "out": out})
    await swept.ingest.world.records.write(head)
    assert [job.version for job in (await swept.sweep.look()).unanswered] == asked


async def test_a_separated_picture_is_never_missing_from_the_inbox(swept: Swept) -> None:
    for content in ("one", "two"):
        await swept.ingest.world.inbox.put("a.jpg", jpeg(content))
    await swept.ingest.job("a.jpg")
    await swept.ingest.job("a.jpg", separate=2)
    drift = await swept.sweep.look()
    assert (drift.missed, drift.removed, drift.held_back) == ([], [], {})


def facet_of(asset_id: str, head: dict[str, object]) -> Draft[Facet]:
    """A head as the curator writes it."""

    def make(revision: int) -> Facet:
        return Facet(
            asset_id=asset_id,
            version=0,
            facet="head",
            revision=revision,
            status="done",
            written=datetime.now(UTC),
            data=head,
        )

    return facet_draft(make)


async def test_an_older_version_is_wanted_where_ingest_refused_the_newest(swept: Swept) -> None:
    for body in (jpeg("one"), b"MZ"):
        await swept.ingest.world.inbox.put("a.jpg", body)
    await swept.ingest.job("a.jpg")
    swept.groups.passed = {"render": 99, "tagger": 99}
    assert [job.version for job in (await swept.sweep.look()).unanswered] == [1]


async def test_removals_are_seen_and_the_files_may_come_back(swept: Swept) -> None:
    await swept.take("a.jpg", "b.jpg")
    await swept.delete("a.jpg")
    drift = await swept.repair()
    assert [(job.key, job.task) for job in drift.removed] == [("a.jpg", "removed")]
    assert (await swept.ingest.source("a.jpg")).gone is not None
    assert await swept.calm()
    await swept.put("a.jpg")
    assert missed(await swept.repair()) == ["a.jpg"]
    assert (await swept.ingest.source("a.jpg")).gone is None
    assert await swept.calm()


@pytest.mark.parametrize(("gone", "held"), [(20, False), (21, True)])
async def test_twenty_files_of_a_folder_may_vanish(swept: Swept, gone: int, held: bool) -> None:
    keys = [f"shoot/{number}.jpg" for number in range(22)]
    await swept.take(*keys)
    await swept.delete(*keys[:gone])
    drift = await swept.sweep.look()
    assert len(drift.removed) == (0 if held else gone)
    assert held_back(drift) == ({"shoot": gone} if held else {})


@pytest.mark.parametrize(("gone", "held"), [(2, False), (3, True)])
async def test_five_percent_of_a_folder_may_vanish(swept: Swept, gone: int, held: bool) -> None:
    """Of 50 files 2; other folders are judged for themselves."""
    sweep = Sweep(swept.ingest.world.inbox, swept.ingest.world.library, swept.groups, Guard(0.05, 1))
    keys = [f"shoot/{number}.jpg" for number in range(50)]
    await swept.take(*keys, "other/a.jpg", "other/b.jpg")
    await swept.delete(*keys[:gone], "other/a.jpg")
    drift = await sweep.look()
    assert held_back(drift) == ({"shoot": gone} if held else {})
    assert {job.key for job in drift.removed} == {"other/a.jpg"} | (set() if held else set(keys[:gone]))


async def test_what_is_known_to_be_gone_does_not_count_again(swept: Swept) -> None:
    keys = [f"shoot/{number}.jpg" for number in range(25)]
    await swept.take(*keys)
    await swept.delete(*keys[:15])
    await swept.repair()
    await swept.delete(*keys[15:])
    assert len((await swept.repair()).removed) == 10
    assert await swept.calm()


async def test_a_second_sweep_reads_only_what_changed(swept: Swept) -> None:
    library = swept.ingest.world.library
    assert isinstance(library, Counting)
    await swept.take(*(f"{number}.jpg" for number in range(5)))
    counts = []
    for _ in range(2):
        library.reads = 0
        await swept.sweep.look()
        counts.append(library.reads)
    assert counts == [5, 0]
    await swept.ingest.world.inbox.put("3.jpg", jpeg("other"))
    await swept.ingest.job("3.jpg")
    library.reads = 0
    await swept.sweep.look()
    assert library.reads == 1


async def test_more_sources_than_are_read_at_once(swept: Swept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingest.register.AT_ONCE", 2)
    await swept.take(*(f"{number}.jpg" for number in range(5)))
    assert await swept.calm()


def test_arrivals_go_to_the_door_and_the_rest_to_the_jobs() -> None:
    hint = InboxHint(bucket="inbox", key="a.jpg", reason="sweep")
    again = IngestJob(bucket="inbox", key="b.jpg", task="announce", version=1)
    gone = IngestJob(bucket="inbox", key="c/d.jpg", task="removed")
    events = Drift([hint], [again], [gone]).events("now")
    assert [(event.topic, event.key, event.data) for event in events] == [
        (INBOX_EVENTS, "inbox/a.jpg", hint),
        (INGEST_JOBS, "inbox/b", again),
        (INGEST_JOBS, "inbox/c/d", gone),
    ]


async def test_what_was_taken_and_never_said_is_said(swept: Swept, steps: Steps) -> None:
    """Known is not announced: the job died, and its message is not there any more."""
    steps.kill_at("ingest.known", 1)
    await swept.put("a.jpg")
    with pytest.raises(Killed):
        await swept.ingest.job("a.jpg")
    world = swept.ingest.world
    sweep = Sweep(world.inbox, world.library, swept.groups, Guard(), Patience(10, 600))
    assert await sweep.look() == Drift()  # its own job may come to it yet
    world.later(11)
    (job,) = (await sweep.look()).unanswered
    assert (job.key, job.task, job.version) == ("a.jpg", "announce", 1)
    await swept.ingest.job(job.key, task=job.task, version=job.version)
    assert len(swept.ingest.announced) == 1
    assert await sweep.look() == Drift()


async def test_an_answer_that_comes_while_the_sweep_looks_is_one(swept: Swept) -> None:
    """What a group has done is asked first, then its facets are listed."""

    async def committed(group: str) -> Mapping[int, int]:
        await swept.answer("a.jpg", "renditions", "tags")
        return dict.fromkeys(range(4), 99)

    await swept.take("a.jpg")
    world = swept.ingest.world
    assert await Sweep(world.inbox, world.library, committed, Guard()).look() == Drift()


async def test_files_that_come_while_the_sweep_looks_have_not_vanished(swept: Swept) -> None:
    keys = [f"shoot/{number}.jpg" for number in range(25)]

    class Busy(MemoryBucket):
        arrived = False

        async def listing(self, prefix: str) -> list[ObjectInfo]:
            found = await super().listing(prefix)
            if not Busy.arrived and prefix in ("", "sources/"):
                Busy.arrived = True
                await swept.take(*keys)
            return found

    world = swept.ingest.world
    world.inbox.__class__ = world.library.__class__ = Busy
    sweep = Sweep(world.inbox, world.library, swept.groups, Guard(), Patience(10, 600))
    assert await sweep.look() == Drift()


async def test_a_picture_that_the_linker_never_answered_is_asked_for_seldom(swept: Swept) -> None:
    free: set[str] = set()

    async def idle(group: str, _topic: str) -> bool:
        return group in free

    await swept.take("a.jpg", "b.jpg")
    await swept.answer("b.jpg", "links")
    world = swept.ingest.world
    sweep = Sweep(world.inbox, world.library, swept.groups, Guard(), idle=idle)
    world.later(3601)
    assert await sweep.look() == Drift()  # it has other requests to do first
    free.add("linker")
    drift = await sweep.look()
    asset = (await swept.ingest.source("a.jpg")).asset_id
    assert [(event.topic, event.key) for event in drift.events("now")] == [(LINK_REQUESTS, asset)]
    world.later(3600)
    assert await sweep.look() == Drift()
    world.later(86400)
    assert len((await sweep.look()).unlinked) == 1
    await swept.answer("a.jpg", "links")
    world.later(2 * 86400)
    assert await sweep.look() == Drift()


async def test_the_linker_has_time_to_answer(swept: Swept) -> None:
    async def idle(group: str, _topic: str) -> bool:
        return group == "linker"

    await swept.take("a.jpg")
    world = swept.ingest.world
    world.later(3500)
    assert await Sweep(world.inbox, world.library, swept.groups, Guard(), idle=idle).look() == Drift()


async def test_a_record_that_cannot_be_read_holds_up_no_other(swept: Swept) -> None:
    """Damaged, or of a newer release: its own file waits, and nobody hints at it again and again."""
    world = swept.ingest.world
    await swept.take("a.jpg")
    assert await swept.calm()
    await world.library.put(path_of(world.inbox.name, "a.jpg"), b'{"bucket": 7}')
    await world.inbox.delete("a.jpg")  # nor is it judged by what was known before
    await swept.put("a.jpg", "b.jpg")
    drift = await swept.sweep.look()
    assert (missed(drift), drift.unreadable) == (["b.jpg"], [path_of(world.inbox.name, "a.jpg")])
    await world.library.delete(path_of(world.inbox.name, "a.jpg"))
    drift = await swept.sweep.look()
    assert (missed(drift), drift.unreadable) == (["a.jpg", "b.jpg"], [])
