"""Support vector machines by scikit-learn (LIBSVM): writes machines.json beside this file.

Iris (scikit-learn's copy) and two interleaved half moons made by the formula below. Each pair of classes is solved by itself, so that its objective can be
written down; with a tolerance of 1e-8 the optimum is unique to far more digits than are compared.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.datasets import load_iris
from sklearn.metrics.pairwise import pairwise_kernels
from sklearn.svm import SVC


def moons(count=120):
    """Points on two half circles, pushed about by a sine that looks like noise."""
    k = np.arange(count)
    angle = np.pi * (k // 2) / (count / 2 - 1)
    first = k % 2 == 0
    x = np.where(first, np.cos(angle), 1 - np.cos(angle))
    y = np.where(first, np.sin(angle), 0.5 - np.sin(angle))
    noise = 0.3 * np.stack([np.sin(12.9898 * k + 1), np.sin(78.233 * k + 2)], 1)
    return np.round(np.stack([x, y], 1) + noise, 3), (k % 2).astype(int)


def machine(x, y, kernel, cost, gamma, coef0, degree):
    arguments = {"gamma": gamma, "coef0": coef0, "degree": degree}
    classes = int(y.max()) + 1
    parts, supports = [], set()
    for i in range(classes):
        for j in range(i + 1, classes):
            members = np.flatnonzero((y == i) | (y == j))
            sign = np.where(y[members] == i, 1, -1)
            fit = SVC(C=cost, kernel=kernel, tol=1e-8, **arguments).fit(x[members], sign)
            own = fit.dual_coef_[0]
            points = x[members][fit.support_]
            used = {"rbf": ["gamma"], "poly": ["gamma", "coef0", "degree"], "sigmoid": ["gamma", "coef0"], "linear": []}[kernel]
            k = pairwise_kernels(points, metric=kernel, **{name: arguments[name] for name in used})
            objective = 0.5 * own @ k @ own - np.abs(own).sum()
            parts.append({"objective": float(objective), "rho": float(-fit.intercept_[0]), "supports": [int(s) for s in members[fit.support_]]})
            supports |= set(members[fit.support_].tolist())
    whole = SVC(C=cost, kernel=kernel, tol=1e-8, **arguments).fit(x, y)
    return {
        "kernel": kernel, "cost": cost, "gamma": gamma, "coef0": coef0, "degree": degree, "parts": parts,
        "supports": sorted(int(s) for s in supports), "predictions": [int(p) for p in whole.predict(x)],
    }  # fmt: skip


iris = load_iris()
sets = {"iris": (np.round(iris.data, 1), iris.target), "moons": moons()}
cases = [("linear", 1.0, 1.0, 0.0, 1), ("poly", 1.0, 0.5, 1.0, 3), ("rbf", 10.0, 0.5, 0.0, 1), ("sigmoid", 1.0, 0.02, 0.1, 1)]
result = {}
for name, (x, y) in sets.items():
    x = x - x.mean(0)
    x = np.round(x, 3)
    result[name] = {
        "x": x.reshape(-1).tolist(), "features": x.shape[1], "y": y.tolist(),
        "machines": [machine(x.astype(np.float64), y, *case) for case in cases],
    }  # fmt: skip
Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")
