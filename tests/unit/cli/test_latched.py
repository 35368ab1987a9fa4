"""A store whose index refuses writes after a full disk is told by its log."""

from pathlib import Path

import pytest

from cli.servers.latched import Latched

REFUSED = (
    "E1130 06:14:19.352847 filer.go:301 insert entry /buckets/library/a.versions/v_1: persisting "
    "/buckets/library/a.versions/v_1 : write volumes/filerldb2/01/000003.log: no space left on device\n"
)
VOLUME = "I1130 06:14:17 store_replicate.go:83 failed to write: write volumes/inbox_3.dat: no space left on device\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "s3.log"


def test_nothing_is_seen_in_no_log(log: Path) -> None:
    assert not Latched(log).seen()


def test_a_volume_that_found_no_room_goes_on_by_itself(log: Path) -> None:
    latched = Latched(log)
    log.write_text(VOLUME)
    assert not latched.seen()


def test_an_index_that_found_none_does_not(log: Path) -> None:
    log.write_text(VOLUME)
    latched = Latched(log)
    with log.open("a") as stream:
        stream.write(REFUSED[:90])
    assert not latched.seen()
    with log.open("a") as stream:
        stream.write(REFUSED[90:] + VOLUME)
    assert latched.seen()
    log.write_text("")
    assert latched.seen(), "until the next start"


def test_the_run_before_does_not_count(log: Path) -> None:
    log.write_text(REFUSED)
    latched = Latched(log)
    assert not latched.seen()
    log.write_text("")
    assert not latched.seen()
    log.write_text(REFUSED)
    assert latched.seen()
    latched.begin()
    assert not latched.seen()


def test_a_long_log_is_read_from_near_its_end(log: Path) -> None:
    latched = Latched(log)
    log.write_text(VOLUME * 30_000 + REFUSED)
    assert latched.seen()
