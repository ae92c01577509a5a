"""Numbers from PyTorch for every layer and loss: `python layers.py` writes layers.json and losses.json beside itself.

Needs torch (2.x) and numpy; the project itself does not need Python. Everything is computed in float64 from inputs that are
multiples of 1/8, so that they are short in the file, exact in Float, and hold ties and zeros (max pools, relu at 0).

A case of layers.json: the line of the language, the shapes of its inputs, the batch, the mode, and then flat lists:
  x        inputs, as nnc holds them: [batch][height][width][channels], [batch][steps][features] or [batch][features]
  weights  in PyTorch's own layout and order of names
  dy       the gradient given to the output, in the layout of y
  y, dx, dweights   what PyTorch makes of it; `after` holds running values after a training pass
"""
import json
import os
import re
import zlib

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))
generator = None


def begin(*key):
    """A generator of its own for each case, so that a new case leaves the numbers of the others as they are."""
    global generator
    generator = np.random.default_rng(zlib.crc32(repr(key).encode()))


def eighths(shape, low=-16, high=16):
    return torch.tensor(generator.integers(low, high + 1, size=shape) / 8.0)


def numbers(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().reshape(-1).tolist()]


class Channels(nn.Module):
    """Runs a module that wants channels first on data with channels last."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        y = self.inner(x.movedim(-1, 1))
        return y.movedim(1, -1) if y.dim() > 2 else y


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *x):
        return self.function(*x)


class First(nn.Module):
    """A flattened image in PyTorch's order, then a module."""

    def __init__(self, inner=None):
        super().__init__()
        self.inner = inner or nn.Identity()

    def forward(self, x):
        return self.inner(x.movedim(-1, 1).flatten(1))


def to_file(x):
    return x.movedim(-1, 1) if x.dim() == 4 else x


def reshape(shape):
    """nnc's reshape works on PyTorch's order; images come in and go out with channels last."""

    def run(x):
        flat = to_file(x).reshape(x.shape[0], -1)
        if len(shape) == 3:
            h, w, c = shape
            return flat.reshape(-1, c, h, w).movedim(1, -1)
        return flat.reshape(-1, *shape)

    return Function(run)


def monomials(degree):
    """sklearn.preprocessing.PolynomialFeatures(degree, include_bias=False), differentiable."""
    from itertools import combinations_with_replacement

    def run(x):
        columns = [
            torch.stack([x[:, i] for i in chosen]).prod(0)
            for k in range(1, degree + 1)
            for chosen in combinations_with_replacement(range(x.shape[1]), k)
        ]
        return torch.stack(columns, 1)

    return Function(run)


def pool(kind, *arguments, **named):
    return Channels(kind(*arguments, **named))


cases = []


def case(line, shapes, module, batch=2, mode="training", vocabulary=None):
    if not isinstance(shapes, list):
        shapes = [shapes]
    begin(line, shapes, batch, mode)
    xs = [eighths((batch, *shape)).requires_grad_() for shape in shapes]
    if vocabulary:
        xs = [torch.tensor(generator.integers(0, vocabulary, (batch, *shape)) * 1.0).requires_grad_() for shape in shapes]
    names = []
    for name, tensor in list(module.named_parameters()) + list(module.named_buffers()):
        if "num_batches" in name:
            continue
        positive = "running_var" in name
        with torch.no_grad():
            tensor.copy_(eighths(tuple(tensor.shape), 1 if positive else -8, 16 if positive else 8))
        names.append(re.sub(r"^(inner\.)+", "", name))
    given = [numbers(t) for n, t in list(module.named_parameters()) + list(module.named_buffers()) if "num_batches" not in n]
    module.train(mode == "training")
    y = module(*xs)
    dy = eighths(tuple(y.shape), -8, 8)
    (y + 0 * sum(x.sum() for x in xs)).backward(dy)
    parameters = list(module.parameters())
    cases.append({
        "line": line, "inputs": [list(s) for s in shapes], **({"vocabulary": vocabulary} if vocabulary else {}), "batch": batch, "mode": mode, "output": list(y.shape[1:]), "names": names,
        "x": [numbers(x) for x in xs], "weights": given, "dy": numbers(dy), "y": numbers(y), "dx": [numbers(x.grad) for x in xs],
        "dweights": [numbers(p.grad) for p in parameters],
        "after": [numbers(b) for n, b in module.named_buffers() if "num_batches" not in n],
    })


