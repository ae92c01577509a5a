"""PyTorch. Variants: eager, compile (inference: with frozen weights). Images are channels-last."""

import torch
from torch import nn
from torch._inductor import config as inductor

from network import inputs, targets
from worker import serve


class States(nn.Module):
    """Of all steps, from a state of zeros."""

    def __init__(self, layer):
        super().__init__()
        kind = nn.LSTM if layer.kind == "lstm" else nn.RNN
        self.cell = kind(layer.input[-1], layer.output[-1], batch_first=True)

    def forward(self, x):
        return self.cell(x)[0]


class Last(nn.Module):
    def forward(self, x):
        return x[:, -1]


class Residual(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.body, self.shortcut = sequence(layer.body), sequence(layer.shortcut)

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def module(layer):
    match layer.kind:
        case "conv":
            return nn.Conv2d(layer.input[2], layer.output[2], layer.kernel, layer.stride, layer.pad, bias=layer.bias)
        case "fc":
            return nn.Linear(layer.input[-1], layer.output[-1])
        case "embed":
            return nn.Embedding(layer.input[-1], layer.output[-1])
        case "rnn" | "lstm":
            return States(layer)
        case "last":
            return Last()
        case "bn":
            return nn.BatchNorm2d(layer.input[2])
        case "maxpool":
            return nn.MaxPool2d(layer.kernel, layer.stride, layer.pad)
        case "avgpool":
            return nn.AvgPool2d(layer.kernel)
        case "gap":
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case "flatten":
            return nn.Flatten()
        case "dropout":
            return nn.Dropout(layer.value)
        case "relu":
            return nn.ReLU(inplace=True)
        case "leaky_relu":
            return nn.LeakyReLU(layer.value, inplace=True)
        case "softsign":
            return nn.Softsign()
        case "softmax":
            return nn.Softmax(dim=-1)
        case "res":
            return Residual(layer)
    raise ValueError(layer.kind)


def sequence(layers):
    return nn.Sequential(*map(module, layers))


def optimizer(network, parameters):
    match network.optimizer:
        case "adamax":
            return torch.optim.Adamax(parameters, network.learning_rate)
        case "adam":
            return torch.optim.Adam(parameters, network.learning_rate, fused=True)
        case "rmsprop":
            return torch.optim.RMSprop(parameters, network.learning_rate)
        case "sgd":
            return torch.optim.SGD(parameters, network.learning_rate, fused=True)
    raise ValueError(network.optimizer)


def training(net, network, x, batch, variant):
    t = torch.from_numpy(targets(network, batch))
    update = optimizer(network, list(net.parameters()))

    def loss(x, t):
        if network.is_regression:
            return nn.functional.mse_loss(net(x), t)
        return nn.functional.cross_entropy(net(x).flatten(0, -2), t.long().flatten())

    advance = update.step
    if variant == "compile":
        loss, advance = torch.compile(loss), torch.compile(update.step)

    def run():
        value = loss(x, t)
        update.zero_grad(set_to_none=True)
        value.backward()
        advance()

    return run


def prediction(net, x, variant):
    if variant == "compile":
        inductor.freezing = True  # the weights become part of the program, packed once
        net = torch.compile(net)
    # torch.compile freezes only under no_grad.
    guard = torch.no_grad if variant == "compile" else torch.inference_mode

    def run():
        with guard():
            return net(x)

    return run


def prepare(network, mode, batch, threads, variant):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    net = sequence(network.training_layers if mode == "train" else network.layers)
    x = torch.from_numpy(inputs(network, batch))
    if network.is_image:
        # (batch, height, width, channels) in memory, seen as (batch, channels, height, width).
        net, x = net.to(memory_format=torch.channels_last), x.permute(0, 3, 1, 2)
    parameters = sum(weight.numel() for weight in net.parameters())
    with torch.no_grad():
        output = net.eval()(x).shape[1:]
    if mode == "train":
        return training(net.train(), network, x, batch, variant), batch, parameters, output
    return prediction(net, x, variant), batch, parameters, output


serve(prepare)
