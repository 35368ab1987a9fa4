"""A user may drop in another classifier by a card; one that is wrong is left out with a sentence, the rest works on."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import pyvips
from onnx import TensorProto, helper, numpy_helper

from services.tagger import labels
from services.tagger.models import registry

OURS = {
    "imagenet-lite0": "1", "imagenet-lite1": "1", "imagenet-lite2": "2", "openimages-ssd": "1", "faces": "1",
    "measures": registry.MEASURES,
}  # fmt: skip


def drop_in(folder: Path, **changes: Any) -> Path:
    """A classifier that says `warm` or `cold` by mean red against mean blue: float32 NCHW, as most exports are."""
    weight = numpy_helper.from_array(np.array([[40, 0, -40], [-40, 0, 40]], np.float32), "w")
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixels"], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w"], ["scores"], transB=1),
    ]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, 32, 32])]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 2])]
    graph = helper.make_graph(nodes, "mood", inputs, outputs, [weight])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "mood.onnx")
    (folder / "mood.csv").write_text("index,label,is_product,path\n0,warm,1,mood\n1,cold,1,mood\n")
    card: dict[str, Any] = {
        "name": "mood",
        "version": "3",
        "kind": "classifier",
        "file": "mood.onnx",
        "licence": "mine",
        "input": {"name": "pixels", "size": 32, "layout": "nchw", "dtype": "float32", "mean": [0.5, 0.5, 0.5]},
        "outputs": {"logits": "scores"},
        "labels": "mood.csv",
        "decision": {"leaf": 0.6, "category": 2.0},
        "good_at": "mood",
        "bad_at": "everything else",
    }
    (folder / "mood.json").write_text(json.dumps(card | changes))
    return folder


def red() -> pyvips.Image:
    return pyvips.Image.black(100, 60).linear(1, [220, 30, 30]).cast("uchar").copy(interpretation="srgb")


def test_a_dropped_in_classifier_speaks_beside_ours(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    found = registry.load(drop_in(tmp_path))
    assert found.broken == () and found.versions == OURS | {"mood": "3"}
    mood = next(one for one in found.loaded if one.model.card.name == "mood")
    seen = mood.model.see(red())
    assert seen.embedding is None and seen.logits is not None and mood.words is not None
    said = labels.decide(seen.logits, mood.words, mood.model.card.decision, "mood")
    assert [label.label for label in said] == ["warm"] and said[0].source == "mood"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"file": "absent.onnx"}, "absent.onnx"),
        ({"file": "mood.csv"}, "not a graph"),
        ({"file": "../mood.onnx"}, "own folder"),
        ({"sha256": "0" * 64}, "sha256 differs"),
        ({"labels": "imagenet-lite2.csv"}, "2 classes, imagenet-lite2.csv has 1000"),
        ({"outputs": {"logits": "nothing"}}, "no output nothing"),
        ({"input": {"name": "wrong", "size": 32, "layout": "nchw", "dtype": "float32"}}, "input 'wrong'"),
        ({"kind": "oracle"}, "kind"),
    ],
)
def test_a_wrong_card_is_named_and_ours_works_on(
    models: Path, tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    found = registry.load(drop_in(tmp_path, **changes))
    assert found.versions == OURS
    assert len(found.broken) == 1 and "mood.json" in found.broken[0] and complaint in found.broken[0]


def test_no_model_at_all_says_the_cure(tmp_path: Path) -> None:
    with pytest.raises(registry.NoModels, match="packshot setup"):
        registry.load(tmp_path)
