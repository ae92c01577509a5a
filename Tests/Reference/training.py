"""The loss over 20 steps of a small convolutional network in PyTorch: writes training.json.

Run: python training.py (needs torch). Weights and batches are fixed numbers, so nothing depends on a generator.

    conv 3x3x4 pad 1 | bn | relu | maxpool 2 as skip | conv 3x3x4 pad 1 relu | add skip | fc 8 tanh | fc 3 softmax
    input 8x8x2, cross entropy with smoothing 0.1, batches of 6 (the last of an epoch has 4), sgd lr 0.1 momentum 0.9 decay 1e-3
"""
import json
import math
import os

import torch
import torch.nn.functional as F
from torch import nn


def fill(shape, seed, scale):
    """Numbers between -scale and scale, exact in float32 but for the last bits."""
    n = math.prod(shape)
    return torch.tensor([scale * math.sin(1 + 12.9898 * (i + 1) * (seed + 1)) for i in range(n)]).reshape(shape)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.fc1 = nn.Linear(64, 8)
        self.fc2 = nn.Linear(8, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = x + F.relu(self.conv2(x))
        return self.fc2(torch.tanh(self.fc1(x.flatten(1))))


net = Net()
weights = {}
for seed, (name, tensor) in enumerate(net.named_parameters()):
    start = torch.ones_like(tensor) if name == "bn1.weight" else fill(tensor.shape, seed, 0.3)
    with torch.no_grad():
        tensor.copy_(start)
    weights[name] = {"shape": list(tensor.shape), "values": start.flatten().tolist()}

# 16 examples in nnc's order of axes (H, W, C), class i % 3.
examples = torch.stack([fill((8, 8, 2), 40 + i, 1.0) * (1 + i % 3) for i in range(16)])
labels = torch.tensor([i % 3 for i in range(16)])
images = examples.permute(0, 3, 1, 2).contiguous()

optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3)
batches = [list(range(0, 6)), list(range(6, 12)), list(range(12, 16))]
losses = []
for step in range(20):
    batch = batches[step % 3]
    loss = F.cross_entropy(net(images[batch]), labels[batch], label_smoothing=0.1)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

net.eval()
with torch.no_grad():
    probabilities = F.softmax(net(images), 1)
result = {
    "torch": torch.__version__,
    "weights": weights,
    "examples": examples.flatten().tolist(),
    "labels": labels.tolist(),
    "losses": losses,
    "probabilities": probabilities.flatten().tolist(),
    "runningMean": net.bn1.running_mean.tolist(),
    "runningVariance": net.bn1.running_var.tolist(),
}
result["weights"] = {k: {"shape": v["shape"], "values": [round(x, 7) for x in v["values"]]} for k, v in weights.items()}
result["examples"] = [round(x, 7) for x in result["examples"]]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json"), "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
