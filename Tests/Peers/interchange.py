"""Compares nnc with ONNX Runtime on what `nnc emit --target onnx` writes: every layer, and the examples.

    python Tests/Peers/interchange.py .build/release/nnc [FOLDER]

Needs numpy, onnx, onnxruntime and safetensors. Every network is trained for a few steps on random data, so that no tensor is what it was at the
start; then the same inputs go through `nnc run --predict` and through ONNX Runtime.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import safetensors

IMAGE, VECTOR, SEQUENCE, TOKENS = "11x10x3", "7", "seq 12x6", "text 12 vocab 9"
TAIL = {IMAGE: "gap | fc 3 softmax", VECTOR: "fc 3 softmax", SEQUENCE: "mean | fc 3 softmax", TOKENS: "mean | fc 3 softmax"}
ACTIVATIONS = "linear relu leaky_relu elu gelu silu sigmoid tanh softsign softplus softmax".split()

LAYERS = [
    *[(VECTOR, f"fc 5 | {word}") for word in ACTIVATIONS],
    *[(IMAGE, f"conv 3x3x4 | {word}") for word in ("leaky_relu 0.2", "elu 0.5", "softmax", "layernorm", "bn", "dropout 0.3")],
    *[(SEQUENCE, f"fc 5 | {word}") for word in ("softmax", "layernorm", "bn momentum 0.2 eps 1e-3", "gelu")],
    (IMAGE, "conv 3x3x8 pad 1"), (IMAGE, "conv 3x2x6 stride 2x1 pad 1x0 dilate 2x3 nobias"), (IMAGE, "conv 3x3x9 groups 3"),
    (IMAGE, "dwconv 3x3 pad 1"), (IMAGE, "dwconv 3x3x6 stride 2"), (IMAGE, "deconv 4x4x5 stride 2 pad 1"), (IMAGE, "deconv 3x3x6 groups 3 nobias"),
    (SEQUENCE, "conv 3x8 pad 1"), (SEQUENCE, "conv 4x8 stride 2 dilate 2"),
    (IMAGE, "maxpool 2"), (IMAGE, "maxpool 3 stride 2 pad 1"), (IMAGE, "maxpool 3 stride 2 ceil"), (IMAGE, "maxpool 3x2 stride 3x2 pad 1x1 ceil"),
    (IMAGE, "maxpool to 4x3"), (IMAGE, "maxpool to 11x5"),
    (IMAGE, "avgpool 2"), (IMAGE, "avgpool 3 stride 2 pad 1"), (IMAGE, "avgpool 3 stride 2 ceil"), (IMAGE, "avgpool 3x2 stride 3x2 pad 1x1 ceil"),
    (IMAGE, "avgpool to 4x3"), (IMAGE, "avgpool to 11x5"),
    (SEQUENCE, "maxpool 3 stride 2 ceil"), (SEQUENCE, "avgpool 3 stride 2 ceil"), (SEQUENCE, "avgpool to 5"), (SEQUENCE, "maxpool to 5"),
    (IMAGE, "flatten | reshape 5x11x6"), (IMAGE, "reshape 33x10 | mean | reshape 5x2x1"), (SEQUENCE, "reshape 6x6x2"),
    (IMAGE, "fc 12 relu | reshape 2x2x3"), (VECTOR, "poly 3"), (VECTOR, "poly 1"), (IMAGE, "gmp | reshape 1x1x3"),
    (TOKENS, "embed 6"), (TOKENS, "onehot"), (TOKENS, "embed 6 | positions"), (TOKENS, "embed 6 | positions sine"),
    *[(SEQUENCE, f"{word}{both}") for word in ("rnn 5", "rnn 5 relu", "lstm 5", "gru 5") for both in ("", " both")],
    (SEQUENCE, "lstm 5 both | last | reshape 5x2"), (SEQUENCE, "gru 5 | last | reshape 5x1"), (SEQUENCE, "first | reshape 6x1"),
    (SEQUENCE, "attention heads 2"), (SEQUENCE, "attention heads 3 causal"),
    (IMAGE, "conv 3x3x3 pad 1 as a | relu | add a | conv 3x3x4 pad 1 | concat a"),
    (IMAGE, "branch concat { conv 1x1x2 } { conv 3x3x4 pad 1 } { maxpool 3 stride 1 pad 1 }"),
    (IMAGE, "branch mul { conv 1x1x2 sigmoid } { conv 3x3x2 pad 1 }"), (IMAGE, "branch add { conv 1x1x2 } { conv 3x3x2 pad 1 } {conv 1x1x2 }"),
    (IMAGE, "res { conv 3x3x8 stride 2 pad 1 nobias | bn } via auto"), (SEQUENCE, "res { layernorm | fc 6 }"), (VECTOR, "res { fc 7 relu } | concat_tail"),
]

MACHINES = ["svm linear", "svm poly degree 3 coef0 1", "svm rbf C 10 gamma 0.5", "svm sigmoid gamma 0.05 coef0 0.1", "poly 2 | svm linear C 0.1"]


def tail_for(kind, stages):
    if stages.endswith("concat_tail"):
        return kind, stages.replace(" | concat_tail", "")
    return kind, stages


def shape_of(kind):
    words = kind.split()
    return [int(n) for n in words[1 if len(words) > 1 else 0].split("x")]


def network(kind, stages):
    """A network behind a table, whose columns become what the layer takes, or behind a text."""
    last = stages.split("|")[-1].split()
    tail = TAIL[kind]
    if "reshape" in last:
        tail = {2: "mean | ", 3: "gap | "}.get(len(last[1].split("x")), "") + "fc 3 softmax"
    if kind == TOKENS:
        return f'data text "text.txt" chars\ninput text 12\n\n{stages}\n{tail.replace("fc 3", "fc $vocab")}\n'
    shape = shape_of(kind)
    front = "" if len(shape) == 1 else f"reshape {'x'.join(map(str, shape))}\n"
    return f"input {np.prod(shape)}\nclasses 3\n\n{front}{stages}\n{tail}\n"


class Comparison:
    def __init__(self, nnc, folder):
        self.nnc, self.folder, self.allowed, self.worst, self.failed = str(pathlib.Path(nnc).resolve()), folder, 1e-5, 0.0, []

    def run(self, *arguments):
        result = subprocess.run([self.nnc, *arguments], cwd=self.folder, capture_output=True, text=True)
        if result.returncode != 0:
            raise RuntimeError(f"nnc {' '.join(arguments)}: {result.stderr}")
        return result.stdout

    def compare(self, name, model, x, data=None, options=()):
        """x in nnc's order. Returns the largest difference, as a share of the largest number."""
        source = ["--data", data] if data else []
        self.run("run", model, *source, *options, "--out", f"{name}.run", "--quiet")
        weights = next((self.folder / f"{name}.run").rglob("best.safetensors"))
        np.save(self.folder / f"{name}.npy", x)
        self.run("run", model, "--weights", str(weights), "--predict", f"{name}.npy", "--out", f"{name}.predicted")
        ours = np.load(next((self.folder / f"{name}.predicted").rglob("predictions.npy")))
        self.run("emit", model, "--weights", str(weights), "--target", "onnx", "-o", f"{name}.onnx")
        return self.difference(self.folder / f"{name}.onnx", x, ours)

    def difference(self, path, x, ours):
        onnx.checker.check_model(str(path), full_check=True)
        self.inspect(onnx.load(path))
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        given = session.get_inputs()[0]
        x = x.transpose(0, 3, 1, 2) if x.ndim == 4 else x
        theirs = session.run(None, {given.name: x.astype(np.int64 if "int64" in given.type else np.float32)})[0]
        theirs = theirs.transpose(0, 2, 3, 1) if theirs.ndim == 4 else theirs
        if ours.size != theirs.size:
            raise RuntimeError(f"{ours.shape} against {theirs.shape}")
        return float(np.abs(ours.reshape(theirs.shape) - theirs).max() / max(1, np.abs(theirs).max()))

    def inspect(self, model):
        """Opset 17 or later, an open batch, a shape for what every layer gives, the names of the classes, and weights under their names."""
        graph = model.graph
        assert all(entry.version >= 17 for entry in model.opset_import if entry.domain == "")
        for value in [*graph.input, *graph.output]:
            assert value.type.tensor_type.shape.dim[0].dim_param == "N", f"{value.name} has no open batch"
        # As onnx infers them, where it can.
        inferred = {value.name: value for value in onnx.shape_inference.infer_shapes(model, strict_mode=True).graph.value_info}
        assert len(graph.value_info) > 0 or len(graph.node) < 3, "no shapes"
        for value in graph.value_info:
            sizes = [[d.dim_value for d in v.type.tensor_type.shape.dim][1:] for v in (value, inferred.get(value.name, value))]
            assert sizes[0] == sizes[1], f"{value.name}: {sizes}"
        is_text = graph.input[0].type.tensor_type.elem_type == 7
        is_classifier = graph.output[0].name == "probabilities"
        assert any(entry.key == ("vocabulary" if is_text else "classes") for entry in model.metadata_props) or not is_classifier, "no classes"

    def bare(self, name, model, x):
        """The network alone: it gives for normalised inputs what the other gives for raw ones."""
        weights = next((self.folder / f"{name}.run").rglob("best.safetensors"))
        self.run("emit", model, "--weights", str(weights), "--target", "onnx", "--bare", "-o", f"{name}.bare.onnx")
        onnx.checker.check_model(str(self.folder / f"{name}.bare.onnx"), full_check=True)
        sessions = [onnxruntime.InferenceSession(str(self.folder / f"{name}{kind}.onnx"), providers=["CPUExecutionProvider"]) for kind in ("", ".bare")]
        with safetensors.safe_open(weights, framework="np") as file:
            scale, shift = (np.array(re.split("[^0-9.e+-]+", file.metadata()[f"nnc.normalize.{part}"].strip("[]")), np.float32) for part in ("scale", "shift"))
        raw, normalised = (session.run(None, {"input": value.transpose(0, 3, 1, 2) if value.ndim == 4 else value})[0]
                           for session, value in zip(sessions, (x, x * scale + shift)))
        return float(np.abs(raw - normalised).max())

    def report(self, name, work):
        try:
            difference = work()
            fine = difference <= self.allowed
            self.worst = max(self.worst, difference)
            print(f"{'' if fine else 'DIFFERS '}{name:60} {difference:.1e}", flush=True)
        except Exception as error:
            fine = False
            print(f"FAILS   {name:60} {str(error).strip()[:600]}", flush=True)
        if not fine:
            self.failed.append(name)


