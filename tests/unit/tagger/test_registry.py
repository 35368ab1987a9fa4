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

from services.tagger import labels, seeing
from services.tagger.models import registry
from services.tagger.taught.linked import EYES

OURS = {
    "imagenet-lite0": "1", "imagenet-lite1": "1", "imagenet-lite2": "2", "openimages-ssd": "2", "faces": "1",
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


def with_roots(folder: Path) -> Path:
    """The same, which gives no numbers of what is red: it draws the root of every score."""
    graph = onnx.load(folder / "mood.onnx")
    graph.graph.node[-1].output[0] = "squares"
    graph.graph.node.append(helper.make_node("Sqrt", ["squares"], ["scores"]))
    onnx.save(graph, folder / "mood.onnx")
    return folder


def test_one_that_gives_no_numbers_of_a_picture_is_named_and_ours_have_looked(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    found = registry.load(with_roots(drop_in(tmp_path)))
    assert found.broken == ()
    view = seeing.look(red(), found, [], {})
    assert view.problems == [{"step": "mood", "cause": "its logits are no numbers"}]
    assert view.embeddings.keys() == {EYES} and view.people == [] and view.faces == 0


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"file": "absent.onnx"}, "absent.onnx is missing: put it beside the card"),
        ({"labels": "absent.csv"}, "absent.csv is missing: put it beside the card"),
        ({"name": "imagenet-lite2"}, "imagenet-lite2.json is a model 'imagenet-lite2' already"),
        ({"bad_at": None}, "bad_at is null"),
        ({"file": "mood.csv"}, "not a graph"),
        ({"file": "../mood.onnx"}, "own folder"),
        ({"sha256": "0" * 64}, "sha256 differs"),
        ({"labels": "imagenet-lite2.csv"}, "2 classes, imagenet-lite2.csv has 1000"),
        ({"outputs": {"logits": "nothing"}}, "no output nothing"),
        ({"input": {"name": "wrong", "size": 32, "layout": "nchw", "dtype": "float32"}}, "input 'wrong'"),
        ({"kind": "oracle"}, "kind"),
        ({"input": {"name": "pixels", "size": 48, "layout": "nchw", "dtype": "float32"}}, "32 × 32, the card says 48"),
        ({"input": {"name": "pixels", "size": 32, "layout": "nhwc", "dtype": "float32"}}, "any × 3 × 32 × 32, the"),
        ({"input": {"name": "pixels", "size": 32, "layout": "nchw", "dtype": "uint8"}}, "cannot take a picture"),
        ({"kind": "pair", "outputs": {"embedding": "scores"}}, "a pair needs texts"),
    ],
)
def test_a_wrong_card_is_named_and_ours_works_on(
    models: Path, tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    found = registry.load(drop_in(tmp_path, **changes))
    assert found.versions == OURS
    assert len(found.broken) == 1 and "mood.json" in found.broken[0] and complaint in found.broken[0]
    assert "pydantic" not in found.broken[0] and "Errno" not in found.broken[0]
    (left_out,) = found.left_out
    problem = {"step": "mood", "cause": f"It is left out: {left_out.cause}"[:500]}
    assert seeing.look(red(), found, [], {}).problems == [problem]


def test_a_table_that_is_not_utf_8_is_named_with_the_cure(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    (drop_in(tmp_path) / "mood.csv").write_bytes(
        "index,label,is_product,path\n0,kühl,1,\n1,warm,1,\n".encode("latin-1")
    )
    (complaint,) = registry.load(tmp_path).broken
    assert "mood.csv is not UTF-8 from byte 31 on: save it again" in complaint


@pytest.mark.parametrize(("card", "fault"), [("{", "it is no JSON"), ("{}", "name is missing")])
def test_a_card_that_cannot_be_read_costs_nobody_the_mask(models: Path, tmp_path: Path, card: str, fault: str) -> None:
    for name in ("product-mask.json", "product-mask.onnx"):
        shutil.copy(models / name, tmp_path)
    (tmp_path / "my-broken.json").write_text(card)
    assert registry.cutter(tmp_path).card.name == "product-mask"
    with pytest.raises(registry.NoModels, match=f"my-broken.json: {fault}"):
        registry.load(tmp_path)
    (tmp_path / "product-mask.json").unlink()
    with pytest.raises(ValueError, match=r"my-broken\.json"):
        registry.cutter(tmp_path)


def drop_in_pair(folder: Path, *, features: int = 3, tokens: str = "1 1,2 2") -> Path:
    """Halves of a pair: a picture's vector is its mean colour, a word's that of its tokens (1 red, 2 blue)."""
    drop_in(folder, kind="pair", outputs={"embedding": "flat"}, texts={"file": "t.onnx", "input": "ids", "output": "v"})
    path = folder / "mood.onnx"
    graph = onnx.load(path)
    del graph.graph.node[2:], graph.graph.output[:], graph.graph.initializer[:]
    graph.graph.output.append(helper.make_tensor_value_info("flat", TensorProto.FLOAT, ["n", 3]))
    onnx.save(graph, path)
    colours = numpy_helper.from_array(np.array([[0, 0, 0], [1, -1, -1], [-1, -1, 1]], np.float32)[:, :features], "c")
    nodes = [
        helper.make_node("Gather", ["c", "ids"], ["each"]),
        helper.make_node("ReduceMean", ["each"], ["v"], axes=[1], keepdims=0),
    ]
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "n"])]
    outputs = [helper.make_tensor_value_info("v", TensorProto.FLOAT, [1, features])]
    texts = helper.make_model(
        helper.make_graph(nodes, "texts", inputs, outputs, [colours]),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
    )  # fmt: skip
    onnx.save(texts, folder / "t.onnx")
    rows = zip(("0,warm,1,mood", "1,cold,1,mood"), tokens.split(","), strict=True)
    (folder / "mood.csv").write_text("index,label,is_product,path,tokens\n" + "".join(f"{a},{b}\n" for a, b in rows))
    return folder


def test_a_pair_of_embeddings_says_the_words_of_its_table(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    found = registry.load(drop_in_pair(tmp_path))
    assert found.broken == () and found.versions == OURS | {"mood": "3"}
    view = seeing.look(red(), found, [], {})
    assert [label.label for label in view.labels if label.source == "mood"] == ["warm"]
    assert list(view.embeddings) == [EYES, "mood"]  # ours stays the one that likeness goes by


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [({"features": 2}, "has 3 numbers, that of t.onnx has 2"), ({"tokens": "1 1,"}, "tokens is missing or empty"),
     ({"tokens": "1 1,7 7"}, "t.onnx cannot make vectors of the words in mood.csv")],
)  # fmt: skip
def test_a_pair_whose_halves_do_not_fit_is_named(
    models: Path, tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    found = registry.load(drop_in_pair(tmp_path, **changes))
    assert found.versions == OURS and len(found.broken) == 1 and complaint in found.broken[0]


def test_no_model_at_all_says_the_cure(tmp_path: Path) -> None:
    with pytest.raises(registry.NoModels, match="packshot setup"):
        registry.load(tmp_path)
