"""`asset.ingested` → tags: once for the same bytes and models, and every end is told."""

import base64
from collections.abc import Iterator
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from runtime.deadletter import DeadLetterLimit, DeadLetters
from runtime.deliver import Delivery, Step, decoder
from runtime.publisher import Outgoing
from runtime.refusal import Refused
from runtime.verdict import ChildDied
from schemas.asset import AssetIngested, LaterWork, Picture
from schemas.facet import Facet
from schemas.seen import Label
from schemas.tags import TAGS_LATER, TagsFacet
from schemas.topics import ASSET_INGESTED, ASSET_LATER, ASSET_METADATA
from services.tagger import pictures
from services.tagger.handler import handle, on_failure
from services.tagger.taught.linked import EYES
from services.tagger.views import Deps, fused
from tests.fakes.cages import FakeCages
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.versions import ingested
from tests.fakes.world import World

VECTOR = b"\x00\x3c\x00\x40"
SIGNATURE = b"as packed"


class Tagger:
    """The service in a world; its eyes see a shoe in everything. `fault` is raised `faults` times."""

    def __init__(self, world: World, scratch: Path) -> None:
        self.world = world
        self.models = {"labels": "1"}
        self.heads: list[bytes] = []
        self.fault: Exception | None = None
        self.faults = 10**9
        self.problems: list[dict[str, str]] = []
        self.labels: Iterator[list[tuple[str, float]]] = repeat([("shoe", 0.9)])
        self.cages = FakeCages(self._look, scratch)

    def _look(self, job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
        if self.fault and self.faults:
            self.faults -= 1
            raise self.fault
        self.heads += [(folder / job["head"]).read_bytes()] if "head" in job else []
        yield {
            "labels": [{"label": word, "confidence": sure, "source": "labels-1"} for word, sure in next(self.labels)],
            "quality": {"score": 80},
            "composition": {"kind": "packshot", "people": False, "faces": 0},
            "hash": f"{len((folder / job['input']).read_bytes()):016x}",
            "models": self.models,
            "embeddings": {"labels": base64.b64encode(VECTOR).decode()},
            "likeness": base64.b64encode(SIGNATURE).decode(),
            "problems": self.problems,
        }

    @property
    def deps(self) -> Deps:
        return Deps(self.world.library, self.cages, self.models)

    async def job(self, event: AssetIngested) -> None:
        await self.world.say(handle(event, self.deps))

    async def facet(self, event: AssetIngested) -> Facet:
        found = await self.world.facet(event.asset_id, event.version, "tags")
        assert found is not None
        return found

    def told(self, event: AssetIngested) -> list[tuple[str, int]]:
        said = [f for f in self.world.said(ASSET_METADATA, Facet) if f.asset_id == event.asset_id]
        return [(f.status, f.revision) for f in said if f.version == event.version and f.facet == "tags"]


@pytest.fixture
def tagger(tmp_path: Path) -> Tagger:
    return Tagger(World(), tmp_path)


async def test_what_is_in_the_picture(tagger: Tagger) -> None:
    event = await ingested(tagger.world)
    await tagger.job(event)
    tags = TagsFacet.model_validate((await tagger.facet(event)).data)
    assert tags.labels == [Label(label="shoe", confidence=0.9, source="labels-1")]
    assert (tags.composition.kind, tags.quality.score, tags.cpu_ms) == ("packshot", 80, 250.0)
    assert tags.models == {"labels": "1"}
    stored = await tagger.world.library.get(tags.embedding_key or "")
    assert stored is not None
    assert stored.body == VECTOR
    signature = await tagger.world.library.get(tags.likeness_key or "")
    assert signature is not None
    assert signature.body == SIGNATURE
    assert VECTOR.hex() not in str(tags)


async def test_what_is_dear_is_owed_and_sent_on(tagger: Tagger) -> None:
    event = await ingested(tagger.world)
    for _ in range(2):
        await tagger.job(event)
        assert (await tagger.facet(event)).owes == [TAGS_LATER]
    assert tagger.world.said(ASSET_LATER, LaterWork) == [LaterWork(**event.model_dump(), owes=[TAGS_LATER])] * 2
    assert len({said.id for said in tagger.world.events(ASSET_LATER)}) == 1


async def test_what_is_refused_owes_nothing(tagger: Tagger) -> None:
    tagger.fault = Refused("The picture is cut off.", "Export it again.")
    event = await ingested(tagger.world)
    await tagger.job(event)
    assert (await tagger.facet(event)).owes == []
    assert tagger.world.said(ASSET_LATER, LaterWork) == []


async def test_redelivery_publishes_again_and_looks_no_more(tagger: Tagger) -> None:
    event = await ingested(tagger.world)
    for _ in range(3):
        await tagger.job(event)
    assert len(tagger.cages.jobs) == 1
    assert tagger.told(event) == [("done", 1)] * 3


async def test_other_models_look_again(tagger: Tagger) -> None:
    event = await ingested(tagger.world)
    await tagger.job(event)
    tagger.models = {"labels": "2"}
    await tagger.job(event)
    assert len(tagger.cages.jobs) == 2
    assert tagger.told(event) == [("done", 1), ("done", 2)]


async def test_one_model_that_fails_is_told_and_the_picture_is_looked_at_again_when_it_comes_by(tagger: Tagger) -> None:
    tagger.models = {"labels": "1", "mood": "1"}
    tagger.problems = [{"step": "mood", "cause": "its logits are no numbers"}]
    event = await ingested(tagger.world)
    await tagger.job(event)
    tags = TagsFacet.model_validate((await tagger.facet(event)).data)
    assert [(one.step, one.cause) for one in tags.problems] == [("mood", "its logits are no numbers")]
    assert [label.label for label in tags.labels] == ["shoe"] and tags.embedding_key is not None
    tagger.problems = []
    await tagger.job(event)
    assert len(tagger.cages.jobs) == 2
    assert (await tagger.facet(event)).data["problems"] == []


async def test_a_model_that_is_left_out_is_told_and_costs_no_second_look(tagger: Tagger) -> None:
    tagger.problems = [{"step": "mood", "cause": "It is left out: mood.onnx is missing"}]
    tagger.models = {"labels": "1"}
    event = await ingested(tagger.world)
    for _ in range(2):
        await tagger.job(event)
    assert len(tagger.cages.jobs) == 1 and (await tagger.facet(event)).data["problems"] == tagger.problems
    tagger.models = {"labels": "1", "mood": "3"}  # it is back
    await tagger.job(event)
    assert len(tagger.cages.jobs) == 2


async def test_without_the_eyes_likeness_has_no_vector_of_another_model(tagger: Tagger) -> None:
    tagger.problems = [{"step": EYES, "cause": "its logits are no numbers"}]
    event = await ingested(tagger.world)
    await tagger.job(event)
    assert "embedding_key" not in (await tagger.facet(event)).data


async def test_a_twins_tags_are_used_again(tagger: Tagger) -> None:
    one, other = await ingested(tagger.world, "one"), await ingested(tagger.world, "other")
    await tagger.job(one)
    await tagger.job(other)
    assert len(tagger.cages.jobs) == 1
    found, made = (await tagger.facet(other)).data, (await tagger.facet(one)).data
    assert found == {**made, "cpu_ms": 0.0}
    assert tagger.told(other) == [("done", 1)]


async def test_a_twin_of_other_models_is_no_help(tagger: Tagger) -> None:
    one, other = await ingested(tagger.world, "one"), await ingested(tagger.world, "other")
    await tagger.job(one)
    tagger.models = {"labels": "2"}
    await tagger.job(other)
    assert len(tagger.cages.jobs) == 2


PICTURES = [
    Picture(key="renditions/a/thumb.webp", bytes=1, width=320, height=240, see_through=True),
    Picture(key="renditions/a/web.jpg", bytes=1, width=1200, height=900),
    Picture(key="renditions/a/web.webp", bytes=1, width=1200, height=900, see_through=True),
    Picture(key="renditions/a/zoom.jpg", bytes=1, width=2048, height=1536),
    Picture(key="renditions/a/page-2.webp", bytes=1, width=900, height=1200, see_through=True, part=2),
]


async def pictured(world: World, event: AssetIngested, *made: Picture) -> LaterWork:
    """As render sends it when the pictures are made."""
    for number, picture in enumerate(made, 1):
        await world.library.put(picture.key, b"x" * number)
    fields = {"owes": ["tags"], "pictures": made, "width": 4032, "height": 3024}
    return LaterWork(**{**event.model_dump(), **fields})


@pytest.mark.parametrize("kind", ["image", "video", "model", "document"])
async def test_what_is_not_plain_is_seen_by_renders_pictures(tagger: Tagger, kind: Any) -> None:
    event = (await ingested(tagger.world, kind=kind)).model_copy(update={"media_type": "image/heic"})
    await tagger.job(event)
    assert await tagger.world.facet(event.asset_id, event.version, "tags") is None  # pictures of it are coming
    work = await pictured(tagger.world, event, *PICTURES)
    for _ in range(2):
        await tagger.job(work)
    facet = await tagger.facet(event)
    assert facet.status == "done" and facet.data["hash"] == f"{3:016x}"  # web.webp: see-through, and large enough
    assert [job["size"] for job in tagger.cages.jobs] == [[4032, 3024]] * 2
    (sent, _) = tagger.world.said(ASSET_LATER, LaterWork)
    assert sent.owes == [TAGS_LATER] and pictures.large(sent) == "renditions/a/zoom.jpg"


async def test_a_word_is_said_once_from_the_part_that_shows_it_best(tagger: Tagger) -> None:
    event = (await ingested(tagger.world)).model_copy(update={"media_type": "application/pdf"})
    tagger.labels = iter([[("shoe", 0.5), ("mug", 0.6)], [("shoe", 0.9)]])
    await tagger.job(await pictured(tagger.world, event, PICTURES[2], PICTURES[4]))
    labels = (await tagger.facet(event)).data["labels"]
    assert [(one["label"], one["confidence"]) for one in labels] == [("shoe", 0.9), ("mug", 0.6)]


async def test_where_no_picture_could_be_made_there_are_no_tags_and_that_is_said(tagger: Tagger) -> None:
    event = (await ingested(tagger.world)).model_copy(update={"media_type": "image/heic"})
    await tagger.job(await pictured(tagger.world, event))
    facet = await tagger.facet(event)
    assert facet.status == "refused" and "No picture of it could be made" in (facet.cause or "")


async def test_a_second_wave_is_not_ours(tagger: Tagger) -> None:
    event = await ingested(tagger.world)
    await tagger.job(LaterWork(**event.model_dump(), owes=[TAGS_LATER]))
    assert tagger.told(event) == []


async def test_a_version_that_nobody_wants_is_passed_over(tagger: Tagger) -> None:
    old = await ingested(tagger.world, body=b"old")
    await ingested(tagger.world, version=2, body=b"new")
    await tagger.job(old)
    assert tagger.cages.jobs == []
    assert tagger.told(old) == []


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Refused("The picture is cut off.", "Export it again."), "The picture is cut off."),
        (ChildDied("time", "over 20 seconds"), "This file takes too long to open."),
    ],
)
async def test_refused_says_why(tagger: Tagger, fault: Exception, cause: str) -> None:
    tagger.fault = fault
    event = await ingested(tagger.world)
    await tagger.job(event)
    facet = await tagger.facet(event)
    assert (facet.status, facet.cause) == ("refused", cause)
    assert facet.cure


