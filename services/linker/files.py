"""Files that a PIM names for its products: the whole name counts, whatever its case and its format. Pure."""

import unicodedata
from urllib.parse import unquote

from schemas.names import bare
from services.linker.names import joined, tokens
from services.linker.selective import selective
from services.linker.vocabulary import without_counters

FILE = "pim-file"
"""Kind of the source by which a file is known to PIMs."""


def file_key(name: str) -> str:
    """The key of a file's name, without its folder; "" where it says too little to be one file's alone: `main.jpg`,
    `IMG_0042.jpg`."""
    called = unicodedata.normalize("NFC", unquote(bare(name))).casefold().strip()
    words = without_counters(tokens(called))
    return f"f:{called}" if words and selective(joined(words), words) else ""
