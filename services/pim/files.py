"""Names of files in a product's cells: names, paths and addresses, one or several in a cell. Pure."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import unquote

from schemas.names import ENDINGS
from services.pim.source import LONGEST

MOST_FILES = 100
"""Of one product: a record has to stay far below 256 kB."""
_BETWEEN = re.compile(r"([,;|\n])")
_AFTER_ADDRESS = re.compile(r"[?#].*", re.DOTALL)


def files_in(cells: Iterable[str]) -> list[str]:
    """The files that these cells name, each once, in their order: `/m/h/mh01.jpg,https://…/b.png?v=2` is `mh01.jpg` and
    `b.png`. What has not the ending of a file that is taken is none."""
    return limited(name for cell in cells for part in _parts(cell) if _ends(name := named(part)))


def limited(names: Iterable[str]) -> list[str]:
    """Each once, and no more than a record takes."""
    return list(dict.fromkeys(name for name in names if 0 < len(name) <= LONGEST))[:MOST_FILES]


def named(path: str) -> str:
    """A file's name, of a path or an address."""
    path = unquote(_AFTER_ADDRESS.sub("", path)) if "://" in path or path.startswith("//") else path
    return path.strip().replace("\\", "/").rpartition("/")[2]


def _parts(cell: str) -> Iterable[str]:
    """A name may hold the sign that parts names (`red, front.jpg`): a part ends where a file's ending does."""
    part = ""
    for piece in _BETWEEN.split(cell):
        if _BETWEEN.fullmatch(piece) and _ends(named(part)):
            yield part
            part = ""
        else:
            part += piece
    yield part


def _ends(name: str) -> bool:
    return PurePosixPath(name.lower()).suffix in ENDINGS
