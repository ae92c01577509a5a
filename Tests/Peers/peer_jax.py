"""JAX. Variants: jit, unroll5 (five steps of a sequence at a time), scan100 (training: a hundred steps in one compiled loop)."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from network import inputs, recurrent_weights, targets, weights
from worker import serve

jax.config.update("jax_default_prng_impl", "rbg")  # the fastest for dropout


def initial(layers, generator):
    return [initial_of(layer, generator) for layer in layers]


def initial_of(layer, generator):
    match layer.kind:
        case "conv" | "fc":
            bias = {"b": jnp.zeros(layer.output[-1])} if layer.bias else {}
            return {"w": jnp.asarray(weights(layer, generator))} | bias
        case "embed":
            return {"w": jnp.asarray(weights(layer, generator))}
        case "rnn" | "lstm":
            return dict(zip(["w", "u", "b", "c"], map(jnp.asarray, recurrent_weights(layer, generator))))
        case "bn":
            return {"scale": jnp.ones(layer.input[2]), "shift": jnp.zeros(layer.input[2])}
        case "res":
            return {"body": initial(layer.body, generator), "shortcut": initial(layer.shortcut, generator)}
    return {}


def apply(layers, parameters, x, key=None):
    """`key` is given in training alone."""
    for number, (layer, parameter) in enumerate(zip(layers, parameters)):
        x = apply_one(layer, parameter, x, key if key is None else jax.random.fold_in(key, number))
    return x


def apply_one(layer, parameter, x, key):
    match layer.kind:
        case "conv":
            pad = [(layer.pad, layer.pad)] * 2
            x = lax.conv_general_dilated(x, parameter["w"], (layer.stride,) * 2, pad, dimension_numbers=("NHWC", "HWIO", "NHWC"))
            return x + parameter["b"] if layer.bias else x
        case "fc":
            return x @ parameter["w"] + parameter["b"]
        case "embed":
            return parameter["w"][x]
        case "rnn" | "lstm":
            return states(layer, parameter, x)
        case "last":
            return x[:, -1]
        case "bn":
            return normalized(x, parameter, key)
        case "maxpool":
            return largest(layer, x)
        case "avgpool":
            (height, width, channels), size = layer.output, layer.kernel
            return x.reshape(len(x), height, size, width, size, channels).mean((2, 4))
        case "gap":
            return x.mean((1, 2))
        case "flatten":
            return x.reshape(len(x), -1)
        case "dropout":
            if key is None:
                return x
            return jnp.where(jax.random.bernoulli(key, 1 - layer.value, x.shape), x / (1 - layer.value), 0)
        case "relu":
            return jax.nn.relu(x)
        case "leaky_relu":
            return jnp.where(x > 0, x, layer.value * x)
        case "softsign":
            return x / (1 + jnp.abs(x))
        case "softmax":
            return jax.nn.softmax(x)
        case "res":
            return apply(layer.body, parameter["body"], x, key) + apply(layer.shortcut, parameter["shortcut"], x, key)
    raise ValueError(layer.kind)


UNROLL = 1


def states(layer, parameter, x):
    """Of all steps: the inputs' products first, then the steps one after the other."""
    sums = (x @ parameter["w"] + (parameter["b"] + parameter["c"])).transpose(1, 0, 2)
    zeros = jnp.zeros((len(x), layer.output[-1]))

    def elman(h, sum):
        h = jnp.tanh(sum + h @ parameter["u"])
        return h, h

    def memory(state, sum):
        h, c = state
        i, f, g, o = jnp.split(sum + h @ parameter["u"], 4, 1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    if layer.kind == "rnn":
        return lax.scan(elman, zeros, sums, unroll=UNROLL)[1].transpose(1, 0, 2)
    return lax.scan(memory, (zeros, zeros), sums, unroll=UNROLL)[1].transpose(1, 0, 2)


def normalized(x, parameter, key):
    if key is None:  # running statistics folded into scale and shift
        return x * parameter["scale"] + parameter["shift"]
    mean = x.mean((0, 1, 2))
    variance = ((x - mean) ** 2).mean((0, 1, 2))
    return (x - mean) * lax.rsqrt(variance + 1e-5) * parameter["scale"] + parameter["shift"]


def largest(layer, x):
    if layer.kernel == layer.stride == 2 and layer.pad == 0:
        # The gradient of four strided slices is far cheaper than that of a window.
        height, width = (2 * size for size in layer.output[:2])
        a, b, c, d = (x[:, row:height:2, column:width:2] for row in (0, 1) for column in (0, 1))
        return jnp.maximum(jnp.maximum(a, b), jnp.maximum(c, d))
    pad = [(0, 0), (layer.pad,) * 2, (layer.pad,) * 2, (0, 0)]
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, layer.kernel, layer.kernel, 1), (1, layer.stride, layer.stride, 1), pad)


