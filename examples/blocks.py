"""The blocks of the book "Dive into Deep Learning", in Gluon's style and in PyTorch's."""

import swiftnn
import swiftnn.nn.functional as F
from swiftnn import nn


class MLP(nn.Block):
    """Gluon's style: the input sizes are those of the first input."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = nn.Dense(256, activation="relu")
        self.out = nn.Dense(10)

    def forward(self, X):
        return self.out(self.hidden(X))


class MySequential(nn.Module):
    """PyTorch's style: blocks one after the other, kept in ``_modules``."""

    def __init__(self, *args):
        super().__init__()
        for idx, module in enumerate(args):
            self._modules[str(idx)] = module

    def forward(self, X):
        for block in self._modules.values():
            X = block(X)
        return X


class FixedHiddenMLP(nn.Module):
    """A constant that is no parameter, a layer used twice, and control flow that depends on the values."""

    def __init__(self):
        super().__init__()
        self.rand_weight = swiftnn.rand((20, 20), requires_grad=False)
        self.linear = nn.Linear(20, 20)

    def forward(self, X):
        X = self.linear(X)
        X = F.relu(swiftnn.mm(X, self.rand_weight) + 1)
        # The same layer again: the two share their parameters.
        X = self.linear(X)
        while X.abs().sum() > 1:
            X /= 2
        return X.sum()


class NestMLP(nn.Module):
    """Blocks in blocks."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
        self.linear = nn.Linear(32, 16)

    def forward(self, X):
        return self.linear(self.net(X))


def main():
    swiftnn.manual_seed(42)
    X = swiftnn.rand(2, 20)

    net = MLP()
    net.initialize()
    print(net(X).shape)
    print(net.collect_params())
    shared = MLP(params=net.collect_params())
    print("shared parameters give the same output:", bool((shared(X) == net(X)).all()))

    net = nn.Sequential()
    net.add(nn.Dense(256, activation="relu"))
    net.add(nn.Dense(10))
    print(net(X).shape)

    net = MySequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10))
    print(net)
    print(net(X).shape)

    net = FixedHiddenMLP()
    X.requires_grad_()
    net(X).backward()
    print("parameters:", [name for name, _ in net.named_parameters()], "(the constant is none of them)")
    print("gradient of the input:", X.grad.shape, "of the weight used twice:", net.linear.weight.grad.shape)

    chimera = nn.Sequential(NestMLP(), nn.Linear(16, 20), FixedHiddenMLP())
    print(chimera)
    print(chimera(X))

    # On demand: another initialisation, block by block.
    def init_normal(m):
        if type(m) is nn.Linear:
            nn.init.normal_(m.weight, mean=0, std=0.01)
            nn.init.zeros_(m.bias)

    chimera.apply(init_normal)
    print(chimera[1].weight.data[0], chimera[1].bias.data[0])


if __name__ == "__main__":
    main()
