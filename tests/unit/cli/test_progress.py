"""What is foretold of a long drop."""

from cli.progress import TELLING, remaining


def test_it_is_told_once_enough_is_done() -> None:
    assert remaining(TELLING - 1, 300, 10) == ""
    assert remaining(10, 30, 20) == ", about 40 s left"
    assert remaining(25, 325, 30) == ", about 6 min left"
    assert remaining(30, 30, 60) == ""
