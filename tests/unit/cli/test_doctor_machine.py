"""What `doctor` says of the machine."""

from cli.doctor_machine import landlock_of


def test_landlock_is_told_by_what_it_holds() -> None:
    none, old, new = landlock_of(-1), landlock_of(5), landlock_of(6)
    assert [one.state for one in (none, old, new)] == ["bad", "poor", "well"]
    assert "ABI 5" in old.text and "signals" in old.text and "6.12" in old.cure
    assert "ABI 6" in new.text
