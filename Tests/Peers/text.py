"""The networks of macbeth.nn and macbeth_rnn.nn, trained by nnc and by PyTorch in turn, epoch by epoch: cross entropy and time.

usage: text.py NNC TEXT [--epochs 10] [--networks lstm,rnn] [--threads 2]

Needs torch. Both train on the first nine tenths of the text, lower case and of the same characters: a window of 30 at every character, the next character as
the target, 128 windows a step, rmsprop. nnc follows the example's recipe; PyTorch has a constant rate of 1e-3, which is the better one for it: its second moments
are decayed as nnc's are, and the rate does not change its time. An epoch of nnc is a process that goes on with the run before, and counts what metrics.csv says.
"""

import argparse
import csv
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import torch
from torch import nn

CHARACTERS = "abcdefghijklmnopqrstuvwxyz !&',-.:;?"
EXAMPLES = {"lstm": "macbeth", "rnn": "macbeth_rnn"}
STEPS, BATCH = 30, 128


class Characters(nn.Module):
    def __init__(self, kind, vocabulary):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, 64)
        self.recurrent = {"lstm": nn.LSTM, "rnn": nn.RNN}[kind](64, 128, batch_first=True)
        self.out = nn.Linear(128, vocabulary)

    def forward(self, x):
        return self.out(self.recurrent(self.embed(x))[0][:, -1])


class Peer:
    def __init__(self, kind, text):
        kept = [c for c in text.lower() if c in CHARACTERS]
        vocabulary = sorted(set(kept))
        numbers = {c: number for number, c in enumerate(vocabulary)}
        tokens = torch.tensor([numbers[c] for c in kept])
        self.windows = tokens.unfold(0, STEPS + 1, 1)[: int(0.9 * len(tokens)) - STEPS]
        torch.manual_seed(0)
        self.network = Characters(kind, len(vocabulary))
        self.optimizer = torch.optim.RMSprop(self.network.parameters(), 1e-3)

    def epoch(self):
        """Seconds and mean cross entropy."""
        begun, total = time.perf_counter(), 0.0
        for chosen in torch.randperm(len(self.windows)).split(BATCH):
            windows = self.windows[chosen]
            loss = nn.functional.cross_entropy(self.network(windows[:, :STEPS]), windows[:, STEPS])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(windows)
        return time.perf_counter() - begun, total / len(self.windows)


class Ours:
    def __init__(self, options, kind, folder):
        self.options, self.folder = options, folder
        model = pathlib.Path(__file__).resolve().parents[2] / "examples" / f"{EXAMPLES[kind]}.nn"
        shutil.copy(options.text, folder / "macbeth.txt")
        shutil.copy(model, folder / "net.nn")
        self.call("run", "net.nn", "--out", "run", "--until", "1:1")  # the schedule is that of all epochs: so an end in between, not fewer of them
        self.done = 0

    def call(self, *arguments):
        command = [self.options.nnc, *arguments, "--quiet", "--threads", str(self.options.threads)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stderr}")

    def epoch(self):
        self.done += 1
        self.call("run", "--resume", "run", *([] if self.done == 10 else ["--until", f"{self.done + 1}:1"]))
        with open(self.folder / "run" / "metrics.csv") as file:
            row = list(csv.DictReader(file))[self.done - 1]
        return float(row["seconds"]), float(row["train_loss"])


def compared(kind, options):
    with tempfile.TemporaryDirectory() as folder:
        peer, ours = Peer(kind, pathlib.Path(options.text).read_text()), Ours(options, kind, pathlib.Path(folder))
        times = []
        for number in range(1, options.epochs + 1):
            (mine, loss), (theirs, other) = ours.epoch(), peer.epoch()
            times.append((mine, theirs))
            print(f"{kind:5} {number:5} {mine:8.2f} {loss:8.4f} {theirs:11.2f} {other:8.4f} {mine / theirs:6.2f}", flush=True)
    mine, theirs = (sum(column) for column in zip(*times))
    steps = options.epochs * -(-len(peer.windows) // BATCH)
    middle = statistics.median(mine / theirs for mine, theirs in times)
    print(
        f"{kind}: {len(peer.windows):,} windows; nnc {mine:.1f} s, {1000 * mine / steps:.2f} ms a step; PyTorch {theirs:.1f} s, "
        f"{1000 * theirs / steps:.2f} ms; {mine / theirs:.2f} of the time, in the middle of the epochs {middle:.2f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nnc", type=lambda text: str(pathlib.Path(shutil.which(text) or text).resolve()))
    parser.add_argument("text")
    parser.add_argument("--epochs", type=int, choices=range(1, 11), default=10)
    parser.add_argument("--networks", type=lambda text: text.split(","), default=["lstm", "rnn"])
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"{'':5} {'epoch':>5} {'nnc, s':>8} {'loss':>8} {'PyTorch, s':>11} {'loss':>8} {'ratio':>6}")
    for kind in options.networks:
        compared(kind, options)


if __name__ == "__main__":
    main()