def updated(network, p, state, g, t):
    """One step of the optimizer. state: two moments, shaped as the parameters; t: the step, from 1."""
    rate, tree = network.learning_rate, jax.tree.map
    if network.optimizer == "sgd":
        return tree(lambda p, g: p - rate * g, p, g), state
    if network.optimizer == "rmsprop":
        v = tree(lambda v, g: 0.99 * v + 0.01 * g * g, state[0], g)
        return tree(lambda p, g, v: p - rate * g / (jnp.sqrt(v) + 1e-8), p, g, v), (v, *state[1:])
    m = tree(lambda m, g: 0.9 * m + 0.1 * g, state[0], g)
    rate = rate / (1 - 0.9**t)
    if network.optimizer == "adamax":
        u = tree(lambda u, g: jnp.maximum(0.999 * u, jnp.abs(g) + 1e-8), state[1], g)
        return tree(lambda p, m, u: p - rate * m / u, p, m, u), (m, u)
    v = tree(lambda v, g: 0.999 * v + 0.001 * g * g, state[1], g)
    scale = lax.rsqrt(1 - 0.999**t)
    return tree(lambda p, m, v: p - rate * m / (jnp.sqrt(v) * scale + 1e-8), p, m, v), (m, v)


def training(network, parameters, x, batch, steps):
    t = jnp.asarray(targets(network, batch))
    layers = network.training_layers

    def loss(p, key, x, t):
        if network.is_regression:
            return ((apply(layers, p, x, key) - t) ** 2).mean()
        return -jnp.take_along_axis(jax.nn.log_softmax(apply(layers, p, x, key)), t[..., None], -1).mean()

    def step(carry, x, t):
        p, state, number, key = carry
        g = jax.grad(loss)(p, jax.random.fold_in(key, number.astype(int)), x, t)
        p, state = updated(network, p, state, g, number)
        return p, state, number + 1, key

    def several(carry, x, t):
        return lax.scan(lambda carry, _: (step(carry, x, t), None), carry, length=steps)[0]

    program = jax.jit(step if steps == 1 else several, donate_argnums=0)
    moments = () if network.optimizer == "sgd" else tuple(jax.tree.map(jnp.zeros_like, parameters) for _ in range(2))
    carry = [(parameters, moments, jnp.float32(1), jax.random.key(0))]

    def run():
        carry[0] = program(carry[0], x, t)
        jax.block_until_ready(carry[0])

    return run


def prepare(network, mode, batch, threads, variant):
    global UNROLL
    UNROLL = 5 if variant == "unroll5" else 1
    parameters = initial(network.layers, np.random.default_rng(0))
    count = sum(weight.size for weight in jax.tree.leaves(parameters))
    x = jnp.asarray(inputs(network, batch))
    predict = jax.jit(lambda p, x: apply(network.layers, p, x))
    output = predict(parameters, x).shape[1:]
    if mode == "train":
        steps = 100 if variant == "scan100" else 1
        return training(network, parameters, x, batch, steps), batch * steps, count, output
    return (lambda: predict(parameters, x).block_until_ready()), batch, count, output


serve(prepare)
