# Made by tools/make_stubs.py from the built extension: change the sources, then run it again.
from builtins import bool as _bool, float as _float, int as _int, type as _type
from typing import TypeAlias

from ..._C import Tensor, dtype

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool1d_with_indices",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d",
    "adaptive_max_pool3d_with_indices",
    "affine_grid",
    "alpha_dropout",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "bilinear",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "celu_",
    "channel_shuffle",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_tbc",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_embedding_loss",
    "cosine_similarity",
    "cross_entropy",
    "ctc_loss",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "elu",
    "elu_",
    "embedding",
    "embedding_bag",
    "feature_alpha_dropout",
    "fold",
    "fractional_max_pool2d",
    "fractional_max_pool2d_with_indices",
    "fractional_max_pool3d",
    "fractional_max_pool3d_with_indices",
    "gaussian_nll_loss",
    "gelu",
    "glu",
    "grid_sample",
    "group_norm",
    "gumbel_softmax",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hardtanh_",
    "hinge_embedding_loss",
    "huber_loss",
    "instance_norm",
    "interpolate",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "leaky_relu_",
    "linear",
    "linear_cross_entropy",
    "local_response_norm",
    "log_softmax",
    "logsigmoid",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "margin_ranking_loss",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
    "mish",
    "mse_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "native_channel_shuffle",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "pairwise_distance",
    "pdist",
    "pixel_shuffle",
    "pixel_unshuffle",
    "poisson_nll_loss",
    "prelu",
    "relu",
    "relu6",
    "relu_",
    "rms_norm",
    "rrelu",
    "rrelu_",
    "scaled_dot_product_attention",
    "selu",
    "selu_",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "soft_margin_loss",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
    "threshold_",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
    "unfold",
    "upsample",
    "upsample_bilinear",
    "upsample_nearest",
]

def adaptive_avg_pool1d(input: Tensor, output_size: _int | Sequence[_int] | None) -> Tensor:
    """The mean of each of output_size windows of about equal size."""
def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Any:
    """The mean of each of ``output_size`` windows of about equal size."""
def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Any:
    """The mean of each of ``output_size`` windows of about equal size."""
def adaptive_max_pool1d(input: Tensor, output_size: _int | Sequence[_int] | None, return_indices: _bool = False) -> Any:
    """The largest element of each of output_size windows of about equal size; with return_indices also its position."""
def adaptive_max_pool1d_with_indices(input: Tensor, output_size: Any, return_indices: Any = False) -> Any:
    """The largest element of each of ``output_size`` windows of about equal size, and its position."""
def adaptive_max_pool2d(input: Tensor, output_size: Any, return_indices: Any = False) -> Any:
    """The largest element of each of ``output_size`` windows of about equal size; with ``return_indices`` also its
    position in the flattened image."""
def adaptive_max_pool2d_with_indices(input: Tensor, output_size: Any, return_indices: Any = False) -> Any:
    """``adaptive_max_pool2d`` with positions."""
def adaptive_max_pool3d(input: Tensor, output_size: Any, return_indices: Any = False) -> Any:
    """The largest element of each of ``output_size`` windows of about equal size; with ``return_indices`` also its
    position in the flattened volume."""
def adaptive_max_pool3d_with_indices(input: Tensor, output_size: Any, return_indices: Any = False) -> Any:
    """``adaptive_max_pool3d`` with positions."""
def affine_grid(theta: Tensor, size: _int | Sequence[_int], align_corners: _bool | None = None) -> Tensor:
    """The grid for grid_sample of affine maps theta [N, 2, 3] or [N, 3, 4] and a result of that size."""
def alpha_dropout(input: Tensor, p: _float = 0.5, training: _bool = False, inplace: _bool = False) -> Any:
    """Elements set, with probability ``p``, to the limit of :func:`selu` for small numbers, and all scaled and moved so
    that mean 0 and variance 1 stay; the input itself outside of training."""
