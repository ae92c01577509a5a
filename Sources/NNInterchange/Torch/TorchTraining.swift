import NNDiagnostics
import NNGraph
import NNRecipe

/// The program that trains the module of `TorchModule` by the recipe of its file, on one device or many: `train.py`.
///
/// It reads the arrays of `data/` and the weights beside it, so that nothing of the data is decided twice.
public struct TorchTraining: Sendable {
  /// What targets become before they are compared with the output.
  public enum Target: Sendable, Equatable {
    /// The number of a class.
    case label
    /// Numbers, normalised as those of the training part.
    case values
    /// One number for the second of two classes (`high`) or the first.
    case sign(low: Float, high: Float)
    /// A number per class: `high` for the right one.
    case oneHot(low: Float, high: Float)
  }

  /// What the data adds to the model.
  public struct Setup: Sendable {
    /// What a target is compared as.
    public var target: Target
    /// Per class; empty where all count the same.
    public var classWeights: [Float]
    /// Whether the data has a part to choose the best epoch by.
    public var hasValidation: Bool
    /// Whether the data has a part that is kept for the end.
    public var hasTest: Bool
    /// Examples per step, over all processes together.
    public var batch: Int
    /// A row of the table after so many epochs.
    public var epochsPerRow: Int

    /// - Parameters:
    ///   - target: what a target is compared as.
    ///   - classWeights: for cross entropy, one per class; empty where all count the same.
    ///   - hasValidation: whether `data/` has a part `validation`.
    ///   - hasTest: whether it has a part `test`.
    ///   - batch: examples per step, over all processes together.
    ///   - epochsPerRow: a row of the table after so many epochs.
    public init(target: Target, classWeights: [Float], hasValidation: Bool, hasTest: Bool, batch: Int, epochsPerRow: Int) {
      self.target = target
      self.classWeights = classWeights
      self.hasValidation = hasValidation
      self.hasTest = hasTest
      self.batch = batch
      self.epochsPerRow = epochsPerRow
    }
  }

  let model: Model
  let setup: Setup
  var recipe: Recipe { model.recipe }

  /// - Throws: words for the user where the recipe holds what the program cannot do.
  public init(_ model: Model, _ setup: Setup) throws(ExportProblem) {
    self.model = model
    self.setup = setup
    if model.isStateful { throw ExportProblem("`stateful` layers carry their state from batch to batch, which train.py does not") }
    for rule in recipe.stops { try Self.check(rule) }
  }

  private static func check(_ rule: StopRule) throws(ExportProblem) {
    switch rule {
    case .after: return
    case .patience(_, let quantity), .below(_, let quantity):
      guard ["loss", "accuracy"].contains(quantity.measure) else {
        throw ExportProblem("train.py measures `loss` and `accuracy`; `stop` looks at `\(quantity.part.rawValue).\(quantity.measure)`")
      }
    }
  }

  /// The source of `train.py`.
  public var text: String { [head, settings, pieces, Self.parts, Self.processes, evaluation, run].joined(separator: "\n\n") }

  // MARK: Text

  private var head: String {
    """
    \"\"\"Trains the network of model.py as `nnc run \(fileName.pythonText)` does: the same data, recipe and seed.

        python train.py                          # on one processor or GPU
        torchrun --nproc-per-node 2 train.py     # on two; `torchrun --help` says how on several machines

    Needs torch, numpy and safetensors. It begins with the weights beside it, or with those of `--weights`, and what it writes is read by
    `nnc run \(fileName.pythonText) --weights run/last.safetensors`.
    \"\"\"

    import argparse
    import csv
    import math
    import os
    import pathlib
    import time

    import numpy as np
    import torch
    import torch.distributed as dist
    import torch.nn.functional as F
    from safetensors import safe_open
    from safetensors.torch import save_file
    from torch import nn
    from torch.nn.parallel import DistributedDataParallel
    from torch.utils.data import BatchSampler, DataLoader, Dataset
    from torch.utils.data.distributed import DistributedSampler

    from model import SHIFT, TARGET_SCALE, TARGET_SHIFT, Network
    """
  }

