"""A detector (OpenImages' SSD on MobileNetV2, BlazeFace) as an ONNX graph, from its TensorFlow Lite file."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from services.tagger.models.tflite import Network, Operator

ADD, CONCATENATION, CONV, DEPTHWISE, DEQUANTIZE, RESHAPE = 0, 2, 3, 4, 6, 22
MAX_POOL, RELU, RESIZE, PAD = 17, 19, 23, 34
SAME, RELU6 = 0, 3


class _Graph:
    """Tensors are NCHW inside: a tensor of four sides is turned where the network reshapes it."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._known: dict[int, NDArray[Any]] = {
            number: tensor.value for number, tensor in enumerate(network.tensors) if tensor.value is not None
        }

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def add(self, operator: Operator) -> None:
        """Raises ValueError at an operator that we do not know."""
        made: dict[int, Callable[[Operator], None]] = {
            ADD: self._sum, CONCATENATION: self._concatenation, CONV: self._conv, DEPTHWISE: self._conv,
            DEQUANTIZE: self._dequantize, RESHAPE: self._reshape, MAX_POOL: self._max_pool, RELU: self._relu,
            RESIZE: self._resize, PAD: self._pad,
        }  # fmt: skip
        if operator.code not in made:
            raise ValueError(f"operator {operator.code} of TensorFlow Lite is not known to the converter")
        made[operator.code](operator)

    def _dequantize(self, operator: Operator) -> None:
        """Half precision weights become single ones: nothing of it is left to do when a picture comes."""
        self._known[operator.outputs[0]] = self._known[operator.inputs[0]].astype(np.float32)

    def _sum(self, operator: Operator) -> None:
        one, other = operator.inputs
        self._finish("Add", [f"t{one}", f"t{other}"], operator, activation=_option(operator, 0))

    def _conv(self, operator: Operator) -> None:
        source, weight, bias = operator.inputs
        kernel, depthwise = self._known[weight], operator.code == DEPTHWISE
        turned = kernel.transpose(3, 0, 1, 2) if depthwise else kernel.transpose(0, 3, 1, 2)
        names = [self.constant(f"w{weight}", turned), self.constant(f"b{bias}", self._known[bias])]
        attributes = {
            "auto_pad": "SAME_UPPER" if _option(operator, 0) == SAME else "VALID",
            "strides": [_option(operator, 2, "i"), _option(operator, 1, "i")],
            "group": turned.shape[0] if depthwise else 1,
        }
        activation = _option(operator, 4 if depthwise else 3)
        self._finish("Conv", [f"t{source}", *names], operator, activation, **attributes)

    def _finish(self, kind: str, inputs: list[str], operator: Operator, activation: int, **attributes: Any) -> None:
        output = f"t{operator.outputs[0]}"
        if activation not in (0, RELU6):
            raise ValueError(f"activation {activation} of TensorFlow Lite is not known to the converter")
        made = self.node(kind, inputs, f"{output}.raw" if activation else output, **attributes)
        if activation:
            self.node("Clip", [made, "zero", "six"], output)

    def _relu(self, operator: Operator) -> None:
        self.node("Relu", [f"t{operator.inputs[0]}"], f"t{operator.outputs[0]}")

    def _max_pool(self, operator: Operator) -> None:
        pad = "SAME_UPPER" if _option(operator, 0) == SAME else "VALID"
        strides, kernel = ([_option(operator, y, "i"), _option(operator, x, "i")] for y, x in ((2, 1), (4, 3)))
        inputs, output = [f"t{operator.inputs[0]}"], f"t{operator.outputs[0]}"
        self.node("MaxPool", inputs, output, auto_pad=pad, strides=strides, kernel_shape=kernel)

    def _pad(self, operator: Operator) -> None:
        """With zeros; the file has [side, before or after], in the order NHWC."""
        before, after = self._known[operator.inputs[1]][[0, 3, 1, 2]].T.astype(np.int64)
        output = f"t{operator.outputs[0]}"
        pads = self.constant(f"{output}.pads", np.concatenate([before, after]))
        self.node("Pad", [f"t{operator.inputs[0]}", pads], output)

    def _resize(self, operator: Operator) -> None:
        aligned, half_pixel = _option(operator, 2), _option(operator, 3)
        if aligned or not half_pixel:
            raise ValueError("only a bilinear RESIZE by centres of pixels is known to the converter")
        (_, height, width, _), (_, rows, columns, _) = (
            self._network.tensors[number].shape for number in (operator.inputs[0], operator.outputs[0])
        )
        output = f"t{operator.outputs[0]}"
        scales = self.constant(f"{output}.scales", np.array([1, 1, rows / height, columns / width], np.float32))
        self.node("Resize", [f"t{operator.inputs[0]}", "", scales], output, mode="linear")

    def _reshape(self, operator: Operator) -> None:
        source, output = f"t{operator.inputs[0]}", f"t{operator.outputs[0]}"
        if len(self._network.tensors[operator.inputs[0]].shape) == 4 and not self._is_list(operator.inputs[0]):
            source = self.node("Transpose", [source], f"{source}.nhwc.{output}", perm=[0, 2, 3, 1])
        shape = np.array(self._network.tensors[operator.outputs[0]].shape, np.int64)
        shape[0] = -1  # any batch
        self.node("Reshape", [source, self.constant(f"{output}.shape", shape)], output)

    def _is_list(self, number: int) -> bool:
        """Whether it was reshaped before, and so has the order that TensorFlow gave it."""
        makers = [one.code for one in self._network.operators if number in one.outputs]
        return makers[0] in (RESHAPE, CONCATENATION)

    def _concatenation(self, operator: Operator) -> None:
        inputs = [f"t{number}" for number in operator.inputs]
        self.node("Concat", inputs, f"t{operator.outputs[0]}", axis=_option(operator, 0, "i"))


def _option(operator: Operator, field: int, form: str = "b") -> int:
    return operator.options.number(field, form) if operator.options else 0


def graph(network: Network, size: int) -> onnx.ModelProto:
    """ONNX model: `image` uint8 [n, size, size, 3] sRGB → `boxes` float32 [n, anchors, 4], `scores` [n, anchors,
    classes]: both raw, as `services/tagger/models/detect.py` reads them.
    """
    net = _Graph(network)
    for name, value in (("zero", 0.0), ("six", 6.0), ("half", 127.5), ("one", 1.0)):
        net.constant(name, np.array(value, np.float32))
    x = net.node("Cast", ["image"], "image.float", to=TensorProto.FLOAT)
    x = net.node("Sub", [net.node("Div", [x, "half"], "image.scaled"), "one"], "image.centred")
    net.node("Transpose", [x], f"t{network.inputs[0]}", perm=[0, 3, 1, 2])
    for operator in network.operators:
        net.add(operator)
    outputs = []
    for name, number in zip(("boxes", "scores"), network.outputs, strict=True):
        net.node("Identity", [f"t{number}"], name)
        shape: list[str | int | None] = ["n", *network.tensors[number].shape[1:]]
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", size, size, 3])
    made = helper.make_graph(net.nodes, "ssd", [image], outputs, net.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="packshot")
    onnx.checker.check_model(model, full_check=True)
    return model
