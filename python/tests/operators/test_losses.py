"""What the rows of losses and embeddings cannot say: warnings, refusals, writes to memory, gradients on purpose unlike the function's."""

import warnings

import numpy as np
import pytest

import swiftnn
from swiftnn.nn import functional as F

NAN, INF = float("nan"), float("inf")


def test_old_flags_and_broadcasting_warn():
    x, y = swiftnn.randn(3, 4), swiftnn.randn(4)
    with pytest.warns(UserWarning, match="argument 'size_average' is deprecated, please use reduction"):
        F.cross_entropy(x, swiftnn.tensor([0, 1, 2]), size_average=False)
    for loss in (F.l1_loss, F.mse_loss, F.smooth_l1_loss, F.huber_loss):
        with pytest.warns(UserWarning, match="Using a target size .* that is different to the input size"):
            loss(x, y)
    with pytest.warns(UserWarning, match="'mean' divides the total loss by both"):
        F.kl_div(x, x.abs())
    with pytest.warns(UserWarning, match="please use reduction='sum' instead"):
        assert swiftnn.nn.MSELoss(size_average=False).reduction == "sum"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        F.mse_loss(x, x)
        F.kl_div(x, x.abs(), reduction="batchmean")
        with pytest.raises(UserWarning, match="deprecated"):
            F.mse_loss(x, x, reduce=True)


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("weight", lambda w: (F.cross_entropy, (swiftnn.randn(2, 4), swiftnn.tensor([0, 1]), w))),
        ("weight", lambda w: (F.nll_loss, (swiftnn.randn(2, 4), swiftnn.tensor([0, 1]), w))),
        ("weight", lambda w: (F.binary_cross_entropy, (swiftnn.rand(2, 4), swiftnn.rand(2, 4), w))),
        ("weight", lambda w: (F.binary_cross_entropy_with_logits, (swiftnn.randn(2, 4), swiftnn.rand(2, 4), w))),
        ("pos_weight", lambda w: (F.binary_cross_entropy_with_logits, (swiftnn.randn(2, 4), swiftnn.rand(2, 4), None, None, None, "mean", w))),
        ("weight", lambda w: (F.multi_margin_loss, (swiftnn.randn(2, 4), swiftnn.tensor([0, 1]), 1, 1.0, w))),
        ("target", lambda w: (F.soft_margin_loss, (swiftnn.randn(4), w))),
    ],
)
def test_arguments_without_a_gradient_are_refused(name, arguments):
    weight = swiftnn.ones(4, requires_grad=True)
    function, args = arguments(weight)
    with pytest.raises(RuntimeError, match=f"not differentiable with respect to argument '{name}'"):
        function(*args)
    with swiftnn.no_grad():
        function(*args)


def test_not_a_number():
    with pytest.raises(RuntimeError, match="all elements of input should be between 0 and 1"):
        F.binary_cross_entropy(swiftnn.tensor([NAN]), swiftnn.tensor([1.0]))
    for loss in (F.l1_loss, F.mse_loss, F.smooth_l1_loss, F.huber_loss, F.binary_cross_entropy_with_logits, F.soft_margin_loss):
        assert swiftnn.isnan(loss(swiftnn.tensor([NAN, 1.0]), swiftnn.tensor([1.0, 1.0]), reduction="none")).tolist() == [True, False]
    x = swiftnn.tensor([[NAN, 0.0], [1.0, 2.0]], requires_grad=True)
    losses = F.cross_entropy(x, swiftnn.tensor([0, 1]), reduction="none")
    losses.sum().backward()
    assert np.isnan(losses[0].item()) and np.isnan(x.grad[0].tolist()).all() and not np.isnan(x.grad[1].tolist()).any()


def test_ignored_rows_may_hold_anything():
    for fill in (NAN, INF, -INF):
        x = swiftnn.tensor([[fill, fill], [1.0, 2.0]], requires_grad=True)
        for create_graph in (False, True):
            for loss in (F.cross_entropy, F.nll_loss):
                (gradient,) = swiftnn.autograd.grad(loss(x, swiftnn.tensor([-100, 1])), x, create_graph=create_graph)
                assert gradient[0].tolist() == [0.0, 0.0] and swiftnn.isfinite(gradient[1]).all()


def test_targets_that_change_are_noticed():
    x, target = swiftnn.randn(2, 3, requires_grad=True), swiftnn.tensor([0, 1])
    loss = F.cross_entropy(x, target)
    target[0] = 2
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
    # Through memory of NumPy's, which counts no writes: an index out of bounds must not be followed.
    array = np.array([0, 1])
    loss = F.cross_entropy(x, swiftnn.from_numpy(array))
    array[0] = 1 << 40
    with pytest.raises(IndexError, match="out of bounds"):
        loss.backward()


