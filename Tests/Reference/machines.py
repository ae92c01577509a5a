"""Support vector machines by scikit-learn (LIBSVM): writes machines.json beside this file.

    python machines.py HOUSING.csv

Four sets, four kernels each: iris (scikit-learn's copy), two interleaved half moons made by the formula below, a sample of the California houses in
three equal classes of their price, in deviations, and generated pictures of 8x8 pixels in six classes, made like scikit-learn's digits: 16 grey levels,
shifted by up to a pixel, with noise. Each pair of classes is solved by itself, so that its objective can be written down; with a tolerance of 1e-8 the
optimum is unique to far more digits than are compared.
"""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_iris
from sklearn.metrics.pairwise import pairwise_kernels
from sklearn.svm import SVC

USED = {"rbf": ["gamma"], "poly": ["gamma", "coef0", "degree"], "sigmoid": ["gamma", "coef0"], "linear": []}


def iris():
    data = load_iris()
    x = np.round(data.data, 1)
    return np.round(x - x.mean(0), 3), data.target


def moons(count=120):
    """Points on two half circles, pushed about by a sine that looks like noise."""
    k = np.arange(count)
    angle = np.pi * (k // 2) / (count / 2 - 1)
    first = k % 2 == 0
    x = np.where(first, np.cos(angle), 1 - np.cos(angle))
    y = np.where(first, np.sin(angle), 0.5 - np.sin(angle))
    noise = 0.3 * np.stack([np.sin(12.9898 * k + 1), np.sin(78.233 * k + 2)], 1)
    x = np.round(np.stack([x, y], 1) + noise, 3)
    return np.round(x - x.mean(0), 3), (k % 2).astype(int)


def housing(path, count=240):
    """Every so many rows of the table, the price in three classes of equal size."""
    table = np.genfromtxt(path, delimiter=",", names=True)
    rows = table[:: len(table) // count][:count]
    x = np.stack([rows[name] for name in table.dtype.names if name != "MedHouseVal"], 1)
    price = rows["MedHouseVal"]
    y = np.digitize(price, np.quantile(price, [1 / 3, 2 / 3]))
    return np.round((x - x.mean(0)) / x.std(0), 2), y


def digits(count=120, classes=6):
    generator = np.random.default_rng(8)
    coarse = generator.uniform(-1, 1, (classes, 4, 4))
    shapes = np.kron(coarse, np.ones((1, 2, 2)))
    shapes = (shapes + np.roll(shapes, 1, 1) + np.roll(shapes, 1, 2) + np.roll(shapes, (1, 1), (1, 2))) / 4 > 0
    y = np.arange(count) % classes
    x = np.stack([np.roll(shapes[k], generator.integers(-1, 2, 2), (0, 1)) for k in y]) * 12.0 + 2
    x = np.clip(np.round(x + generator.normal(0, 3, x.shape)), 0, 16)
    return x.reshape(count, 64) / 16, y


def objective(fit, x, kernel, arguments):
    own = fit.dual_coef_[0]
    points = x[fit.support_]
    k = pairwise_kernels(points, metric=kernel, **{name: arguments[name] for name in USED[kernel]})
    return float(0.5 * own @ k @ own - np.abs(own).sum())


def machine(x, y, kernel, cost, gamma, coef0, degree):
    arguments = {"gamma": gamma, "coef0": coef0, "degree": degree}
    classes = int(y.max()) + 1
    parts, supports = [], set()
    for i in range(classes):
        for j in range(i + 1, classes):
            members = np.flatnonzero((y == i) | (y == j))
            sign = np.where(y[members] == i, 1, -1)
            fit = SVC(C=cost, kernel=kernel, tol=1e-8, **arguments).fit(x[members], sign)
            usual = SVC(C=cost, kernel=kernel, **arguments).fit(x[members], sign)
            best = objective(fit, x[members], kernel, arguments)
            parts.append({
                "objective": best, "rho": float(-fit.intercept_[0]), "supports": len(fit.support_),
                "off": abs(objective(usual, x[members], kernel, arguments) / best - 1),
            })  # fmt: skip
            supports |= set(members[fit.support_].tolist())
    whole = SVC(C=cost, kernel=kernel, tol=1e-8, **arguments).fit(x, y)
    return {
        "kernel": kernel, "cost": cost, "gamma": gamma, "coef0": coef0, "degree": degree, "parts": parts,
        "supports": sorted(int(s) for s in supports), "predictions": [int(p) for p in whole.predict(x)],
    }  # fmt: skip


small = [("linear", 1.0, 1.0, 0.0, 1), ("poly", 1.0, 0.5, 1.0, 3), ("rbf", 10.0, 0.5, 0.0, 1), ("sigmoid", 1.0, 0.02, 0.1, 1)]
wide = [("linear", 1.0, 1.0, 0.0, 1), ("poly", 1.0, 0.125, 1.0, 3), ("rbf", 10.0, 0.125, 0.0, 1), ("sigmoid", 1.0, 0.02, 0.1, 1)]
pictures = [("linear", 1.0, 1.0, 0.0, 1), ("poly", 1.0, 0.0625, 0.0, 3), ("rbf", 10.0, 0.1, 0.0, 1), ("sigmoid", 1.0, 0.01, 0.0, 1)]
sets = {"iris": (iris(), small), "moons": (moons(), small), "housing": (housing(sys.argv[1]), wide), "digits": (digits(), pictures)}
result = {}
for name, ((x, y), cases) in sets.items():
    machines = [machine(x.astype(np.float32).astype(np.float64), y, *case) for case in cases]
    result[name] = {"x": x.reshape(-1).tolist(), "features": x.shape[1], "y": y.tolist(), "machines": machines}
    for own in machines:
        print(name, own["kernel"], "supports", len(own["supports"]), "right", sum(a == b for a, b in zip(own["predictions"], y.tolist())) / len(y),
              "largest error of the objective at the usual tolerance", f"{max(part.pop('off') for part in own['parts']):.1e}")
Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")