def avg_pool1d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    ceil_mode: _bool = False,
    count_include_pad: _bool = True,
) -> Tensor:
    """The mean of each window of [N, C, L] or [C, L]."""
def avg_pool2d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    ceil_mode: _bool = False,
    count_include_pad: _bool = True,
    divisor_override: _int | None = None,
) -> Tensor:
    """The mean of each window of [N, C, H, W] or [C, H, W]; with divisor_override its sum divided by that."""
def avg_pool3d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    ceil_mode: _bool = False,
    count_include_pad: _bool = True,
    divisor_override: _int | None = None,
) -> Tensor:
    """The mean of each window of [N, C, D, H, W] or [C, D, H, W]; with divisor_override its sum divided by that."""
def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: _bool = False,
    momentum: _float = 0.1,
    eps: _float = 1e-05,
) -> Tensor:
    """Each channel (dimension 1) of input [N, C, ...] less its mean and divided by its standard deviation, times
    weight, plus bias."""
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input1 [..., i] times weight [o, i, j] times input2 [..., j], plus bias [o]."""
def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """The cross entropy of probabilities and target probabilities."""
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """The binary cross entropy of sigmoid(input) and target probabilities, without the overflow."""
def celu(input: Tensor, alpha: Any = 1.0, inplace: _bool = False) -> Any:
    """``max(0, input) + min(0, alpha * (exp(input / alpha) - 1))``, written over the input with ``inplace``."""
def celu_(input: Tensor, alpha: Any = 1.0) -> Any:
    """:func:`celu`, written over the input."""
def channel_shuffle(input: Tensor, groups: _int) -> Tensor:
    """The channels of input [N, C, ...] taken in turn from each of so many groups."""
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] | str = 0,
    dilation: _int | Sequence[_int] = 1,
    groups: _int = 1,
) -> Tensor:
    """The convolution of input [N, in, L] or [in, L] with weight [out, in / groups, k]: [N, out, L']."""
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] | str = 0,
    dilation: _int | Sequence[_int] = 1,
    groups: _int = 1,
) -> Tensor:
    """The convolution of input [N, in, H, W] or [in, H, W] with weight [out, in / groups, kH, kW]: [N, out, H', W']."""
def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] | str = 0,
    dilation: _int | Sequence[_int] = 1,
    groups: _int = 1,
) -> Tensor:
    """The convolution of input [N, in, D, H, W] or [in, D, H, W] with weight [out, in / groups, kD, kH, kW]: [N, out,
    D', H', W']."""
def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor, pad: _int = 0) -> Tensor:
    """The convolution over time of input [time, batch, in] with weight [k, in, out]: [time', batch, out]."""
def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] = 0,
    output_padding: _int | Sequence[_int] = 0,
    groups: _int = 1,
    dilation: _int | Sequence[_int] = 1,
) -> Tensor:
    """The transpose of conv1d, of input [N, in, L] or [in, L] and weight [in, out / groups, k]: [N, out, L']."""
def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] = 0,
    output_padding: _int | Sequence[_int] = 0,
    groups: _int = 1,
    dilation: _int | Sequence[_int] = 1,
) -> Tensor:
    """The transpose of conv2d, of input [N, in, H, W] or [in, H, W] and weight [in, out / groups, kH, kW]: [N, out, H',
    W']."""
def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] = 0,
    output_padding: _int | Sequence[_int] = 0,
    groups: _int = 1,
    dilation: _int | Sequence[_int] = 1,
) -> Tensor:
    """The transpose of conv3d, of input [N, in, D, H, W] or [in, D, H, W] and weight [in, out / groups, kD, kH, kW]:
    [N, out, D', H', W']."""
def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: _float = 0,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """1 - cos(input1, input2) where target is 1, max(0, cos - margin) where it is -1."""
def cosine_similarity(x1: Tensor, x2: Tensor, dim: _int = 1, eps: _float = 1e-08) -> Tensor:
    """The cosine of the angle between x1 and x2 along dim; norms below eps count as eps."""
