"""Models are made once, from weights that we know, and made again when something about them differs."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from cli.home import current
from services.tagger.models import build, card, efficientnet_lite, torch_pickle

NPM = current().npm
MODELS = ("faces", "imagenet-lite0", "imagenet-lite1", "imagenet-lite2", "openimages-ssd", "product-mask")


def test_a_second_build_changes_nothing(models: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in models.iterdir()}
    assert [path.name for path in build.build(models, NPM)] == [f"{name}.json" for name in MODELS]
    assert {path.name: path.stat().st_mtime_ns for path in models.iterdir()} == before
    tables = {"imagenet-lite2.csv", "openimages-ssd.csv"}
    assert set(before) == tables | {f"{name}.{kind}" for name in MODELS for kind in ("json", "onnx")}


def test_a_damaged_graph_is_made_again(tmp_path: Path, models: Path) -> None:
    build.build(tmp_path, NPM)
    (tmp_path / "imagenet-lite2.onnx").write_bytes(b"half")
    build.build(tmp_path, NPM)
    assert (tmp_path / "imagenet-lite2.onnx").read_bytes() == (models / "imagenet-lite2.onnx").read_bytes()


def test_weights_that_we_do_not_know_are_not_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = card.read(build.CARDS / "imagenet-lite2.json")
    assert known.source
    forged = known.model_copy(update={"source": known.source.model_copy(update={"sha256": "0" * 64})})
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "imagenet-lite2.json").write_text(forged.model_dump_json())
    monkeypatch.setattr(build, "CARDS", tmp_path / "cards")
    with pytest.raises(build.CannotBuild, match="not the file that we know"):
        build.build(tmp_path / "out", NPM)
    assert not list((tmp_path / "out").iterdir())


def test_lite2_has_the_published_number_of_blocks() -> None:
    assert len(efficientnet_lite.block_strides(1.2)) == 21
    assert len(efficientnet_lite.block_strides(1.0)) == 16


def test_the_folded_stem_computes_what_the_weights_say(models: Path) -> None:
    """The stem's convolution and batch norm by hand at one pixel: padding, folding and layout are right."""
    import onnx

    known = card.read(build.CARDS / "imagenet-lite2.json")
    weights = torch_pickle.read(build._weights(known, NPM))
    model = onnx.load(str(models / "imagenet-lite2.onnx"))
    model.graph.output.append(onnx.helper.make_tensor_value_info("_conv_stem", onnx.TensorProto.FLOAT, None))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(1).integers(0, 256, (1, 260, 260, 3), np.uint8)
    made = session.run(["_conv_stem"], {"image": picture})[0][0, :, 10, 20]
    patch = (picture[0, 20:23, 40:43].astype(np.float64).transpose(2, 0, 1) - 127) / 128
    raw = np.einsum("ocij,cij->o", weights["_conv_stem.weight"], patch)
    norm = {name: weights[f"_bn0.{name}"] for name in ("weight", "bias", "running_mean", "running_var")}
    wanted = (raw - norm["running_mean"]) / np.sqrt(norm["running_var"] + 1e-3) * norm["weight"] + norm["bias"]
    assert np.abs(made - wanted).max() < 1e-4
