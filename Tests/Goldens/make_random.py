"""Makes random.json: what PyTorch's CPU generator draws, for Tests/SwiftNNTests/RandomTests.swift.

    python Tests/Goldens/make_random.py

Run it with PyTorch (2.13 made the file that stands here) on an x86-64 machine with AVX2. The tests read the JSON and
do not need PyTorch.

A case is a seed and the draws that follow it in one stream. A draw has the arguments of the fill, the bit patterns
of its first elements (big-endian hexadecimal, one fixed-width number after the other), and the 64-bit FNV-1a hash of
all its elements' little-endian bytes. A case ends with the same hash of the state's bytes.
"""
import base64
import json
import os
import pathlib

# The kernels round differently on a CPU without fused multiply-add. Pinned before PyTorch reads it.
os.environ["ATEN_CPU_CAPABILITY"] = "avx2"

import torch  # noqa: E402

SEEDS = [0, 42, 12345678901]
TYPES = {"float32": torch.float32, "float64": torch.float64, "int64": torch.int64}
FORMATS = {"float32": ("<u4", 8), "float64": ("<u8", 16), "int64": ("<u8", 16)}


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def state_bytes():
    return torch.get_rng_state().numpy().tobytes()


def record(tensor, head=None):
    dtype = str(tensor.dtype).removeprefix("torch.")
    code, width = FORMATS[dtype]
    flat = tensor.detach().reshape(-1).numpy()
    bits = flat.view(code)[:head]
    return {"dtype": dtype, "count": flat.size, "bits": "".join(f"{int(b):0{width}x}" for b in bits),
            "hash": fnv1a(flat.tobytes())}


def uniform(count, dtype="float32", low=0.0, high=1.0, head=None):
    values = torch.empty(count, dtype=TYPES[dtype]).uniform_(low, high)
    return {"fill": "uniform", "a": low, "b": high, **record(values, head)}


def rand(count, dtype="float32"):
    return {"fill": "uniform", "a": 0.0, "b": 1.0, **record(torch.rand(count, dtype=TYPES[dtype]))}


def randn(count, dtype="float32", head=None):
    return {"fill": "normal", "a": 0.0, "b": 1.0, **record(torch.randn(count, dtype=TYPES[dtype]), head)}


def normal(count, mean, std, dtype="float32"):
    values = torch.empty(count, dtype=TYPES[dtype]).normal_(mean, std)
    return {"fill": "normal", "a": mean, "b": std, **record(values)}


def randint(low, high, count, head=None):
    # As text: not every reader of JSON keeps 64 bits.
    return {"fill": "integers", "low": str(low), "high": str(high), **record(torch.randint(low, high, (count,)), head)}


def randperm(count):
    return {"fill": "permutation", **record(torch.randperm(count), 20)}


def bernoulli(count, p, dtype="float32"):
    # A tensor of probabilities, because on an Intel CPU a single one takes the stream of the
    # Intel Math Kernel Library.
    values = torch.empty(count, dtype=TYPES[dtype]).bernoulli_(torch.full((count,), p, dtype=torch.float64))
    return {"fill": "bernoulli", "a": p, **record(values, 40)}


def linear(inputs, outputs):
    layer = torch.nn.Linear(inputs, outputs)
    parts = []
    for name, value in (("weight", layer.weight), ("bias", layer.bias)):
        parts.append({"fill": name, "inputs": inputs, **record(value, 10),
                      "sum": value.detach().double().sum().item()})
    return parts


CASES = {
    "rand float32": lambda: [rand(5), rand(40)],
    "rand float32, several renewals": lambda: [uniform(2000, head=8)],
    "rand float64": lambda: [rand(5, "float64")],
    "randn float32": lambda: [randn(n) for n in (1, 5, 15, 16, 17, 40, 100)],
    "randn float32, large": lambda: [randn(10007, head=8)],
    "randn float64": lambda: [randn(5, "float64"), randn(20, "float64")],
    "randn 5 twice": lambda: [randn(5), randn(5)],
    "uniform_": lambda: [uniform(20, low=-0.3, high=0.7), uniform(1000, low=-0.37, high=1.91, head=20),
                         uniform(10, "float64", -0.37, 1.91)],
    "normal_": lambda: [normal(20, 2.0, 3.0), normal(5, 2.0, 3.0), normal(5, 2.0, 0.3, "float64"),
                        normal(16, 2.0, 0.3, "float64")],
    "randint": lambda: [randint(0, 10, 20), randint(-5, 2**40, 10), randint(0, 2**28 - 1, 3),
                        randint(0, 2**28, 3), randint(-2**63, 2**63 - 1, 3)],
    "randperm": lambda: [randperm(1), randperm(10), randperm(1000)],
    "bernoulli": lambda: [bernoulli(200, 0.3), bernoulli(40, 0.8, "float64")],
    "rand, randn, randint in one stream": lambda: [
        rand(3), randn(5), randint(0, 10, 7), randn(3), randn(33), rand(1, "float64"), randint(-5, 2**40, 2),
        randperm(5), randn(2), uniform(700, low=-1.0, high=1.0, head=4), rand(2)],
    "linear 20 256": lambda: linear(20, 256),
    "linear 3 2": lambda: linear(3, 2),
}


def main():
    assert torch.backends.cpu.get_cpu_capability() == "AVX2", "an x86-64 machine with AVX2 is needed"
    cases = []
    for seed in SEEDS:
        for name, draw in CASES.items():
            torch.manual_seed(seed)
            cases.append({"name": name, "seed": seed, "draws": draw(), "state": fnv1a(state_bytes())})

    torch.manual_seed(42)
    fresh = fnv1a(state_bytes())
    torch.rand(700)
    torch.randn(3)
    saved = state_bytes()
    state = {"seed": 42, "fresh": fresh, "bytes": base64.b64encode(saved).decode(),
             "next": [randn(2), rand(5)]}

    path = pathlib.Path(__file__).with_name("random.json")
    rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path.write_text(f'{{"torch":"{torch.__version__.split("+")[0]}",\n"state":'
                    f'{json.dumps(state, separators=(",", ":"))},\n"cases":[\n{rows}\n]}}\n')


if __name__ == "__main__":
    main()
