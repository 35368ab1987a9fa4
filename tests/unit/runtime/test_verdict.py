"""Deaths are named so that people hear the cause and not the signal."""

import signal

import pytest

from runtime.verdict import name_death

RUST = "input layout already allocated: TryReserveError { kind: AllocError { layout: Layout { size: 576000000 } } }"
WORDS = {"memory allocation of 1168 bytes failed", "terminate called: std::bad_alloc", RUST}


@pytest.mark.parametrize("words", sorted(WORDS))
def test_who_gives_up_for_want_of_memory_says_so(words: str) -> None:
    assert name_death(-signal.SIGABRT, words)[0] == "memory"


def test_who_gives_up_without_a_word_has_crashed() -> None:
    assert name_death(-signal.SIGABRT, "assertion failed")[0] == "signal"
    assert name_death(-signal.SIGSEGV, "std::bad_alloc")[0] == "signal"


@pytest.mark.parametrize(("number", "kind"), [(signal.SIGPROF, "time"), (signal.SIGXFSZ, "disk")])
def test_limits_of_ours_are_named(number: signal.Signals, kind: str) -> None:
    assert name_death(-number)[0] == kind
