"""Taught tags on disk: versioned, read again when they change, left out with a sentence when they do not fit."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.tagger.taught import folder as heads_folder
from services.tagger.taught import head, heads
from services.tagger.taught.learn import Learnt, learn
from services.tagger.taught.packed import pack
from services.tagger.taught.regression import Floats
from tests.unit.tagger.taught.test_learn import clusters

MODELS = {"eyes": "1", "other": "4"}


def taught(apart: float = 2.0) -> tuple[Learnt, Floats]:
    features, names = clusters(12, apart)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    return learn(features, names), features


def write(folder: Path, learnt: Learnt) -> head.HeadCard:
    card, body = pack(learnt, {"eyes": "1"})
    heads_folder.place(folder, card, body)
    return card


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, taught()[0])
    return tmp_path


def test_it_says_what_it_was_taught(folder: Path) -> None:
    _, features = taught()
    (only,) = heads.Heads(folder, MODELS).fresh()
    said = only.say({"eyes": features[0] * 7, "other": np.ones(3, np.float32)})  # lengths do not count
    assert (said[0].label, said[0].source) == ("tag0", "taught") and said[0].confidence > 0.8


def test_a_stranger_gets_no_tag(folder: Path) -> None:
    (only,) = heads.Heads(folder, MODELS).fresh()
    stranger = np.random.default_rng(9).normal(size=40).astype(np.float32)
    assert only.say({"eyes": stranger}) == []
    assert only.say({"other": stranger}) == []  # nor one whose numbers are not there


def test_it_is_read_again_when_somebody_has_taught(folder: Path) -> None:
    known, versions = heads.Heads(folder, MODELS), heads.Versions(folder, MODELS)
    assert known.fresh()[0] is known.fresh()[0]
    assert versions == MODELS | {"taught": known.fresh()[0].card.version}
    card = write(folder, taught(apart=3.0)[0])
    assert [one.card for one in known.fresh()] == [card]
    assert versions == MODELS | {"taught": card.version}
    assert sorted(path.name for path in folder.iterdir()) == [card.file, "taught.json"]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_text("{}")], ids=["removed", "damaged"])
def test_what_comes_after_a_card_that_was_lost_is_another_version(folder: Path, harm: Callable[[Path], object]) -> None:
    """Else what the lost one has tagged would pass for tagged by the new one."""
    before = heads_folder.read_card(folder / "taught.json").version
    harm(folder / "taught.json")
    assert write(folder, taught(apart=3.0)[0]).version != before
    assert len(heads.Heads(folder, MODELS).fresh()) == 1


def test_every_attribute_has_a_card_of_its_own(tmp_path: Path) -> None:
    names = ["", "color", "Color", "цвет", "размер", "shoe size", "shoe-size", "Größe"]
    assert len({heads_folder.card_path(tmp_path, name) for name in names}) == len(names)
    assert (
        heads_folder.card_path(tmp_path).name == "taught.json"
        and heads_folder.card_path(tmp_path, "color").name == "taught-color.json"
    )


@pytest.mark.parametrize("harm", ["gone", "other bytes", "no card", "elsewhere", "other model"])
def test_what_does_not_fit_is_left_out_with_a_sentence(folder: Path, harm: str) -> None:
    card = json.loads((folder / "taught.json").read_text())
    if harm == "gone":
        (folder / card["file"]).unlink()
    elif harm == "other bytes":
        (folder / card["file"]).write_bytes(b"half")
    elif harm == "no card":
        (folder / "taught.json").write_text("{}")
    elif harm == "elsewhere":
        (folder / "taught.json").write_text(json.dumps(card | {"file": f"../{card['file']}"}))
    else:
        (folder / "taught.json").write_text(json.dumps(card | {"needs": {"eyes": "2"}}))
    known = heads.Heads(folder, MODELS)
    assert known.fresh() == ()
    assert len(known.broken) == 1 and "taught.json" in known.broken[0]
    assert heads.Versions(folder, MODELS) == MODELS


def test_what_lies_further_out_than_any_example_gets_no_tag(folder: Path) -> None:
    """It may point the way that a tag lies: of tags that are much alike every stranger points some such way."""
    (only,) = heads.Heads(folder, MODELS).fresh()
    example = taught()[1][0]
    assert only.say({"eyes": example})
    near = replace(only, card=only.card.model_copy(update={"far": 0.5}))
    assert near.say({"eyes": example}) == []
    older = replace(only, card=only.card.model_copy(update={"far": None}))
    assert older.say({"eyes": example}) == only.say({"eyes": example})
