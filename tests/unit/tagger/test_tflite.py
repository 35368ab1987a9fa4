"""A TensorFlow Lite file is read without TensorFlow, and the network made of it computes the same."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from cli.home import current
from services.tagger.models import build, tflite
from services.tagger.models.card import read


@pytest.fixture(scope="module")
def weights() -> bytes:
    source = read(build.CARDS / "openimages-ssd.json")
    return build._weights(source, current().npm).read_bytes()[build.SSD_LABELS :]


@pytest.mark.usefixtures("models")
def test_the_network_is_read(weights: bytes) -> None:
    network = tflite.read(weights)
    assert [network.tensors[number].shape for number in network.inputs] == [(1, 300, 300, 3)]
    assert [network.tensors[number].shape for number in network.outputs] == [(1, 1917, 4), (1, 1917, 24)]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("cut", [0, 4, 20, 4000])
def test_what_is_cut_off_is_told(weights: bytes, cut: int) -> None:
    with pytest.raises(tflite.BadTflite):
        tflite.read(weights[:cut])


def test_the_first_convolution_computes_what_the_file_says(models: Path, weights: bytes) -> None:
    """By hand at one pixel: the weights' order, the padding and the picture's scale are right."""
    import onnx

    network = tflite.read(weights)
    values = {number: one.value for number, one in enumerate(network.tensors) if one.value is not None}
    for one in network.operators:
        if one.code == 6:
            values[one.outputs[0]] = values[one.inputs[0]].astype(np.float64)
    first = next(one for one in network.operators if one.code == 3)
    kernel, bias = values[first.inputs[1]], values[first.inputs[2]]  # kernel [out, rows, columns, in]
    model = onnx.load(str(models / "openimages-ssd.onnx"))
    name = f"t{first.outputs[0]}"
    model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(2).integers(0, 256, (1, 300, 300, 3), np.uint8)
    made = session.run([name], {"image": picture})[0][0, :, 10, 20]
    patch = picture[0, 20:23, 40:43].astype(np.float64) / 127.5 - 1
    wanted = np.clip(np.einsum("oijc,ijc->o", kernel, patch) + bias, 0, 6)
    assert np.abs(made - wanted).max() < 1e-3
