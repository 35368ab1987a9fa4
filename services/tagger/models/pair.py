"""An image and text embedding pair (CLIP, SigLIP, MobileCLIP): the words of its table, as vectors, are its classes.

Words come as token ids (column `tokens` of the table), made by whoever exported the model: no tokeniser is needed here.
"""

import csv
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from services.tagger.models.card import Texts

IDS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
Vectors = NDArray[np.float32]


def vectors(texts: Texts, graph: bytes, table: Path, options: ort.SessionOptions) -> Vectors:
    """[rows, features], each of length 1. Raises ValueError that names the file at fault."""
    try:
        session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        (kind,) = [one.type for one in session.get_inputs() if one.name == texts.input]
        ids = IDS[kind]
        found = [session.run([texts.output], {texts.input: np.array([row], ids)})[0] for row in _tokens(table)]
        rows = np.stack([np.asarray(one, np.float32).reshape(-1) for one in found])
    except ValueError:
        raise
    except Exception as error:  # onnxruntime has a class for each fault, none of them public
        raise ValueError(f"{texts.file} cannot make vectors of the words in {table.name}: {error}") from error
    return unit(rows)


def unit(rows: Vectors) -> Vectors:
    """Each row, or the one, brought to length 1."""
    scaled: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
    return scaled


def _tokens(table: Path) -> list[list[int]]:
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row.get("tokens") or "" for row in csv.DictReader(file)]
    if not all(rows):
        raise ValueError(f"{table.name}: column tokens is missing or empty in a row: the ids of each word's text")
    return [[int(one) for one in row.split()] for row in rows]