def test_large_logits():
    """No overflow, and no loss of what the differences say."""
    x = swiftnn.tensor([[1e4, 1e4 + 1, -1e4]], requires_grad=True)
    loss = F.cross_entropy(x, swiftnn.tensor([0]))
    loss.backward()
    assert abs(loss.item() - np.log1p(np.e)) < 1e-6
    assert np.allclose(x.grad.tolist(), [[1 / (1 + np.e) - 1, np.e / (1 + np.e), 0.0]], atol=1e-6)
    assert F.binary_cross_entropy_with_logits(swiftnn.tensor([-1e4, 1e4]), swiftnn.tensor([0.0, 1.0])).item() == 0


def test_saturated_probabilities():
    """As PyTorch: logarithms are cut off at -100, the gradient's divisor at 1e-12."""
    p = swiftnn.tensor([0.0, 1.0, 0.0, 1.0, 0.3], dtype=swiftnn.float64, requires_grad=True)
    t = swiftnn.tensor([0.0, 1.0, 1.0, 0.5, 0.2], dtype=swiftnn.float64, requires_grad=True)
    by_p, by_t = swiftnn.autograd.grad(F.binary_cross_entropy(p, t, reduction="sum"), (p, t))
    assert np.allclose(by_p.tolist(), [0.0, 0.0, -1e12, 5e11, 0.1 / 0.21])
    assert by_t.tolist()[:4] == [INF, -INF, INF, -INF] and abs(by_t.tolist()[4] - np.log(0.7 / 0.3)) < 1e-12


def test_ctc_gradients_where_labels_do_not_fit():
    logs = swiftnn.randn(6, 2, 5).log_softmax(2).double().requires_grad_()
    targets = swiftnn.tensor([[1, 2, 2], [3, 4, 0]])
    (gradient,) = swiftnn.autograd.grad(F.ctc_loss(logs, targets, (3, 3), (3, 2), reduction="sum"), logs)
    assert swiftnn.isnan(gradient[:3, 0]).all() and (gradient[3:, 0] == 0).all() and swiftnn.isfinite(gradient[:, 1]).all()
    (gradient,) = swiftnn.autograd.grad(F.ctc_loss(logs, targets, (3, 3), (3, 2), reduction="sum", zero_infinity=True), logs)
    assert (gradient[:, 0] == 0).all() and swiftnn.isfinite(gradient).all() and (gradient[:3, 1] != 0).all()


def test_ctc_gradient_is_that_of_logits():
    """That of log probabilities has the logits' in it already, as PyTorch's does: it adds up to 0 at each step."""
    logs = swiftnn.randn(6, 2, 5).double().log_softmax(2).requires_grad_()
    F.ctc_loss(logs, swiftnn.tensor([1, 2, 2, 3, 4]), (6, 5), (3, 2)).backward()
    assert logs.grad.sum(2).abs().max().item() < 1e-12 and (logs.grad[5, 1] == 0).all()


def test_triplet_loss_with_any_distance():
    a, p, n = (swiftnn.randn(4, 3, dtype=swiftnn.float64, requires_grad=True) for _ in range(3))
    for swap in (False, True):
        for reduction in ("none", "mean", "sum"):
            options = {"margin": 2.0, "swap": swap, "reduction": reduction}
            want = F.triplet_margin_loss(a, p, n, p=1, eps=0, **options)
            got = F.triplet_margin_with_distance_loss(a, p, n, distance_function=lambda x, y: (x - y).abs().sum(-1), **options)
            assert swiftnn.allclose(got, want)
            assert swiftnn.equal(F.triplet_margin_with_distance_loss(a, p, n, **options), F.triplet_margin_loss(a, p, n, **options))
    for options, message in (({"margin": 0}, "margin must be greater than 0"), ({"reduction": "avg"}, "not a valid value")):
        with pytest.raises(ValueError, match=message):
            F.triplet_margin_with_distance_loss(a, p, n, **options)
    with pytest.raises(RuntimeError, match="same number of dimensions"):
        F.triplet_margin_with_distance_loss(a, p[0], n, distance_function=lambda x, y: x)


# ---------------------------------------------------------------------------------------------------- embeddings


def test_rows_are_scaled_down_in_memory():
    first = swiftnn.randn(6, 3)
    index = swiftnn.tensor([[1, 2], [4, 1]])
    for look_up in (F.embedding, F.embedding_bag):
        for order in (2.0, 1.0):
            for weight in (first.clone(), first.clone().requires_grad_(), first.t().contiguous().t()):
                version = weight._version
                result = look_up(index, weight, max_norm=1.0, norm_type=order)
                assert weight._version == version + 1
                norms, before = (swiftnn.linalg.vector_norm(w.detach(), order, 1) for w in (weight, first))
                touched = swiftnn.tensor([False, True, True, False, True, False])
                assert swiftnn.allclose(norms, swiftnn.where(touched & (before > 1), swiftnn.ones(6), before), atol=1e-5)
                assert swiftnn.allclose(result, look_up(index, weight))
    with pytest.raises(RuntimeError, match="single memory location"):
        F.embedding(index, swiftnn.ones(3).expand(6, 3), max_norm=1.0)


