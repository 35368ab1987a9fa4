"""What people are told of films in hand: each rung's standing, and how far it is while that is news."""

from typing import Any

from schemas.video import RUNG, VideoProgress
from services.catalog.films import FRESH_S, Film, Making, films
from services.catalog.page.words import how_far


def progress(rung: str, share: float, eta_s: float | None = None, version: int = 1) -> VideoProgress:
    return VideoProgress(asset_id="a", version=version, rung=rung, share=share, eta_s=eta_s)


def facet(status: str = "done", cause: str | None = None, owes: tuple[str, ...] = (), **data: Any) -> dict[str, Any]:
    return {"status": status, "cause": cause, "owes": list(owes), "data": data}


def test_rung_by_rung_as_they_are_kept() -> None:
    owed = tuple(RUNG + name for name in ("preview", "web-mp4", "hls", "screen-4k"))
    facets = {
        "renditions": facet(owes=("renditions.later", *owed)),
        RUNG + "preview": facet(renditions=[{"preset": "preview"}]),
        RUNG + "screen-4k": facet("refused", "It takes too long."),
        RUNG + "of-last-year": facet(renditions=[]),
    }
    assert films(facets, {"web-mp4": progress("web-mp4", 0.43, 12.4)}) == [
        Film("preview", "kept", 1.0, 0.0),
        Film("web-mp4", "making", 0.43, 12.4),
        Film("hls", "waiting"),
        Film("screen-4k", "refused", cause="It takes too long."),
    ]
    assert films({"renditions": facet()}, {}) == []


def test_what_failed_and_is_made_again_is_in_the_making() -> None:
    facets = {"renditions": facet(owes=(RUNG + "hls",)), RUNG + "hls": facet("failed", "Our own error")}
    assert [film.status for film in films(facets, {})] == ["failed"]
    assert [film.status for film in films(facets, {"hls": progress("hls", 0.1)})] == ["making"]


def test_what_was_heard_is_forgotten() -> None:
    now = [0.0]
    making = Making(lambda: now[0])
    making.take(progress("hls", 0.1))
    now[0] = 2.0
    making.take(progress("hls", 0.2, 8.0))
    making.take(progress("hls", 0.9, version=2))
    assert {rung: one.share for rung, one in making.of("a", 1).items()} == {"hls": 0.2}
    assert making.of("b", 1) == {}
    now[0] += FRESH_S
    assert making.now() == []


def test_in_words() -> None:
    assert how_far(Film("hls", "making", 0.43, 12.4)) == "43 %, about 12 s left"
    assert how_far(Film("hls", "making", 0.004)) == "0 %"
    assert how_far(Film("hls", "refused", cause="It takes too long.")) == "refused: It takes too long."
