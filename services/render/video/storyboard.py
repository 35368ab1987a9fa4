"""Sheets of small pictures for the seek bar, and the WebVTT that says which part of which sheet shows a second."""

import math
from collections.abc import Iterator
from pathlib import Path

from services.render.video import args
from services.render.video.geometry import Frame, Window, fit
from services.render.video.limits import budget
from services.render.video.made import Made, file_of
from services.render.video.probe import Probe
from services.render.video.programs import Progress, convert
from services.render.video.recipe import INDEX
from services.render.video.rungs import Storyboard

SHEET = "storyboard-%d.jpg"


def make(found: Probe, rung: Storyboard, folder: Path) -> Iterator[Progress | Made]:
    """Yields how far it is, then what was made. Raises Refused."""
    every = interval(found.seconds, rung)
    rung = fitted(rung, math.ceil(found.seconds / every))
    longer = rung.width * max(1.0, found.height / found.width)
    wide, high = fit(found.width, found.height, rung.width, round(longer))
    read = args.source(found, rung.threads)
    rate = f"1/{every:g}" if every != 1 else "1"
    sheets = args.picture(found, read, Frame(Window(), wide, high), None, for_jpeg=True)
    sheets = sheets.filter("fps", fps=rate, round="up").filter("tile", layout=f"{rung.columns}x{rung.rows}")
    options = {"c:v": "mjpeg", "q:v": rung.quality, "format": "image2", "start_number": 1, "threads": rung.threads}
    seconds = rung.columns * rung.rows * every * math.ceil(found.seconds / every / (rung.columns * rung.rows))
    cost = budget(found.seconds, found.rate, found.width * found.height, wide * high)
    yield from convert(args.compiled([sheets], SHEET, seconds + 1, options), folder, cost, seconds)
    names = sorted((path.name for path in folder.glob(SHEET.replace("%d", "*"))), key=lambda name: (len(name), name))
    (folder / INDEX["storyboard"]).write_text(cues(found.seconds, every, rung, (wide, high), names))
    files = tuple(file_of(folder, name) for name in (INDEX["storyboard"], *names))
    size = (wide * rung.columns, high * rung.rows)
    yield Made("storyboard", *size, INDEX["storyboard"], files, found.seconds)


def interval(seconds: float, rung: Storyboard) -> float:
    """Seconds between two pictures, in hundredths."""
    return max(rung.least_seconds, math.ceil(seconds / rung.pictures * 100) / 100)


def fitted(rung: Storyboard, pictures: int) -> Storyboard:
    """With sheets no larger than so many pictures need: what is left of one is black."""
    columns = min(rung.columns, pictures)
    return rung.model_copy(update={"columns": columns, "rows": min(rung.rows, math.ceil(pictures / columns))})


def cues(seconds: float, every: float, rung: Storyboard, tile: tuple[int, int], sheets: list[str]) -> str:
    """The text of the WebVTT: one cue a picture, up to the last sheet that there is."""
    wide, high = tile
    on_sheet = rung.columns * rung.rows
    count = min(math.ceil(seconds / every), on_sheet * len(sheets))
    lines = ["WEBVTT", ""]
    for number in range(count):
        sheet, place = divmod(number, on_sheet)
        row, column = divmod(place, rung.columns)
        start, end = number * every, min((number + 1) * every, seconds)
        lines += [
            f"{clock(start)} --> {clock(end)}",
            f"{sheets[sheet]}#xywh={column * wide},{row * high},{wide},{high}",
            "",
        ]
    return "\n".join(lines)


def clock(seconds: float) -> str:
    """WebVTT's hours:minutes:seconds.milliseconds."""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