C2, C1, T2 = nn.Conv2d, nn.Conv1d, nn.ConvTranspose2d
case("conv 3x3x4", (5, 6, 3), Channels(C2(3, 4, 3)))
case("conv 3x3x4 pad 1 stride 2", (6, 5, 3), Channels(C2(3, 4, 3, padding=1, stride=2)))
case("conv 3x3x8 pad same", (5, 4, 2), Channels(C2(2, 8, 3, padding="same")))
case("conv 3x3x3 pad same dilate 2", (5, 4, 2), Channels(C2(2, 3, 3, padding="same", dilation=2)))
case("conv 1x1x5 nobias", (3, 4, 3), Channels(C2(3, 5, 1, bias=False)))
case("conv 2x3x4 stride 2x1 pad 1x0 dilate 1x2", (5, 7, 2), Channels(C2(2, 4, (2, 3), stride=(2, 1), padding=(1, 0), dilation=(1, 2))))
case("conv 3x3x6 groups 2 pad 1", (4, 4, 4), Channels(C2(4, 6, 3, padding=1, groups=2)), batch=1)
case("conv 5x5x2 pad 4", (3, 3, 1), Channels(C2(1, 2, 5, padding=4)), batch=1)
case("conv 3x4 stride 2 pad 1", (7, 3), Channels(C1(3, 4, 3, stride=2, padding=1)))
case("conv 2x4 dilate 3 groups 2 nobias", (8, 4), Channels(C1(4, 4, 2, dilation=3, groups=2, bias=False)))
case("dwconv 3x3", (5, 4, 3), Channels(C2(3, 3, 3, groups=3)))
case("dwconv 3x3x6 pad 1 stride 2", (5, 4, 3), Channels(C2(3, 6, 3, groups=3, padding=1, stride=2)))
case("dwconv 2x3 nobias dilate 2", (5, 6, 2), Channels(C2(2, 2, (2, 3), groups=2, dilation=2, bias=False)))
case("deconv 3x3x2", (3, 4, 3), Channels(T2(3, 2, 3)))
case("deconv 4x4x3 stride 2 pad 1", (3, 2, 2), Channels(T2(2, 3, 4, stride=2, padding=1)))
case("deconv 3x2x4 stride 1x2 pad 0x1 dilate 2 groups 2 nobias", (2, 3, 2), Channels(T2(2, 4, (3, 2), stride=(1, 2), padding=(0, 1), dilation=2, groups=2, bias=False)))
case("deconv 3x3x3 pad same", (4, 3, 2), Channels(T2(2, 3, 3, padding=1)), batch=1)

case("maxpool 2", (5, 6, 3), pool(nn.MaxPool2d, 2))
case("maxpool 3 stride 2 pad 1", (6, 5, 2), pool(nn.MaxPool2d, 3, 2, 1))
case("maxpool 3x2 stride 2x1 pad 1x0 ceil", (6, 5, 2), pool(nn.MaxPool2d, (3, 2), (2, 1), (1, 0), ceil_mode=True))
case("maxpool 2 ceil", (5, 5, 2), pool(nn.MaxPool2d, 2, ceil_mode=True))
case("maxpool to 3x2", (7, 5, 2), pool(nn.AdaptiveMaxPool2d, (3, 2)))
case("maxpool 2", (7, 3), pool(nn.MaxPool1d, 2))
case("avgpool 2", (5, 6, 3), pool(nn.AvgPool2d, 2))
case("avgpool 3 stride 2 pad 1", (6, 5, 2), pool(nn.AvgPool2d, 3, 2, 1))
case("avgpool 3x2 stride 2 pad 1 ceil", (6, 6, 2), pool(nn.AvgPool2d, (3, 2), 2, 1, ceil_mode=True))
case("avgpool to 3x2", (7, 5, 2), pool(nn.AdaptiveAvgPool2d, (3, 2)))
case("avgpool to 3", (2, 4, 2), pool(nn.AdaptiveAvgPool2d, 3))
case("avgpool 3 stride 2", (8, 2), pool(nn.AvgPool1d, 3, 2))
case("gap", (3, 4, 5), Channels(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())))
case("gmp", (3, 4, 5), Channels(nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())))

