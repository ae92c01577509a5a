"""Metrics by scikit-learn for made-up answers: writes metrics.json.

Run: python metrics.py (needs scikit-learn 1.4 or later and numpy). Answers come from sines, so nothing depends on a generator.
Six classes, of which number 5 neither occurs nor is predicted and number 4 is never predicted; two outputs of a regression; class weights.
"""
import json
import math
import os

import numpy as np
from sklearn import metrics
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.class_weight import compute_class_weight

n = 90
actual = [0 if i % 2 else int(2 + 2 * math.sin(7.3 * i)) if i % 9 else 4 for i in range(n)]
scores = np.array([[math.sin(1 + 3.7 * (i + 1) * (c + 1)) + (1.2 if c == actual[i] else 0) for c in range(6)] for i in range(n)])
scores[:, 4:] -= 9
probabilities = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
predicted = scores.argmax(1)
precision, recall, f1, support = metrics.precision_recall_fscore_support(actual, predicted, labels=range(6), zero_division=0)

y = np.array([[math.sin(i), 100 + 30 * math.cos(2.1 * i)] for i in range(40)])
z = y + np.array([[0.3 * math.sin(5.1 * i), 4 * math.sin(1.7 * i + 1)] for i in range(40)])

present = sorted(set(actual))
weights = compute_class_weight("balanced", classes=np.array(present), y=np.array(actual))

folds = StratifiedKFold(5, shuffle=True, random_state=1).split(np.zeros(n), actual)

json.dump(
    {
        "actual": actual,
        "scores": scores.astype(np.float32).tolist(),
        "predicted": predicted.tolist(),
        "confusion": metrics.confusion_matrix(actual, predicted, labels=range(6)).tolist(),
        "accuracy": metrics.accuracy_score(actual, predicted),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "macro_f1": metrics.f1_score(actual, predicted, average="macro", zero_division=0),
        "macro_precision": metrics.precision_score(actual, predicted, average="macro", zero_division=0),
        "weighted_recall": metrics.recall_score(actual, predicted, average="weighted", zero_division=0),
        "log_loss": metrics.log_loss(actual, probabilities, labels=range(6)),
        "perplexity": math.exp(metrics.log_loss(actual, probabilities, labels=range(6))),
        "weights": weights.tolist(),
        "targets": y.tolist(),
        "outputs": z.tolist(),
        "mae": metrics.mean_absolute_error(y, z),
        "rmse": metrics.root_mean_squared_error(y, z),
        "r2": metrics.r2_score(y, z),
        "mae_first": metrics.mean_absolute_error(y[:, 0], z[:, 0]),
        "rmse_first": metrics.root_mean_squared_error(y[:, 0], z[:, 0]),
        "r2_first": metrics.r2_score(y[:, 0], z[:, 0]),
        "fold_classes": [sorted(np.bincount(np.array(actual)[test], minlength=5).tolist() for _, test in folds)],
    },
    open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.json"), "w"),
)
