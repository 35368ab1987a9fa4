"""One asset's story: in order, with what the services logged, in words."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.story import GIVEN_UP, About, from_history, from_letters, from_log, span, standing, traces, waiting, written
from runtime.told import called, ended

ASSET = "9efdbe18-6d30-56bc-9012-69b5cb8b272e"
START = datetime(2026, 11, 29, 14, 0, 31, tzinfo=UTC)


def logged(seconds: float, message: str, **more: str) -> str:
    at = (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
    line = {"time": at, "level": "warning", "logger": "runtime.deliver", "message": message, "subject": ASSET}
    return json.dumps({**line, **more})


def test_history_and_logs_are_told_in_order_of_time() -> None:
    history = [
        {"at": "2026-11-29T14:00:34+00:00", "what": "All renditions were made", "by": "", "why": ""},
        {"at": "2026-11-29T14:00:31+00:00", "what": "Version 1 arrived", "by": "", "why": ""},
        {"at": "2026-11-29T15:00:31+00:00", "what": "tag shoe rejected", "by": "ann", "why": "it is a boot"},
    ]
    moments = from_history(history) + from_log("render", [logged(2, "try 1 of 3 failed: no room")], About(ASSET))
    lines = written(moments, START)
    told = [line[20:] for line in lines]
    assert told == [
        "   +0.0 s   Version 1 arrived",
        "   +2.0 s ! try 1 of 3 failed: no room  [render]",
        "   +3.0 s   All renditions were made",
        "  +60 min   tag shoe rejected: it is a boot  [ann]",
    ]


@pytest.mark.parametrize(
    "line",
    [
        logged(1, "tags done: 2 labels", logger="runtime.told"),  # the history tells that
        logged(1, "another's", subject="9efdbe18-0000-0000-0000-69b5cb8b272e"),
        f"Traceback of {ASSET}",
        json.dumps({"time": "yesterday", "subject": ASSET}),
        json.dumps([ASSET]),
    ],
)
def test_of_a_log_only_what_the_history_does_not_tell(line: str) -> None:
    assert from_log("tagger", [line], About(ASSET)) == []


def test_a_version_of_the_asset_is_the_asset() -> None:
    (moment,) = from_log(
        "render", [logged(1, "waiting for a server", level="info", subject=f"{ASSET}/2/tags")], About(ASSET)
    )
    assert (moment.by, moment.trouble) == ("render", False)


def test_what_shares_its_trace_belongs_to_it_but_not_what_names_another() -> None:
    trace, other = "ab" * 16, "1efdbe18-6d30-56bc-9012-69b5cb8b272e"
    lines = [
        logged(1, "renditions done", trace=trace),
        logged(2, "try 1 of 3 failed", subject="RED-1", trace=trace),
        logged(3, "of its name", subject="/buckets/inbox/autumn/a.jpg"),
        logged(4, "of another asset", subject=other, trace=trace),
        logged(5, "of another file that one list named", subject="inbox/autumn/b", trace=trace),
        logged(6, "of a trace of its own", subject="RED-1", trace="cd" * 16),
    ]
    about = About(ASSET, "inbox/autumn/a", frozenset(traces(lines, ASSET)))
    told = [moment.what for moment in from_log("linker", lines, about)]
    assert told == ["renditions done", "try 1 of 3 failed", "of its name"]
    assert traces(lines, other) == {trace}


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.44, "+0.4 s"), (-3, "-3.0 s"), (119, "+119.0 s"), (120, "+2 min"), (86400 * 5, "+5 d")]
)
def test_a_span_is_as_exact_as_people_need(seconds: float, said: str) -> None:
    assert span(seconds) == said


def asset(**more: Any) -> dict[str, Any]:
    facets = [
        {"facet": "file", "status": "done", "cause": None, "cure": None, "owes": []},
        {
            "facet": "renditions",
            "status": "refused",
            "cause": "The decoder crashed.",
            "cure": "Save it anew.",
            "owes": [],
        },
        {"facet": "tags", "status": "done", "cause": None, "cure": None, "owes": ["tags.later"]},
    ]
    versions = [{"version": 2, "facets": facets}, {"version": 1, "facets": []}]
    plain = {"state": "refused", "live": 1, "newest": 2, "cause": "The decoder crashed.", "cure": "Save it anew."}
    return {**plain, "versions": versions, **more}


def test_how_it_stands_says_what_is_wrong_and_what_is_owed() -> None:
    assert standing(asset()) == [
        "Now: refused, version 1 is live.",
        "Renditions: refused. The decoder crashed. Save it anew.",
        "Still to come: Codes and text.",
    ]


def test_a_cause_that_no_facet_names_is_told_too() -> None:
    waiting = asset(state="waiting", cause="It looks like nothing before it.", cure="Say what it is.")
    assert standing(waiting)[1:3] == ["It looks like nothing before it.", "Say what it is."]


def test_what_has_paid_owes_nothing() -> None:
    whole = asset(state="complete", live=None, cause=None, cure=None)
    assert not any("Still to come" in line for line in standing(whole))
    assert standing(whole)[0] == "Now: complete, nothing is live."


def test_of_what_a_decoder_said_the_first_line_is_enough() -> None:
    (moment,) = from_log(
        "render", [logged(1, "a caged child died: killed by signal 9\nlibvips: out of order")], About(ASSET)
    )
    assert moment.what == "a caged child died: killed by signal 9"


def test_facets_are_told_in_words() -> None:
    assert ended("renditions", "failed") == "Renditions: failed by our own error"
    assert (called("renditions.video.hls-720"), called("of a newer release")) == ("Film hls-720", "of a newer release")


def letter(**more: Any) -> dict[str, Any]:
    plain = {"topic": "asset.ingested.render.dlq", "partition": 3, "offset": 7, "group": "render", "attempts": 3}
    told = {"buried": "2026-11-29T14:00:33+00:00", "cause": "KeyError: 'width'", "again": False, "replayable": True}
    return {**plain, **told, **more}


def test_a_dead_letter_is_told_with_its_cause_and_its_cure() -> None:
    said = logged(2, "given up: kept as a dead letter", logger=GIVEN_UP, level="error")
    moments = from_letters([letter()]) + from_log("render", [said], About(ASSET), without=GIVEN_UP)
    assert [line[20:] for line in written(moments, START)] == [
        "   +2.0 s ! given up after 3 tries, a dead letter: KeyError: 'width'  [render]"
    ]
    assert waiting([letter()]) == [
        "A dead letter of render waits: `packshot dlq show asset.ingested.render.dlq 3 7`; once the cause is mended, "
        "`packshot dlq replay asset.ingested.render.dlq`."
    ]


def test_what_was_sent_again_waits_for_nobody_and_a_view_is_filled_anew() -> None:
    (moment,) = from_letters([letter(again=True, attempts=1)])
    assert moment.what == "given up, a dead letter, sent again since"
    assert waiting([letter(again=True)]) == []
    assert "`packshot rebuild --from topic`" in waiting([letter(replayable=False)])[0]


def test_where_the_letter_is_gone_its_log_line_tells() -> None:
    (moment,) = from_log("render", [logged(2, "given up: kept as a dead letter", logger=GIVEN_UP)], About(ASSET))
    assert moment.trouble


def test_what_has_come_is_owed_no_more_and_an_error_ends_before_its_cure() -> None:
    broken = asset(state="failed")
    facets = broken["versions"][0]["facets"]
    facets[1] |= {"status": "failed", "cause": "Our own error: KeyError: 'width'"}
    facets.append({"facet": "tags.later", "status": "done", "cause": None, "cure": None, "owes": []})
    told = standing(broken | {"cause": facets[1]["cause"]})
    assert told[1:] == ["Renditions: failed by our own error. Our own error: KeyError: 'width'. Save it anew."]
