"""How long is waited for files: as long as more of them come to an end."""

from collections import Counter
from collections.abc import Collection, Iterator
from types import SimpleNamespace

import pytest

from bench.load import putting
from bench.load.follow import Follower
from bench.load.putting import Timed, settled

HOUR = 3600.0


class Slow(Follower):
    """Each look is an hour after the one before it, and finds the next of these."""

    def __init__(self, looks: Iterator[int]) -> None:
        super().__init__()
        self.now, self._looks = 0.0, looks

    def states(self, files: Collection[tuple[str, str]]) -> Counter[str]:
        self.now += HOUR
        done = next(self._looks)
        return Counter({"ready": done, "working": len(files) - done} if done < len(files) else {"ready": done})

    async def heard(self, seconds: float) -> None:
        return


@pytest.fixture
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(putting, "PAUSE_S", 0.0)
    monkeypatch.setattr(putting, "LOOKED_A_SECOND", 10**9)


FILES = [Timed(f"{n}.jpg", "s", 0.0) for n in range(5)]


@pytest.mark.usefixtures("_no_pause")
async def test_a_large_library_may_take_hours_while_it_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(iter(range(6)))
    monkeypatch.setattr(putting, "time", SimpleNamespace(monotonic=lambda: slow.now))
    await settled(slow, FILES)
    assert slow.now == 6 * HOUR


@pytest.mark.usefixtures("_no_pause")
async def test_what_stands_still_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(iter([1, 2, 2, 2]))
    monkeypatch.setattr(putting, "time", SimpleNamespace(monotonic=lambda: slow.now))
    with pytest.raises(TimeoutError, match="'working': 3"):
        await settled(slow, FILES)
