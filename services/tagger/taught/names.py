"""What a head is called: its card's name, on disk and in the library."""

import hashlib
import re

from services.tagger.models.registry import TAUGHT


def name_of(about: str) -> str:
    """A shop may call its attribute whatever it likes, and no two attributes share a name."""
    plain = re.sub(r"[^a-z0-9]+", "-", about.casefold()).strip("-")
    told_apart = "" if plain == about else hashlib.sha256(about.encode()).hexdigest()[:8]
    return "-".join(filter(None, (TAUGHT, plain, told_apart)))
