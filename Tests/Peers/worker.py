"""What the programs that run one framework have in common: they prepare, say so, and measure when asked to.

    python peer_torch.py MODEL train|infer BATCH THREADS VARIANT

prints a line of JSON about the network it built, then answers every line on standard input (seconds) by one with samples per second.
"""

import json
import statistics
import sys
import time

from network import Network


def measure(run, seconds):
    """Seconds per run: the median of samples of at least a millisecond, after a tenth of the time to warm up, as in `nnc bench`."""
    begun, runs = time.perf_counter(), 0
    while runs < 2 or time.perf_counter() - begun < seconds / 10:
        run()
        runs += 1
    pace = (time.perf_counter() - begun) / runs
    repeats = range(max(1, int(1e-3 / pace)))
    samples = []
    for _ in range(max(3, int(seconds * 0.7 / (pace * len(repeats))))):
        begun = time.perf_counter()
        for _ in repeats:
            run()
        samples.append((time.perf_counter() - begun) / len(repeats))
    return statistics.median(samples)


def serve(prepare):
    """`prepare(network, mode, batch, threads, variant)` returns (run, examples per run, parameters, shape of the output)."""
    path, mode, batch, threads, variant = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr  # what a framework prints is no answer
    run, examples, parameters, output = prepare(Network(path), mode, int(batch), int(threads), variant)
    for _ in range(3):
        run()
    print(json.dumps({"parameters": parameters, "output": list(output)}), file=answers, flush=True)
    for line in sys.stdin:
        print(examples / measure(run, float(line)), file=answers, flush=True)
