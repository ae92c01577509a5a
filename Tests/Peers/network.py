"""Reads the part of the language that the networks in models/ use, so that every framework builds what nnc reads.

Shapes are (height, width, channels), (steps, features), (features,) or of tokens (steps,), without the batch.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

STATEMENTS = {"input", "classes", "loss", "optimizer", "batch"}
ACTIVATIONS = {"relu", "leaky_relu", "softsign", "softmax"}


@dataclass
class Layer:
    """One stage. `kind` is its word; "flatten" is put in where an image meets `fc`."""

    kind: str
    input: tuple[int, ...] = ()
    output: tuple[int, ...] = ()
    kernel: int = 0
    stride: int = 1
    pad: int = 0
    bias: bool = True
    value: float = 0  # the slope of leaky_relu, the rate of dropout
    body: list["Layer"] = field(default_factory=list)  # of res
    shortcut: list["Layer"] = field(default_factory=list)  # of res; empty: the identity


class Network:
    """A file of models/: its layers with their shapes, and how it is trained."""

    def __init__(self, path):
        self.name = Path(path).stem
        self.statements, self.blocks = {}, {}
        text = re.sub(r"#.*", "", Path(path).read_text())
        stages = self._stages(re.findall(r"[{}|\n]|[^\s{}|]+", text) + ["\n"], {})
        words = self.statements["input"]  # 84x84x1, seq 100x1, text 30 vocab 37
        self.input = tuple(map(int, words[1 if words[0] in ("seq", "text") else 0].split("x")))
        self.vocabulary = int(words[3]) if words[0] == "text" else 0
        self.batch = int(self.statements["batch"][0])
        self.optimizer, _, rate = self.statements["optimizer"]
        self.learning_rate = float(rate)
        self.layers, self.output = shaped(stages, self.input, self.vocabulary)

    @property
    def is_regression(self):
        return self.layers[-1].kind != "softmax"

    @property
    def training_layers(self):
        """The loss takes what comes before a softmax."""
        return self.layers if self.is_regression else self.layers[:-1]

    @property
    def is_image(self):
        return len(self.input) == 3

    def _stages(self, tokens, constants):
        """The stages between a pair of braces, with blocks and repetitions written out."""
        stages, words, tokens = [], [], iter(tokens)
        for token in tokens:
            if token == "{":
                stages += self._group(words, group(tokens), constants)
                words = []
            elif token in "|\n":
                stages += self._stage(words, constants)
                words = []
            else:
                words.append(re.sub(r"\$(\w+)", lambda name: constants[name[1]], token))
        return stages + self._stage(words, constants)

    def _group(self, words, body, constants):
        if words[0] == "repeat":
            return [stage for _ in range(int(words[1])) for stage in self._stages(body, constants)]
        if words[0] == "res":
            return [Layer("res", body=self._stages(body, constants))]
        name, parameters = re.fullmatch(r"block (\w+)\((.*)\)", " ".join(words)).groups()
        self.blocks[name] = ([part.replace("=", " ").split() for part in parameters.split(",")], body)
        return []

    def _stage(self, words, constants):
        if not words or words == ["via", "auto"]:  # what `res` does with unlike shapes in any case
            return []
        word, *arguments = words
        if word in STATEMENTS:
            self.statements[word] = arguments
            return []
        if word in self.blocks:
            parameters, body = self.blocks[word]
            given = {name: value for name, *default in parameters for value in default}
            given[parameters[0][0]] = arguments[0]
            given |= dict(zip(arguments[1::2], arguments[2::2]))
            return self._stages(body, constants | given)
        return stage(word, arguments)


def group(tokens):
    """The tokens up to the brace that closes the one just read."""
    inside, depth = [], 1
    for token in tokens:
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth == 0:
            return inside
        inside.append(token)
    raise ValueError("a brace is not closed")


def stage(word, arguments):
    if word in ACTIVATIONS or word == "dropout":
        return [Layer(word, value=float(arguments[0]) if arguments else 0)]
    if word in ("bn", "gap", "last"):
        return [Layer(word)]
    if word == "avgpool" and arguments[0] == "to":
        return [Layer(word, output=tuple(map(int, arguments[1].split("x"))))]
    layer, rest = Layer(word), arguments[1:]
    if word in ("fc", "embed", "rnn", "lstm"):
        layer.output = (int(arguments[0]),)
    elif word == "conv":
        kernel, _, channels = map(int, arguments[0].split("x"))
        layer.kernel, layer.output = kernel, (channels,)
    elif word == "maxpool":
        layer.kernel = layer.stride = int(arguments[0])
    else:
        raise ValueError(f"`{word}` is not read here")
    if word == "rnn":
        return [layer]
    while rest and rest[0] not in ACTIVATIONS:
        if rest[0] == "nobias":
            layer.bias, rest = False, rest[1:]
        else:
            setattr(layer, rest[0], int(rest[1]))
            rest = rest[2:]
    return [layer] + (stage(rest[0], rest[1:]) if rest else [])


def shaped(stages, shape, vocabulary=0):
    """The layers with their shapes, and the shape of the last one's output. `embed` has the vocabulary and the steps as its input."""
    layers = []
    for layer in stages:
        if layer.kind == "fc" and len(shape) == 3:
            layers.append(Layer("flatten", shape, (int(np.prod(shape)),)))
            shape = layers[-1].output
        layer.input = shape
        if layer.kind in ("conv", "maxpool"):
            height, width = ((size + 2 * layer.pad - layer.kernel) // layer.stride + 1 for size in shape[:2])
            shape = (height, width, *(layer.output or shape[2:]))
        elif layer.kind == "avgpool":
            if shape[0] % layer.output[0] or shape[1] != shape[0] or layer.output[0] != layer.output[1]:
                raise ValueError(f"avgpool from {shape} to {layer.output}: windows of one size are needed")
            layer.kernel = layer.stride = shape[0] // layer.output[0]
            shape = (*layer.output, shape[2])
        elif layer.kind == "gap":
            shape = shape[2:]
        elif layer.kind == "embed":
            layer.input = (*shape, vocabulary)
            shape = (*shape, *layer.output)
        elif layer.kind in ("fc", "rnn", "lstm"):
            shape = (*shape[:-1], *layer.output)
        elif layer.kind == "last":
            shape = shape[1:]
        elif layer.kind == "res":
            layer.body, shape = shaped(layer.body, layer.input)
            if shape != layer.input:
                stride = layer.input[0] // shape[0]
                projection = [Layer("conv", kernel=1, stride=stride, bias=False, output=shape[2:]), Layer("bn")]
                layer.shortcut, _ = shaped(projection, layer.input)
        layer.output = shape
        layers.append(layer)
    return layers, shape


def inputs(network, batch):
    """Random numbers, channels last, or random tokens."""
    if network.vocabulary:
        return np.random.default_rng(0).integers(0, network.vocabulary, (batch, *network.input))
    return np.random.default_rng(0).standard_normal((batch, *network.input), np.float32)


def targets(network, batch):
    generator = np.random.default_rng(1)
    if network.is_regression:
        return generator.standard_normal((batch, *network.output), np.float32)
    return generator.integers(0, network.output[-1], (batch, *network.output[:-1])).astype(np.int32)


def recurrent_weights(layer, generator):
    """Of `rnn` or `lstm`: (in, gates x units), (units, gates x units), and two biases (gates x units), as PyTorch has them."""
    units = layer.output[-1]
    columns = (4 if layer.kind == "lstm" else 1) * units
    shapes = (layer.input[-1], columns), (units, columns), (columns,), (columns,)
    return [generator.standard_normal(shape, np.float32) * np.float32(units**-0.5) for shape in shapes]


def weights(layer, generator):
    """Of a convolution (height, width, in, out) or a product (in, out): normal, of variance 2 / fan-in."""
    if layer.kind == "conv":
        shape = (layer.kernel, layer.kernel, layer.input[2], layer.output[2])
    else:
        shape = (layer.input[-1], layer.output[-1])
    return generator.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / np.prod(shape[:-1])))
