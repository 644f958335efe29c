"""The families of operators on middle-sized tensors, beside NumPy: a row for each.

    python benchmarks/operators.py [--quick]

Both libraries run in this process and take turns in short bursts; a row is the median of the ratios of neighbouring bursts,
swiftnn's time to NumPy's. Below 1: swiftnn is faster. NumPy's side is what a NumPy user would write.
"""

import argparse
import statistics
import time

import numpy as np

import swiftnn

parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("--quick", action="store_true", help="fewer rounds")
QUICK = parser.parse_args().quick
ROUNDS, BURST = (5, 0.01) if QUICK else (15, 0.03)

rng = np.random.default_rng(0)
A, B = rng.standard_normal((2, 1000, 1000), dtype=np.float32)
P = np.abs(A) + 0.5
N = rng.integers(-100, 100, (1000, 1000))
ROWS = rng.integers(0, 1000, 1000)
PLACES = rng.integers(0, 1000, (1000, 1000))
MASK = A > 0
S = (A[:200, :200] @ A[:200, :200].T + 50 * np.eye(200, dtype=np.float32)).astype(np.float64)
a, b, p, n, rows, places, mask, s = map(swiftnn.from_numpy, (A, B, P, N, ROWS, PLACES, MASK, S))

FAMILIES = [
    # family, row, swiftnn's, NumPy's
    ("arithmetic", "a + b", lambda: a + b, lambda: A + B),
    ("arithmetic", "a + row", lambda: a + a[0], lambda: A + A[0]),
    ("arithmetic", "a.T + b", lambda: a.T + b, lambda: A.T + B),
    ("arithmetic", "int64 floor_divide", lambda: n // 7, lambda: N // 7),
    ("arithmetic", "remainder", lambda: swiftnn.remainder(a, 0.7), lambda: np.remainder(A, np.float32(0.7))),
    ("comparison", "a < b", lambda: a < b, lambda: A < B),
    ("logic", "n & 15", lambda: n & 15, lambda: N & 15),
    ("functions", "exp", lambda: swiftnn.exp(a), lambda: np.exp(A)),
    ("functions", "log", lambda: swiftnn.log(p), lambda: np.log(P)),
    ("functions", "sin", lambda: swiftnn.sin(a), lambda: np.sin(A)),
    ("functions", "tanh", lambda: swiftnn.tanh(a), lambda: np.tanh(A)),
    ("functions", "atan2", lambda: swiftnn.atan2(a, b), lambda: np.arctan2(A, B)),
    ("functions", "floor", lambda: swiftnn.floor(a), lambda: np.floor(A)),
    ("functions", "where", lambda: swiftnn.where(mask, a, b), lambda: np.where(MASK, A, B)),
    ("functions", "clamp", lambda: swiftnn.clamp(a, -1, 1), lambda: np.clip(A, -1, 1)),
    ("reductions", "sum", lambda: a.sum(), lambda: A.sum()),
    ("reductions", "sum, columns", lambda: a.sum(0), lambda: A.sum(0)),
    ("reductions", "amax, rows", lambda: a.amax(1), lambda: A.max(1)),
    ("reductions", "std, rows", lambda: a.std(1), lambda: A.std(1, ddof=1)),
    ("reductions", "prod, columns", lambda: p.prod(0), lambda: P.prod(0)),
    ("reductions", "argmax, rows", lambda: a.argmax(1), lambda: A.argmax(1)),
    ("reductions", "norm", lambda: swiftnn.linalg.vector_norm(a), lambda: np.linalg.norm(A.reshape(-1))),
    ("scans", "cumsum, rows", lambda: a.cumsum(1), lambda: A.cumsum(1)),
    ("scans", "cumsum, columns", lambda: a.cumsum(0), lambda: A.cumsum(0)),
    ("scans", "cummax, rows", lambda: a.cummax(1), lambda: np.maximum.accumulate(A, 1)),
    ("ordering", "sort, rows", lambda: a.sort(1), lambda: (np.sort(A, 1), np.argsort(A, 1))),
    ("ordering", "sort int64, columns", lambda: n.sort(0), lambda: (np.sort(N, 0), np.argsort(N, 0))),
    ("ordering", "topk 10, rows", lambda: a.topk(10), lambda: np.partition(A, -10, 1)[:, -10:]),
    ("ordering", "median, rows", lambda: a.median(1), lambda: np.median(A, 1)),
    ("ordering", "unique int64", lambda: n.unique(), lambda: np.unique(N)),
    ("ordering", "searchsorted", lambda: swiftnn.searchsorted(p[0].sort().values, a), lambda: np.searchsorted(np.sort(P[0]), A)),
    ("ordering", "bincount", lambda: swiftnn.bincount(places.flatten()), lambda: np.bincount(PLACES.reshape(-1))),
    ("shapes", "transpose, copied", lambda: a.T.contiguous(), lambda: np.ascontiguousarray(A.T)),
    ("shapes", "cat", lambda: swiftnn.cat([a, b]), lambda: np.concatenate([A, B])),
    ("shapes", "flip", lambda: a.flip(1), lambda: np.flip(A, 1).copy()),
    ("shapes", "roll", lambda: a.roll(3, 1), lambda: np.roll(A, 3, 1)),
    ("shapes", "tril", lambda: a.tril(), lambda: np.tril(A)),
    ("shapes", "repeat_interleave", lambda: a.repeat_interleave(2, 1), lambda: np.repeat(A, 2, 1)),
    ("indexing", "a[rows]", lambda: a[rows], lambda: A[ROWS]),
    ("indexing", "a[rows, cols]", lambda: a[rows, rows], lambda: A[ROWS, ROWS]),
    ("indexing", "a[mask]", lambda: a[mask], lambda: A[MASK]),
    ("indexing", "gather", lambda: a.gather(1, places), lambda: np.take_along_axis(A, PLACES, 1)),
    ("indexing", "nonzero", lambda: mask.nonzero(), lambda: np.stack(np.nonzero(MASK), 1)),
    ("indexing", "index_add", lambda: a.index_add(0, rows, b), lambda: np.add.at(A.copy(), ROWS, B)),
    ("products", "matmul", lambda: a @ b, lambda: A @ B),
    ("products", "einsum ij,kj->ik", lambda: swiftnn.einsum("ij,kj->ik", a, b), lambda: np.einsum("ij,kj->ik", A, B, optimize=True)),
    ("products", "bmm 100x10x10", lambda: swiftnn.bmm(a.view(10000, 10, 10), b.view(10000, 10, 10)),
     lambda: A.reshape(10000, 10, 10) @ B.reshape(10000, 10, 10)),
    ("linalg", "solve 200", lambda: swiftnn.linalg.solve(s, s), lambda: np.linalg.solve(S, S)),
    ("linalg", "svd 200", lambda: swiftnn.linalg.svd(s), lambda: np.linalg.svd(S)),
    ("linalg", "eigh 200", lambda: swiftnn.linalg.eigh(s), lambda: np.linalg.eigh(S)),
    ("creation", "arange 1e6", lambda: swiftnn.arange(1_000_000), lambda: np.arange(1_000_000)),
    ("creation", "randn 1e6", lambda: swiftnn.randn(1_000_000), lambda: rng.standard_normal(1_000_000, np.float32)),
    ("conversion", "to float64", lambda: a.double(), lambda: A.astype(np.float64)),
    ("conversion", "to float16", lambda: a.half(), lambda: A.astype(np.float16)),
]


def burst(function):
    """Seconds for each call, in a short burst."""
    calls, start = 0, time.perf_counter()
    while True:
        function()
        calls += 1
        passed = time.perf_counter() - start
        if passed > BURST:
            return passed / calls


def main():
    print(f"{'family':12} {'row':22} {'swiftnn µs':>11} {'NumPy µs':>11} {'ratio':>7}")
    for family, row, own, other in FAMILIES:
        own(), other()
        pairs = [(burst(own), burst(other)) for _ in range(ROUNDS)]
        ratio = statistics.median(x / y for x, y in pairs)
        first, second = (1e6 * statistics.median(side) for side in zip(*pairs))
        print(f"{family:12} {row:22} {first:11.1f} {second:11.1f} {ratio:7.2f}")


if __name__ == "__main__":
    main()
