"""A convolutional network with batch normalisation (Ioffe and Szegedy 2015)."""

import digits

from swiftnn import nn, optim


def stage(inputs, outputs):
    """A convolution that keeps the size, normalised, and a pooling that halves it."""
    return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(), nn.AvgPool2d(2)]


def build():
    net = nn.Sequential(*stage(1, 16), *stage(16, 32), nn.Flatten(), nn.Linear(32 * 7 * 7, 10))
    return net, optim.SGD(net.parameters(), lr=0.01)


if __name__ == "__main__":
    digits.run("CNN", build)
