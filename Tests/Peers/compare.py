"""Compares nnc with other frameworks, side by side: `run --help` says how to use it.

A row of the table is a network in one mode. Every contender is a process of its own that prepares, then waits; the rows' rounds go over
all contenders in turn, one measuring for a second while the others sleep. Of a contender counts the median of its rounds.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
NETWORKS = ["mri", "cifar", "fmnist", "mlp", "housing", "iris", "vgg11", "resnet18", "lstm", "rnn", "sine"]
LARGE = {"vgg11", "resnet18"}  # no training; throughput at a batch of 8
SMALL = {"mlp", "housing", "iris"}  # many steps in one call, where a framework can
SEQUENCES = {"lstm", "rnn", "sine"}
# nnc / best peer: training, latency, throughput; rows without a goal are not measured.
GOALS = {
    "mri": (2.5, 2.5, 2.5),
    "cifar": (2.5, 2, 2),
    "fmnist": (2.5, 2, 2),
    "mlp": (1.5, 1.8, 1.2),
    "housing": (1.5, 3, 2),
    "iris": (1.5, 3, 2),
    "vgg11": (None, 1.7, 1.7),
    "resnet18": (None, 1.4, 1.4),
    "lstm": (2, 2, None),
    "rnn": (1.5, 2, None),
    "sine": (2, 2, None),
}
MODES = ["train", "latency", "throughput"]
FRAMEWORKS = ["torch", "jax", "tensorflow", "onnxruntime", "openvino"]
# Freed memory stays in the process: page faults slow PyTorch's training by a fifth.
TUNABLES = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=100000000000"


@dataclass
class Row:
    network: str
    mode: str
    batch: int
    threads: int

    @property
    def model(self):
        return str(HERE / "models" / f"{self.network}.nn")

    @property
    def purpose(self):
        return "train" if self.mode == "train" else "infer"

    @property
    def title(self):
        return f"{self.network} {self.mode}, batch {self.batch}, {self.threads} thread{'s' if self.threads > 1 else ''}"

    @property
    def contenders(self):
        """(framework, variant) of every peer that may be the best."""
        small = self.network in SMALL
        if self.mode == "train":
            tensorflow = ["graph-loop50", "xla-loop50"] if small else ["graph"]
            jax = ["scan100" if small else "jit"]
            if self.network in SEQUENCES:
                tensorflow, jax = ["graph", "xla"], ["jit", "unroll5"]
            variants = {"torch": ["eager", "compile"], "jax": jax, "tensorflow": tensorflow}
        else:
            openvino = ["latency"] + (["streams2"] if self.threads == 2 else [])
            variants = {"onnxruntime": ["bound"], "openvino": openvino, "torch": ["eager", "compile"], "jax": ["jit"], "tensorflow": ["graph"]}
        return [(framework, variant) for framework, each in variants.items() for variant in each]

    def affinity(self):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: self.threads])


class Peer:
    """The process of a framework in one variant."""

    def __init__(self, row, framework, variant):
        self.name, self.samples_per_s = f"{framework} {variant}", []
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
        environment |= {"GLIBC_TUNABLES": TUNABLES, "OMP_NUM_THREADS": str(row.threads), "CUDA_VISIBLE_DEVICES": ""}
        environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "PYTHONDONTWRITEBYTECODE": "1"}
        arguments = [row.model, row.purpose, str(row.batch), str(row.threads), variant]
        self.errors = open(os.memfd_create("errors"), "w+")
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / f"peer_{framework}.py"), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, env=environment, preexec_fn=row.affinity,
        )

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.errors.seek(0)
            said = self.errors.read().strip().splitlines()
            raise RuntimeError(f"{self.name} failed: {said[-1] if said else self.process.returncode}")
        return json.loads(line)

    def measure(self, seconds):
        print(seconds, file=self.process.stdin, flush=True)
        self.samples_per_s.append(self.answer())

    def processor_seconds(self):
        """Spent so far by all threads."""
        times = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Ours:
    """nnc, a process for each round."""

    name = "nnc"

    def __init__(self, row, nnc):
        self.row, self.nnc, self.samples_per_s = row, nnc, []

    def call(self, *arguments):
        done = subprocess.run([self.nnc, *arguments, "--format", "json"], capture_output=True, text=True, preexec_fn=self.row.affinity)
        if done.returncode:
            raise SystemExit(f"nnc {' '.join(arguments)}: {done.stderr or done.stdout}")
        return json.loads(done.stdout)

    def checked(self):
        """What `nnc check` says of the network."""
        said = self.call("check", self.row.model)
        return {"parameters": said["parameters"], "output": said["output"]}

    def measure(self, seconds):
        row = self.row
        arguments = ["--mode", row.purpose, "--batch", str(row.batch), "--threads", str(row.threads), "--seconds", str(seconds)]
        self.samples_per_s.append(self.call("bench", row.model, *arguments)["samples_per_s"])


def started(row, ours, frameworks):
    """The peers that are ready to measure the very network that nnc does. They prepare one after the other."""
    expected, peers, failures = ours.checked(), [], []
    for framework, variant in row.contenders:
        if framework not in frameworks:
            continue
        peer = Peer(row, framework, variant)
        try:
            built = peer.answer()
            if built != expected:
                raise SystemExit(f"{peer.name} built another {row.network}: {built}, nnc {expected}")
            peers.append(peer)
        except RuntimeError as error:
            failures.append(str(error))
            peer.end()
    return peers, failures


def measured(row, ours, peers, options):
    """Fills in the contenders' figures; returns the share of a core that peers took while they had nothing to do."""
    idle = total = 0.0
    for turn in range(options.rounds):
        contenders = [ours, *peers]
        # Every round begins with another one, so that nobody always follows the same neighbour.
        for index in range(len(contenders)):
            active = contenders[(index + turn) % len(contenders)]
            others = [peer for peer in peers if peer is not active]
            before, begun = sum(peer.processor_seconds() for peer in others), os.times().elapsed
            active.measure(options.seconds)
            idle += sum(peer.processor_seconds() for peer in others) - before
            total += os.times().elapsed - begun
    return idle / total


