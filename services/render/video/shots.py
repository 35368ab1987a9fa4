"""A film by shots: where each begins and ends, what is black, frozen or silent, and a key frame of the longest ones.

One decode of the film at thumbnail size tells. Films over `WHOLE_S` are looked at by their key frames only, which is
coarser and costs a small share of it: frozen parts are then not looked for.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.render.video import args, loudness
from services.render.video.cuts import FROZEN_S, Part, cuts, longest
from services.render.video.geometry import fit
from services.render.video.limits import budget
from services.render.video.made import Made, file_of
from services.render.video.probe import Probe
from services.render.video.programs import Progress, convert
from services.render.video.recipe import INDEX
from services.render.video.rungs import Shots
from services.render.video.sampling import samples_at
from services.render.video.storyboard import clock

LOOKED_AT = 160  # pixels: the longer side of what is compared
SIDE = 512  # pixels: the longer side of a key frame, as large as the tagger looks
QUALITY = 88
PICTURES = 12
MOST = 200
"""Parts of one kind that are told."""
WHOLE_S = 600.0
COARSE = (
    f"The film is longer than {WHOLE_S / 60:.0f} minutes: its shots were told by its key frames, and nobody looked for "
    "frozen parts."
)
MANY = "The film has {} shots: the {} longest are told."
FRAMES = "frames.txt"


def make(found: Probe, rung: Shots, folder: Path) -> Iterator[Progress | Made]:
    """Yields how far it is, then what was made. Raises Refused."""
    long = found.seconds > WHOLE_S
    wide, high = fit(found.width, found.height, LOOKED_AT, LOOKED_AT)
    cost = budget(found.seconds, found.rate, found.width * found.height, wide * high)
    looking = args.compiled([_measures(found, rung, (wide, high), long)], "-", found.seconds + 1, {"format": "null"})
    yield from convert(looking, folder, cost, found.seconds)
    with (folder / FRAMES).open(encoding="utf-8", errors="replace") as lines:
        told = cuts(lines, found.seconds)
    shots = longest(told.shots, MOST)
    size, pictures = _pictures(found, folder, longest(shots, PICTURES))
    (folder / INDEX["shots"]).write_text(_cues(pictures))
    notes = [COARSE] * long + [MANY.format(len(told.shots), MOST)] * (len(told.shots) > MOST)
    silent = found.audio is None or not loudness.measure(found, folder, loudness.Level(), rung.threads).audible
    by_shots = {
        "shots": [{"start": part[0], "end": part[1], "picture": pictures.get(part)} for part in shots],
        "black": _told(longest(told.black, MOST)),
        "frozen": None if long else _told(longest(told.frozen, MOST)),
        "silent": silent,
    }
    files = tuple(file_of(folder, name) for name in (INDEX["shots"], *pictures.values()))
    yield Made("shots", *size, INDEX["shots"], files, found.seconds, notes=tuple(notes), by_shots=by_shots)


def _measures(found: Probe, rung: Shots, size: tuple[int, int], long: bool) -> args.Node:
    """Every frame, small, with how much it differs from the one before, whether it is black, whether it stands still.

    ffmpeg writes that into FRAMES.
    """
    read = args.source(found, rung.threads, **({"skip_frame": "nokey"} if long else {}))
    video = read[str(found.video)].filter("scale", w=size[0], h=size[1], flags="fast_bilinear")
    video = video.filter("format", "yuv420p").filter("blackdetect", d=0)
    if not long:
        video = video.filter("freezedetect", n=0.001, d=FROZEN_S - 0.1)
    return video.filter("select", "gte(scene,0)").filter("metadata", mode="print", file=FRAMES)


def _pictures(found: Probe, folder: Path, parts: list[Part]) -> tuple[tuple[int, int], dict[Part, str]]:
    """Their size, and the file of each shot's key frame: the one in its middle, where that can be decoded."""
    middles = {round((start + end) / 2, 3): (start, end) for start, end in parts}
    pictures = {}
    for number, sample in enumerate(samples_at(found, folder, list(middles), SIDE), 1):
        name = f"shot-{number}.jpg"
        sample.image.jpegsave(str(folder / name), Q=QUALITY)
        pictures[middles[sample.at]] = name
    return fit(found.width, found.height, SIDE, SIDE), pictures


def _cues(pictures: dict[Part, str]) -> str:
    """A WebVTT that says which picture shows which shot."""
    cues = [f"{clock(start)} --> {clock(end)}\n{name}\n" for (start, end), name in sorted(pictures.items())]
    return "\n".join(["WEBVTT\n", *cues])


def _told(parts: list[Part]) -> list[dict[str, Any]]:
    return [{"start": start, "end": end} for start, end in parts]