def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: _bool | None = None,
    ignore_index: _int = -100,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
    label_smoothing: _float = 0.0,
) -> Tensor:
    """The cross entropy of logits [N, C, ...] or [C], and target: class indices [N, ...] or [], or class probabilities
    in the shape of input."""
def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor | _int | Sequence[_int] | Sequence[Tensor],
    target_lengths: Tensor | _int | Sequence[_int] | Sequence[Tensor],
    blank: _int = 0,
    reduction: str | None = "mean",
    zero_infinity: _bool = False,
) -> Tensor:
    """The connectionist temporal classification loss of log probabilities [T, N, C] or [T, C], and labels [N, S] or one
    after the other."""
def dropout(input: Tensor, p: _float = 0.5, training: _bool = True, inplace: _bool = False) -> Tensor:
    """Elements set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of
    training."""
def dropout1d(input: Tensor, p: _float = 0.5, training: _bool = True, inplace: _bool = False) -> Any:
    """Channels set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of
    training."""
def dropout2d(input: Tensor, p: _float = 0.5, training: _bool = True, inplace: _bool = False) -> Any:
    """Channels set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of
    training."""
def dropout3d(input: Tensor, p: _float = 0.5, training: _bool = True, inplace: _bool = False) -> Any:
    """Channels set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of
    training."""
def elu(input: Tensor, alpha: Any = 1.0, inplace: _bool = False) -> Any:
    """The input where it is positive, else ``alpha * (exp(input) - 1)``; written over the input with ``inplace``."""
def elu_(input: Tensor, alpha: Any = 1.0) -> Any:
    """:func:`elu`, written over the input."""
def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: _int | None = None,
    max_norm: _float | None = None,
    norm_type: _float = 2.0,
    scale_grad_by_freq: _bool = False,
    sparse: _bool = False,
) -> Tensor:
    """One row of weight [rows, width] for each index of input."""
def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: _float | None = None,
    norm_type: _float = 2,
    scale_grad_by_freq: _bool = False,
    mode: str | None = "mean",
    sparse: _bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: _bool = False,
    padding_idx: _int | None = None,
) -> Tensor:
    """The sum, mean or maximum of rows of weight in bags: the rows of input [bags, size], or parts of a vector that
    begin at the offsets."""
def feature_alpha_dropout(input: Tensor, p: _float = 0.5, training: _bool = False, inplace: _bool = False) -> Any:
    """:func:`alpha_dropout` of whole channels, the second dimension."""
def fold(
    input: Tensor,
    output_size: _int | Sequence[_int],
    kernel_size: _int | Sequence[_int],
    dilation: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] = 0,
    stride: _int | Sequence[_int] = 1,
) -> Tensor:
    """Columns ``[N, C * kH * kW, windows]`` or ``[C * kH * kW, windows]`` added up to images ``[N, C, H, W]`` of
    ``output_size``."""
def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: Any = False,
    _random_samples: Any = None,
) -> Any:
    """The largest element of each window of [N, C, H, W] or [C, H, W], where windows of one size lie at random
    distances, so that the output has the size that is asked for, or that part of the input's (Graham 2014)."""
def fractional_max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: Any = False,
    _random_samples: Any = None,
) -> Any:
    """``fractional_max_pool2d`` with positions."""
def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: Any = False,
    _random_samples: Any = None,
) -> Any:
    """The largest element of each window of [N, C, D, H, W] or [C, D, H, W]; see ``fractional_max_pool2d``."""
def fractional_max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: Any = False,
    _random_samples: Any = None,
) -> Any:
    """``fractional_max_pool3d`` with positions."""
def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | _float,
    full: _bool = False,
    eps: _float = 1e-06,
    reduction: str | None = "mean",
) -> Tensor:
    """The negative log likelihood of target under normal distributions of mean input and variance var."""
