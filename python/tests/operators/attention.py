"""Rows: attention."""

import numpy as np

from .harness import E, FLOATS, Row, S, T, V, inf


def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """Query by query, from the formula in PyTorch's documentation."""
    if enable_gqa:
        key = np.repeat(key, query.shape[-3] // key.shape[-3], -3)
        value = np.repeat(value, query.shape[-3] // value.shape[-3], -3)
    length, size, count = query.shape[-2], query.shape[-1], key.shape[-2]
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = query @ np.swapaxes(key, -1, -2) * ((1 / np.sqrt(size) if size else 1) if scale is None else scale)
    if is_causal:
        scores = np.where(np.tril(np.ones((length, count), bool)), scores, -inf)
    if attn_mask is not None:
        scores = np.where(attn_mask, scores, -inf) if attn_mask.dtype == bool else scores + attn_mask
    weights = np.zeros(scores.shape)
    for place in np.ndindex(scores.shape[:-1]):
        if count and scores[place].max() > -inf:
            powers = np.exp(scores[place] - scores[place].max())
            weights[place] = powers / powers.sum()
    return weights @ value


def shapes(length=3, count=4, size=2, outputs=3, batch=(2,)):
    return tuple(T(*batch, *shape, low=-1, high=1) for shape in ((length, size), (count, size), (count, outputs)))


KEEP = V([[True, False, True, True], [False] * 4, [True, True, False, False]], dtype="bool")
BIAS = V([[0.5, -inf, 1.0, -2.0], [-inf] * 4, [0.0, 0.25, -inf, -inf]], dtype="float32")

ROWS = [
    Row(
        "scaled_dot_product_attention", scaled_dot_product_attention,
        [
            S(*shapes()), S(*shapes(batch=())), S(*shapes(batch=(2, 3))), S(*shapes(), scale=0.3), S(*shapes(), None, 0.0, False, scale=-1.5),
            S(*shapes(), is_causal=True), S(*shapes(5, 3), is_causal=True), S(*shapes(), KEEP), S(*shapes(), BIAS, layouts=False, gradient=False),
            S(*shapes(), T(3, 4)), S(*shapes(batch=(2, 2)), T(2, 1, 3, 4)), S(*shapes(), T(4)), S(*shapes(), T(2, 1, 1), gradient=False),
            S(T(3, 1, 3, 2), T(1, 2, 4, 2), T(2, 4, 3)),
            S(T(6, 3, 2), T(2, 4, 2), T(2, 4, 3), enable_gqa=True), S(T(1, 6, 3, 2), T(1, 2, 4, 2), T(1, 3, 4, 3), enable_gqa=True),
            # Of nothing PyTorch does not look at the dtype.
            S(*shapes(0, 4), dtypes=FLOATS), S(*shapes(3, 0), dtypes=FLOATS), S(*shapes(batch=(0,)), dtypes=FLOATS),
            S(*shapes(size=0), gradient=False), S(*shapes(outputs=0), gradient=False, dtypes=FLOATS),
            # More than one block of queries, and than one vector of keys.
            S(*shapes(70, 2100, 3, 2, batch=(1,)), gradient=False), S(*shapes(70, 2100, 3, 2, batch=()), is_causal=True, gradient=False),
        ],
        dtypes=FLOATS, tolerance=(4e-6, 2e-14), relative="unit", gradients="all",
        errors=[
            E(RuntimeError, r"Expected query, key, and value to all be at least 2 dimensional, but got 1, 1 and 1", T(2), T(2), T(2)),
            E(RuntimeError, r"Expected query, key, and value to all be at least 2 dimensional", T(), T(), T()),
            E(RuntimeError, r"query, key and value do not belong together: \[2, 3, 2\], \[2, 4, 3\], \[2, 4, 3\]", T(2, 3, 2), T(2, 4, 3), T(2, 4, 3)),
            E(RuntimeError, r"query, key and value do not belong together", T(2, 3, 2), T(2, 4, 2), T(2, 5, 3)),
            E(RuntimeError, r"shapes \[2\] and \[3\] cannot be broadcast", T(2, 3, 2), T(3, 4, 2), T(3, 4, 3)),
            E(RuntimeError, r"Explicit attn_mask should not be set when is_causal=True", *shapes(), KEEP, is_causal=True),
            E(RuntimeError, r"Expected attn_mask dtype to be bool or float or to match query dtype, but got int64", *shapes(), T(3, 4, dtype="int64")),
            E(RuntimeError, r"expand", *shapes(), T(5, 4)), E(RuntimeError, r"expand", *shapes(), T(4, 2, 3, 4)),
            E(RuntimeError, r"Expected query, key, and value to have the same dtype", T(2, 3, 2, dtype="float64"), T(2, 4, 2), T(2, 4, 3)),
            E(NotImplementedError, r"not defined for int64", *(T(2, 2, dtype="int64") for _ in range(3))),
            E(RuntimeError, r"dropout probability has to be between 0 and 1, but got 1.5", *shapes(), dropout_p=1.5),
            E(RuntimeError, r"Number of heads in key and value must divide the number of heads in query", T(6, 3, 2), T(4, 4, 2), T(4, 4, 3), enable_gqa=True),
            E(IndexError, r"enable_gqa needs at least three dimensions", T(3, 2), T(4, 2), T(4, 3), enable_gqa=True),
        ],
    ),
]
