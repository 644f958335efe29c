"""Gradients compared with differences of function values."""

from .. import _C
from . import grad as _engine_grad

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]

_Tensor = _C.Tensor
_functions = _C.functions


class GradcheckError(RuntimeError):
    """What a check found."""


def _tensors(value):
    if isinstance(value, _Tensor):
        return (value,)
    return tuple(value)


def _outputs(func, inputs):
    found = func(*inputs)
    return tuple(
        out for out in (found if isinstance(found, (tuple, list)) else (found,))
        if isinstance(out, _Tensor) and out.is_floating_point()
    )


def _check_inputs(inputs):
    any_required = False
    for i, x in enumerate(inputs):
        if not isinstance(x, _Tensor) or not x.requires_grad:
            continue
        any_required = True
        if x.dtype is not _C.dtypes["float64"]:
            from warnings import warn

            warn(
                f"Input #{i} requires gradient and is not a double precision floating point or complex. This check will "
                "likely fail if all the inputs are not of double precision floating point or complex. ",
                stacklevel=3,
            )
        if any(size > 1 and step == 0 for size, step in zip(x.shape, x.stride())):
            raise RuntimeError(
                f"The {i}th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping to "
                "be able to compute the numerical gradients correctly. You should call .contiguous on the input before "
                "passing it to gradcheck."
            )
        x.retain_grad()
    if not any_required:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True."
        )


def _positions(shape):
    from itertools import product

    return product(*map(range, shape))


def _numerical(func, inputs, x, eps):
    """For each output, the Jacobian by ``x`` as a list of columns."""
    data, columns = x.data, []
    for position in _positions(x.shape):
        before = data[position].item()
        values = []
        for value in (before + eps, before - eps):
            data[position] = value
            values.append([out.detach().clone() for out in _outputs(func, inputs)])
        data[position] = before
        columns.append([(high - low) / (2 * eps) for high, low in zip(*values)])
    return list(zip(*columns))


def _analytical(outputs, inputs):
    """For each output and input, the Jacobian as a list of rows."""
    result = []
    for out in outputs:
        rows = [[] for _ in inputs]
        if out.requires_grad:
            for position in _positions(out.shape):
                weight = _functions["zeros_like"](out.detach())
                weight[position] = 1
                gradients = _engine_grad(out, inputs, weight, retain_graph=True, allow_unused=True)
                for row, gradient, x in zip(rows, gradients, inputs):
                    row.append(_functions["zeros_like"](x.detach()) if gradient is None else gradient)
        result.append(rows)
    return result


def _matrix(columns, out, x):
    """Columns as a matrix of ``x.numel()`` rows, one column for each element of the output."""
    if not columns:
        return _functions["zeros"]((0, out.numel()), dtype=out.dtype)
    return _functions["stack"]([column.reshape(-1) for column in columns])


def _close(a, b, rtol, atol):
    return _functions["allclose"](a, b.to(a.dtype), rtol, atol)


