"""Emitted code against ONNX Runtime, OpenVINO and PyTorch: the same weights, one example at a time, all in one run.

usage: emitted.py NNC [NETWORK...] [--threads N] [--cpu portable|native]

Needs swiftc, and Python with torch, onnx, onnxruntime and openvino. PyTorch makes the weights and writes them under the names nnc reads; each engine's
output is compared with PyTorch's before it is timed. Engines take turns, three rounds of them, so that a busy machine slows all alike; what is printed is
the smallest and the middle time of the best round, in microseconds.
"""
import argparse, json, pathlib, statistics, struct, subprocess, tempfile, time
import numpy as np
import torch
from torch import nn

ROUNDS, SECONDS = 3, 0.4


def blocks(*layers):
    return nn.Sequential(*layers)


LEAKY = lambda: nn.LeakyReLU(0.01)
CONV = lambda i, o: nn.Conv2d(i, o, 3, padding=1)
FMNIST = [layer for i, o in ((1, 32), (32, 64), (64, 128), (128, 256)) for layer in (CONV(i, o), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(o))]
# Name: the input's shape (height, width, channels), the .nn text, the same in PyTorch.
NETWORKS = {
    "mri": ((84, 84, 1), """conv 3x3x8 pad 1 | leaky_relu 0.01 | conv 3x3x32 pad 1 | leaky_relu 0.01 | maxpool 2
conv 3x3x32 pad 1 | leaky_relu 0.01 | conv 3x3x64 pad 1 | leaky_relu 0.01 | maxpool 2 | avgpool to 7x7
fc 256 leaky_relu 0.01 | fc 128 leaky_relu 0.01 | fc 4 softmax""",
            blocks(CONV(1, 8), LEAKY(), CONV(8, 32), LEAKY(), nn.MaxPool2d(2), CONV(32, 32), LEAKY(), CONV(32, 64), LEAKY(), nn.MaxPool2d(2),
                   nn.AvgPool2d(3), nn.Flatten(), nn.Linear(3136, 256), LEAKY(), nn.Linear(256, 128), LEAKY(), nn.Linear(128, 4), nn.Softmax(-1))),
    "cifar": ((32, 32, 3), """conv 3x3x32 pad 1 relu | conv 3x3x32 pad 1 relu | maxpool 2
conv 3x3x64 pad 1 relu | conv 3x3x64 pad 1 relu | maxpool 2 | fc 256 relu | fc 10 softmax""",
              blocks(CONV(3, 32), nn.ReLU(), CONV(32, 32), nn.ReLU(), nn.MaxPool2d(2), CONV(32, 64), nn.ReLU(), CONV(64, 64), nn.ReLU(), nn.MaxPool2d(2),
                     nn.Flatten(), nn.Linear(4096, 256), nn.ReLU(), nn.Linear(256, 10), nn.Softmax(-1))),
    "fmnist": ((28, 28, 1), "".join(f"conv 3x3x{c} pad 1 | relu | maxpool 2 | bn\n" for c in (32, 64, 128, 256)) + "fc 128 relu | fc 10 softmax",
               blocks(*FMNIST, nn.Flatten(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10), nn.Softmax(-1))),
    "mlp": ((784,), "fc 256 relu | fc 128 relu | fc 10 softmax",
            blocks(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10), nn.Softmax(-1))),
    "housing": ((8,), "fc 20 softsign | fc 15 softsign | fc 3 softmax",
                blocks(nn.Linear(8, 20), nn.Softsign(), nn.Linear(20, 15), nn.Softsign(), nn.Linear(15, 3), nn.Softmax(-1))),
    "iris": ((4,), "fc 10 relu | fc 3 softmax", blocks(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3), nn.Softmax(-1))),
}

MAIN = """
let network = try Subject()
try network.selfTest()
guard let file = fopen("input.bin", "rb") else { fatalError("no input") }
var x = [Float](repeating: 0, count: Subject.inputCount)
fread(&x, 4, x.count, file)
var y = [Float](repeating: 0, count: Subject.outputCount)
let scratch = Subject.Scratch(SCRATCH)
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) * 1e-3
}
// Several calls per reading of the clock where one is short.
let calls = Subject.parameterCount < 10_000 ? 100 : 1
var times: [Double] = []
try x.withUnsafeBufferPointer { x in
  try y.withUnsafeMutableBufferPointer { y in
    let end = now() + LENGTH
    while now() < end {
      let start = now()
      for _ in 0..<calls { _ = try network.predict(x, into: y, using: scratch) }
      times.append((now() - start) / Double(calls))
    }
  }
}
times.sort()
print(times[0], times[times.count / 2], y.map { "\\($0)" }.joined(separator: ","))
"""


