"""LeNet (LeCun et al. 1998): two convolutions with pooling, three fully connected layers."""

import digits

from swiftnn import nn, optim


def build():
    net = nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.Tanh(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, 10),
    )
    return net, optim.SGD(net.parameters(), lr=0.05, momentum=0.9)


if __name__ == "__main__":
    digits.run("LeNet", build)
