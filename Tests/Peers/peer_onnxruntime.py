"""ONNX Runtime. Variant: bound (input and output are bound once, so that a call copies nothing)."""

import onnxruntime

from network import inputs
from onnx_model import channels_first, model
from worker import serve


def prepare(network, mode, batch, threads, variant):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    made, parameters = model(network, batch)
    session = onnxruntime.InferenceSession(made, options, providers=["CPUExecutionProvider"])
    x = channels_first(network, inputs(network, batch))
    binding = session.io_binding()
    binding.bind_cpu_input("x", x)
    binding.bind_output("y")
    session.run_with_iobinding(binding)
    output = binding.copy_outputs_to_cpu()[0].shape[1:]

    def run(keep=x):  # the binding does not own its memory
        session.run_with_iobinding(binding)

    return run, batch, parameters, output


serve(prepare)
