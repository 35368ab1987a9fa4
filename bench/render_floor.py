"""How near render's work is to its floor: one decode, each resize and each encode, called bare in libvips.

    python -m bench.render_floor FOLDER…            CPU of our work against the floor, same files, same outputs
    python -m bench.render_floor --all FOLDER…      every file: made or refused, CPU a megapixel, peak memory

The floor makes the same outputs with the same settings, but checks nothing, looks for no focal point, strips no
metadata, hashes and writes nothing. Rounds are interleaved; the best of each file counts, in CPU seconds.
"""

import argparse
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyvips

from runtime.refusal import Refused
from services.render.image.geometry import Frame, frame
from services.render.image.sniff import HEAD, sniff
from services.render.image.steps.codecs import JPEG_TABLE, WEBP_EFFORT
from services.render.image.steps.sharpen import MILD, SUM
from services.render.presets import load_presets
from services.render.recipe import Facts, Recipe, plan
from services.render.work import warm, work

ROUNDS = 3
# What is made first; the second wave (AVIF by target, print) has no bare call to be compared with.
RECIPES = [recipe for recipe in plan(load_presets(), Facts()) if recipe.wave != "later"]
TURNED = 5  # EXIF orientations from here on swap width and height


class Floor:
    """The bare calls for one JPEG; sizes are worked out before the clock starts."""

    def __init__(self, path: Path, recipes: Sequence[Recipe] = RECIPES) -> None:
        self.path, self._recipes = path, recipes
        image = pyvips.Image.jpegload(str(path))
        turned = image.get_typeof("orientation") and image.get("orientation") >= TURNED
        width, height = (image.height, image.width) if turned else (image.width, image.height)
        self.frames = [frame(recipe, width, height) for recipe in recipes]
        self.scale = max(one.scale for one in self.frames)
        self.parts = {"decode": 0.0, "resize": 0.0, "encode": 0.0}

    def run(self) -> list[bytes]:
        """Decode once; each resize from the smallest picture twice as large; each encode: the files."""
        with self._timed("decode"):
            image = pyvips.Image.jpegload(str(self.path), access="sequential")
            image = (image.resize(self.scale) if self.scale < 1 else image).copy_memory()
            levels = {self.scale: image.autorot().copy_memory()}
        with self._timed("resize"):
            for one in sorted({f.scale for f, r in self._all() if r.mode != "fill"}, reverse=True):
                if one not in levels:
                    parent = min(scale for scale in levels if scale >= min(2 * one, self.scale))
                    levels[one] = levels[parent].resize(one / parent).copy_memory()
            made = [self._fit(one, recipe, levels) for one, recipe in self._all()]
        with self._timed("encode"):
            return [_encode(image, recipe) for image, recipe in zip(made, self._recipes, strict=True)]

    def _all(self) -> Iterator[tuple[Frame, Recipe]]:
        return zip(self.frames, self._recipes, strict=True)

    def _fit(self, one: Frame, recipe: Recipe, levels: dict[float, pyvips.Image]) -> pyvips.Image:
        if recipe.mode == "fill":
            parent = min(scale for scale in levels if scale >= min(2 * one.scale, self.scale))
            whole, box = levels[parent], (one.box.left, one.box.top, one.box.width, one.box.height)
            left, top, width, height = (int(side * parent) for side in box)
            cut = whole.crop(left, top, min(width, whole.width - left), min(height, whole.height - top))
            return cut.resize(one.width / cut.width, vscale=one.height / cut.height).copy_memory()
        image = levels[one.scale]
        if recipe.sharpen == "mild":
            mask = pyvips.Image.new_from_list([list(row) for row in MILD], scale=SUM)
            image = image.conv(mask, precision="integer")
        if recipe.mode == "pad":
            image = image.gravity("centre", *one.canvas, extend="white")
        return image

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        started = time.process_time()
        yield
        self.parts[part] += time.process_time() - started


def _encode(image: pyvips.Image, recipe: Recipe) -> bytes:
    if recipe.format == "jpeg":
        how = {"optimize_coding": True, "interlace": recipe.progressive, "quant_table": JPEG_TABLE}
        return bytes(image.jpegsave_buffer(Q=recipe.quality, keep="none", **how))
    return bytes(image.webpsave_buffer(Q=recipe.quality, keep="none", effort=WEBP_EFFORT))


def ours(path: Path, folder: Path) -> int:
    """Our work on one file, as in the cage; gives the original's pixels. Raises Refused."""
    shutil.copyfile(path, folder / "input")
    values = list(work({"input": "input", "recipes": [r.model_dump(mode="json") for r in RECIPES]}, folder))
    return int(values[0]["image"]["width"] * values[0]["image"]["height"])


def cpu(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def compare(files: list[Path], folder: Path) -> None:
    """Print CPU of the floor and of our work, and their ratio."""
    total_floor = total_ours = 0.0
    parts: dict[str, float] = {}
    for path in (path for path in files if sniff(_head(path)).name == "jpeg"):
        floor = Floor(path)
        bare, made = [], []
        for _ in range(ROUNDS):
            bare.append(cpu(floor.run))
            made.append(cpu(partial(ours, path, folder)))
        total_floor, total_ours = total_floor + min(bare), total_ours + min(made)
        parts = {part: parts.get(part, 0.0) + seconds / ROUNDS for part, seconds in floor.parts.items()}
        say(f"{path.name[:44]:<44} floor {min(bare):6.3f}  ours {min(made):6.3f}  {min(made) / min(bare):5.2f}x")
    say(f"\nall: floor {total_floor:.2f} s CPU, ours {total_ours:.2f} s, ratio {total_ours / total_floor:.3f}")
    say("floor's parts: " + ", ".join(f"{part} {seconds:.2f} s" for part, seconds in parts.items()))


def everything(files: list[Path], folder: Path) -> None:
    """Render every file; print how each ended that was not simply made, and the sums."""
    ends: Counter[str] = Counter()
    pixels, slowest, refused_cpu = 0, (0.0, ""), 0.0
    started = time.process_time()
    for path in files:
        before = time.process_time()
        try:
            pixels += ours(path, folder)
            ends["ready"] += 1
        except Refused as refusal:
            ends["refused"] += 1
            refused_cpu += time.process_time() - before
            say(f"{path.name[:44]:<44} refused: {refusal.cause}")
        slowest = max(slowest, (time.process_time() - before, path.name))
    spent = time.process_time() - started - refused_cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"\n{len(files)} files: {dict(ends)}; none failed")
    each = f"{spent / pixels * 1e6:.3f} s/MP, {len(RECIPES)} outputs each" if pixels else "nothing made"
    say(f"made: {pixels / 1e6:.0f} MP in {spent:.1f} s CPU = {each}")
    say(f"refused: {refused_cpu:.2f} s CPU; slowest {slowest[0]:.2f} s: {slowest[1]}; peak memory {peak:.0f} MB")


def say(text: str) -> None:
    """One line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    files = sorted(path for folder in args.folders for path in folder.iterdir() if path.is_file())
    warm()
    with tempfile.TemporaryDirectory() as folder:
        (everything if args.all else compare)(files, Path(folder))


if __name__ == "__main__":
    main()