  private var settings: String {
    let length =
      switch recipe.length {
      case .epochs(let epochs): "EPOCHS, STEPS = \(epochs), None"
      case .steps(let steps): "EPOCHS, STEPS = None, \(steps)"
      }
    return """
      HERE = pathlib.Path(__file__).resolve().parent
      SEED = \(recipe.seed)
      BATCH = \(setup.batch)  # over all processes together
      \(length)
      EPOCHS_PER_ROW = \(setup.epochsPerRow)
      """
  }

  private var pieces: String {
    "\n" + [optimizer, rate, clipping, augmentation, lossText, stopping].compactMap(\.self).joined(separator: "\n\n\n") + "\n"
  }

  private static let parts = """
    class Part(Dataset):
        \"\"\"One part of the data: inputs as the data holds them, channels last, and their targets. Only what is read comes into memory.\"\"\"

        def __init__(self, name):
            self.x, self.y = (np.load(HERE / "data" / f"{name}_{letter}.npy", mmap_mode="r") for letter in "xy")

        def __len__(self):
            return len(self.x)

        def __getitem__(self, places):
            return torch.from_numpy(np.array(self.x[places])), torch.from_numpy(np.array(self.y[places]))

    """

  private static let processes = """
    def processes():
        \"\"\"The number of this process, how many there are, and its device. `torchrun` says so in the environment.\"\"\"
        has_gpu = torch.cuda.is_available()
        if "RANK" not in os.environ:
            return 0, 1, torch.device("cuda" if has_gpu else "cpu")
        dist.init_process_group("nccl" if has_gpu else "gloo")
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if has_gpu else torch.device("cpu")
        return dist.get_rank(), dist.get_world_size(), device


    def load(network, path):
        \"\"\"Puts the tensors of a file into the network; what the file says of itself is kept for those that are written.\"\"\"
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}
            metadata = file.metadata() or {}
        missing, unexpected = network.load_state_dict(tensors, strict=False)
        missing = [name for name in missing if not name.endswith("num_batches_tracked")]
        if missing or unexpected:
            raise SystemExit(f"{path} does not fit: missing {missing}, not in the network {unexpected}")
        return metadata


    def save(network, metadata, epoch, path):
        tensors = {name: tensor.cpu().contiguous() for name, tensor in network.state_dict().items()}
        tensors = {name: tensor for name, tensor in tensors.items() if not name.endswith("num_batches_tracked")}
        save_file(tensors, path, metadata={**metadata, "nnc.epoch": str(epoch)})


    def total(sums):
        \"\"\"Sums over all processes.\"\"\"
        if dist.is_initialized():
            dist.all_reduce(sums)
        return sums.tolist()


    def agreed(decision, device):
        \"\"\"What the first process decided.\"\"\"
        flag = torch.tensor([int(decision)], device=device)
        if dist.is_initialized():
            dist.broadcast(flag, 0)
        return bool(flag.item())

    """

  private var evaluation: String {
    """
    @torch.no_grad()
    def evaluate(network, part, rank, world, device):
        \"\"\"Loss and accuracy on a part, without dropout; every process takes a share.\"\"\"
        network.eval()
        sums = torch.zeros(3, dtype=torch.float64, device=device)
        for start in range(rank * BATCH, len(part), world * BATCH):
            x, y = (tensor.to(device) for tensor in part[start : start + BATCH])
            output, target = comparable(network(network.prepare(x)), y)
            sums += tally(loss_of(output, target), output, target)
        network.train()
        loss, right, rows = total(sums)
        return loss / rows, \(isClassification ? "right / rows" : "None")

    """
  }

  private var run: String {
    lines(
      Self.beginning,
      "    train = Part(\"train\")",
      setup.hasValidation ? "    validation = Part(\"validation\")" : nil,
      Self.preparation,
      "            optimizer.zero_grad()\n            loss.backward()",
      recipe.clip == nil ? nil : "            clip(network.parameters())",
      Self.endOfStep,
      row,
      isPlateau ? "        plateau.row_ended(judged)" : nil,
      Self.endOfRow,
      setup.hasTest ? testing : nil,
      "    if dist.is_initialized():\n        dist.destroy_process_group()\n\n\nif __name__ == \"__main__\":\n    main()\n")
  }

