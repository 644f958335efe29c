"""Gluon's losses against their definitions, and its Embedding."""

import numpy as np
import pytest

import swiftnn
from swiftnn import gluon, init, nn


def mean_but_first(losses):
    return losses.reshape(len(losses), -1).mean(1)


@pytest.mark.parametrize("weight", [None, 0.5])
@pytest.mark.parametrize("sample_weight", [False, True])
def test_values(weight, sample_weight):
    swiftnn.manual_seed(0)
    pred, label = swiftnn.randn(4, 3, dtype=swiftnn.float64), swiftnn.randn(4, 3, dtype=swiftnn.float64)
    signs, truth = (label > 0) * 2.0 - 1, (label > 0).double()
    samples = swiftnn.rand(4, 1, dtype=swiftnn.float64) if sample_weight else None
    factor = (1 if weight is None else weight) * (samples.numpy() if sample_weight else 1)
    p, t = pred.numpy(), label.numpy()
    probability = 1 / (1 + np.exp(-p))
    cases = [
        (gluon.loss.L2Loss, {}, label, (p - t) ** 2 / 2), (gluon.loss.L1Loss, {}, label, abs(p - t)),
        (gluon.loss.HuberLoss, {"rho": 0.5}, label, np.where(abs(p - t) > 0.5, abs(p - t) - 0.25, (p - t) ** 2)),
        (gluon.loss.HingeLoss, {}, signs, np.maximum(0, 1 - p * signs.numpy())),
        (gluon.loss.SigmoidBCELoss, {}, truth, -np.where(truth.numpy() > 0, np.log(probability), np.log(1 - probability))),
    ]
    for kind, options, target, losses in cases:
        if weight is not None:
            options = {**options, "weight": weight}
        got = kind(**options)(pred, target, samples)
        assert np.allclose(got.numpy(), mean_but_first(losses * factor)), kind
    # Probabilities in place of logits.
    got = gluon.loss.SigmoidBinaryCrossEntropyLoss(from_sigmoid=True, weight=weight)(pred.sigmoid(), truth, samples)
    assert np.allclose(got.numpy(), mean_but_first(cases[-1][-1] * factor))


def test_softmax_cross_entropy():
    swiftnn.manual_seed(0)
    pred = swiftnn.randn(4, 5, 3, dtype=swiftnn.float64, requires_grad=True)
    label = swiftnn.randint(0, 5, (4, 3))
    logs = pred.log_softmax(1)
    want = -logs.gather(1, label.unsqueeze(1)).squeeze(1).mean(1)
    for target in (label, label.double(), label.unsqueeze(1)):
        assert swiftnn.allclose(gluon.loss.SoftmaxCrossEntropyLoss(axis=1)(pred, target), want)
    assert swiftnn.allclose(gluon.loss.SoftmaxCELoss(axis=1, from_logits=True)(logs, label), want)
    dense = nn.functional.one_hot(label, 5).movedim(-1, 1).double()
    assert swiftnn.allclose(gluon.loss.SoftmaxCELoss(axis=1, sparse_label=False)(pred, dense), want)
    weights = swiftnn.rand(4, 1, 1, dtype=swiftnn.float64)
    assert swiftnn.allclose(gluon.loss.SoftmaxCELoss(axis=1, weight=2)(pred, label, weights), 2 * want * weights.view(4))
    gluon.loss.SoftmaxCELoss(axis=1)(pred, label).sum().backward()
    assert pred.grad is not None
    with pytest.raises(IndexError, match="out of bounds for 5 classes"):
        gluon.loss.SoftmaxCELoss()(swiftnn.zeros(2, 5), swiftnn.tensor([0, 5]))
    assert repr(gluon.loss.L2Loss()) == "L2Loss(batch_axis=0, w=1.0)"


def test_embedding_by_gluons_hand():
    """The same call as PyTorch's, and Gluon's way to initialise."""
    net = nn.Sequential()
    net.add(nn.Embedding(10, 4), nn.Dense(2))
    net.initialize(init.Constant(0.5), force_reinit=True)
    assert net[0].weight.shape == (10, 4) and (net[0].weight == 0.5).all()
    assert net(swiftnn.tensor([[1, 2, 3]])).shape == (1, 2)