async def test_a_child_that_dies_once_costs_nothing(tagger: Tagger) -> None:
    tagger.fault, tagger.faults = ChildDied("signal", "crashed with SIGSEGV"), 1
    event = await ingested(tagger.world)
    await tagger.job(event)
    assert tagger.told(event) == [("done", 1)]


async def test_our_own_error_is_told_then_buried_and_can_be_tried_again(tagger: Tagger) -> None:
    tagger.fault = ValueError("a slip of ours")
    event = await ingested(tagger.world)
    step = Step(decoder(AssetIngested), partial(handle, deps=tagger.deps), on_failure)
    dead = DeadLetters(tagger.world.publisher, "tagger")
    await tagger.world.emit(Outgoing(ASSET_INGESTED, event.asset_id, event))
    (record,) = tagger.world.broker.records(ASSET_INGESTED.name)
    await Delivery(step, tagger.world.emit, dead, DeadLetterLimit(), "tagger", max_attempts=1)(record)
    assert "a slip of ours" in ((await tagger.facet(event)).cause or "")
    assert len(tagger.world.broker.records("asset.ingested.tagger.dlq")) == 1
    tagger.fault = None
    await tagger.job(event)
    assert tagger.told(event) == [("failed", 1), ("done", 2)]


@pytest.mark.parametrize(
    "at", ["tagger.tagged", "records.archived", "records.published", "tagger.said", "tagger.sent-on"]
)
async def test_killed_at_every_step(tagger: Tagger, at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    quiet = Tagger(World(), tmp_path)
    await quiet.job(await ingested(quiet.world))
    event = await ingested(tagger.world)
    steps.kill_at(at, 1)
    with pytest.raises(Killed):
        await tagger.job(event)
    await tagger.job(event)
    assert await tagger.world.state() == await quiet.world.state()


@pytest.mark.parametrize("field", ["embedding_key", "likeness_key"])
async def test_a_vector_that_is_gone_is_made_anew(tagger: Tagger, field: str) -> None:
    """The collector may have taken it with its last owner, just when somebody brings the same bytes."""
    event = await ingested(tagger.world)
    await tagger.job(event)
    key = (await tagger.facet(event)).data[field]
    for info in await tagger.world.library.versions(key):
        await tagger.world.library.remove(key, info.version_id)
    await tagger.job(event)
    assert len(tagger.cages.jobs) == 2
    assert await tagger.world.library.get(key)


def test_whoever_is_seen_on_any_page_counts() -> None:
    """A flag for rights: a document's cover may show nobody, and its third page a face."""
    pages: list[dict[str, Any]] = [
        {"labels": [], "hash": "0f", "composition": {"kind": "packshot", "people": False, "faces": 0}},
        {"labels": [], "hash": "f0", "composition": {"kind": "lifestyle", "people": True, "faces": 2}},
    ]
    together = fused(pages)
    assert together["composition"] == {"kind": "packshot", "people": True, "faces": 2} and together["hash"] == "0f"
    assert fused(pages[:1]) == pages[0]
