"""The encoder of multilingual-e5-small (BERT, 12 layers) as an ONNX graph. Its weights stay as they are packed, four
bits each: onnxruntime's `MatMulNBits` has the same blocks, in another order.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from services.catalog.meaning.weights import BLOCK, Weights

INT8 = 4
"""`accuracy_level`: what is multiplied with the weights is rounded to 8 bits."""


class _Graph:
    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def tensor(self, name: str) -> str:
        return self.constant(name, np.asarray(self._weights.tensors[name]))

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def layer_norm(self, source: str, weight: str, bias: str, output: str) -> str:
        inputs = [source, self.tensor(weight), self.tensor(bias)]
        return self.node("LayerNormalization", inputs, output, epsilon=self._weights.epsilon)

    def linear(self, source: str, name: str, inner: int) -> str:
        """x · W + b, W in blocks of four bits."""
        blocks = self._weights.tensors[f"{name}.w"].reshape(-1, inner // BLOCK)
        scales = blocks["scale"].astype(np.float32).ravel()
        inputs = [source, self.constant(f"{name}.w", _in_order(blocks["pairs"])), self.constant(f"{name}.s", scales)]
        sizes = {"K": inner, "N": len(blocks), "bits": 4, "block_size": BLOCK, "accuracy_level": INT8}
        made = self.node("MatMulNBits", inputs, f"{name}.raw", domain="com.microsoft", **sizes)
        return self.node("Add", [made, self.tensor(f"{name}.b")], f"{name}.out")

    def heads(self, source: str, axes: list[int]) -> str:
        """[words, width] → [heads, …] with the other two sides in the wanted order."""
        split = self.node("Reshape", [source, "heads"], f"{source}.split")
        return self.node("Transpose", [split], f"{source}.heads", perm=axes)

    def attention(self, source: str, name: str) -> str:
        """Each word looks at all words."""
        width = self._weights.width
        query = self.heads(self.linear(source, f"{name}.q", width), [1, 0, 2])
        key = self.heads(self.linear(source, f"{name}.k", width), [1, 2, 0])
        value = self.heads(self.linear(source, f"{name}.v", width), [1, 0, 2])
        scores = self.node("Mul", [self.node("MatMul", [query, key], f"{name}.dots"), "scale"], f"{name}.scores")
        seen = self.node("MatMul", [self.node("Softmax", [scores], f"{name}.shares", axis=-1), value], f"{name}.seen")
        joined = self.node("Transpose", [seen], f"{name}.turned", perm=[1, 0, 2])
        return self.linear(self.node("Reshape", [joined, "joined"], f"{name}.joined"), f"{name}.ao", width)

    def layer(self, source: str, name: str) -> str:
        """Attention and feed-forward, each added to what came in."""
        seen = self.node("Add", [source, self.attention(source, name)], f"{name}.sum")
        x = self.layer_norm(seen, f"{name}.aln.w", f"{name}.aln.b", f"{name}.x")
        inner = self.linear(x, f"{name}.fi", self._weights.width)
        wide = self.node("Gelu", [inner], f"{name}.gelu")
        out = self.linear(wide, f"{name}.fo", len(self._weights.tensors[f"{name}.fi.b"]))
        total = self.node("Add", [x, out], f"{name}.total")
        return self.layer_norm(total, f"{name}.oln.w", f"{name}.oln.b", f"{name}.y")


def _in_order(pairs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Weights j and j + 16 share a byte; onnxruntime wants neighbours to."""
    each = np.concatenate([pairs & 15, pairs >> 4], axis=-1)
    packed: NDArray[np.uint8] = each[..., ::2] | each[..., 1::2] << 4
    return packed


def graph(weights: Weights) -> onnx.ModelProto:
    """ONNX model: `words` float32 [n, width] (word + place + kind) → `meaning` float32 [width], of length 1."""
    net, width = _Graph(weights), weights.width
    each = width // weights.heads
    net.constant("heads", np.array([-1, weights.heads, each], np.int64))
    net.constant("joined", np.array([-1, width], np.int64))
    net.constant("scale", np.array(each**-0.5, np.float32))
    net.constant("first", np.array([0], np.int64))
    x = net.layer_norm("words", "emb.ln.w", "emb.ln.b", "x")
    for number in range(weights.layers):
        x = net.layer(x, f"l{number}")
    mean = net.node("ReduceMean", [x, "first"], "mean", keepdims=0)
    net.node("LpNormalization", [mean], "meaning", axis=0, p=2)
    made = helper.make_graph(
        net.nodes,
        "e5",
        [helper.make_tensor_value_info("words", TensorProto.FLOAT, ["n", width])],
        [helper.make_tensor_value_info("meaning", TensorProto.FLOAT, [width])],
        net.constants,
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=9, producer_name="packshot")
    onnx.checker.check_model(model)
    return model
