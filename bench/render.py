"""Ours beside what a user would pick instead: the same files, the same outputs, one interleaved run.

    python -m bench.render FOLDER…              CPU an asset and assets a second of each contender, and the ratios
    python -m bench.render --rounds 5 FOLDER…   the best of five rounds counts, not of three
    python -m bench.render --cage FOLDER…       and what the cage costs

Contenders (a file each in `bench/contenders/`): the floor (`bench/render_floor.py`), sharp as its users write it (each
output from the file), sharp with one decode, the same with our encoders' settings, Pillow with one decode, thumbor,
`vipsthumbnail` where it is installed. sharp and thumbor are fetched when the bench starts. All make eight outputs with
the same sizes, formats and quality numbers, progressive JPEGs, on one thread, and what they wrote is weighed and looked
at. What we aim at is printed with what came, and so is all that we lose. Then a single size, where everybody is near
the decoder's floor.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from statistics import mean

from bench.contenders import Contender, Missing, Wanted
from bench.contenders.ours import OURS, recipe
from bench.render_likeness import Looks, looks
from services.render.image.sniff import HEAD, sniff

CONTENDERS = ("ours", "floor", "sharp", "pillow", "thumbor", "vipsthumbnail")
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
# Our CPU over theirs, at most.
AIMS = {"floor": 1.08, "sharp as written": 0.50, "sharp, one decode": 0.80, "Pillow": 0.58}
AIMS_SINGLE = {"sharp as written": 1 / 0.95}
LESS_ALIKE = 0.1  # points of likeness that are none
# A single size is decoded once by everybody, and nobody starts a process for it.
NOT_SINGLE = ("sharp, one decode", "vipsthumbnail")


@contextmanager
def contenders(folder: Path) -> Iterator[list[Contender]]:
    """All that can be had on this machine."""
    found: list[Contender] = []
    with ExitStack() as stack:
        for name in CONTENDERS:
            own = folder / name
            own.mkdir()
            try:
                found += stack.enter_context(import_module(f"bench.contenders.{name}").started(own))
            except Missing as missing:
                say(str(missing))
        yield found


def race(
    found: list[Contender], files: list[Path], wanted: tuple[Wanted, ...], rounds: int, aims: dict[str, float]
) -> None:
    """Interleaved rounds; the best of each file counts. Prints CPU an asset, assets a second and core, and ratios.

    Then KB an asset and the likeness (0 to 100, `steps/likeness.py`) to the original at that size;
    last what we aim at, and what we lose.
    """
    seen = looks(found, files, wanted)
    best = {one.name: dict.fromkeys(files, float("inf")) for one in found}
    for _ in range(rounds):
        for path in files:
            for one in found:
                best[one.name][path] = min(best[one.name][path], one.run(path, wanted))
    mine = sum(best[OURS].values())
    say(f"\n{len(wanted)} outputs of {len(files)} files, best of {rounds}; load average {os.getloadavg()[0]:.1f}")
    say(f"{'':<32}{'CPU ms/asset':>14}{'assets/s/core':>15}{'ours is':>10}{'KB/asset':>10}{'likeness':>10}")
    for name, times in best.items():
        total = sum(times.values())
        figures = f"{1000 * total / len(files):>14.0f}{len(files) / total:>15.2f}{mine / total:>9.2f}x"
        say(f"{name:<32}{figures}{seen[name]}")
    totals = {name: sum(times.values()) for name, times in best.items()}
    for name, aim in aims.items():
        if name in totals:
            ratio = mine / totals[name]
            say(f"aim: at most {aim:.2f} of {name}: {ratio:.3f}, {'reached' if ratio <= aim else 'MISSED'}")
    say("we lose: " + ("; ".join(losses(totals, seen)) or "nothing"))


def losses(totals: dict[str, float], seen: dict[str, Looks]) -> Iterator[str]:
    """Whoever takes less CPU, makes smaller files, or such as look more like the original."""
    for name in totals.keys() - {OURS}:
        if totals[OURS] > totals[name]:
            yield f"CPU to {name}, {totals[OURS] / totals[name]:.2f} times"
        if (mine := sum(seen[OURS].bytes)) > (theirs := sum(seen[name].bytes)):
            yield f"bytes to {name}, {mine / theirs:.2f} times"
        if (less := mean(seen[name].likeness) - mean(seen[OURS].likeness)) > LESS_ALIKE:
            yield f"likeness to {name}, {less:.1f} points"


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
        race(runs, files, EIGHT, args.rounds, AIMS)
        alone = [one for one in runs if one.name not in NOT_SINGLE]
        race(alone, files, SINGLE, args.rounds, AIMS_SINGLE)
    if args.cage:
        from bench.render_cage import cost

        say(cost(files, [recipe(one) for one in EIGHT], args.rounds))


if __name__ == "__main__":
    main()