def compared(row, options):
    ours = Ours(row, options.nnc)
    peers, failures = started(row, ours, options.peers)
    try:
        if not peers:
            raise SystemExit(f"{row.title}: no peer is ready\n" + "\n".join(failures))
        if options.wait:
            print(f"ready: {row.title}; return begins", file=sys.stderr, flush=True)
            sys.stdin.readline()
        idle = measured(row, ours, peers, options)
    finally:
        for peer in peers:
            peer.end()
    medians = {each.name: statistics.median(each.samples_per_s) for each in [ours, *peers]}
    best = max((peer.name for peer in peers), key=medians.get)
    goal = GOALS[row.network][MODES.index(row.mode)]
    ratio = medians["nnc"] / medians[best]
    return {
        "network": row.network, "mode": row.mode, "batch": row.batch, "threads": row.threads,
        "samples_per_s": medians, "rounds": {each.name: each.samples_per_s for each in [ours, *peers]},
        "best": best, "ratio": ratio, "goal": goal, "met": ratio >= goal,
        "idle": idle, "failures": failures,
    }  # fmt: skip


def shown(rate):
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"


def line(result):
    goal, rates = f"{result['goal']:g}x", result["samples_per_s"]
    return (
        f"{result['network']:9} {result['mode']:11} {result['batch']:5} {result['threads']:7} {shown(rates['nnc']):>12} "
        f"{shown(rates[result['best']]):>12}  {result['best']:23} {result['ratio']:5.2f}x {goal:>5}  {'met' if result['met'] else 'missed'}"
    )


HEADER = f"{'network':9} {'mode':11} {'batch':>5} {'threads':>7} {'nnc':>12} {'best peer':>12}  {'':23} {'ratio':>6} {'goal':>5}"


def details(result):
    """The others, and what a reader should know before trusting the row."""
    others = sorted(((rate, name) for name, rate in result["samples_per_s"].items() if name not in ("nnc", result["best"])), reverse=True)
    notes = ["  " + ", ".join(f"{name} {shown(rate)}" for rate, name in others)] if others else []
    notes += [f"  {failure}" for failure in result["failures"]]
    if result["idle"] > 0.02:
        notes.append(f"  waiting peers took {100 * result['idle']:.0f} % of a core")
    return notes