def gelu(input: Tensor, *, approximate: str | None = "none") -> Tensor:
    """input times the normal distribution at input; approximate='tanh' computes it with tanh."""
def glu(input: Tensor, dim: _int = -1) -> Tensor:
    """The first half along dim times the sigmoid of the second half."""
def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str | None = "bilinear",
    padding_mode: str | None = "zeros",
    align_corners: _bool | None = None,
) -> Tensor:
    """input [N, C, H, W] or [N, C, D, H, W] read at the positions that grid [N, ..., 2] or [N, ..., 3] names, between
    -1 and 1."""
def group_norm(
    input: Tensor,
    num_groups: _int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: _float = 1e-05,
) -> Tensor:
    """The elements of each group of channels (dimension 1) of each element of the batch less their mean and divided by
    their standard deviation, times weight, plus bias."""
def gumbel_softmax(logits: Any, tau: Any = 1, hard: Any = False, eps: Any = 1e-10, dim: _int | None = -1) -> Any:
    """A sample of the Gumbel-softmax distribution, ``softmax((logits + noise) / tau)``."""
def hardshrink(input: Tensor, lambd: _float = 0.5) -> Tensor:
    """input where |input| > lambd, else 0."""
def hardsigmoid(input: Tensor, inplace: _bool = False) -> Any:
    """``input + 3`` within [0, 6], divided by 6; written over the input with ``inplace``."""
def hardswish(input: Tensor, inplace: _bool = False) -> Any:
    """``input * hardsigmoid(input)``, written over the input with ``inplace``."""
def hardtanh(input: Tensor, min_val: Any = -1.0, max_val: Any = 1.0, inplace: _bool = False) -> Any:
    """The input within [``min_val``, ``max_val``], written over the input with ``inplace``."""
def hardtanh_(input: Tensor, min_val: Any = -1.0, max_val: Any = 1.0) -> Any:
    """:func:`hardtanh`, written over the input."""
def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: _float = 1.0,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """input where target is 1, max(0, margin - input) where it is -1."""
def huber_loss(input: Tensor, target: Any, reduction: Any = "mean", delta: Any = 1.0, weight: Any = None) -> Any:
    """Half the squared difference where it is at most delta, delta times the absolute difference less delta / 2
    elsewhere."""
def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: _bool = True,
    momentum: _float = 0.1,
    eps: _float = 1e-05,
) -> Tensor:
    """Each channel (dimension 1) of each element of the batch less its mean and divided by its standard deviation,
    times weight, plus bias."""
def interpolate(
    input: Tensor,
    size: _int | Sequence[_int] | None = None,
    scale_factor: Tensor | _int | Sequence[_int] | Sequence[Tensor] = None,
    mode: str | None = "nearest",
    align_corners: _bool | None = None,
    recompute_scale_factor: _bool | None = None,
    antialias: _bool = False,
) -> Tensor:
    """input [N, C, ...] brought to another size."""
def kl_div(
    input: Tensor,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: Any = "mean",
    log_target: Any = False,
) -> Any:
    """The Kullback-Leibler divergence of target from log probabilities: target * (log(target) - input)."""
def l1_loss(
    input: Tensor,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: Any = "mean",
    weight: Any = None,
) -> Any:
    """abs(input - target), averaged, summed or as it is ('none')."""
