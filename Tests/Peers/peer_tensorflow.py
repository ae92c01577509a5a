"""TensorFlow with Keras layers. Variants: graph, graph-loop50 and xla-loop50 (training: fifty steps in one call), xla."""

import keras
import tensorflow as tf
from keras import layers as kl

from network import inputs, targets
from worker import serve


def padded(layer, x):
    """Keras pads unlike PyTorch where the stride is not 1. Zeros are no larger than what a pool sees behind a relu."""
    return kl.ZeroPadding2D(layer.pad)(x) if layer.pad else x


def applied(layers, x):
    for layer in layers:
        x = applied_one(layer, x)
    return x


def applied_one(layer, x):
    match layer.kind:
        case "conv":
            if layer.stride == 1 and layer.kernel == 2 * layer.pad + 1:
                return kl.Conv2D(layer.output[2], layer.kernel, padding="same", use_bias=layer.bias)(x)
            return kl.Conv2D(layer.output[2], layer.kernel, layer.stride, use_bias=layer.bias)(padded(layer, x))
        case "fc":
            return kl.Dense(layer.output[-1])(x)
        case "embed":
            return kl.Embedding(layer.input[-1], layer.output[-1])(x)
        case "rnn" | "lstm":
            return (kl.LSTM if layer.kind == "lstm" else kl.SimpleRNN)(layer.output[-1], return_sequences=True)(x)
        case "last":
            return x[:, -1]
        case "bn":
            return kl.BatchNormalization(epsilon=1e-5)(x)
        case "maxpool":
            return kl.MaxPooling2D(layer.kernel, layer.stride)(padded(layer, x))
        case "avgpool":
            return kl.AveragePooling2D(layer.kernel)(x)
        case "gap":
            return kl.GlobalAveragePooling2D()(x)
        case "flatten":
            return kl.Flatten()(x)
        case "dropout":
            return kl.Dropout(layer.value)(x)
        case "relu":
            return kl.ReLU()(x)
        case "leaky_relu":
            return kl.LeakyReLU(negative_slope=layer.value)(x)
        case "softsign" | "softmax":
            return kl.Activation(layer.kind)(x)
        case "res":
            return kl.Add()([applied(layer.body, x), applied(layer.shortcut, x)])
    raise ValueError(layer.kind)


def training(net, network, x, batch, steps, compiled):
    t = tf.constant(targets(network, batch))
    kinds = {"adamax": keras.optimizers.Adamax, "adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD,
             "rmsprop": keras.optimizers.RMSprop}
    optimizer = kinds[network.optimizer](network.learning_rate)
    optimizer.build(net.trainable_variables)

    def step():
        with tf.GradientTape() as tape:
            y = net(x, training=True)
            if network.is_regression:
                loss = tf.reduce_mean((y - t) ** 2)
            else:
                loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(t, y))
        optimizer.apply(tape.gradient(loss, net.trainable_variables), net.trainable_variables)

    @tf.function(jit_compile=compiled)
    def run():
        if steps == 1:
            step()
        else:
            for _ in tf.range(steps):
                step()

    return run


def prepare(network, mode, batch, threads, variant):
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    x = tf.constant(inputs(network, batch))
    begin = keras.Input(network.input, dtype="int32" if network.vocabulary else None)
    net = keras.Model(begin, applied(network.training_layers if mode == "train" else network.layers, begin))
    parameters = sum(int(tf.size(weight)) for weight in net.trainable_variables)
    # Keras adds one bias where PyTorch and nnc add two.
    parameters += sum((4 if layer.kind == "lstm" else 1) * layer.output[-1] for layer in network.layers if layer.kind in ("rnn", "lstm"))
    compiled = variant.startswith("xla")
    if mode == "train":
        steps = 50 if variant.endswith("loop50") else 1
        return training(net, network, x, batch, steps, compiled), batch * steps, parameters, net.output_shape[1:]
    predict = tf.function(lambda x: net(x, training=False), jit_compile=compiled)
    return (lambda: predict(x)), batch, parameters, net.output_shape[1:]


serve(prepare)
