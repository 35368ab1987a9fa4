"""The model as it is shipped: the graph computes what the weights say, and words of many languages meet."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.catalog.meaning import weights
from services.catalog.meaning.embedder import PREFIX, WEIGHTS, Embedder
from services.catalog.meaning.tokens import Tokens
from services.catalog.meaning.weights import Weights, unpacked

Matrix = NDArray[np.float32]


@pytest.fixture(scope="module")
def model(meaning: Path) -> Embedder:
    return Embedder(meaning)


def by_hand(held: Weights, text: str) -> Matrix:
    """BERT in numpy, with whole numbers where the graph has four and eight bits."""

    def norm(x: Matrix, name: str) -> Matrix:
        spread = np.sqrt(x.var(-1, keepdims=True) + held.epsilon)
        made: Matrix = (x - x.mean(-1, keepdims=True)) / spread * held.tensors[f"{name}.w"] + held.tensors[f"{name}.b"]
        return made

    def linear(x: Matrix, name: str) -> Matrix:
        weight = unpacked(held.tensors[f"{name}.w"]).reshape(-1, x.shape[-1])
        made: Matrix = x @ weight.T + held.tensors[f"{name}.b"]
        return made

    def heads(x: Matrix) -> Matrix:
        return x.reshape(len(x), held.heads, -1).transpose(1, 0, 2)

    def gelu(x: Matrix) -> Matrix:
        made: Matrix = x * 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
        return made

    numbers = [held.begin, *Tokens.of(held).split(text), held.end]
    table = held.tensors["emb.word"].reshape(-1, held.width // weights.BLOCK)
    places = held.tensors["emb.pos"].reshape(-1, held.width)
    x = norm(unpacked(table[numbers]) + places[: len(numbers)] + held.tensors["emb.type"][: held.width], "emb.ln")
    for layer in (f"l{number}" for number in range(held.layers)):
        query, key, value = (heads(linear(x, f"{layer}.{part}")) for part in "qkv")
        scores = np.exp(query @ key.transpose(0, 2, 1) / np.sqrt(held.width / held.heads))
        seen = (scores / scores.sum(-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(x.shape)
        x = norm(x + linear(seen, f"{layer}.ao"), f"{layer}.aln")
        x = norm(x + linear(gelu(linear(x, f"{layer}.fi")), f"{layer}.fo"), f"{layer}.oln")
    mean: Matrix = x.mean(0)
    return mean / np.linalg.norm(mean)


@pytest.mark.parametrize("text", ["Laufschuhe", "Кроссовки, 43", "A ｗｉｄｅ ﷺ text™"])
def test_the_graph_computes_what_the_weights_say(meaning: Path, model: Embedder, text: str) -> None:
    found = model.embed(text)
    assert found.shape == (384,)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-4)
    assert found @ by_hand(weights.read(meaning / WEIGHTS), PREFIX + text) > 0.995


def test_what_means_the_same_is_nearer_than_what_does_not(model: Embedder) -> None:
    said = [model.embed(text) for text in ("running shoe", "Laufschuhe", "zapatillas para correr")]
    other = model.embed("sofa")
    for one, same in pairwise(said):
        assert one @ same > max(one @ other, same @ other) + 0.02


def test_words_are_told_from_what_is_misspelt(model: Embedder) -> None:
    words = ("beach", "house", "stone", "block", "playa", "Strand")
    slips = ("hoddie", "crewnek", "jackit", "baskteball", "snekaer", "brwon", "yelow")
    assert [word for word in (*words, *slips) if model.knows(word)] == list(words)


def test_a_long_text_and_none(model: Embedder) -> None:
    assert np.isfinite(model.embed("")).all()
    assert np.array_equal(model.embed("wort " * 1000), model.embed("Wort " + "wort " * 200))