case("fc 4", (7,), nn.Linear(7, 4), batch=3)
case("fc 1 nobias", (5,), nn.Linear(5, 1, bias=False))
case("fc 4", (2, 3, 5), First(nn.Linear(30, 4)))
case("fc 3", (4, 5), nn.Linear(5, 3))
case("poly 2", (2,), monomials(2))
case("poly 3", (3,), monomials(3), batch=3)

case("bn", (3, 2, 3), Channels(nn.BatchNorm2d(3)), batch=3)
case("bn", (5,), nn.BatchNorm1d(5), batch=4)
case("bn momentum 0.3 eps 0.01", (4, 3), Channels(nn.BatchNorm1d(3, momentum=0.3, eps=0.01)))
case("bn", (3, 2, 3), Channels(nn.BatchNorm2d(3)), mode="inference")
case("layernorm", (5,), nn.LayerNorm(5), batch=3)
case("layernorm eps 0.01", (2, 3, 4), nn.LayerNorm(4, eps=0.01))
case("dropout 0.5", (6,), nn.Dropout(0.5), mode="inference")
case("dropout 0", (3, 2, 2), nn.Dropout(0.0))

case("flatten", (2, 3, 4), First())
case("flatten", (3, 4), nn.Flatten())
case("reshape 2x3x4", (24,), reshape((2, 3, 4)))
case("reshape 4x2x3", (2, 3, 4), reshape((4, 2, 3)))
case("reshape 6x4", (2, 3, 4), reshape((6, 4)))
case("reshape 12", (3, 4), reshape((12,)))

for line, module in [
    ("linear", nn.Identity()), ("relu", nn.ReLU()), ("leaky_relu", nn.LeakyReLU()), ("leaky_relu 0.2", nn.LeakyReLU(0.2)),
    ("elu", nn.ELU()), ("elu 0.5", nn.ELU(0.5)), ("gelu", nn.GELU()), ("silu", nn.SiLU()), ("sigmoid", nn.Sigmoid()), ("tanh", nn.Tanh()),
    ("softsign", nn.Softsign()), ("softplus", nn.Softplus()),
]:
    case(line, (3, 2, 5), module)
case("softmax", (7,), nn.Softmax(-1))
case("softmax", (3, 4), nn.Softmax(-1))
case("add skip", [(2, 3, 2), (2, 3, 2)], Function(lambda a, b: a + b))
case("add skip", [(5,), (5,), (5,)], Function(lambda a, b, c: a + b + c))
case("mul gate", [(2, 3, 2), (2, 3, 2)], Function(lambda a, b: a * b))
case("mul gate", [(5,), (5,), (5,)], Function(lambda a, b, c: a * b * c))
case("concat skip", [(2, 3, 2), (2, 3, 3)], Function(lambda a, b: torch.cat([a, b], -1)))
case("concat skip", [(4,), (2,), (3,)], Function(lambda a, b, c: torch.cat([a, b, c], -1)))

losses = []
begin("losses")


def loss(name, function, rows, columns, targets, parameter=0.0, weights=None):
    x = eighths((rows, columns), -32, 32).requires_grad_()
    value = function(x)
    value.backward()
    losses.append({
        "loss": name, "parameter": parameter, "rows": rows, "columns": columns, "x": numbers(x), "targets": numbers(targets),
        "weights": numbers(weights) if weights is not None else [], "value": float(f"{value.item():.12g}"), "dx": numbers(x.grad),
    })