def layers(comparison, generator):
    characters = generator.choice(list("abcdefghi"), 200)
    (comparison.folder / "text.txt").write_text("".join(characters))
    for number, case in enumerate(LAYERS):
        kind, stages = tail_for(*case)
        name = f"layer{number}"
        (comparison.folder / f"{name}.nn").write_text(network(kind, stages))
        options = ["--set", "steps=3", "--set", "batch=8"]
        if kind == TOKENS:
            data, x = None, generator.integers(0, 9, [5, 12]).astype(np.float32)
        else:
            data, x = f"{name}.csv", generator.standard_normal([24, np.prod(shape_of(kind))]).astype(np.float32)
            lines = [",".join([*map(str, row), "abc"[n % 3]]) for n, row in enumerate(x)]
            header = ",".join([*(f"x{n}" for n in range(x.shape[1])), "label"])
            (comparison.folder / data).write_text("\n".join([header, *lines, ""]))
        comparison.report(f"{kind} | {stages}", lambda: comparison.compare(name, f"{name}.nn", x[:5], data, options))


def machines(comparison, generator):
    """Every kernel, with two classes and with three, for every two classes and against the rest."""
    for classes in (2, 3):
        x = generator.standard_normal([60, 7]).astype(np.float32)
        side = np.digitize(x @ generator.standard_normal(7) + 0.5 * generator.standard_normal(60), [0] if classes == 2 else [-1, 1])
        lines = [",".join([*map(str, row), "abc"[side[n]]]) for n, row in enumerate(x)]
        (comparison.folder / f"sides{classes}.csv").write_text("\n".join([",".join([*(f"x{n}" for n in range(7)), "label"]), *lines, ""]))
        for number, stages in enumerate(line + end for line in MACHINES for end in ("", " ovr")):
            name = f"machine{classes}_{number}"
            (comparison.folder / f"{name}.nn").write_text(f"input 7\nclasses {classes}\nnormalize standard\n\n{stages}\n")
            comparison.report(f"{classes} classes | {stages}", lambda: comparison.compare(name, f"{name}.nn", x[:20], f"sides{classes}.csv"))


