"""Weights after each of 20 steps of PyTorch's optimizers, and the rates of its schedulers: writes optimizers.json.

Run: python optimizers.py (needs torch). The gradients are fixed numbers, so each optimizer is checked alone.
"""
import json
import math
import os

import torch

STEPS = 20
w0 = [0.5, -1.25, 2.0, 0.0, -0.03125]
# Exact in float32: multiples of 2^-10, of changing size and sign, with a zero now and then.
gradients = [
    [round(1024 * math.sin(1.7 * t + 2.3 * i) * (1 + 3 * ((t + i) % 4 == 0))) / 1024 if (t + i) % 7 else 0.0 for i in range(5)]
    for t in range(STEPS)
]

o = torch.optim
OPTIMIZERS = {
    "sgd": lambda p: o.SGD(p, lr=0.1),
    "sgd decay": lambda p: o.SGD(p, lr=0.1, weight_decay=0.01),
    "sgd momentum": lambda p: o.SGD(p, lr=0.1, momentum=0.9),
    "sgd nesterov": lambda p: o.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3),
    "adam": lambda p: o.Adam(p, lr=0.01),
    "adam decay": lambda p: o.Adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1),
    "adamw": lambda p: o.AdamW(p, lr=0.01, weight_decay=0.01),
    "adamax": lambda p: o.Adamax(p, lr=0.002),
    "adamax decay": lambda p: o.Adamax(p, lr=0.01, betas=(0.8, 0.99), weight_decay=0.1),
    "rmsprop": lambda p: o.RMSprop(p, lr=0.01),
    "rmsprop momentum": lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, momentum=0.5, weight_decay=0.1),
    "adagrad": lambda p: o.Adagrad(p, lr=0.1),
    "adagrad decay": lambda p: o.Adagrad(p, lr=0.1, weight_decay=0.1),
}


def weights(make):
    w = torch.tensor(w0, requires_grad=True)
    optimizer = make([w])
    rows = []
    for g in gradients:
        w.grad = torch.tensor(g)
        optimizer.step()
        rows.append(w.tolist())
    return rows


def clipped(clip):
    a = torch.tensor(w0[:2], requires_grad=True)
    b = torch.tensor(w0[2:], requires_grad=True)
    rows = []
    for g in gradients:
        a.grad, b.grad = torch.tensor(g[:2]), torch.tensor(g[2:])
        clip([a, b])
        rows.append(a.grad.tolist() + b.grad.tolist())
    return rows


def rates(make, steps=12, losses=None):
    w = torch.zeros(1, requires_grad=True)
    optimizer = o.SGD([w], lr=0.1)
    scheduler = make(optimizer)
    rows = []
    for step in range(steps):
        rows.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(losses[step]) if losses else scheduler.step()
    return rows


s = o.lr_scheduler
plateau_losses = [1.0, 0.9, 0.95, 0.9, 0.91, 0.92, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6]
# 3 steps an epoch, 4 epochs, the first of them a warm-up.
warm_cosine = lambda opt: s.SequentialLR(
    opt,
    [s.LambdaLR(opt, lambda t: (t + 1) / 3), s.CosineAnnealingLR(opt, T_max=9, eta_min=0.01)],
    milestones=[3],
)
result = {
    "torch": torch.__version__,
    "weights": w0,
    "gradients": gradients,
    "optimizers": {name: weights(make) for name, make in OPTIMIZERS.items()},
    "clipNorm": clipped(lambda p: torch.nn.utils.clip_grad_norm_(p, 1.0)),
    "clipValue": clipped(lambda p: torch.nn.utils.clip_grad_value_(p, 0.5)),
    "schedules": {
        "exponential": rates(lambda opt: s.ExponentialLR(opt, 0.9)),
        "step": rates(lambda opt: s.StepLR(opt, 5, 0.1)),
        "cosine": rates(lambda opt: s.CosineAnnealingLR(opt, T_max=12, eta_min=0.01)),
        "warm cosine": rates(warm_cosine),
        "plateau": rates(lambda opt: s.ReduceLROnPlateau(opt, patience=2, factor=0.5), losses=plateau_losses),
    },
    "plateauLosses": plateau_losses,
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.json"), "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