  private static let beginning = """
    def main():
        parser = argparse.ArgumentParser(description="Trains the network of model.py.")
        parser.add_argument("--weights", default=HERE / "weights.safetensors", help="where to begin (default: the weights beside this file)")
        parser.add_argument("--epochs", type=int, help="in place of the recipe's; 0 evaluates only")
        parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("run"), help="the folder to write into (default: run)")
        parser.add_argument("--in-order", action="store_true", help="do not shuffle")
        options = parser.parse_args()

        rank, world, device = processes()
        torch.manual_seed(SEED + rank)
        network = Network().to(device)
        metadata = load(network, options.weights)
        if world > 1 and device.type == "cuda":
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
        parallel = DistributedDataParallel(network) if world > 1 else network
        optimizer = make_optimizer(network.parameters())

    """

  private static let preparation = """
        sampler = DistributedSampler(train, num_replicas=world, rank=rank, shuffle=not options.in_order, seed=SEED)
        batches = DataLoader(train, sampler=BatchSampler(sampler, max(1, BATCH // world), drop_last=False), batch_size=None)
        epochs = EPOCHS if options.epochs is None else options.epochs
        steps = STEPS if epochs is None else epochs * len(batches)
        epochs = math.ceil(steps / len(batches))

        if rank == 0:
            options.out.mkdir(parents=True, exist_ok=True)
            print(f"{len(train)} examples, {world} process{'es' if world > 1 else ''} on {device.type}", flush=True)
        rows, best, best_weights, step, started = [], math.inf, None, 0, time.time()
        sums, begun = torch.zeros(3, dtype=torch.float64, device=device), time.time()
        for epoch in range(1, epochs + 1):
            sampler.set_epoch(epoch)
            for x, y in batches:
                if step == steps:
                    break
                for group in optimizer.param_groups:
                    group["lr"] = rate(step, len(batches), steps)
                output, target = comparable(parallel(augment(network.prepare(x.to(device)))), y.to(device))
                loss = training_loss(output, target)
    """

  private static let endOfStep = """
                optimizer.step()
                sums += tally(loss.detach(), output.detach(), target)
                step += 1
            if epoch % EPOCHS_PER_ROW and step < steps:
                continue
    """

  private var row: String {
    lines(
      "        loss, right, count = total(sums)",
      "        seconds = time.time() - begun",
      "        row = {\"epoch\": epoch, \"seconds\": seconds, \"samples_per_s\": count / seconds, \"lr\": optimizer.param_groups[0][\"lr\"]}",
      "        row[\"train_loss\"], row[\"train_accuracy\"] = loss / count, \(isClassification ? "right / count" : "None")",
      setup.hasValidation
        ? "        row[\"validation_loss\"], row[\"validation_accuracy\"] = evaluate(network, validation, rank, world, device)" : nil,
      "        judged = row[\"\(setup.hasValidation ? "validation" : "train")_loss\"]")
  }

  private static let endOfRow = """
            rows.append(row)
            if rank == 0:
                print("  ".join(f"{name} {value:.6g}" for name, value in row.items() if value is not None), flush=True)
            if judged < best:
                best, best_weights = judged, {name: tensor.clone() for name, tensor in network.state_dict().items()}
                if rank == 0:
                    save(network, metadata, epoch, options.out / "best.safetensors")
            sums, begun = torch.zeros(3, dtype=torch.float64, device=device), time.time()
            if agreed(is_over(rows, started), device):
                break

        if rank == 0 and rows:
            save(network, metadata, rows[-1]["epoch"], options.out / "last.safetensors")
            with open(options.out / "metrics.csv", "w", newline="") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
    """

  private var testing: String {
    lines(
      setup.hasValidation ? "    if best_weights:\n        network.load_state_dict(best_weights)" : nil,
      """
          loss, accuracy = evaluate(network, Part("test"), rank, world, device)
          if rank == 0:
              print(f"test  loss {loss:.6g}" + ("" if accuracy is None else f"  accuracy {accuracy:.4f}"), flush=True)
      """)
  }

  private func lines(_ parts: String?...) -> String { parts.compactMap(\.self).joined(separator: "\n") }

  private var fileName: String { lastComponent(model.file.name) }
  private var isPlateau: Bool { if case .plateau = recipe.schedule { true } else { false } }
  var isClassification: Bool { setup.target != .values }
}
