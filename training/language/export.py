"""Write the trained encoder as an int8 ONNX graph for onnxruntime.

The graph is built from onnxruntime's own fused operators, so that no exporter stands between the weights
and what runs. Inputs: ``ids``, ``mask``, ``segments``, int32 of shape (texts, tokens). Output: ``tokens``,
float32 of shape (texts, tokens, labels), what each token says before pooling.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from encoder import HEADS
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

State = dict[str, torch.Tensor]
_FUSED = "com.microsoft"


def export(state: State, labels: int, path: Path) -> None:
    """Write the first ``labels`` heads of the encoder, layers and embeddings in int8."""
    graph = _Graph()
    x = _embed(graph, state)
    layers = 1 + max(int(k.split(".")[1]) for k in state if k.startswith("layers."))
    graph.node("ReduceSum", ["mask", graph.constant("one", np.array([1]))], "lengths", keepdims=0)
    for number in range(layers):
        x = _layer(graph, state, f"layers.{number}", x)
    weight = graph.constant("heads.weight", _array(state["heads.weight"][:labels].T))
    bias = graph.constant("heads.bias", _array(state["heads.bias"][:labels]))
    graph.node("MatMul", [x, weight], "scores")
    graph.node("Add", ["scores", bias], "tokens")
    plain = path.with_suffix(".float.onnx")
    onnx.save(graph.model(labels), plain)
    quantize_dynamic(
        plain,
        path,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Attention"],
        nodes_to_exclude=["scores"],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )
    plain.unlink()


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, **attributes: object) -> str:
        domain = str(attributes.pop("domain", ""))
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def model(self, labels: int) -> onnx.ModelProto:
        shape = ["texts", "tokens"]
        inputs = [
            helper.make_tensor_value_info(n, TensorProto.INT32, shape) for n in ("ids", "mask", "segments")
        ]
        output = helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [*shape, labels])
        graph = helper.make_graph(self.nodes, "language", inputs, [output], self.weights)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="postcheck")


def _embed(graph: _Graph, state: State) -> str:
    # One scale a word: a scale for the whole table would blur the rare words, slurs among them.
    words = _array(state["words.weight"])
    scale = np.abs(words).max(axis=1, keepdims=True) / 127 + 1e-12
    graph.constant("words.int8", np.rint(words / scale).astype(np.int8))
    graph.constant("words.scale", scale.astype(np.float32))
    graph.node("Gather", ["words.int8", "ids"], "words.rows")
    graph.node("Gather", ["words.scale", "ids"], "words.rowscale")
    graph.node("Cast", ["words.rows"], "words.float", to=TensorProto.FLOAT)
    graph.node("Mul", ["words.float", "words.rowscale"], "words.out")
    graph.constant("segments.weight", _array(state["segments.weight"]))
    graph.node("Gather", ["segments.weight", "segments"], "segments.out")
    graph.constant("positions.weight", _array(state["positions.weight"]))
    # The first rows of the position table, as many as there are tokens.
    graph.node("Shape", ["ids"], "shape")
    graph.node(
        "Slice", ["shape", graph.constant("s1", np.array([1])), graph.constant("s2", np.array([2]))], "length"
    )
    graph.node(
        "Slice", ["positions.weight", graph.constant("zero", np.array([0])), "length"], "positions.out"
    )
    graph.node("Add", ["words.out", "segments.out"], "embedded.words")
    graph.node("Add", ["embedded.words", "positions.out"], "embedded")
    return _norm(graph, state, "norm", "embedded", "embedded.norm")


def _layer(graph: _Graph, state: State, name: str, x: str) -> str:
    merged = np.concatenate(
        [_array(state[f"{name}.{p}.weight"]).T for p in ("query", "key", "value")], axis=1
    )
    bias = np.concatenate([_array(state[f"{name}.{p}.bias"]) for p in ("query", "key", "value")])
    inputs = [x, graph.constant(f"{name}.qkv", merged), graph.constant(f"{name}.qkv.bias", bias), "lengths"]
    mixed = graph.node("Attention", inputs, f"{name}.attention", domain=_FUSED, num_heads=HEADS)
    mixed = _linear(graph, state, f"{name}.mixed", mixed)
    x = _add_norm(graph, state, f"{name}.mixed", mixed, x)
    weight = graph.constant(f"{name}.inner.weight", _array(state[f"{name}.inner.weight"]).T)
    inner = graph.node("MatMul", [x, weight], f"{name}.inner.product")
    bias_name = graph.constant(f"{name}.inner.bias", _array(state[f"{name}.inner.bias"]))
    inner = graph.node("BiasGelu", [inner, bias_name], f"{name}.gelu", domain=_FUSED)
    outer = _linear(graph, state, f"{name}.outer", inner)
    return _add_norm(graph, state, f"{name}.outer", outer, x)


def _linear(graph: _Graph, state: State, name: str, x: str) -> str:
    weight = graph.constant(f"{name}.weight", _array(state[f"{name}.weight"]).T)
    return graph.node("MatMul", [x, weight], f"{name}.product")


def _add_norm(graph: _Graph, state: State, name: str, x: str, before: str) -> str:
    inputs = [
        x,
        before,
        graph.constant(f"{name}.gamma", _array(state[f"{name}_norm.weight"])),
        graph.constant(f"{name}.beta", _array(state[f"{name}_norm.bias"])),
        graph.constant(f"{name}.bias", _array(state[f"{name}.bias"])),
    ]
    return graph.node("SkipLayerNormalization", inputs, f"{name}.sum", domain=_FUSED, epsilon=1e-12)


def _norm(graph: _Graph, state: State, name: str, x: str, output: str) -> str:
    gamma = graph.constant(f"{name}.gamma", _array(state[f"{name}.weight"]))
    beta = graph.constant(f"{name}.beta", _array(state[f"{name}.bias"]))
    return graph.node("LayerNormalization", [x, gamma, beta], output, axis=-1, epsilon=1e-12)


def _array(tensor: torch.Tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.detach().float().numpy())
