"""Log lines for people."""

import json
import re

from cli.log_lines import readable

LINE = {
    "time": "2026-11-28T18:03:44.949+00:00",
    "level": "info",
    "logger": "runtime.told",
    "message": "renditions done: 12",
    "subject": "4d9ebc06",
    "trace": "1ed0d8a4",
    "version": 1,
}


def test_time_level_and_message_come_first_and_what_the_caller_says_last() -> None:
    assert re.fullmatch(r"\d\d:\d\d:44 info     renditions done: 12 4d9ebc06 version=1", readable(json.dumps(LINE)))


def test_a_traceback_follows_on_its_own_lines() -> None:
    shown = readable(json.dumps(LINE | {"exception": "Traceback\n  ValueError: x"}))
    assert shown.splitlines()[1:] == ["Traceback", "  ValueError: x"]


def test_lines_of_others_are_left_as_they_are() -> None:
    for line in ("", "[2026-11-28] INFO started (kafka.Server)", '{"time": 3}', '["a"]', '"x"', '{"a": 1}'):
        assert readable(line) == line
