"""Compares nnc with PyTorch, Keras, scikit-learn and ONNX on what `nnc import` reads.

    python Tests/Peers/imports.py .build/release/nnc [FOLDER] [PART ...]

Needs numpy and onnx, and for the parts: pytorch (torch, onnxscript), keras (tensorflow, tf2onnx), sklearn (scikit-learn, skl2onnx), nodes (ONNX's own node
tests), roundtrip (what nnc writes, read again; the networks of interchange.py). A part whose packages are missing is left out.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import contextlib
import io
import itertools
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import onnx
from onnx import numpy_helper

import interchange

warnings.filterwarnings("ignore")


class Importer:
    def __init__(self, nnc, folder):
        self.nnc, self.folder = str(pathlib.Path(nnc).resolve()), folder
        self.passed, self.refused, self.failed, self.worst = [], [], [], 0.0

    def run(self, *arguments):
        result = subprocess.run([self.nnc, *arguments], cwd=self.folder, capture_output=True, text=True)
        if result.returncode != 0:
            raise Refused(result.stderr) if "[NN60" in result.stderr else RuntimeError(f"nnc {' '.join(arguments)}: {result.stderr}")
        return result.stdout

    def outputs(self, name, x, *options):
        """Imports NAME.onnx and gives what nnc says of x, which is in the order of the axes of the graph."""
        self.run("import", f"{name}.onnx", "-o", f"{name}.nn", "--quiet", *options)
        shape = re.search(r"^input (?:seq |text )?([0-9x]+)", (self.folder / f"{name}.nn").read_text(), re.M).group(1)
        shape = [int(size) for size in shape.split("x")]
        if list(x.shape[1:]) != shape:
            x = x.transpose(0, 2, 3, 1) if x.ndim == 4 else x.transpose(0, 2, 1) if list(x.shape[:0:-1]) == shape else x.transpose(1, 0, 2)
        np.save(self.folder / f"{name}.npy", np.ascontiguousarray(x.astype(np.float32)))
        out = self.folder / f"{name}.predicted"
        self.run("run", f"{name}.nn", "--weights", f"{name}.safetensors", "--predict", f"{name}.npy", "--out", str(out))
        return np.load(out / "predictions.npy")

    def check(self, label, work, allowed=1e-4):
        try:
            ours, theirs = work()
            # nnc gives the axes in its own order, and no axes of size 1.
            ours, theirs = np.squeeze(ours), np.squeeze(theirs)
            candidates = [theirs] + [theirs.transpose(order) for order in itertools.permutations(range(theirs.ndim)) if 2 <= theirs.ndim <= 4]
            fits = [c for c in candidates if c.shape == ours.shape] or [c for c in candidates[:1] if c.size == ours.size]
            if not fits:
                raise RuntimeError(f"{ours.shape} against {theirs.shape}")
            difference = min(float(np.abs(ours.reshape(c.shape) - c).max()) / max(1, float(np.abs(c).max())) for c in fits)
            if difference <= allowed:
                self.passed.append(label)
                self.worst = max(self.worst, difference)
                print(f"{label:64} {difference:.1e}", flush=True)
            else:
                raise RuntimeError(f"differs by {difference:.1e}")
        except Refused as refusal:
            self.refused.append(label)
            print(f"REFUSED {label:56} {' '.join(str(refusal).split())[:300]}", flush=True)
        except Exception as error:
            self.failed.append(label)
            print(f"FAILS   {label:56} {str(error).strip()[-400:]}", flush=True)

    def summary(self, part):
        print(f"{part}: {len(self.passed)} passed, {len(self.failed)} failed, {len(self.refused)} refused; the largest difference is {self.worst:.1e}\n")
        failed = len(self.failed)
        self.passed, self.refused, self.failed, self.worst = [], [], [], 0.0
        return failed


class Refused(Exception):
    pass


# MARK: PyTorch


def torch_networks():
    import torch
    from torch import nn

    class Residual(nn.Module):
        def __init__(self, inputs, outputs, stride=1):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
            self.short = nn.Identity()
            if stride != 1 or inputs != outputs:
                self.short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

        def forward(self, x):
            return torch.relu(self.body(x) + self.short(x))

    def resnet18():
        widths = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]
        return nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1), *[Residual(*w) for w in widths],
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000))

    def vgg11():
        layers, inputs = [], 3
        for width in [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]:
            if width == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(inputs, width, 3, 1, 1), nn.ReLU()]
                inputs = width
        # As in the paper, for pictures of 64 x 64 rather than 224 x 224.
        return nn.Sequential(
            *layers, nn.Flatten(), nn.Linear(512 * 4, 512), nn.ReLU(), nn.Dropout(), nn.Linear(512, 512), nn.ReLU(), nn.Dropout(), nn.Linear(512, 100))

    class Recurrent(nn.Module):
        def __init__(self, kind, end, **options):
            super().__init__()
            self.layer, self.end = getattr(nn, kind)(4, 6, batch_first=True, **options), end
            self.fc = nn.Linear(6 * (2 if options.get("bidirectional") else 1), 3)

        def forward(self, x):
            y, state = self.layer(x)
            h = state[0] if isinstance(state, tuple) else state
            y = {"step": lambda: y[:, -1], "first": lambda: y[:, 0], "mean": lambda: y.mean(1), "all": lambda: y, "state": lambda: h[-1],
                 "both": lambda: torch.cat((h[-2], h[-1]), 1)}[self.end]()
            return self.fc(y)

    class Text(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.place = nn.Embedding(11, 8), nn.Parameter(torch.randn(6, 8))
            self.norm, self.attention = nn.LayerNorm(8), nn.MultiheadAttention(8, 2, batch_first=True)
            self.norm2, self.wide, self.narrow, self.fc = nn.LayerNorm(8), nn.Linear(8, 16), nn.Linear(16, 8), nn.Linear(8, 11)

        def forward(self, x):
            x = self.embed(x) + self.place
            y = self.norm(x)
            mask = torch.full((6, 6), float("-inf")).triu(1)
            x = x + self.attention(y, y, y, attn_mask=mask, need_weights=False)[0]
            x = x + self.narrow(nn.functional.gelu(self.wide(self.norm2(x))))
            return self.fc(x)

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 5, 3, padding=1), nn.Conv2d(3, 2, 1)
            self.up = nn.ConvTranspose2d(11, 4, 2, 2)

        def forward(self, x):
            y = torch.cat((self.a(x), self.b(x), self.c(nn.functional.max_pool2d(x, 3, 1, 1))), 1)
            y = nn.functional.silu(y)
            return self.up(nn.functional.avg_pool2d(y, 2)).amax((2, 3))

    class Unet(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
            self.up1, self.d, self.up2, self.e = nn.ConvTranspose2d(8, 8, 2, 2), nn.Conv2d(16, 4, 3, padding=1), nn.ConvTranspose2d(4, 4, 2, 2), nn.Conv2d(8, 1, 1)

        def forward(self, x):
            a = torch.relu(self.a(x))
            b = torch.relu(self.b(nn.functional.max_pool2d(a, 2)))
            c = torch.relu(self.c(nn.functional.max_pool2d(b, 2)))
            d = torch.relu(self.d(torch.cat((b, self.up1(c)), 1)))
            return self.e(torch.cat((a, self.up2(d)), 1)).sigmoid()

    class Crossed(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Linear(5, 5), nn.Linear(5, 5), nn.Linear(5, 5)

        def forward(self, x):
            a = torch.tanh(self.a(x))
            b = torch.tanh(self.b(a))
            c = torch.tanh(self.c(b)) + a
            return torch.sigmoid(c) + b

    image = lambda size, channels=3: torch.randn(2, channels, size, size)
    yield "resnet18", resnet18(), image(64)
    yield "vgg11", vgg11(), image(64)
    yield "inception", Inception(), image(8)
    yield "unet", Unet(), image(16, 1)
    yield "skips that cross", Crossed(), torch.randn(2, 5)
    yield "mlp", nn.Sequential(nn.Linear(5, 8), nn.GELU(), nn.BatchNorm1d(8), nn.Linear(8, 3), nn.Softmax(1)), torch.randn(2, 5)
    yield "activations", nn.Sequential(
        *[m for a in (nn.ELU(0.7), nn.LeakyReLU(0.2), nn.SiLU(), nn.Sigmoid(), nn.Tanh(), nn.Softsign(), nn.Softplus(), nn.ReLU()) for m in (nn.Linear(5, 5), a)]), torch.randn(2, 5)
    yield "convolutions", nn.Sequential(
        nn.Conv2d(4, 8, (3, 2), (2, 1), (1, 0), (1, 2), groups=2), nn.ELU(), nn.Conv2d(8, 16, 3, groups=8), nn.AvgPool2d(2, 1), nn.Flatten(),
        nn.LazyLinear(3)), torch.randn(2, 4, 12, 12)
    yield "sequence convolution", nn.Sequential(nn.Conv1d(4, 6, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(6, 5, 3), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(5, 2)), torch.randn(2, 4, 10)
    for kind in ("LSTM", "GRU", "RNN"):
        for end, options in (("step", {}), ("all", {}), ("state", {}), ("both", {"bidirectional": True}), ("step", {"bidirectional": True}), ("mean", {"bidirectional": True})):
            yield f"{kind} {end}{' both' if options else ''}", Recurrent(kind, end, **options), torch.randn(2, 7, 4)
    yield "two layers of LSTM", nn.ModuleList([nn.LSTM(4, 5, num_layers=2, batch_first=True)]), torch.randn(2, 7, 4)
    yield "transformer", Text(), torch.randint(0, 11, (2, 6))


def pytorch(importer):
    import torch
    from torch import nn

    class First(nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def forward(self, x):
            return self.inner[0](x)[0]

    for number, (name, network, x) in enumerate(torch_networks()):
        torch.manual_seed(number)
        network = First(network) if isinstance(network, nn.ModuleList) else network
        network(x)
        for module in network.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.running_mean.normal_(0, 0.1), module.running_var.uniform_(0.5, 1.5)
        network.eval()
        with torch.no_grad():
            y = network(x).numpy()
        for dynamo in (False, True):
            file = f"torch{number}_{int(dynamo)}"

            def work():
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    if dynamo:
                        batch = torch.export.Dim("batch", min=2)
                        torch.onnx.export(network, (x,), importer.folder / f"{file}.onnx", dynamo=True, dynamic_shapes=({0: batch},), verbose=False)
                    else:
                        torch.onnx.export(network, (x,), importer.folder / f"{file}.onnx", dynamo=False, input_names=["x"], dynamic_axes={"x": {0: "N"}})
                return importer.outputs(file, x.numpy()), y

            importer.check(f"{name} ({'dynamo' if dynamo else 'TorchScript'} exporter)", work)


# MARK: Keras


def keras(importer):
    import keras
    from keras import layers

    def functional(shape, build):
        x = keras.Input(shape)
        return keras.Model(x, build(x))

    def residual(x):
        x = layers.Conv2D(8, 3, padding="same", use_bias=False)(x)
        y = layers.Activation("relu")(layers.BatchNormalization()(x))
        y = layers.BatchNormalization()(layers.Conv2D(8, 3, padding="same")(y))
        return layers.Dense(4, activation="softmax")(layers.GlobalAveragePooling2D()(layers.Add()([x, y])))

    networks = [
        ("cnn", keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(6, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(5, 3, padding="same"), layers.LeakyReLU(negative_slope=0.1), layers.Dropout(0.3), layers.Flatten(), layers.Dense(10, activation="tanh"), layers.Dense(4, activation="softmax")]), (12, 12, 3)),
        ("residual", functional((10, 10, 3), residual), (10, 10, 3)),
        ("depthwise", keras.Sequential([keras.Input((9, 9, 4)), layers.DepthwiseConv2D(3), layers.Conv2D(6, 1, activation="elu"), layers.AveragePooling2D(2), layers.GlobalMaxPooling2D()]), (9, 9, 4)),
        ("mlp", keras.Sequential([keras.Input((7,)), layers.Dense(9, activation="gelu"), layers.LayerNormalization(), layers.Dense(9, activation="silu"), layers.BatchNormalization(), layers.Dense(2, activation="softplus")]), (7,)),
        ("lstm", keras.Sequential([keras.Input((8, 5)), layers.LSTM(6, return_sequences=True), layers.LSTM(4), layers.Dense(2)]), (8, 5)),
        ("gru", keras.Sequential([keras.Input((8, 5)), layers.GRU(6), layers.Dense(2)]), (8, 5)),
        ("rnn", keras.Sequential([keras.Input((8, 5)), layers.SimpleRNN(6), layers.Dense(2)]), (8, 5)),
        ("conv1d", keras.Sequential([keras.Input((12, 3)), layers.Conv1D(6, 3, activation="relu"), layers.GlobalAveragePooling1D(), layers.Dense(2)]), (12, 3)),
        ("same padding, stride 2", keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(6, 3, strides=2, padding="same"), layers.GlobalAveragePooling2D()]), (12, 12, 3)),
    ]
    generator = np.random.default_rng(1)
    for number, (name, network, shape) in enumerate(networks):
        network.set_weights([w + generator.normal(0, 0.1, w.shape) ** 2 for w in network.get_weights()])
        x = generator.standard_normal([3, *shape]).astype(np.float32)
        network.predict(x, verbose=0)

        def work():
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                network.export(str(importer.folder / f"keras{number}.onnx"), format="onnx", verbose=False)
            return importer.outputs(f"keras{number}", x), np.asarray(network(x))

        importer.check(f"{name} (Keras)", work)


# MARK: scikit-learn


def sklearn(importer):
    from skl2onnx import to_onnx
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    generator = np.random.default_rng(2)
    x = (generator.standard_normal([80, 4]) * 3 + 2).astype(np.float32)
    three, two, number = generator.choice(["a", "b", "c"], 80), generator.choice([0, 1], 80), x @ [1, -2, 0.5, 3]
    networks = [
        ("MLPClassifier, three classes", make_pipeline(StandardScaler(), MLPClassifier((6, 5), max_iter=30)), three),
        ("MLPClassifier, two classes", MLPClassifier((6,), activation="tanh", max_iter=30), two),
        ("MLPClassifier, logistic", make_pipeline(MinMaxScaler(), MLPClassifier((6,), activation="logistic", max_iter=30)), three),
        ("MLPRegressor", make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(6,), max_iter=30)), number),
        ("LogisticRegression, three classes", LogisticRegression(), three), ("LinearRegression", LinearRegression(), number),
    ]
    for place, (name, network, target) in enumerate(networks):
        network.fit(x, target)

        def work():
            options = {"zipmap": False} if hasattr(network, "predict_proba") else None
            (importer.folder / f"sklearn{place}.onnx").write_bytes(to_onnx(network, x[:1], options=options).SerializeToString())
            theirs = network.predict_proba(x) if hasattr(network, "predict_proba") else network.predict(x)
            ours = importer.outputs(f"sklearn{place}", x)
            return ours, theirs[:, 1] if theirs.ndim == 2 and theirs.shape[1] == 2 and ours.size == len(x) else theirs

        importer.check(f"{name} (scikit-learn)", work)


# MARK: ONNX's node tests

OPERATORS = """Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool Gemm MatMul Relu LeakyRelu PRelu Elu Gelu Sigmoid Tanh Softsign Softplus
Softmax Swish BatchNormalization LayerNormalization Flatten Reshape Squeeze Unsqueeze Transpose Concat Add Mul Sub Div Sum Gather OneHot LSTM GRU RNN Dropout Identity
Split Slice ReduceMean ReduceMax Clip""".split()


def nodes(importer):
    """The tests of one node of an operator; all inputs but the first are made constants, as they are in a model."""
    from onnx.backend.test.case import node as cases

    with contextlib.redirect_stdout(io.StringIO()):
        tests = cases.collect_testcases(None)
    for test in sorted(tests, key=lambda test: test.name):
        graph = test.model.graph
        if len(graph.node) != 1 or graph.node[0].op_type not in OPERATORS or not test.data_sets:
            continue
        inputs, outputs = test.data_sets[0]
        model = onnx.ModelProto()
        model.CopyFrom(test.model)
        place = 1 if graph.node[0].op_type == "Gather" and inputs[0].ndim == 2 else 0
        names = [value.name for value in graph.input]
        for name, value in zip(names, inputs):
            if name != names[place]:
                model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        kept = [value for value in model.graph.input if value.name == names[place]]
        del model.graph.input[:]
        model.graph.input.extend(kept)
        del model.graph.output[1:]
        (importer.folder / f"{test.name}.onnx").write_bytes(model.SerializeToString())

        def work():
            return importer.outputs(test.name, np.asarray(inputs[place])), np.asarray(outputs[0])

        importer.check(test.name, work)


# MARK: Round trips


def roundtrip(importer):
    """What nnc emits is imported again: the same predictions, to the bit but for folded norms, and the same weights."""
    comparison = interchange.Comparison(importer.nnc, importer.folder)
    generator = np.random.default_rng(7)

    def again(path, x, ours):
        name = path.stem + "_again"
        (importer.folder / f"{name}.onnx").write_bytes(path.read_bytes())
        result = importer.outputs(name, x if x.ndim != 4 else x.transpose(0, 3, 1, 2))
        # And once more: what was imported is a fixed point.
        importer.run("emit", f"{name}.nn", "--weights", f"{name}.safetensors", "--target", "onnx", "-o", f"{name}2.onnx", "--quiet")
        importer.run("import", f"{name}2.onnx", "-o", f"{name}2.nn", "--quiet")
        first, second = ((importer.folder / f"{name}{n}.nn").read_text() for n in ("", "2"))
        if first.replace(f"{name}\n", "") != second.replace(f"{name}2\n", ""):
            raise RuntimeError(f"the second round trip gives another file:\n{first}\n{second}")
        return result, ours.reshape(result.shape)

    comparison.report = lambda name, work: name.endswith("--bare") or importer.check(name, work)
    comparison.difference = again
    interchange.layers(comparison, generator)
    interchange.examples(comparison, generator)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    importer = Importer(sys.argv[1], folder)
    failed = 0
    for part in (pytorch, keras, sklearn, nodes, roundtrip):
        if len(sys.argv) > 3 and part.__name__ not in sys.argv[3:]:
            continue
        try:
            part(importer)
        except ImportError as error:
            print(f"{part.__name__} is left out: {error}")
        failed += importer.summary(part.__name__)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
