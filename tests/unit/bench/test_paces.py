"""What the benches of burst and big videos count, on made-up times."""

import struct
from pathlib import Path

import pytest

from bench.big_videos import ends, padded
from bench.load.follow import Follower
from bench.load.paces import Pace, by_minute, told
from bench.load.peaks import Peaks
from bench.load.putting import Timed, said, thumbnails
from cli.home import Home
from schemas.rendition import FIRST
from tests.unit.bench.test_follow import facet


def follower(**times: float) -> Follower:
    """Of one file: when each facet was said."""
    found = Follower()
    for name, at in times.items():
        found.take(facet(FIRST if name == "thumbnail" else name), at)
    return found


FILE = Timed("a/b.jpg", "s1", 100.0)


def test_files_are_counted_in_whole_minutes_only() -> None:
    assert by_minute([0.0, 59.9, 60.0, 130.0, 179.0, -1.0, 181.0], 0.0, 181.0) == [2, 1, 2]
    assert by_minute([0.0], 0.0, 59.0) == []


def test_a_file_is_ready_with_its_last_facet_and_not_before() -> None:
    half = follower(file=101.0, thumbnail=102.0, renditions=103.0)
    assert Pace.of(half, [FILE]).ready == []
    whole = follower(file=101.0, thumbnail=102.0, renditions=103.0, links=104.0, tags=109.0)
    pace = Pace.of(whole, [FILE, Timed("other.jpg", "s", 100.0)])
    assert (pace.taken, pace.thumbnails, pace.ready, pace.files) == ([101.0], [102.0], [109.0], 2)
    assert "1 of 2" in told(pace, 100.0, 300.0)


def test_a_file_without_a_thumbnail_is_no_measure() -> None:
    assert thumbnails(follower(file=101.0, thumbnail=102.5), [FILE]) == [2.5]
    with pytest.raises(AssertionError, match="no thumbnail"):
        thumbnails(follower(file=101.0), [FILE])
    assert "p95 95000 ms" in said([float(n) for n in range(1, 101)])


def test_peaks_keep_the_most() -> None:
    peaks, most = Peaks(Home(Path("nowhere"))), dict[str, float]()
    for value in (1.0, 5.0, 3.0):
        peaks.take({"render": value}, most)
    assert most == {"render": 5.0}


def test_a_padded_clip_is_as_long_as_asked_and_ends_in_a_free_box(tmp_path: Path) -> None:
    (clip := tmp_path / "clip").write_bytes(b"clip")
    one, other = (padded(clip, tmp_path / f"{n}", 1000, n).read_bytes() for n in range(2))
    assert len(one) == len(other) == 1000
    assert one != other
    assert struct.unpack(">I4sQ", one[4:20]) == (1, b"free", 996), "its box reaches to the end"


def test_videos_that_were_ready_too_soon_measure_nothing() -> None:
    found = follower(file=101.0, renditions=110.0, links=111.0, tags=112.0)
    assert ends(found, [FILE], until=130.0) == "videos ready after 10 s"
    with pytest.raises(AssertionError, match="before the stretch"):
        ends(found, [FILE], until=200.0)
    with pytest.raises(AssertionError, match="not all"):
        ends(follower(file=101.0), [FILE], until=130.0)