F = nn.functional
for rows, columns, smooth, weighted in [(5, 4, 0.0, False), (3, 7, 0.1, False), (6, 3, 0.0, True), (6, 3, 0.2, True)]:
    t = torch.tensor(generator.integers(0, columns, rows))
    w = eighths((columns,), 1, 16) if weighted else None
    loss("cross_entropy", lambda x: F.cross_entropy(x, t, weight=w, label_smoothing=smooth), rows, columns, t.double(), smooth, w)
t = torch.tensor(generator.integers(0, 2, (5, 3)) / 1.0)
loss("binary_cross_entropy", lambda x: F.binary_cross_entropy_with_logits(x, t), 5, 3, t)
t = eighths((4, 3))
loss("mse", lambda x: F.mse_loss(x, t), 4, 3, t)
t = eighths((4, 3))
loss("mae", lambda x: F.l1_loss(x, t), 4, 3, t)
for delta in [1.0, 0.5]:
    t = eighths((4, 3))
    loss("huber", lambda x: F.huber_loss(x, t, delta=delta), 4, 3, t, delta)
t = torch.tensor(generator.integers(0, 2, (6, 2)) * 2.0 - 1)
loss("hinge", lambda x: torch.clamp(1 - t * x, min=0).mean(), 6, 2, t)


class Wrapped(nn.Module):
    """A module under the name that `case` takes off its parameters, and what is done with it."""

    def __init__(self, inner, function):
        super().__init__()
        self.inner = inner
        self.function = function

    def forward(self, x):
        return self.function(self.inner, x)


class Learned(nn.Module):
    def __init__(self, steps, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(steps, features))

    def forward(self, x):
        return x + self.weight


def sines(steps, features):
    """Vaswani et al. 2017, section 3.5."""
    t = torch.arange(steps)[:, None]
    column = torch.arange(features)[None]
    angle = t / 10000 ** ((column // 2 * 2) / features)
    return torch.where(column % 2 == 0, angle.sin(), angle.cos())


def recurrent(kind, inputs, units, **named):
    return Wrapped(kind(inputs, units, batch_first=True, **named), lambda inner, x: inner(x)[0])


def attention(features, heads, steps, causal=False):
    mask = torch.ones(steps, steps).triu(1).bool() if causal else None
    return Wrapped(nn.MultiheadAttention(features, heads, batch_first=True), lambda inner, x: inner(x, x, x, attn_mask=mask)[0])


case("embed 3", (5,), Wrapped(nn.Embedding(4, 3), lambda inner, x: inner(x.long())), vocabulary=4)
case("onehot", (5,), Function(lambda x: nn.functional.one_hot(x.long(), 4).double()), vocabulary=4)
case("positions", (3, 4), Learned(3, 4))
case("positions learned", (2, 3), Learned(2, 3), batch=3)
case("positions sine", (4, 5), Function(lambda x: x + sines(4, 5)))
case("rnn 4", (5, 3), recurrent(nn.RNN, 3, 4))
case("rnn 3 relu", (4, 2), recurrent(nn.RNN, 2, 3, nonlinearity="relu"))
case("rnn 3 both", (3, 2), recurrent(nn.RNN, 2, 3, bidirectional=True))
case("rnn 17 tanh", (3, 2), recurrent(nn.RNN, 2, 17), batch=5)
case("lstm 4", (5, 3), recurrent(nn.LSTM, 3, 4))
case("lstm 3 both", (4, 2), recurrent(nn.LSTM, 2, 3, bidirectional=True), batch=5)
case("lstm 2 dropout 0.5", (3, 2), recurrent(nn.LSTM, 2, 2), mode="inference")
case("gru 4", (5, 3), recurrent(nn.GRU, 3, 4))
case("gru 3 both", (4, 2), recurrent(nn.GRU, 2, 3, bidirectional=True), batch=5)
case("attention", (4, 3), attention(3, 1, 4))
case("attention heads 2 causal", (5, 4), attention(4, 2, 5, True))
case("last", (4, 3), Function(lambda x: x[:, -1]))
case("first", (4, 3), Function(lambda x: x[:, 0]))
case("mean", (4, 3), Function(lambda x: x.mean(1)))

for name, content in [("layers.json", cases), ("losses.json", losses)]:
    with open(os.path.join(HERE, name), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in content) + "\n]\n")
