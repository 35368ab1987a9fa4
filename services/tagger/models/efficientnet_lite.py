"""EfficientNet-Lite as an ONNX graph, from its published weights.

The layout is Google's: a stem, seven stages of inverted bottlenecks, a head, a pool, a linear layer. Batch norms are
folded into the convolutions before them, so the graph is convolutions, clips and additions only.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

BN_EPSILON = 1e-3
# How often each stage repeats in B0, and the stride of its first block.
REPEATS = (1, 2, 2, 3, 3, 4, 1)
STRIDES = (1, 2, 2, 2, 1, 2, 1)

Weights = dict[str, NDArray[Any]]


def block_strides(depth: float) -> list[int]:
    """The stride of every block in order. The Lite models scale all stages in depth but the first and the last."""
    strides: list[int] = []
    for stage, (repeats, stride) in enumerate(zip(REPEATS, STRIDES, strict=True)):
        scaled = repeats if stage in (0, len(REPEATS) - 1) else int(np.ceil(repeats * depth))
        strides += [stride] + [1] * (scaled - 1)
    return strides


@dataclass
class _Graph:
    weights: Weights
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def conv(self, source: str, conv: str, norm: str, stride: int = 1, clip: bool = True) -> str:
        """Convolution with its batch norm folded in, and ReLU6 behind it unless `clip` is off."""
        weight = self.weights[f"{conv}.weight"].astype(np.float64)
        scale = self.weights[f"{norm}.weight"] / np.sqrt(self.weights[f"{norm}.running_var"] + BN_EPSILON)
        shift = self.weights[f"{norm}.bias"] - self.weights[f"{norm}.running_mean"] * scale
        names = [
            self.constant(f"{conv}.w", (weight * scale[:, None, None, None]).astype(np.float32)),
            self.constant(f"{conv}.b", shift.astype(np.float32)),
        ]
        depthwise = conv.endswith("depthwise_conv")
        output = self.node(
            "Conv",
            [source, *names],
            conv,
            auto_pad="SAME_UPPER",
            strides=[stride, stride],
            group=weight.shape[0] if depthwise else 1,
        )
        return self.node("Clip", [output, "zero", "six"], f"{conv}.relu6") if clip else output

    def block(self, source: str, index: int, stride: int) -> str:
        name = f"_blocks.{index}"
        inner = source
        if f"{name}._expand_conv.weight" in self.weights:
            inner = self.conv(inner, f"{name}._expand_conv", f"{name}._bn0")
        inner = self.conv(inner, f"{name}._depthwise_conv", f"{name}._bn1", stride)
        inner = self.conv(inner, f"{name}._project_conv", f"{name}._bn2", clip=False)
        shape = self.weights[f"{name}._project_conv.weight"].shape
        first = self.weights.get(f"{name}._expand_conv.weight", self.weights[f"{name}._depthwise_conv.weight"])
        came_in = first.shape[1] if f"{name}._expand_conv.weight" in self.weights else first.shape[0]
        if stride == 1 and came_in == shape[0]:
            return self.node("Add", [inner, source], f"{name}.sum")
        return inner


def graph(weights: Weights, depth: float, size: int) -> onnx.ModelProto:
    """ONNX model: `image` uint8 [n, size, size, 3] sRGB → `logits` float32 [n, classes], `embedding` [n, features]."""
    net = _Graph(weights)
    for name, value in (("zero", 0.0), ("six", 6.0), ("mean", 127.0), ("scale", 1 / 128)):
        net.constant(name, np.array(value, np.float32))
    x = net.node("Cast", ["image"], "image.float", to=TensorProto.FLOAT)
    x = net.node("Mul", [net.node("Sub", [x, "mean"], "image.centred"), "scale"], "image.scaled")
    x = net.node("Transpose", [x], "image.nchw", perm=[0, 3, 1, 2])
    x = net.conv(x, "_conv_stem", "_bn0", stride=2)
    for index, stride in enumerate(block_strides(depth)):
        x = net.block(x, index, stride)
    x = net.conv(x, "_conv_head", "_bn1")
    x = net.node("Flatten", [net.node("GlobalAveragePool", [x], "pool")], "embedding")
    fc = [net.constant("_fc.w", weights["_fc.weight"]), net.constant("_fc.b", weights["_fc.bias"])]
    net.node("Gemm", [x, *fc], "logits", transB=1)
    classes, features = weights["_fc.weight"].shape
    made = helper.make_graph(
        net.nodes,
        "efficientnet-lite",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", size, size, 3])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", classes]),
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", features]),
        ],
        net.constants,
    )
    # Opset and IR are held low on purpose: any onnxruntime since 2023 opens the result.
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="packshot")
    onnx.checker.check_model(model, full_check=True)
    return model
