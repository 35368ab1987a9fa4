"""What a soak's diary comes to: a leak, a restart, a file without an end must be said."""

from typing import Any

import pytest

from bench.load.soaked import judged, told

Line = dict[str, Any]


def held(rss: float, fds: int = 30, pid: int = 7, kids_rss: float = 50e6) -> Line:
    return {
        "pid": pid, "rss": rss, "fds": fds, "threads": 9, "kids": 2, "kids_rss": kids_rss, "kids_fds": 8, "cpu_s": 0.0,
    }  # fmt: skip


def diary(**changed: Any) -> list[Line]:
    """An hour: render is steady but for what `changed` says, with a warm-up that grows fast."""
    lines: list[Line] = [{"at": 0.0, "kind": "began"}]
    for number in range(360):
        at, warm = number * 10.0, min(number, 60)
        minute = max(0, number - 60) / 6
        one = held(
            100e6 + warm * 5e6 + minute * changed.get("creep", 0.0),
            30 + int(minute * changed.get("leak", 0.0)),
            8 if number > changed.get("restarted_at", 999) else 7,
            50e6 + minute * changed.get("kids", 0.0),
        )
        lines.append(
            {"at": at, "kind": "sample", "parts": {"render": one, "kafka": held(minute * 9e6)}, "lag": {"g": 3}}
        )
        lines.append(
            {
                "at": at,
                "kind": "thumbnail",
                "put": at,
                "seconds": 2.0 + (number >= 300) * changed.get("later", 0.0),
                "poison": False,
            }
        )
        lines.append({"at": at, "kind": "search", "seconds": 0.2})
    lines += [{"at": 3600.0, "kind": "search", "error": "no"}] * changed.get("unanswered", 0)
    if not changed.get("cut"):
        good = {"complete": 99, **changed.get("good", {})}
        lines.append(
            {
                "at": 3600.0,
                "kind": "ended",
                "good": good,
                "poison": {"refused": 1},
                "done": {"new": 100},
                "puts_refused": changed.get("unput", 0),
            }
        )
    return lines


def test_a_steady_hour_holds_whatever_the_warm_up_and_the_servers_do() -> None:
    found = judged(diary(), 600)
    assert found["holds"]
    assert found["parts"]["render"]["rss_mb_a_minute"] == 0
    assert found["parts"]["kafka"]["rss_mb_a_minute"] == pytest.approx(9, abs=0.1), "told, not judged"
    assert found["thumbnail_p99_s"] == [2.0, 2.0, 2.0, 2.0]
    assert "It holds." in told(found)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"creep": 1.2e6}, "render grows by 1.2 MB a minute"),
        ({"kids": 2e6}, "render+children grows by 2.0 MB a minute"),
        ({"leak": 0.3}, "render holds"),
        ({"restarted_at": 200}, "render was restarted 1 times"),
        ({"cut": True}, "cut off"),
        ({"good": {"failed": 2}}, "2 good files are failed"),
        ({"good": {"absent": 1}}, "1 good files are absent"),
        ({"unanswered": 1}, "1 searches failed"),
        ({"unput": 2}, "2 files were not taken"),
        ({"later": 40.0}, "p99 of thumbnails went from 2.00 s to 42.00 s"),
    ],
)
def test_what_is_wrong_is_said(changed: Line, said: str) -> None:
    found = judged(diary(**changed), 600)
    assert not found["holds"]
    assert any(said in one for one in found["wrong"]), found["wrong"]
    assert said in told(found)


def test_on_a_shared_machine_times_are_told_only() -> None:
    found = judged(diary(later=40.0), 600, shared=True)
    assert found["holds"]
    assert found["thumbnail_p99_s"][-1] == 42.0


def test_a_run_within_its_warm_up_is_not_judged() -> None:
    with pytest.raises(AssertionError, match="warm-up"):
        judged(diary(), 7200)
