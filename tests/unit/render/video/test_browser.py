"""In Chromium, what channels get of a film plays to its end: web, social, screen."""

from typing import Any

import pytest

from tests import browser
from tests.unit.render.video.conftest import Make, film_of_four_seconds

pytestmark = [
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(180),
]
PLAY = """
const [name, done] = arguments, video = document.getElementById("v");
video.onended = () => done({ended: true, at: video.currentTime, size: [video.videoWidth, video.videoHeight]});
video.onerror = () => done({error: video.error.message});
video.src = name; video.playbackRate = 4; video.play().catch(error => done({error: String(error)}));
"""
# Of each kind the arguments are those of its channel, but for the size.
SMALL: dict[str, dict[str, Any]] = {
    "web-mp4": {"width": 320, "height": 180},
    "social-9x16": {"width": 180, "height": 320},
    "screen-portrait": {"width": 180, "height": 320},
}


def test_one_of_each_kind_plays_to_its_end(make: Make, tmp_path_factory: pytest.TempPathFactory) -> None:
    film = film_of_four_seconds(tmp_path_factory.mktemp("film"))
    with browser.browser() as page:
        for name, small in SMALL.items():
            made = make(film, name, **small)
            with browser.served(made["folder"]) as address:
                page.open(address)
                played = page.run(PLAY, f"{name}.mp4")
            told = made["made"]
            size = [told["width"], told["height"]]
            assert played == {"ended": True, "at": pytest.approx(told["seconds"], abs=0.3), "size": size}, name
