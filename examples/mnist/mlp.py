"""A multilayer perceptron."""

import digits

from swiftnn import nn, optim


def build():
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    return net, optim.SGD(net.parameters(), lr=0.1)


if __name__ == "__main__":
    digits.run("MLP", build)
