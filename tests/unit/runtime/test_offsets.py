"""OffsetTracker against a model that remembers everything, in any order of events."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runtime.offsets import OffsetTracker


class Offsets(RuleBasedStateMachine):
    """The model keeps each offset with whether it is finished; the log has gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.tracker = OffsetTracker(100)
        self.messages: dict[int, bool] = {}
        self.next = 100
        self.committed = 100

    def wanted(self) -> int:
        """Everything before it is finished."""
        unfinished = [offset for offset, done in self.messages.items() if not done]
        return min(unfinished, default=self.next)

    @rule(gap=st.integers(0, 3))
    def take(self, gap: int) -> None:
        self.tracker.start(self.next + gap)
        self.messages[self.next + gap] = False
        self.next += gap + 1

    @precondition(lambda self: not all(self.messages.values()))
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        offset = data.draw(st.sampled_from([o for o, done in self.messages.items() if not done]))
        self.tracker.finish(offset)
        self.messages[offset] = True

    @rule()
    def commit(self) -> None:
        if (offset := self.tracker.committable()) is not None:
            assert offset > self.committed
            self.tracker.committed(offset)
            self.committed = offset

    @rule(back=st.integers(1, 5))
    def step_back(self, back: int) -> None:
        with pytest.raises(ValueError, match="came after"):
            self.tracker.start(self.next - back)

    @invariant()
    def only_the_contiguous_prefix_counts(self) -> None:
        wanted = self.wanted()
        assert self.tracker.committable() == (wanted if wanted > self.committed else None)
        assert self.tracker.unfinished == sum(not done for done in self.messages.values())


TestOffsets = Offsets.TestCase


def test_what_was_not_taken_cannot_be_finished() -> None:
    tracker = OffsetTracker(0)
    tracker.start(3)
    tracker.finish(3)
    for offset in (2, 3, 4):
        with pytest.raises(KeyError):
            tracker.finish(offset)
