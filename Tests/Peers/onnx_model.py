"""Writes a network of models/ as an ONNX model with random weights, for the frameworks that read one."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from network import recurrent_weights, weights


class Writer:
    def __init__(self):
        self.nodes, self.constants, self.parameters = [], [], 0
        self.generator = np.random.default_rng(0)

    def constant(self, values, is_parameter=True):
        name = f"w{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        self.parameters += values.size if is_parameter else 0
        return name

    def node(self, kind, *inputs, **attributes):
        name = f"y{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def layers(self, layers, x):
        for layer, following in zip(layers, [*layers[1:], None]):
            if layer.kind in ("rnn", "lstm"):
                x = self.recurrent(layer, x, following is not None and following.kind == "last")
            elif layer.kind != "last":
                x = self.layer(layer, x)
        return x

    def recurrent(self, layer, x, is_last):
        """Steps come first in ONNX; `last` is an output of its own there."""
        w, u, *biases = recurrent_weights(layer, self.generator)
        constants = [self.constant(array[None]) for array in (w.T, u.T, np.concatenate(biases))]
        inputs = [self.node("Transpose", x, perm=[1, 0, 2]), *constants]
        names = [f"y{len(self.nodes)}", f"h{len(self.nodes)}"]
        self.nodes.append(helper.make_node(layer.kind.upper(), inputs, names, hidden_size=layer.output[-1]))
        axis = self.constant(np.array([0 if is_last else 1]), False)
        y = self.node("Squeeze", names[1 if is_last else 0], axis)
        return y if is_last else self.node("Transpose", y, perm=[1, 0, 2])

    def layer(self, layer, x):
        window = {"kernel_shape": [layer.kernel] * 2, "strides": [layer.stride] * 2, "pads": [layer.pad] * 4}
        match layer.kind:
            case "conv":
                w = self.constant(weights(layer, self.generator).transpose(3, 2, 0, 1))
                bias = [self.constant(self.random(layer.output[2]))] if layer.bias else []
                return self.node("Conv", x, w, *bias, **window)
            case "fc":
                if len(layer.input) > 1:
                    product = self.node("MatMul", x, self.constant(weights(layer, self.generator)))
                    return self.node("Add", product, self.constant(self.random(layer.output[-1])))
                w = self.constant(weights(layer, self.generator).T)
                return self.node("Gemm", x, w, self.constant(self.random(layer.output[0])), transB=1)
            case "embed":
                return self.node("Gather", self.constant(weights(layer, self.generator)), x)
            case "bn":
                channels = layer.input[2]
                scale, shift = self.constant(1 + self.random(channels)), self.constant(self.random(channels))
                mean, variance = self.constant(self.random(channels), False), self.constant(1 + self.random(channels) ** 2, False)
                return self.node("BatchNormalization", x, scale, shift, mean, variance)
            case "maxpool":
                return self.node("MaxPool", x, **window)
            case "avgpool":
                return self.node("AveragePool", x, **window)
            case "gap":
                return self.node("Flatten", self.node("GlobalAveragePool", x))
            case "flatten":
                return self.node("Flatten", x)
            case "dropout":
                return x
            case "relu":
                return self.node("Relu", x)
            case "leaky_relu":
                return self.node("LeakyRelu", x, alpha=layer.value)
            case "softsign":
                return self.node("Softsign", x)
            case "softmax":
                return self.node("Softmax", x, axis=-1)
            case "res":
                return self.node("Add", self.layers(layer.body, x), self.layers(layer.shortcut, x))
        raise ValueError(layer.kind)

    def random(self, count):
        return 0.1 * self.generator.standard_normal(count, np.float32)


def model(network, batch):
    """The serialised model with input `x` and output `y`, and the number of its parameters. Images are channels-first, as ONNX has them."""
    writer = Writer()
    writer.layers(network.layers, "x")
    writer.nodes[-1].output[0] = "y"
    shape = [batch, *network.input[2:], *network.input[:2]] if network.is_image else [batch, *network.input]
    graph = helper.make_graph(
        writer.nodes,
        network.name,
        [helper.make_tensor_value_info("x", TensorProto.INT64 if network.vocabulary else TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, *network.output])],
        writer.constants,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 9
    onnx.checker.check_model(made)
    return made.SerializeToString(), writer.parameters


def channels_first(network, x):
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if network.is_image else x
