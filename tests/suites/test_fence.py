"""Zombies: a process that was out between its reading and its writing never puts the older over the newer."""

import pytest

from runtime import fence
from runtime.deliver import until_current
from runtime.fence import LEASE_S, Outdated, Watch, look
from schemas.facet import Facet
from tests.suites.archives import Place, draft, path_of


async def archived(place: Place, asset: str) -> tuple[int, str]:
    """(revision, content)."""
    stored = await place.library.get(path_of(asset))
    assert stored is not None
    facet = Facet.model_validate_json(stored.body)
    return facet.revision, facet.data["is"]


class Clock:
    """In place of the fence's clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(fence, "clock", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time as tests have it."""
    return Clock(monkeypatch)


@pytest.mark.parametrize("first", [[], ["before"]])
async def test_what_was_written_meanwhile_is_not_overwritten(place: Place, asset: str, first: list[str]) -> None:
    for content in first:
        await place.writer().write(draft(content, asset))
    seen = await look(place.library, path_of(asset))  # the zombie looks, and is suspended
    await place.writer().write(draft("newer", asset))
    with pytest.raises(Outdated):
        await place.writer().write(draft("older", asset, seen))
    assert await archived(place, asset) == (len(first) + 1, "newer")
    assert place.said()[-1] == (len(first) + 1, "newer")


async def test_what_was_looked_at_is_written_over(place: Place, asset: str) -> None:
    for content in ("a", "b", "b", "c"):
        await place.writer().write(draft(content, asset, await look(place.library, path_of(asset))))
    assert place.said() == [(1, "a"), (2, "b"), (2, "b"), (3, "c")]


async def test_a_look_serves_for_many_writes_of_one_writer_until_another_writes(place: Place, asset: str) -> None:
    writer, seen = place.writer(), await look(place.library, path_of(asset))
    for content in ("a", "b", "c"):
        await writer.write(draft(content, asset, seen))
    await place.writer().write(draft("d", asset))
    with pytest.raises(Outdated):
        await writer.write(draft("e", asset, seen))
    assert place.said() == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


async def test_a_zombie_that_says_what_stands_no_more_is_followed_by_what_stands(place: Place, asset: str) -> None:
    await place.writer().write(draft("before", asset))
    seen = await look(place.library, path_of(asset))
    await place.writer().write(draft("newer", asset))
    await place.writer().write(draft("before", asset, seen))
    assert place.said() == [(1, "before"), (2, "newer"), (1, "before"), (2, "newer")]


async def test_a_zombie_computes_anew_where_others_left_all_as_it_was(place: Place, asset: str, clock: Clock) -> None:
    """The archive tells of nobody: the world was `x`, became `y`, and is `x` again; the zombie still thinks of `y`."""
    await place.writer().write(draft("x", asset))
    thoughts = ["y", "x"]

    async def handle() -> None:
        seen = await look(place.library, path_of(asset))
        thought = thoughts.pop(0)
        clock.now += LEASE_S + 1 if thought == "y" else 0.1
        await place.writer().write(draft(thought, asset, seen))

    await until_current(handle)
    assert await archived(place, asset) == (3, "x")
    assert place.said()[-1] == (3, "x")


async def test_slow_writes_of_what_stands_are_not_repeated(place: Place, asset: str, clock: Clock) -> None:
    await place.writer().write(draft("x", asset))
    seen = await look(place.library, path_of(asset))
    clock.now += LEASE_S + 1
    await place.writer().write(draft("x", asset, seen))
    assert place.said() == [(1, "x"), (1, "x")]


def test_silence_is_noticed_once(clock: Clock) -> None:
    watch = Watch()
    clock.now += LEASE_S - 0.1
    assert not watch.silent()
    clock.now += LEASE_S + 0.1
    assert watch.silent()
    assert not watch.silent()
