"""What the contenders' files look like and weigh, beside the best that can be made of the original at their size."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

import pyvips

from bench.contenders import Contender, Wanted
from services.render.image.steps.likeness import likeness


@dataclass
class Looks:
    """Of one contender's outputs: bytes a source file, and the likeness of each."""

    bytes: list[int] = field(default_factory=list)
    likeness: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{mean(self.bytes) / 1000:>10.0f}{mean(self.likeness):>10.1f}"


def looks(found: Sequence[Contender], files: Sequence[Path], wanted: tuple[Wanted, ...]) -> dict[str, Looks]:
    """Every contender makes every file once; padded outputs are weighed, and looked at only where they are not padded.

    (Where each of them puts a picture on its square differs by a pixel.)
    """
    told: dict[str, Looks] = defaultdict(Looks)
    for path in files:
        whole = pyvips.Image.jpegload(str(path)).autorot().copy_memory()
        best: dict[tuple[int, int], pyvips.Image] = {}
        for one in found:
            one.run(path, wanted)
            told[one.name].bytes.append(sum((one.folder / output.file).stat().st_size for output in wanted))
            told[one.name].likeness.append(mean(_likeness(one, output, whole, best) for output in _fitted(wanted)))
    return told


def _fitted(wanted: tuple[Wanted, ...]) -> list[Wanted]:
    return [one for one in wanted if not one.pad]


def _likeness(
    contender: Contender, output: Wanted, whole: pyvips.Image, best: dict[tuple[int, int], pyvips.Image]
) -> float:
    """To all of the original, reduced by Lanczos to exactly the output's size without any short cut."""
    loader = {"jpeg": pyvips.Image.jpegload, "webp": pyvips.Image.webpload}[output.format]
    made = loader(str(contender.folder / output.file)).copy_memory()
    size = (made.width, made.height)
    aim = output.side / max(whole.width, whole.height)
    if max(abs(made.width - whole.width * min(1, aim)), abs(made.height - whole.height * min(1, aim))) > 1:
        raise RuntimeError(f"{contender.name} made {output.file} {size[0]} x {size[1]}: not what was wanted")
    if size not in best:
        best[size] = whole.resize(size[0] / whole.width, vscale=size[1] / whole.height).copy_memory()
    return likeness(best[size], made)
