"""Writes Interchange/: state dicts as PyTorch saves them, and ONNX models as PyTorch, Keras and scikit-learn export them, with inputs and outputs.

    python Tests/Reference/interchange.py

Needs numpy, torch, safetensors, onnx and onnxscript, tensorflow and tf2onnx, scikit-learn and skl2onnx. The networks hold what could be misread: a linear
layer behind an image, whose inputs PyTorch flattens channel by channel and Keras pixel by pixel, and the gates of LSTM and GRU. In the state dicts the names are
those of nnc: the number of a layer among its kind.
"""

import contextlib
import io
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pathlib

import numpy as np
import onnx
import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = pathlib.Path(__file__).resolve().parent / "Interchange"


class Image(nn.Module):
    """conv 3x3x4 pad 1 | bn | relu | maxpool 2 | fc 5"""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1, self.fc1 = nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Linear(4 * 3 * 2, 5)

    def forward(self, x):
        return self.fc1(nn.functional.max_pool2d(self.bn1(self.conv1(x)).relu(), 2).flatten(1))


class Sequence(nn.Module):
    """lstm 3 both | gru 4 | rnn 3 | last | fc 2"""

    def __init__(self):
        super().__init__()
        self.lstm1 = nn.LSTM(2, 3, batch_first=True, bidirectional=True)
        self.gru1 = nn.GRU(6, 4, batch_first=True)
        self.rnn1 = nn.RNN(4, 3, batch_first=True)
        self.fc1 = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc1(self.rnn1(self.gru1(self.lstm1(x)[0])[0])[0][:, -1])


def write(name, network, x):
    """x in PyTorch's order; the stored one is channels last."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(), module.running_var.uniform_(0.5, 2), module.weight.data.normal_(), module.bias.data.normal_()
    state = {name: tensor.to(torch.bfloat16).float() if tensor.is_floating_point() else tensor for name, tensor in network.state_dict().items()}
    network.load_state_dict(state)
    with torch.no_grad():
        y = network.eval()(x).numpy()
    types = [("f32", torch.float32), ("f64", torch.float64), ("bf16", torch.bfloat16), ("f16", torch.float16)]
    for kind, dtype in types if name == "image" else types[:1]:
        cast = {name: tensor.to(dtype) if tensor.is_floating_point() else tensor for name, tensor in state.items()}
        save_file(cast, FOLDER / f"torch_{name}_{kind}.safetensors")
    np.save(FOLDER / f"torch_{name}_x.npy", (x.permute(0, 2, 3, 1) if x.ndim == 4 else x).contiguous().numpy())
    np.save(FOLDER / f"torch_{name}_y.npy", y)


class Residual(nn.Module):
    """Two blocks that are alike behind one that halves, and a branch."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([self.block(3, 4, 2), self.block(4, 4, 1), self.block(4, 4, 1)])
        self.short = nn.Sequential(nn.Conv2d(3, 4, 1, 2, bias=False), nn.BatchNorm2d(4))
        self.a, self.b, self.fc = nn.Conv2d(4, 2, 1), nn.Conv2d(4, 3, 3, padding=1), nn.Linear(5 * 4 * 3, 3)

    def block(self, inputs, outputs, stride):
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs))

    def forward(self, x):
        x = torch.relu(self.blocks[0](x) + self.short(x))
        for block in self.blocks[1:]:
            x = torch.relu(block(x) + x)
        return self.fc(torch.cat((self.a(x), self.b(x)), 1).flatten(1))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.gru, self.fc = nn.LSTM(3, 4, batch_first=True), nn.GRU(4, 3, batch_first=True, bidirectional=True), nn.Linear(6, 2)

    def forward(self, x):
        state = self.gru(self.lstm(x)[0])[1]
        return self.fc(torch.cat((state[-2], state[-1]), 1))


