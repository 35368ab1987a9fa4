"""Heads in the folder of the models: who writes one puts its card last, so that it is there whole or not."""

import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from runtime.faults import plain
from services.tagger.taught.head import Head, HeadCard
from services.tagger.taught.names import name_of
from services.tagger.taught.packed import unpack


def card_path(folder: Path, about: str = "") -> Path:
    """Where a head's card lies."""
    return folder / f"{name_of(about)}.json"


def place(folder: Path, card: HeadCard, body: bytes) -> None:
    """Put a head beside the models in place of the one before. Raises OSError."""
    path = folder / f"{card.name}.json"
    before = standing(path)
    _put(folder / card.file, body)
    _put(path, card.packed())
    if before and before.file != card.file:
        (folder / before.file).unlink(missing_ok=True)


def standing(path: Path) -> HeadCard | None:
    """The card that is there now; None also for one that cannot be read: whatever comes is better."""
    try:
        return read_card(path) if path.exists() else None
    except ValueError:
        return None


def read_card(path: Path) -> HeadCard:
    """Raises ValueError that names the card and what is wrong with it, OSError."""
    try:
        return HeadCard.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{path.name}: {'; '.join(plain(error, HeadCard))}") from error


def read(path: Path) -> Head:
    """Raises ValueError, OSError."""
    card = read_card(path)
    return unpack(card, numbers(path.parent, card))


def numbers(folder: Path, card: HeadCard) -> bytes:
    """A head's file of numbers. Raises ValueError, OSError."""
    if Path(card.file).name != card.file:
        raise ValueError(f"{card.file!r} is not a name in the card's own folder")
    return (folder / card.file).read_bytes()


def _put(path: Path, body: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    Path(name).chmod(0o644)
    os.replace(name, path)