def test_gradients_of_padding_and_by_frequency():
    index = swiftnn.tensor([1, 1, 2, 5])
    for create_graph in (False, True):
        for dtype in (swiftnn.float32, swiftnn.bfloat16):
            weight = swiftnn.randn(6, 3).to(dtype).requires_grad_()

            def rows(function, *args, **kwargs):
                (gradient,) = swiftnn.autograd.grad(function(*args, **kwargs).sum(), weight, create_graph=create_graph)
                assert (gradient == gradient[:, :1]).all()
                return [round(v, 2) for v in gradient[:, 0].float().tolist()]

            assert rows(F.embedding, index, weight, padding_idx=5) == [0, 2, 1, 0, 0, 0]
            assert rows(F.embedding, index, weight, padding_idx=-1, scale_grad_by_freq=True) == [0, 1, 1, 0, 0, 0]
            assert rows(F.embedding_bag, index.view(1, 4), weight, mode="sum", padding_idx=5) == [0, 2, 1, 0, 0, 0]
            assert rows(F.embedding_bag, index.view(2, 2), weight, mode="mean", padding_idx=5) == [0, 1, 1, 0, 0, 0]
            assert rows(F.embedding_bag, index.view(2, 2), weight, mode="mean") == [0, 1, 0.5, 0, 0, 0.5]
            assert rows(F.embedding_bag, index.view(1, 4), weight, mode="sum", scale_grad_by_freq=True) == [0, 1, 1, 0, 0, 1]


def test_a_bag_takes_the_last_of_its_row_from_the_offsets():
    weight = swiftnn.arange(12.0).view(6, 2)
    index = swiftnn.tensor([0, 1, 2, 3])
    got = F.embedding_bag(index, weight, swiftnn.tensor([0, 2, 3]), mode="sum", include_last_offset=True)
    assert got.tolist() == [[2.0, 4.0], [4.0, 5.0]]


def test_pretrained_tables():
    table = swiftnn.randn(4, 3)
    for kind in (swiftnn.nn.Embedding, swiftnn.nn.EmbeddingBag):
        swiftnn.manual_seed(1)
        layer = kind.from_pretrained(table)
        after = swiftnn.rand(1).item()
        swiftnn.manual_seed(1)
        assert swiftnn.rand(1).item() == after, "a given table draws no random numbers"
        assert not layer.weight.requires_grad and layer.weight.data_ptr() == table.data_ptr()
        assert kind.from_pretrained(table, freeze=False).weight.requires_grad
        with pytest.raises(AssertionError, match="2-dimensional"):
            kind.from_pretrained(table[0])


def test_embedding_bag_with_offsets_and_weights():
    layer = swiftnn.nn.EmbeddingBag(10, 3, mode="sum")
    index, offsets, factors = swiftnn.tensor([1, 2, 4, 5, 4]), swiftnn.tensor([0, 3]), swiftnn.rand(5)
    want = F.embedding_bag(index, layer.weight, offsets, mode="sum", per_sample_weights=factors)
    assert swiftnn.equal(layer(index, offsets, per_sample_weights=factors), want)
    assert swiftnn.equal(layer(index.view(1, 5)), layer.weight[index].sum(0, keepdim=True))


def test_adaptive_softmax():
    """Its outputs are the log probabilities of the targets, which add up to 1; the prediction is the most probable class."""
    swiftnn.manual_seed(3)
    layer = swiftnn.nn.AdaptiveLogSoftmaxWithLoss(8, 20, [4, 10], div_value=2.0, head_bias=True).double()
    x, target = 3 * swiftnn.randn(30, 8, dtype=swiftnn.float64), swiftnn.arange(30) % 20
    logs = layer.log_prob(x)
    output, loss = layer(x, target)
    assert swiftnn.allclose(logs.exp().sum(1), swiftnn.ones(30, dtype=swiftnn.float64))
    assert swiftnn.allclose(output, logs.gather(1, target.unsqueeze(1)).squeeze(1)) and swiftnn.allclose(loss, -output.mean())
    assert layer.predict(x).tolist() == logs.argmax(1).tolist() and (layer.predict(x) >= 4).any()
    single = layer(x[0], target[0])
    assert single.output.shape == () and swiftnn.allclose(single.output, output[0])
    for bad, message in ((target[:5], "same size in the batch"), (target + 1, r"should be in \[0, 19\]"), (target.view(2, 15), "multi-target"), (target[0], "0D target tensor expects 1D")):
        with pytest.raises(RuntimeError, match=message):
            layer(x, bad)