def rows(options):
    for network in options.networks:
        for mode in options.modes:
            if GOALS[network][MODES.index(mode)] is None:
                continue
            if mode == "train":
                batch = next(int(text.split()[1]) for text in open(HERE / "models" / f"{network}.nn") if text.startswith("batch "))
                # Two threads only slow the peers down here.
                yield Row(network, mode, batch, options.threads or (1 if network in ("housing", "iris") else 2))
            elif mode == "latency":
                yield Row(network, mode, 1, options.threads or 1)
            elif mode == "throughput":
                yield Row(network, mode, 8 if network in LARGE else 32, options.threads or 2)


def choice(allowed):
    def parse(text):
        chosen = text.split(",")
        for word in chosen:
            if word not in allowed:
                raise argparse.ArgumentTypeError(f"`{word}` is none of {', '.join(allowed)}")
        return chosen

    return parse


def count(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is no whole number above 0")
    return int(text)


def arguments():
    parser = argparse.ArgumentParser(
        prog="Tests/Peers/run",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Compares the speed of nnc with PyTorch, JAX, TensorFlow, ONNX Runtime and OpenVINO, all in fp32 and in turn.\n\n"
        "train       whole training steps on 2 threads (housing and iris: 1)\n"
        "latency     predictions at batch 1 on 1 thread\n"
        "throughput  predictions at batch 32 (vgg11 and resnet18: 8) on 2 threads",
        epilog="The frameworks are installed with pip where they are missing, into $PEERS_VENV (default: nnc-peers in $XDG_CACHE_HOME or\n"
        "~/.cache); pip's own variables, PIP_INDEX_URL and others, say from where. nnc is built in release first, unless --nnc names one.\n\n"
        "Shut everything else down: a build in another window shows in the ratios.",
    )
    parser.add_argument("--networks", metavar="A,B", type=choice(NETWORKS), default=NETWORKS, help=f"of {', '.join(NETWORKS)} (default: all)")
    parser.add_argument("--modes", metavar="A,B", type=choice(MODES), default=MODES, help=f"of {', '.join(MODES)} (default: all)")
    parser.add_argument("--peers", metavar="A,B", type=choice(FRAMEWORKS), default=FRAMEWORKS, help=f"of {', '.join(FRAMEWORKS)} (default: all)")
    parser.add_argument("--rounds", metavar="N", type=count, default=5, help="how often every contender measures (default: 5)")
    parser.add_argument("--seconds", metavar="N", type=count, default=1, help="how long each time (default: 1)")
    parser.add_argument("--threads", metavar="N", type=count, help="threads of every row (default: 1 or 2, as above)")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write everything measured as JSON")
    parser.add_argument("--wait", action="store_true", help="before a row is measured, wait for a line on standard input")
    parser.add_argument("--nnc", metavar="FILE", type=shutil.which, help="the nnc to measure (default: build this one)")
    return parser.parse_args()


def machine():
    for text in open("/proc/cpuinfo"):
        if text.startswith("model name"):
            return f"{text.partition(':')[2].strip()}, {os.cpu_count()} cores"
    return f"{os.uname().machine}, {os.cpu_count()} cores"


def main():
    options = arguments()
    if not options.nnc:
        raise SystemExit("--nnc: no such program")
    if options.threads and options.threads > len(os.sched_getaffinity(0)):
        raise SystemExit(f"--threads {options.threads}: there are {len(os.sched_getaffinity(0))} cores")
    versions = {name: version(name) for name in options.peers}
    print(machine(), ", ".join(f"{name} {version}" for name, version in versions.items()), "samples/s, medians", sep="\n", flush=True)
    print("\n" + HEADER, flush=True)
    results = []
    for row in rows(options):
        results.append(compared(row, options))
        print(line(results[-1]), *details(results[-1]), sep="\n", flush=True)
        if options.json:
            written = {"machine": machine(), "versions": versions, "seconds": options.seconds, "results": results}
            options.json.write_text(json.dumps(written, indent=1) + "\n")


def version(framework):
    """TensorFlow comes as one of several packages."""
    return next(found.version for name in (framework, f"{framework}-cpu") for found in metadata.distributions(name=name))


if __name__ == "__main__":
    main()
