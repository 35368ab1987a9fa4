"""The words a model may say: its classes' plain labels, and the categories that hold several of them."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TABLE = Path(__file__).parent / "vocabulary.csv"
COLUMNS = {"index", "label", "is_product", "path"}


@dataclass(frozen=True)
class Word:
    """classes: the model's outputs that are this thing; leaf: a class's own label, not a category of several."""

    text: str
    classes: frozenset[int]
    leaf: bool


@dataclass(frozen=True)
class Vocabulary:
    """words: what may be said. matrix: [classes, words], 1 where the class is one of the word's.

    labels: every class's own, said or not. names: for each class its label and the categories above it, the narrowest
    first; none where it is never said.
    """

    words: tuple[Word, ...]
    matrix: NDArray[np.float32]
    labels: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]

    def word(self, text: str) -> Word | None:
        """The word of that text, if it is one of ours."""
        return next((word for word in self.words if word.text == text), None)

    def sums(self, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities of the classes [n] → of the words [m]: a category has the sum of all that is below it."""
        total: NDArray[np.float32] = probabilities @ self.matrix
        return total


def read(table: Path = TABLE) -> Vocabulary:
    """Read a table of index, label, is_product (0 or 1), path (`clothing/footwear/shoe`, the widest first).

    The rows are the model's outputs in order; other columns are for people. Raises ValueError naming the table.
    """
    try:
        reader = csv.DictReader(table.read_text("utf-8").splitlines(keepends=True))
        rows = list(reader)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{table.name} is not UTF-8 from byte {error.start} on: save it again as CSV in UTF-8"
        ) from error
    if missing := COLUMNS - set(reader.fieldnames or ()):
        raise ValueError(f"{table.name}: column {', '.join(sorted(missing))} is missing")
    if [row["index"] for row in rows] != [str(number) for number in range(len(rows))]:
        raise ValueError(f"{table.name}: the index must count from 0, one row for each class of the model")
    classes: dict[str, set[int]] = {}
    leaves: set[str] = set()
    for index, row in enumerate(rows):
        if row["is_product"] != "1":
            continue
        leaves.add(row["label"])
        for text in (row["label"], *filter(None, row["path"].split("/"))):
            classes.setdefault(text, set()).add(index)
    words = tuple(Word(text, frozenset(of), text in leaves) for text, of in sorted(classes.items()))
    matrix = np.zeros((len(rows), len(words)), np.float32)
    for column, word in enumerate(words):
        matrix[sorted(word.classes), column] = 1
    names = (
        (row["label"], *filter(None, reversed(row["path"].split("/")))) if row["is_product"] == "1" else ()
        for row in rows
    )
    return Vocabulary(words, matrix, tuple(row["label"] for row in rows), tuple(names))
