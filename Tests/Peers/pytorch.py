"""Compares nnc with PyTorch on what `nnc emit --target pytorch` writes: every layer, and the loss of every example over 20 steps.

    python Tests/Peers/pytorch.py .build/release/nnc [FOLDER]

Needs numpy, torch and safetensors. The layers are those of interchange.py: each is trained for a few steps, and the same inputs go through
`nnc run --predict` and through model.py. Then the examples are trained without dropout and augmentation, all examples of a part of the data in every
step, by `nnc run` and by train.py, and the losses of 20 steps are compared; last, train.py under torchrun with two processes.
"""

import csv
import importlib.util
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import torch
from safetensors.torch import load_file

import interchange

STEPS = 20
# Rounding grows from step to step where the rate is high for a few examples: where a maximum or the side of a `relu` is decided by the last bits, two runs
# of PyTorch in single and in double precision differ by as much as nnc and PyTorch do (mri.nn at its own rate, step 20: nnc 0.5 % from double
# precision, PyTorch's single precision 46 %; fmnist.nn, seeds 1 to 5: nnc 8e-5 to 1.8e-3, PyTorch 6.5e-4 to 1.3e-2; mri_best.nn at 2e-4: 1.1e-4 and 3.0e-4, at
# 5e-5: 8e-6 and 9e-6). These go slower.
SLOWER = {"mri": 2e-5, "cifar": 1e-4, "mri_best": 5e-5, "fmnist": 2e-5}
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
PARTS = {"iris": "train 64, test 20", "housing": "train 256, test 64", "macbeth": "train 64, test 20", "gpt": "train 16, test 8",
         "macbeth_rnn": None, "sine": "train 64, test 20", "passengers": "train 60, test 20", "xor": "train 64, test 20", "moons": "train 64, test 20"}


def module(path):
    spec = importlib.util.spec_from_file_location(path.parent.name, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


class Comparison(interchange.Comparison):
    def difference(self, path, x, ours):
        """`path` is that of an ONNX file; the module is written beside it."""
        folder = path.with_suffix(".torch")
        weights = next((path.parent / f"{path.stem}.run").rglob("best.safetensors"))
        self.run("emit", f"{path.stem}.nn", "--weights", str(weights), "--target", "pytorch", "-o", str(folder), "--quiet")
        network = module(folder / "model.py").Network().eval()
        missing = network.load_state_dict(load_file(folder / "weights.safetensors"), strict=False)
        assert not missing.unexpected_keys and all(name.endswith("num_batches_tracked") for name in missing.missing_keys), missing
        with torch.no_grad():
            theirs = network.predict(torch.from_numpy(x)).numpy()
        theirs = theirs.transpose(0, 2, 3, 1) if theirs.ndim == 4 else theirs
        return float(np.abs(ours.reshape(theirs.shape) - theirs).max() / max(1, np.abs(theirs).max()))

    def losses(self, path):
        with open(path) as file:
            return np.array([float(row["train_loss"]) for row in csv.DictReader(file)])

    def curve(self, path, torchrun=()):
        """The largest difference of the losses, relative to the loss."""
        name = path.stem
        text = re.sub(r"^augment.*$|dropout +[0-9.]+%?", "", path.read_text(), flags=re.M)
        text = re.sub(r"^(batch|epochs|steps|split|stop|schedule) .*$", "", text, flags=re.M)
        text = re.sub(r"\|\s*(?=\||$)", "", text, flags=re.M)
        split = PARTS.get(name, "train 32, validation 32")
        text = f"batch all\nsteps {STEPS}\n" + (f"split {split}\n" if split else "") + text
        # What the examples name lies beside them, and a file may name nothing outside of its folder.
        for beside in [EXAMPLES / "blocks.nn", *EXAMPLES.glob("*.csv")]:
            shutil.copy(beside, self.folder)
        (self.folder / f"curve_{name}.nn").write_text(text)
        data = ["--data", "mri"] if name == "tiny" else []
        data += ["--set", f"lr={SLOWER[name]}"] if name in SLOWER else []
        self.run("run", f"curve_{name}.nn", *data, "--out", f"curve_{name}.run", "--quiet")
        self.run("emit", f"curve_{name}.nn", *data, "--target", "pytorch", "-o", f"curve_{name}.torch", "--quiet")
        self.train(name, [sys.executable], "run")
        ours, theirs = (self.losses(self.folder / f"curve_{name}.{kind}/metrics.csv") for kind in ("run", "torch/run"))
        assert len(ours) == len(theirs) == STEPS, (len(ours), len(theirs))
        return float((np.abs(ours - theirs) / np.maximum(1e-2, ours)).max())

    def train(self, name, command, out):
        folder = self.folder / f"curve_{name}.torch"
        result = subprocess.run([*command, "train.py", "--out", out], cwd=folder, capture_output=True, text=True)
        if result.returncode != 0:
            raise RuntimeError(result.stderr[-1500:])

    def two_processes(self, name):
        self.train(name, [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"], "two")
        folder = self.folder / f"curve_{name}.torch"
        one, two = self.losses(folder / "run/metrics.csv"), self.losses(folder / "two/metrics.csv")
        return float((np.abs(one - two) / np.maximum(1e-2, one)).max())

    def evaluated(self, name):
        """nnc reads what train.py wrote and gives the loss that train.py printed."""
        weights = f"curve_{name}.torch/run/last.safetensors"
        said = json.loads(self.run("run", f"curve_{name}.nn", "--weights", weights, "--format", "json").strip().splitlines()[-1])
        folder = self.folder / f"curve_{name}.torch"
        result = subprocess.run([sys.executable, "train.py", "--epochs", "0", "--weights", "run/last.safetensors"], cwd=folder,
                                capture_output=True, text=True, check=True)
        loss = float(re.search(r"test +loss ([0-9.e+-]+)", result.stdout).group(1))
        return abs(said["test"]["loss"] - loss) / max(1e-2, loss)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    comparison = Comparison(sys.argv[1], folder)
    interchange.layers(comparison, np.random.default_rng(7))
    comparison.allowed = 1e-4
    for path in sorted(EXAMPLES.glob("*.nn")):
        if path.stem in ("blocks", "macbeth_rnn"):
            continue
        if re.search(r"^(.*\|)? *svm ", path.read_text(), flags=re.M):
            print(f"skipped {path.name}: PyTorch has no support vector machines, and nothing is trained step by step")
        else:
            comparison.report(f"{path.name}, {STEPS} steps", lambda: comparison.curve(path))
    for name in ("iris", "mri", "sine"):
        comparison.report(f"{name}.nn, two processes against one", lambda: comparison.two_processes(name))
    comparison.report("iris.nn, evaluated by both", lambda: comparison.evaluated("iris"))
    print(f"{len(comparison.failed)} differ or fail; the largest difference is {comparison.worst:.1e}")
    sys.exit(1 if comparison.failed else 0)


if __name__ == "__main__":
    main()