class Elman(nn.Module):
    """Its exporter writes the steps out, one after the other."""

    def __init__(self):
        super().__init__()
        self.rnn, self.fc = nn.RNN(2, 3, nonlinearity="relu", batch_first=True, bidirectional=True), nn.Linear(6, 2)

    def forward(self, x):
        return self.fc(self.rnn(x)[0].mean(1))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.place, self.norm = nn.Embedding(7, 4), nn.Parameter(torch.randn(5, 4)), nn.LayerNorm(4)
        self.attention, self.wide, self.narrow = nn.MultiheadAttention(4, 2, batch_first=True), nn.Linear(4, 8), nn.Linear(8, 4)

    def forward(self, x):
        x = self.embed(x) + self.place
        y = self.norm(x)
        mask = torch.full((5, 5), float("-inf")).triu(1)
        x = x + self.attention(y, y, y, attn_mask=mask, need_weights=False)[0]
        return x + self.narrow(nn.functional.gelu(self.wide(x)))


def store(name, model, x, y):
    """x in nnc's order. What exporters say about source lines is left out: it names this machine's folders."""
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
        del value.metadata_props[:]
        value.doc_string = ""
    del model.graph.metadata_props[:], model.metadata_props[:], model.functions[:]
    model.graph.doc_string = model.doc_string = ""
    onnx.save(model, FOLDER / f"{name}.onnx", save_as_external_data=False)
    np.save(FOLDER / f"{name}_x.npy", np.ascontiguousarray(x.astype(np.float32)))
    np.save(FOLDER / f"{name}_y.npy", np.ascontiguousarray(y.astype(np.float32)))


def quiet(work):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return work()


def pytorch():
    for name, network, x, dynamo in [
        ("pytorch_residual", Residual(), torch.randn(3, 3, 8, 6), False), ("pytorch_recurrent", Recurrent(), torch.randn(3, 5, 3), True),
        ("pytorch_transformer", Transformer(), torch.randint(0, 7, (3, 5)), True), ("pytorch_elman", Elman(), torch.randn(3, 4, 2), True),
    ]:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.2), module.running_var.uniform_(0.5, 2)
        with torch.no_grad():
            y = network.eval()(x).numpy()
        file = FOLDER / f"{name}.onnx"
        if dynamo:
            shapes = ({0: torch.export.Dim("batch", min=2)},)
            quiet(lambda: torch.onnx.export(network, (x,), file, dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False))
        else:
            quiet(lambda: torch.onnx.export(network, (x,), file, dynamo=False, input_names=["x"], dynamic_axes={"x": {0: "N"}}))
        store(name, onnx.load(file), x.permute(0, 2, 3, 1).numpy() if x.ndim == 4 else x.numpy(), y)


def keras():
    import keras
    from keras import layers

    keras.utils.set_random_seed(5)
    network = keras.Sequential([
        keras.Input((8, 6, 2)), layers.Conv2D(3, 3, padding="same", activation="relu"), layers.BatchNormalization(), layers.MaxPooling2D(), layers.Flatten(),
        layers.Dense(6, activation="gelu"), layers.LayerNormalization(), layers.Dense(3, activation="softmax")])
    generator = np.random.default_rng(5)
    network.set_weights([w + generator.normal(0, 0.3, w.shape) ** 2 for w in network.get_weights()])
    x = generator.standard_normal([3, 8, 6, 2]).astype(np.float32)
    y = network.predict(x, verbose=0)
    quiet(lambda: network.export(str(FOLDER / "keras_image.onnx"), format="onnx", verbose=False))
    store("keras_image", onnx.load(FOLDER / "keras_image.onnx"), x, y)


def sklearn():
    from skl2onnx import to_onnx
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    generator = np.random.default_rng(6)
    x = (generator.standard_normal([40, 4]) * 3 + 2).astype(np.float32)
    network = make_pipeline(StandardScaler(), MLPClassifier((5,), max_iter=20, random_state=0)).fit(x, generator.choice(["ant", "bee", "cat"], 40))
    store("sklearn_mlp", to_onnx(network, x[:1], options={"zipmap": True}), x[:5], network.predict_proba(x[:5]))


def main():
    torch.manual_seed(3)
    write("image", Image(), torch.randn(3, 2, 6, 4))
    write("sequence", Sequence(), torch.randn(3, 5, 2))
    pytorch()
    keras()
    sklearn()


if __name__ == "__main__":
    main()
