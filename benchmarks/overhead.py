"""What a call costs: small tensors and small networks, from Python, beside PyTorch where it is installed.

    python benchmarks/overhead.py

Each library runs in a process of its own; the processes take turns in short bursts, so that both meet the same
machine, and the ratio is the median of the ratios of neighbouring bursts.
"""

import importlib.util
import json
import statistics
import subprocess
import sys

ROUNDS = 15
BURST_SECONDS = 0.05
LIBRARIES = ["swiftnn", "torch"]

WORKER = r"""
import importlib, json, sys, time
torch = importlib.import_module(sys.argv[1])
nn = importlib.import_module(sys.argv[1] + ".nn")
F = importlib.import_module(sys.argv[1] + ".nn.functional")
burst = float(sys.argv[2])

torch.manual_seed(0)
a, b, x = torch.rand(2, 20), torch.rand(2, 20), torch.rand(2, 20)
leaf = torch.rand(2, 20, requires_grad=True)
net = nn.Sequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10))

class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(20, 256)
        self.out = nn.Linear(256, 10)

    def forward(self, x):
        return self.out(F.relu(self.hidden(x)))

class FixedHiddenMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.rand_weight = torch.rand((20, 20), requires_grad=False)
        self.linear = nn.Linear(20, 20)

    def forward(self, X):
        X = self.linear(X)
        X = F.relu(torch.mm(X, self.rand_weight) + 1)
        X = self.linear(X)
        while X.abs().sum() > 1:
            X /= 2
        return X.sum()

custom, fixed = MLP(), FixedHiddenMLP()

# A loop around the bare statement: a function call would cost as much as the addition.
STATEMENTS = {
    "a + b, 2x20": "a + b",
    "a + b, one with gradient": "a + leaf",
    "Sequential(20-256-ReLU-10), batch 2: forward": "net(x)",
    "the same, forward and backward": "net(x).sum().backward()",
    "a block with the same two layers: forward": "custom(x)",
    "FixedHiddenMLP: forward": "fixed(x)",
}
loops = {}
for name, statement in STATEMENTS.items():
    scope = {}
    exec(
        f"def loop(count, clock, a, b, x, leaf, net, custom, fixed):\n    start = clock()\n"
        f"    for _ in range(count): {statement}\n    return clock() - start",
        scope,
    )
    loops[name] = lambda count, loop=scope["loop"]: loop(count, time.perf_counter, a, b, x, leaf, net, custom, fixed)

counts = {name: max(1, int(burst / (loop(2000) / 2000))) for name, loop in loops.items()}
print(json.dumps(list(loops)), flush=True)
for line in sys.stdin:
    name = line.rstrip("\n")
    print(loops[name](counts[name]) / counts[name] * 1e6, flush=True)
"""


def main():
    libraries = [library for library in LIBRARIES if importlib.util.find_spec(library)]
    workers = {
        library: subprocess.Popen(
            [sys.executable, "-c", WORKER, library, str(BURST_SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for library in libraries
    }
    names = [json.loads(worker.stdout.readline()) for worker in workers.values()][0]
    width = max(map(len, names))
    print(f"{'µs a call, median of ' + str(ROUNDS) + ' bursts':{width}}" + "".join(f"{library:>11}" for library in libraries))
    for name in names:
        bursts = {library: [] for library in libraries}
        for _ in range(ROUNDS):
            for library, worker in workers.items():
                worker.stdin.write(name + "\n")
                worker.stdin.flush()
                bursts[library].append(float(worker.stdout.readline()))
        row = f"{name:{width}}" + "".join(f"{statistics.median(bursts[library]):11.2f}" for library in libraries)
        if "torch" in bursts:
            ratio = statistics.median(t / s for t, s in zip(bursts["torch"], bursts["swiftnn"]))
            row += f"   torch takes {ratio:.1f} times as long"
        print(row)
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()


if __name__ == "__main__":
    main()