def gradcheck(
    func,
    inputs,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_batched_forward_grad=False,
    check_forward_ad=False,
    check_backward_ad=True,
    fast_mode=False,
    masked=None,
):
    """Whether the gradients of ``func`` agree with central differences: ``|a - n| <= atol + rtol * |n|``.

    Args:
        func: takes tensors and returns a tensor or a tuple of them.
        inputs: a tensor or a tuple; those that require gradients, float64, are varied.
        eps: half the distance of the two values that make a difference.
        raise_exception: whether a disagreement raises :class:`GradcheckError`; else the result is False.
        nondet_tol: how far two passes over the same graph may differ.
        check_undefined_grad: each output is differentiated alone in any case, without gradients for the others.
        check_grad_dtypes: whether gradients must have the dtype of their input, which they always have here.
        fast_mode: compares one random projection instead of the whole Jacobian.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([0.5, -1.5], dtype=swiftnn.float64, requires_grad=True)
        >>> swiftnn.autograd.gradcheck(lambda x: (x * x).exp(), x)
        True
    """
    for name, value in (
        ("check_batched_grad", check_batched_grad),
        ("check_batched_forward_grad", check_batched_forward_grad),
        ("check_forward_ad", check_forward_ad),
    ):
        if value:
            raise NotImplementedError(f"gradcheck(): {name} is not offered")
    try:
        inputs = _tensors(inputs)
        _check_inputs(inputs)
        if check_backward_ad:
            (_check_fast if fast_mode else _check)(func, inputs, eps, atol, rtol, nondet_tol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _check(func, inputs, eps, atol, rtol, nondet_tol):
    chosen = [(i, x) for i, x in enumerate(inputs) if isinstance(x, _Tensor) and x.requires_grad]
    leaves = tuple(x for _, x in chosen)
    outputs = _outputs(func, inputs)
    if not outputs:
        raise GradcheckError("gradcheck expects at least one output of a floating-point dtype")
    analytical, again = _analytical(outputs, leaves), _analytical(outputs, leaves)
    for number, (i, x) in enumerate(chosen):
        numerical = _numerical(func, inputs, x, eps)
        for o, out in enumerate(outputs):
            n = _matrix(numerical[o] if numerical else [], out, x)
            if not out.requires_grad:
                if not _close(n, n * 0, rtol, atol):
                    raise GradcheckError("Numerical gradient for function expected to be zero")
                continue
            a = _matrix(analytical[o][number], x, out).t() if out.numel() else n
            if not _close(a, n, rtol, atol):
                raise GradcheckError(
                    f"Jacobian mismatch for output {o} with respect to input {i},\nnumerical:{n}\nanalytical:{a}\n"
                )
            b = _matrix(again[o][number], x, out).t() if out.numel() else n
            if a.numel() and (a - b).abs().max().item() > nondet_tol:
                raise GradcheckError(
                    f"Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives "
                    f"different values, although analytical gradient matches numerical gradient. The tolerance for "
                    f"nondeterminism was {nondet_tol}."
                )


def _check_fast(func, inputs, eps, atol, rtol, nondet_tol):
    chosen = [(i, x) for i, x in enumerate(inputs) if isinstance(x, _Tensor) and x.requires_grad]
    outputs = _outputs(func, inputs)
    randn_like = _functions["randn_like"]
    for i, x in chosen:
        direction, before, values = randn_like(x.detach()), x.detach().clone(), []
        for step in (eps, -eps):
            x.data.copy_(before + direction * step)
            values.append([out.detach().clone() for out in _outputs(func, inputs)])
        x.data.copy_(before)
        for o, out in enumerate(outputs):
            weight = randn_like(out.detach())
            n = ((values[0][o] - values[1][o]) * weight).sum() / (2 * eps)
            a = n * 0
            if out.requires_grad:
                pair = [_engine_grad(out, x, weight, retain_graph=True, allow_unused=True)[0] for _ in range(2)]
                if pair[0] is not None:
                    a = (pair[0] * direction).sum()
                    if (pair[0] - pair[1]).numel() and (pair[0] - pair[1]).abs().max().item() > nondet_tol:
                        raise GradcheckError("Backward is not reentrant: two passes gave different values")
            if not _close(a, n, rtol, atol):
                raise GradcheckError(
                    f"Jacobian mismatch for output {o} with respect to input {i},\nnumerical:{n}\nanalytical:{a}\n"
                    "(projections on random directions: fast_mode=True)"
                )


def gradgradcheck(
    func,
    inputs,
    grad_outputs=None,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    gen_non_contig_grad_outputs=False,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_fwd_over_rev=False,
    check_rev_over_rev=True,
    fast_mode=False,
    masked=False,
):
    """Whether the gradients of the gradients of ``func`` agree with central differences; see :func:`gradcheck`.

    Args:
        grad_outputs: the weights of the outputs, a tensor or a tuple; random ones if left out.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([0.5, -1.5], dtype=swiftnn.float64, requires_grad=True)
        >>> swiftnn.autograd.gradgradcheck(lambda x: (x * x).exp(), x)
        True
    """
    if check_fwd_over_rev:
        raise NotImplementedError("gradgradcheck(): check_fwd_over_rev is not offered")
    inputs = _tensors(inputs)
    if grad_outputs is None:
        weights = []
        for out in _outputs(func, inputs):
            weight = _functions["randn_like"](out.detach())
            if gen_non_contig_grad_outputs and weight.dim():
                weight = _functions["stack"]([weight, weight * 0], dim=-1)[..., 0]
            weights.append(weight.requires_grad_())
    else:
        weights = list(_tensors(grad_outputs))
    count = len(weights)

    def gradients(*args):
        given = tuple(
            x.clone() if isinstance(x, _Tensor) and x.requires_grad else x for x in args[: len(args) - count]
        )
        outputs = _outputs(func, given)
        leaves = tuple(x for x in given if isinstance(x, _Tensor) and x.requires_grad)
        pairs = [(out, w) for out, w in zip(outputs, args[len(args) - count :]) if out.requires_grad]
        if not pairs:
            return ()
        found = _engine_grad(
            [out for out, _ in pairs], leaves, [w for _, w in pairs], create_graph=True, allow_unused=True
        )
        return tuple(gradient for gradient in found if gradient is not None)

    return gradcheck(
        gradients,
        (*inputs, *weights),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        check_batched_grad=check_batched_grad,
        fast_mode=fast_mode,
    )
