"""Writes Interchange/torch_*: state dicts as PyTorch saves them, with inputs and the outputs of PyTorch for them.

    python Tests/Reference/interchange.py

Needs numpy, torch and safetensors. The networks hold what could be misread: a linear layer behind an image, whose inputs PyTorch flattens channel by channel,
and the gates of LSTM and GRU. The names are those of nnc: the number of a layer among its kind.
"""

import pathlib

import numpy as np
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


def main():
    torch.manual_seed(3)
    write("image", Image(), torch.randn(3, 2, 6, 4))
    write("sequence", Sequence(), torch.randn(3, 5, 2))


if __name__ == "__main__":
    main()
