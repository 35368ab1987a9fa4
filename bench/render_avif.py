"""What AVIF by target costs with us, what it saves against WebP, and what it loses against everybody else's effort.

    python -m bench.render_avif FOLDER…       CPU a megapixel, mean and worst, KB and likeness, at three sizes
    python -m bench.render_avif --no-usual …  without effort 4, which takes most of the time

Ours is the step itself: the search for the quality, the encoding, the look at what came out. Beside it the WebP that a
shop would show instead, and effort 4 at the quality that we ended with. Likeness (0 to 100) is that of the whole
picture, by `steps/likeness.py`.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pyvips

from bench.render import say
from services.render.image.picture import Output
from services.render.image.pipeline import OUTPUT_STEPS, prepare
from services.render.image.sniff import HEAD, sniff
from services.render.image.steps.codecs import WEBP_EFFORT
from services.render.image.steps.encode import encode
from services.render.image.steps.likeness import likeness
from services.render.image.steps.quality import USUAL_WEBP
from services.render.presets import load_presets
from services.render.recipe import Facts, Recipe, resolve
from services.render.work import warm

SIDES = (1200, 800, 400)
USUAL = 4
TARGET = 72.0
OURS, WEBP, SLOW = "AVIF, ours", f"WebP {USUAL_WEBP}", f"effort {USUAL}"


def outputs(path: Path, recipes: list[Recipe]) -> Iterator[tuple[Output, float]]:
    """Each output and the CPU seconds of its encode step."""
    source = prepare(path, recipes)
    for recipe, frame in zip(source.recipes, source.frames, strict=True):
        output = Output(recipe, frame)
        spent = 0.0
        for step in OUTPUT_STEPS:
            began = time.process_time()
            step(source, output)
            spent = time.process_time() - began if step is encode else spent
        yield output, spent


def usual(output: Output) -> tuple[bytes, float]:
    """The same pixels at the same quality number, and CPU seconds."""
    began = time.process_time()
    how = {"effort": USUAL, "compression": "av1", "bitdepth": 8, "keep": "none"}
    body = bytes(output.pixels.heifsave_buffer(Q=output.quality, **how))
    return body, time.process_time() - began


def webp(output: Output) -> tuple[bytes, float]:
    """The same pixels as the WebP preset makes them, and CPU seconds."""
    began = time.process_time()
    body = bytes(output.pixels.webpsave_buffer(Q=USUAL_WEBP, effort=WEBP_EFFORT, keep="none"))
    return body, time.process_time() - began


class Line:
    """One line of the table: what one encoder did at one size."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.kilobytes: list[float] = []
        self.likeness: list[float] = []

    def add(self, output: Output, body: bytes, seconds: float) -> None:
        """One file of it."""
        image = output.pixels
        self.seconds.append(seconds / (image.width * image.height / 1e6))
        self.kilobytes.append(len(body) / 1000)
        self.likeness.append(likeness(image, pyvips.Image.new_from_buffer(body, "").copy_memory()))

    def __str__(self) -> str:
        told = f"{mean(self.seconds):>8.2f}{max(self.seconds):>8.2f}{mean(self.kilobytes):>8.1f}"
        return f"{told}{mean(self.likeness):>8.1f}{min(self.likeness):>8.1f}{max(self.likeness):>8.1f}"


def compare(files: list[Path], with_usual: bool) -> None:
    """Print the table."""
    preset = load_presets().named("web-avif")
    recipes = [
        resolve(preset.model_copy(update={"width": side, "height": side, "target": TARGET}), Facts()) for side in SIDES
    ]
    lines: dict[tuple[int, str], Line] = {}
    larger = dict.fromkeys(SIDES, 0)
    for path in files:
        for output, spent in outputs(path, recipes):
            side = output.recipe.width
            other, took = webp(output)
            larger[side] += len(output.encoded) > len(other)
            lines.setdefault((side, OURS), Line()).add(output, output.encoded, spent)
            lines.setdefault((side, WEBP), Line()).add(output, other, took)
            if with_usual:
                lines.setdefault((side, SLOW), Line()).add(output, *usual(output))
    say(f"{len(files)} files, target {TARGET:.0f}; larger than WebP, by side: {larger}")
    say(f"{'side':>6}{'':>12}{'s/MP':>8}{'worst':>8}{'KB':>8}{'likeness':>10}{'least':>6}{'most':>8}")
    for (side, what), line in sorted(lines.items(), key=lambda one: (-one[0][0], one[0][1])):
        say(f"{side:>6}{what:>12}{line}")


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--no-usual", action="store_true")
    args = parser.parse_args()
    found = sorted(path for folder in args.folders for path in folder.iterdir() if path.is_file())
    warm()
    compare([path for path in found if sniff(path.read_bytes()[:HEAD]).name == "jpeg"], not args.no_usual)


if __name__ == "__main__":
    main()
