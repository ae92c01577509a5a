"""OpenVINO in fp32. Variants: latency (one request on all threads), streams2 (two requests at a time, one thread each)."""

import openvino

from network import inputs
from onnx_model import channels_first, model
from worker import serve


def prepare(network, mode, batch, threads, variant):
    made, parameters = model(network, batch)
    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"}
    if variant == "latency":
        settings |= {"PERFORMANCE_HINT": "LATENCY"}
    else:
        settings |= {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": 2}
    compiled = core.compile_model(core.read_model(made), "CPU", settings)
    x = openvino.Tensor(channels_first(network, inputs(network, batch)), shared_memory=True)
    requests = [compiled.create_infer_request() for _ in range(1 if variant == "latency" else 2)]
    for request in requests:
        request.set_input_tensor(x)

    for request in requests:
        request.infer()
    if variant == "latency":
        return requests[0].infer, batch, parameters, requests[0].get_output_tensor().data.shape[1:]

    def run():  # the other one is under way meanwhile
        for request in requests:
            request.wait()
            request.start_async()

    output = requests[0].get_output_tensor().data.shape[1:]
    for request in requests:
        request.start_async()
    return run, batch * len(requests), parameters, output


serve(prepare)
