"""Support vector machines against scikit-learn (libsvm) and ONNX Runtime: training time, and predictions one at a time by emitted code.

usage: machines.py NNC [--cpu portable|native] [--data HOUSING.csv]

Needs swiftc, and Python with scikit-learn, onnxruntime and torch (for emitted.py). The training set is 20,000 rows of 8 features in three classes of equal
size: the California houses where their table is given, else made-up numbers. Predictions are timed with a machine of some hundred support vectors and with
one of some thousand; engines take turns, and what is printed is the smallest and the middle time of the best round, in microseconds.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import onnxruntime
from sklearn.svm import SVC

import emitted

ROWS = 20_000


def table(path):
    """x in deviations and three classes."""
    if path:
        columns = np.genfromtxt(path, delimiter=",", names=True)[:ROWS]
        x = np.stack([columns[name] for name in columns.dtype.names if name != "MedHouseVal"], 1)
        value = columns["MedHouseVal"]
    else:
        generator = np.random.default_rng(7)
        x = generator.standard_normal([ROWS, 8])
        value = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + 0.5 * generator.standard_normal(ROWS)
    y = np.digitize(value, np.quantile(value, [1 / 3, 2 / 3]))
    return ((x - x.mean(0)) / x.std(0)).astype(np.float32), y


def write(folder, name, x, y):
    lines = [",".join([*map(repr, map(float, row)), "abc"[side]]) for row, side in zip(x, y)]
    (folder / f"{name}.csv").write_text("\n".join([",".join([*(f"x{n}" for n in range(x.shape[1])), "side"]), *lines, ""]))
    (folder / f"{name}.nn").write_text(f'data csv "{name}.csv" target side\nsplit train 100%\n\nsvm rbf C 10 gamma 0.125\n')


def solve(options, folder, name):
    subprocess.run([options.nnc, "run", f"{name}.nn", "--out", f"{name}.run", "--quiet"], cwd=folder, check=True)
    return json.loads((folder / f"{name}.run/summary.json").read_text())


def training(options, folder, x, y):
    write(folder, "large", x, y)
    ours, theirs = [], []
    for _ in range(2):
        ours.append(solve(options, folder, "large")["seconds"])
        subprocess.run(["rm", "-r", "large.run"], cwd=folder, check=True)
        start = time.perf_counter()
        SVC(C=10, gamma=0.125).fit(x.astype(np.float64), y)
        theirs.append(time.perf_counter() - start)
    print(f"{len(x):,} rows, rbf: nnc {min(ours):.2f} s to a gap of 1e-4, libsvm {min(theirs):.2f} s to 1e-3: {min(ours) / min(theirs):.2f} of the time")


def predictions(options, folder, x, y):
    name = f"rows{len(x)}"
    write(folder, name, x, y)
    machine = solve(options, folder, name)["machine"]
    weights = f"{name}.run/best.safetensors"
    subprocess.run([options.nnc, "emit", f"{name}.nn", "--weights", weights, "-o", "Subject.swift", "--quiet", "--cpu", options.cpu], cwd=folder, check=True)
    subprocess.run([options.nnc, "emit", f"{name}.nn", "--weights", weights, "--target", "onnx", "-o", "model.onnx", "--quiet"], cwd=folder, check=True)
    x[0].tofile(folder / "input.bin")
    (folder / "main.swift").write_text("import Glibc\n" + emitted.MAIN.replace("SCRATCH", "").replace("LENGTH", str(emitted.SECONDS * 1e6)))
    header = next(line for line in open(folder / "Subject.swift") if line.startswith("// compile"))
    subprocess.run(header.split("  ")[-1].strip().removesuffix(" …").split() + ["main.swift", "-o", "subject"], cwd=folder, check=True)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "model.onnx", settings, providers=["CPUExecutionProvider"])
    libsvm = SVC(C=10, gamma=0.125).fit(x.astype(np.float64), y)
    one, one_double = x[:1], x[:1].astype(np.float64)

    def ours():
        words = subprocess.run(["./subject"], cwd=folder, check=True, capture_output=True, text=True).stdout.split()
        return float(words[0]), float(words[1]), int(np.argmax([float(value) for value in words[2].split(",")]))

    contestants = {
        "emitted": ours,
        "onnxruntime": lambda: (*emitted.timed(lambda: session.run(None, {"input": one})), int(np.argmax(session.run(None, {"input": one})[0]))),
        "scikit-learn": lambda: (*emitted.timed(lambda: libsvm.predict(one_double)), int(libsvm.predict(one_double)[0])),
    }
    best = {}
    for _ in range(emitted.ROUNDS):
        for engine, run in contestants.items():
            smallest, middle, answer = run()
            assert answer == int(libsvm.predict(one_double)[0]), f"{engine} gives another class"
            if engine not in best or middle < best[engine][1]:
                best[engine] = (smallest, middle)
    print(f"{machine['support_vectors']} support vectors, 8 features, one example:")
    for engine, (smallest, middle) in best.items():
        print(f"  {engine:12s} {smallest:9.2f} {middle:9.2f}")
    rival = min(middle for engine, (_, middle) in best.items() if engine != "emitted")
    print(f"  the best of the others takes {rival / best['emitted'][1]:.1f} times as long; {best['emitted'][1] * 1e3 / machine['support_vectors']:.2f} ns per vector")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nnc", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--cpu", default="native")
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--only", choices=["training", "predictions"])
    options = parser.parse_args()
    x, y = table(options.data)
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "predictions":
            training(options, pathlib.Path(folder), x, y)
        if options.only != "training":
            for rows in (300, 3000):
                predictions(options, pathlib.Path(folder), x[:: ROWS // rows][:rows], y[:: ROWS // rows][:rows])


if __name__ == "__main__":
    main()