def examples(comparison, generator):
    folder = pathlib.Path(__file__).resolve().parents[2] / "examples"
    for path in sorted(folder.glob("*.nn")):
        if path.stem != "blocks":
            comparison.report(path.name, lambda: example(comparison, generator, path))


def example(comparison, generator, path):
    name = path.stem
    # A machine is solved, and has no steps.
    steps = [] if "svm" in path.read_text().split("\n\n")[-1] else ["--set", "steps=2"]
    options = [*steps, *(["--data", "mri"] if path.stem == "tiny" else [])]
    comparison.run("run", str(path), *options, "--out", f"{name}.run", "--quiet")
    weights = next((comparison.folder / f"{name}.run").rglob("best.safetensors"))
    comparison.run("emit", str(path), "--weights", str(weights), "--target", "onnx", "-o", f"{name}.onnx")
    file = onnx.load(comparison.folder / f"{name}.onnx")
    given = file.graph.input[0]
    dims = [d.dim_value for d in given.type.tensor_type.shape.dim][1:]
    shape = [*dims[1:], dims[0]] if len(dims) == 3 else dims
    is_text, is_image = given.type.tensor_type.elem_type == 7, len(shape) == 3
    x = generator.integers(0, 20 if is_text else 256, [4, *shape]) if is_text or is_image else generator.uniform(0, 5, [4, *shape])
    x = x.astype(np.float32)
    np.save(comparison.folder / f"{name}.npy", x)
    comparison.run("run", str(path), "--weights", str(weights), "--predict", f"{name}.npy", "--out", f"{name}.predicted")
    ours = np.load(next((comparison.folder / f"{name}.predicted").rglob("predictions.npy")))
    if name in ("iris", "mri"):
        comparison.report(f"{name}.nn --bare", lambda: comparison.bare(name, str(path), x))
    return comparison.difference(comparison.folder / f"{name}.onnx", x, ours)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    comparison = Comparison(sys.argv[1], folder)
    generator = np.random.default_rng(7)
    layers(comparison, generator)
    machines(comparison, generator)
    examples(comparison, generator)
    print(f"{len(comparison.failed)} of the networks differ or fail; the largest difference is {comparison.worst:.1e}")
    sys.exit(1 if comparison.failed else 0)


if __name__ == "__main__":
    main()