def save(module, path):
    """The weights as safetensors, under nnc's names: a number per kind, in order."""
    counts, tensors = {}, {}
    for layer in module:
        kind = {nn.Conv2d: "conv", nn.Linear: "fc", nn.BatchNorm2d: "bn"}.get(type(layer))
        if kind:
            counts[kind] = counts.get(kind, 0) + 1
            tensors |= {f"{kind}{counts[kind]}.{name}": value.float() for name, value in layer.state_dict().items() if "tracked" not in name}
    header, data = {}, b""
    for name, value in tensors.items():
        raw = value.contiguous().numpy().tobytes()
        header[name] = dict(dtype="F32", shape=list(value.shape), data_offsets=[len(data), len(data) + len(raw)])
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def timed(call):
    times, end = [], time.perf_counter() + SECONDS
    for _ in range(20): call()
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter(); call(); times.append((time.perf_counter() - start) * 1e6)
    return min(times), statistics.median(times)


def engines(name, folder, options):
    """By name: a function that gives (smallest, middle, output)."""
    shape, text, module = NETWORKS[name]
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    chw = x.transpose(2, 0, 1)[None] if x.ndim == 3 else x[None]
    tensor = torch.from_numpy(np.ascontiguousarray(chw))
    (folder / "model.nn").write_text(f"input {'x'.join(map(str, shape))}\n{text}\n")
    x.tofile(folder / "input.bin"); save(module, folder / "weights.safetensors")
    threaded = ["--threads"] if options.threads > 1 else []
    subprocess.run([options.nnc, "emit", "model.nn", "--weights", "weights.safetensors", "-o", "Subject.swift", "--quiet", "--cpu", options.cpu, *threaded],
                   cwd=folder, check=True)
    header = next(line for line in open(folder / "Subject.swift") if line.startswith("// compile"))
    main = MAIN.replace("SCRATCH", f"threads: {options.threads}" if threaded else "").replace("LENGTH", str(SECONDS * 1e6))
    (folder / "main.swift").write_text("import Glibc\n" + main)
    start = time.perf_counter()
    subprocess.run(header.split("  ")[-1].strip().removesuffix(" …").split() + ["main.swift", "-o", "subject"], cwd=folder, check=True)
    print(f"{name}: swiftc took {time.perf_counter() - start:.1f} s")

    def emitted():
        words = subprocess.run(["./subject"], cwd=folder, check=True, capture_output=True, text=True).stdout.split()
        return float(words[0]), float(words[1]), np.array(words[2].split(","), np.float32)

    import onnxruntime, openvino
    torch.onnx.export(module, tensor, folder / "model.onnx", input_names=["x"], output_names=["y"], dynamo=False)
    settings = onnxruntime.SessionOptions(); settings.intra_op_num_threads = options.threads; settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "model.onnx", settings, providers=["CPUExecutionProvider"])
    binding = session.io_binding(); bound = tensor.numpy(); binding.bind_cpu_input("x", bound); binding.bind_output("y")
    compiled = openvino.Core().compile_model(folder / "model.onnx", "CPU", {
        "INFERENCE_NUM_THREADS": options.threads, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"})
    request = compiled.create_infer_request(); request.set_input_tensor(openvino.Tensor(bound, shared_memory=True))
    return {
        "emitted": emitted,
        "onnxruntime": lambda: (*timed(lambda: session.run_with_iobinding(binding)), binding.copy_outputs_to_cpu()[0][0]),
        "openvino": lambda: (*timed(request.infer), request.get_output_tensor().data[0].copy()),
        "torch": lambda: (*timed(lambda: module(tensor)), module(tensor)[0].numpy()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nnc", type=lambda path: str(pathlib.Path(path).resolve())); parser.add_argument("networks", nargs="*", default=[])
    parser.add_argument("--threads", type=int, default=1); parser.add_argument("--cpu", default="native")
    options = parser.parse_args()
    torch.manual_seed(0); torch.set_num_threads(options.threads); torch.set_grad_enabled(False)
    for name in options.networks or NETWORKS:
        NETWORKS[name][2].eval()
        with tempfile.TemporaryDirectory() as folder:
            contestants, best = engines(name, pathlib.Path(folder), options), {}
            reference = contestants["torch"]()[2]
            for _ in range(ROUNDS):
                for engine, run in contestants.items():
                    smallest, middle, output = run()
                    assert np.abs(output - reference).max() <= 1e-4 * np.abs(reference).max(), f"{engine} gives other numbers"
                    if engine not in best or middle < best[engine][1]: best[engine] = (smallest, middle)
        rival = min(middle for engine, (_, middle) in best.items() if engine != "emitted")
        for engine, (smallest, middle) in best.items(): print(f"  {engine:12s} {smallest:9.2f} {middle:9.2f}")
        print(f"  the best of the others takes {rival / best['emitted'][1]:.2f} times as long")


if __name__ == "__main__":
    main()