def layer_norm(
    input: Tensor,
    normalized_shape: _int | Sequence[_int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: _float = 1e-05,
) -> Tensor:
    """The elements of the last dimensions, of the sizes normalized_shape, less their mean and divided by their standard
    deviation, times weight, plus bias."""
def leaky_relu(input: Tensor, negative_slope: Any = 0.01, inplace: _bool = False) -> Any:
    """The input where it is positive, else ``negative_slope * input``; written over the input with ``inplace``."""
def leaky_relu_(input: Tensor, negative_slope: Any = 0.01) -> Any:
    """:func:`leaky_relu`, written over the input."""
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input @ weight.T + bias, for input [..., in], weight [out, in] and bias [out]."""
def linear_cross_entropy(
    input: Tensor,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: Any = "mean",
    ignore_index: Any = None,
    label_smoothing: Any = 0.0,
    options: Any = None,
) -> Any:
    """The cross entropy of ``linear(input, linear_weight, linear_bias)`` and target, for a weight [C, ..., features]:
    the logits are [N, C, ...], or [C] of an input [features]."""
def local_response_norm(
    input: Tensor,
    size: _int,
    alpha: _float = 0.0001,
    beta: _float = 0.75,
    k: _float = 1.0,
) -> Tensor:
    """input [N, C, ...] / (k + alpha * mean of the squares of size neighbouring channels) ** beta."""
def log_softmax(input: Tensor, dim: _int | None = None, _stacklevel: Any = 3, dtype: _DType | None = None) -> Tensor:
    """The logarithm of softmax, without overflow, along ``dim``, which should be given."""
def logsigmoid(input: Tensor) -> Tensor:
    """log(sigmoid(input)), without overflow."""
def lp_pool1d(
    input: Tensor,
    norm_type: _float,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    ceil_mode: _bool = False,
) -> Tensor:
    """The power mean of each window of [N, C, L] or [C, L], but for the division: the sum of the powers to norm_type,
    to the power of 1 / norm_type."""
def lp_pool2d(
    input: Tensor,
    norm_type: _float,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    ceil_mode: _bool = False,
) -> Tensor:
    """The power mean of each window of [N, C, H, W] or [C, H, W], but for the division: the sum of the powers to
    norm_type, to the power of 1 / norm_type."""
def lp_pool3d(
    input: Tensor,
    norm_type: _float,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    ceil_mode: _bool = False,
) -> Tensor:
    """The power mean of each window of [N, C, D, H, W] or [C, D, H, W], but for the division: the sum of the powers to
    norm_type, to the power of 1 / norm_type."""
def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: _float = 0,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """max(0, -target * (input1 - input2) + margin)."""
def max_pool1d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    dilation: _int | Sequence[_int] | None = 1,
    ceil_mode: _bool = False,
    return_indices: _bool = False,
) -> Any:
    """The largest element of each window of [N, C, L] or [C, L]; with return_indices also its position, in the
    flattened last dimensions."""
def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: Any = False,
    return_indices: Any = False,
) -> Any:
    """The largest element of each window of [N, C, L] or [C, L], and its position."""
def max_pool2d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    dilation: _int | Sequence[_int] | None = 1,
    ceil_mode: _bool = False,
    return_indices: _bool = False,
) -> Any:
    """The largest element of each window of [N, C, H, W] or [C, H, W]; with return_indices also its position, in the
    flattened last dimensions."""
def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: Any = False,
    return_indices: Any = False,
) -> Any:
    """The largest element of each window of [N, C, H, W] or [C, H, W], and its position in the flattened image."""
def max_pool3d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    dilation: _int | Sequence[_int] | None = 1,
    ceil_mode: _bool = False,
    return_indices: _bool = False,
) -> Any:
    """The largest element of each window of [N, C, D, H, W] or [C, D, H, W]; with return_indices also its position, in
    the flattened last dimensions."""
def max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: Any = False,
    return_indices: Any = False,
) -> Any:
    """The largest element of each window of [N, C, D, H, W] or [C, D, H, W], and its position in the flattened
    volume."""
def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    output_size: _int | Sequence[_int] | None = None,
) -> Tensor:
    """The elements at the positions that max_pool1d has given for them, and zeros elsewhere."""
def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    output_size: _int | Sequence[_int] | None = None,
) -> Tensor:
    """The elements at the positions that max_pool2d has given for them, and zeros elsewhere."""
def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    output_size: _int | Sequence[_int] | None = None,
) -> Tensor:
    """The elements at the positions that max_pool3d has given for them, and zeros elsewhere."""
def mish(input: Tensor, inplace: _bool = False) -> Any:
    """``input * tanh(softplus(input))``, written over the input with ``inplace``."""
def mse_loss(
    input: Tensor,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: Any = "mean",
    weight: Any = None,
) -> Any:
    """(input - target) squared, averaged, summed or as it is ('none')."""
def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: _int = 1,
    margin: _float = 1.0,
    weight: Tensor | None = None,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """The margins by which other classes come near the target's: of scores [N, C] or [C], and class indices [N] or
    []."""
def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """The margins by which other classes come near those of target, class indices in the shape of input up to the first
    -1 of a row."""
def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """The binary cross entropy of sigmoid(input) and target, averaged over the last dimension."""
def native_channel_shuffle(input: Tensor, groups: _int) -> Tensor:
    """The channels of input [N, C, ...] taken in turn from each of so many groups."""
def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: _bool | None = None,
    ignore_index: _int = -100,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """Minus the element of the class that target names, times its weight: of log probabilities [N, C, ...] or [C], and
    class indices [N, ...] or []."""
def normalize(
    input: Tensor,
    p: _float = 2.0,
    dim: _int | Sequence[_int] | None = 1,
    eps: _float = 1e-12,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """input / max(its norm of order p along dim, eps)."""
def one_hot(tensor: Tensor, num_classes: _int = -1) -> Tensor:
    """A vector for each class index, 1 at its position and 0 elsewhere."""
def pad(
    input: Tensor,
    pad: _int | Sequence[_int],
    mode: str | None = "constant",
    value: Tensor | _float | None = None,
) -> Tensor:
    """input with elements added at both ends of the last dimensions: pad names how many before and after for the last
    one, then for the one before it."""
def pairwise_distance(x1: Tensor, x2: Tensor, p: _float = 2.0, eps: _float = 1e-06, keepdim: _bool = False) -> Tensor:
    """The norm of order p of x1 - x2 + eps along the last dimension."""
def pdist(input: Tensor, p: _float = 2.0) -> Tensor:
    """The distances of each two rows of input [N, M] in the norm of order p: N (N - 1) / 2 of them."""
def pixel_shuffle(input: Tensor, upscale_factor: _int) -> Tensor:
    """[..., C * r * r, H, W] as [..., C, H * r, W * r], for a factor r."""
def pixel_unshuffle(input: Tensor, downscale_factor: _int) -> Tensor:
    """[..., C, H * r, W * r] as [..., C * r * r, H, W], for a factor r."""
def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: _bool = True,
    full: _bool = False,
    size_average: _bool | None = None,
    eps: _float = 1e-08,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """The negative log likelihood of counts under Poisson distributions with the rates input, or exp(input) with
    log_input."""
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """input where it is positive, else weight * input; weight is one number, or one for each channel (dimension 1)."""
def relu(input: Tensor, inplace: _bool = False) -> Tensor:
    """max(input, 0), written over the input with ``inplace``."""
def relu6(input: Tensor, inplace: _bool = False) -> Any:
    """The input within [0, 6], written over the input with ``inplace``."""
def relu_(input: Tensor) -> Tensor:
    """max(input, 0), written over the input."""
def rms_norm(
    input: Tensor,
    normalized_shape: _int | Sequence[_int],
    weight: Tensor | None = None,
    eps: _float | None = None,
) -> Tensor:
    """The elements of the last dimensions, of the sizes normalized_shape, divided by the root of their mean square,
    times weight."""
def rrelu(
    input: Tensor,
    lower: Any = 0.125,
    upper: Any = 0.3333333333333333,
    training: _bool = False,
    inplace: _bool = False,
) -> Any:
    """The input where it is positive, else ``r * input``, r drawn from [``lower``, ``upper``) in training, else their
    mean."""
def rrelu_(input: Tensor, lower: Any = 0.125, upper: Any = 0.3333333333333333, training: _bool = False) -> Any:
    """:func:`rrelu`, written over the input."""
def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: _float = 0.0,
    is_causal: _bool = False,
    *,
    scale: _float | None = None,
    enable_gqa: _bool = False,
) -> Tensor:
    """softmax(scale * query @ key.mT + mask) @ value."""
def selu(input: Tensor, inplace: _bool = False) -> Any:
    """:func:`elu` scaled so that mean 0 and variance 1 are kept; written over the input with ``inplace``."""
def selu_(input: Tensor) -> Any:
    """:func:`selu`, written over the input."""
def sigmoid(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """1 / (1 + exp(-input))."""
def silu(input: Tensor, inplace: _bool = False) -> Any:
    """``input * sigmoid(input)``, written over the input with ``inplace``."""
def smooth_l1_loss(
    input: Tensor,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: Any = "mean",
    beta: Any = 1.0,
) -> Any:
    """The squared difference over 2 beta where it is less than beta, the absolute difference less beta / 2
    elsewhere."""
def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """log(1 + exp(-target * input)), for targets -1 and 1."""
def softmax(input: Tensor, dim: _int | None = None, _stacklevel: Any = 3, dtype: _DType | None = None) -> Tensor:
    """exp(input) divided by its sum along ``dim``, which should be given."""
def softmin(input: Tensor, dim: _int | None = None, _stacklevel: Any = 3, dtype: _DType | None = None) -> Any:
    """``softmax(-input)`` along ``dim``, which should be given."""
def softplus(input: Tensor, beta: _float = 1.0, threshold: _float = 20.0) -> Tensor:
    """log(1 + exp(beta * input)) / beta; input where beta * input > threshold."""
def softshrink(input: Tensor, lambd: _float = 0.5) -> Tensor:
    """input moved by lambd towards 0; 0 where it is nearer."""
def softsign(input: Tensor) -> Tensor:
    """input / (1 + |input|)."""
def tanh(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic tangent."""
def tanhshrink(input: Tensor) -> Tensor:
    """input - tanh(input)."""
def threshold(input: Tensor, threshold: Any, value: Any, inplace: _bool = False) -> Any:
    """The input where it exceeds ``threshold``, else ``value``; written over the input with ``inplace``."""
def threshold_(input: Tensor, threshold: Any, value: Any) -> Any:
    """:func:`threshold`, written over the input."""
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: _float = 1.0,
    p: _float = 2,
    eps: _float = 1e-06,
    swap: _bool = False,
    size_average: _bool | None = None,
    reduce: _bool | None = None,
    reduction: str | None = "mean",
) -> Tensor:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), d the distance of rows."""
def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Any = None,
    margin: Any = 1.0,
    swap: Any = False,
    reduction: Any = "mean",
) -> Any:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), d being ``distance_function``, by default the
    Euclidean distance of rows."""
def unfold(
    input: Tensor,
    kernel_size: _int | Sequence[_int],
    dilation: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] = 0,
    stride: _int | Sequence[_int] = 1,
) -> Tensor:
    """The windows of images ``[N, C, H, W]`` or ``[C, H, W]`` as columns: ``[N, C * kH * kW, windows]``."""
def upsample(
    input: Tensor,
    size: _int | Sequence[_int] = None,
    scale_factor: Any = None,
    mode: _bool = "nearest",
    align_corners: Any = None,
) -> Any:
    """``interpolate``."""
def upsample_bilinear(input: Tensor, size: _int | Sequence[_int] = None, scale_factor: Any = None) -> Any:
    """``interpolate`` of images by straight lines, with the centers of the outermost elements where they were."""
def upsample_nearest(input: Tensor, size: _int | Sequence[_int] = None, scale_factor: Any = None) -> Any:
    """``interpolate`` with the nearest elements."""
