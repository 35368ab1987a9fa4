"""In Chromium: the MP4s play to their end, and a player changes steps of the ladder in mid-film."""

from pathlib import Path

import pytest

from services.render.video.rungs import Step
from tests.unit.render.video import browser
from tests.unit.render.video.conftest import Clip, Make

pytestmark = [
    pytest.mark.skipif(not browser.there(), reason="no chromium with chromedriver"),
    pytest.mark.timeout(180),
]
PLAY = """
const [name, done] = arguments, video = document.getElementById("v");
video.onended = () => done({ended: true, at: video.currentTime, size: [video.videoWidth, video.videoHeight]});
video.onerror = () => done({error: video.error.message});
video.src = name; video.playbackRate = 2; video.play().catch(error => done({error: String(error)}));
"""
# What a player like hls.js does: steps and sound by Media Source Extensions, each segment of another step.
CHANGE = """
const [steps, codecs, done] = arguments, video = document.getElementById("v"), sizes = [];
const source = new MediaSource();
async function segments(name) {
  const text = await (await fetch(name + ".m3u8")).text();
  const head = text.match(/BYTERANGE="(\\d+)@(\\d+)"/), parts = [...text.matchAll(/BYTERANGE:(\\d+)@(\\d+)/g)];
  const part = async range => {
    const [size, start] = [Number(range[1]), Number(range[2])];
    const answer = await fetch(name + ".m4s", {headers: {Range: `bytes=${start}-${start + size - 1}`}});
    return answer.arrayBuffer();
  };
  return {head: () => part(head), parts: parts.map(range => () => part(range))};
}
async function append(buffer, bytes) {
  await new Promise((good, bad) => { buffer.onupdateend = good; buffer.onerror = bad; buffer.appendBuffer(bytes); });
}
source.onsourceopen = async () => {
  try {
    const pictures = source.addSourceBuffer(`video/mp4; codecs="${codecs[0]}"`);
    const sound = source.addSourceBuffer(`audio/mp4; codecs="${codecs[1]}"`);
    for (const [number, name] of steps.entries()) {
      const step = await segments(name);
      await append(pictures, await step.head());
      await append(pictures, await step.parts[number]());
    }
    const track = await segments("sound");
    await append(sound, await track.head());
    for (const part of track.parts) await append(sound, await part());
    source.endOfStream();
    await video.play();
  } catch (error) { done({error: String(error)}); }
};
video.onresize = () => sizes.push(video.videoHeight);
video.onended = () => done({ended: true, at: video.currentTime, sizes});
video.onerror = () => done({error: video.error.message});
video.playbackRate = 2; video.src = URL.createObjectURL(source);
"""


def test_mp4s_play_to_their_end_and_the_ladder_changes_steps(clip: Clip, make: Make) -> None:
    plain = make(clip(), "web-mp4")
    moving = "testsrc2=size=320x180:rate=25:duration=5,format=yuv420p"
    file = clip("film.mp4", video=moving, sound="sine=frequency=440:duration=5")
    steps = tuple(Step(height=height, kbit=300) for height in (180, 120, 60))
    ladder = make(file, "hls", ladder=steps, segment_seconds=2.0)
    codecs = _codecs(Path(ladder["folder"]) / "master.m3u8")
    with browser.browser() as session:
        with browser.served(Path(plain["folder"])) as address:
            session.open(address)
            played = session.run(PLAY, "web-mp4.mp4")
        with browser.served(Path(ladder["folder"])) as address:
            session.open(address)
            changed = session.run(CHANGE, ["60p", "180p", "120p"], codecs)
    assert played == {"ended": True, "at": pytest.approx(3.0, abs=0.2), "size": [320, 180]}
    assert changed.get("ended"), changed
    assert changed["sizes"] == [60, 180, 120] and changed["at"] == pytest.approx(5.0, abs=0.2)


def _codecs(master: Path) -> list[str]:
    """The highest step's, which covers the lower ones."""
    line = next(line for line in master.read_text().splitlines() if line.startswith("#EXT-X-STREAM-INF"))
    return line.partition('CODECS="')[2].partition('"')[0].split(",")
