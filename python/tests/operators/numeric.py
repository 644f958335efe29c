"""Gradients of a row's samples against differences of its results, in float64."""

import numpy as np

from .harness import In, as_dtype, for_layout, library_arguments, materialise, outputs, placed, replace

STEP = 1e-5
# Central differences: the step's square times a third derivative, and rounding over the step.
TOLERANCE = 2e-8


def differentiable(row, sample, args):
    """The tensors among the arguments that a gradient can go to."""
    found = []

    def visit(given, specified):
        for argument, description in zip(given, specified):
            if isinstance(argument, list):
                visit(argument, description)
            elif isinstance(description, In) and description.dtype in (None, "float64", "float32"):
                found.append(argument)

    visit(args, sample.args)
    return found if row.gradients in (None, "all") else [found[i] for i in row.gradients]


def floating(results):
    return [r for r in results if r.is_floating_point()]


def weights_of(results, layout):
    generator = np.random.default_rng(7)
    kinds = [str(r.dtype).split(".")[-1] for r in results]
    return [for_layout(generator.uniform(0.5, 1.5, tuple(r.shape)).astype("float32" if kind == "bfloat16" else kind), layout)
            for r, kind in zip(results, kinds)]


def prepare(lib, row, sample, layout, dtype="float64"):
    arrays = replace(materialise(sample, dtype), lambda a: for_layout(a, layout))
    args, kwargs = library_arguments(lib, sample, arrays, layout)
    inputs = differentiable(row, sample, args)
    for x in inputs:
        x.requires_grad_()
    return arrays, args, kwargs, inputs


def difference_quotients(function, arrays):
    """The slope of a scalar function by every element of the arrays."""
    slopes = []
    for array in arrays:
        slope = np.zeros(array.shape)
        for i in np.ndindex(array.shape):
            kept = array[i]
            step = STEP * max(1.0, abs(float(kept)))
            array[i] = kept + step
            above = function()
            array[i] = kept - step
            below = function()
            array[i] = kept
            slope[i] = (above - below) / (2 * step)
        slopes.append(slope)
    return slopes


def assert_slopes(got, want, label):
    for i, (gradient, slope) in enumerate(zip(got, want, strict=True)):
        scale = max(1.0, float(np.max(np.abs(slope), initial=0)))
        assert gradient.shape == slope.shape, f"{label} by input {i}: shape {gradient.shape}, expected {slope.shape}"
        error = np.max(np.abs(gradient - slope), initial=0)
        assert error <= TOLERANCE * scale, f"{label} by input {i}: error {error:.3g}\ngot\n{gradient}\nnumerically\n{slope}"


def check_first(lib, row, sample, layout):
    """The gradient by every input; how many elements were compared. The weight of the results, which is what `backward`
    gets, has the layout too."""
    arrays, args, kwargs, inputs = prepare(lib, row, sample, layout)
    results = floating(outputs(row.run(lib, args, kwargs)))
    weights = weights_of(results, layout)
    assert all(result.requires_grad for result in results)
    lib.autograd.backward(results, [placed(lib, w, layout) for w in weights])
    for x in inputs:
        assert x.grad is not None and x.grad.dtype == x.dtype and x.grad.shape == x.shape

    moving = [a.astype(np.float64) for a in differentiable(row, sample, arrays)]
    parts = differentiable(row, sample, arrays)

    def weighted():
        place = {id(part): array for part, array in zip(parts, moving)}
        given = replace(arrays, lambda a: place.get(id(a), a))
        again, _ = library_arguments(lib, sample, given)
        return sum(float(np.sum(w * r.numpy())) for w, r in zip(weights, floating(outputs(row.run(lib, again, kwargs)))))

    # An input of float32 among others cannot be moved by small steps.
    exact = [i for i, part in enumerate(parts) if part.dtype == np.float64]
    slopes = difference_quotients(weighted, [moving[i] for i in exact])
    assert_slopes([inputs[i].grad.numpy() for i in exact], slopes, "gradient")
    return sum(part.size for part in parts)


def gradients_of(lib, row, sample, arrays, weights, kwargs, layout, create_graph):
    """(inputs with the weights, gradients by the inputs)"""
    args, _ = library_arguments(lib, sample, arrays, layout)
    inputs = differentiable(row, sample, args)
    for x in inputs:
        x.requires_grad_()
    results = floating(outputs(row.run(lib, args, kwargs)))
    seeds = [lib.from_numpy(w.copy()).requires_grad_(create_graph) for w in weights]
    return inputs + seeds, lib.autograd.grad(results, inputs, seeds, create_graph=create_graph)


def check_second(lib, row, sample, layout):
    """The gradient of the gradient, by the inputs and by the weights."""
    arrays = replace(materialise(sample, "float64"), lambda a: for_layout(a, layout))
    args, kwargs = library_arguments(lib, sample, arrays)
    parts = differentiable(row, sample, arrays)
    if any(part.dtype != np.float64 for part in parts):
        return 0
    weights = weights_of(floating(outputs(row.run(lib, args, kwargs))), "contiguous")
    leaves, firsts = gradients_of(lib, row, sample, arrays, weights, kwargs, layout, True)
    generator = np.random.default_rng(11)
    factors = [generator.uniform(0.5, 1.5, tuple(g.shape)) for g in firsts]
    total = sum((g * lib.from_numpy(f.copy())).sum() for g, f in zip(firsts, factors))
    got = [None] * len(leaves)
    if total.requires_grad:
        got = lib.autograd.grad(total, leaves, allow_unused=True)
    got = [np.zeros(tuple(x.shape)) if g is None else g.numpy() for g, x in zip(got, leaves)]

    moving = [part.copy() for part in parts]

    def weighted():
        place = {id(part): array for part, array in zip(parts, moving)}
        given = replace(arrays, lambda a: place.get(id(a), a))
        _, gradients = gradients_of(lib, row, sample, given, weights, kwargs, "contiguous", False)
        return sum(float(np.sum(f * g.numpy())) for f, g in zip(factors, gradients))

    assert_slopes(got, difference_quotients(weighted, moving + weights), "second derivative")
    return sum(part.size for part in parts)


def reduced_precision_gradients(lib, row, sample, dtype):
    """Gradients of float16 and bfloat16 have that dtype, and are those of float32 but for a few roundings."""
    gradients = {}
    for type in (lib.float32, dtype):
        args, kwargs = library_arguments(lib, sample, materialise(sample, "float32"))
        args = as_dtype(sample.args, args, lib.Tensor, lib.float32, dtype)
        if type is lib.float32:
            args = replace(args, lambda t: t.float() if t.dtype is dtype else t, lib.Tensor)
        inputs = differentiable(row, sample, args)
        for x in inputs:
            x.requires_grad_()
        results = floating(outputs(row.run(lib, args, kwargs)))
        if not results:
            return
        seeds = [lib.from_numpy(w).to(dtype).to(r.dtype) for w, r in zip(weights_of(results, "contiguous"), results)]
        lib.autograd.backward(results, seeds)
        assert all(x.grad.dtype is x.dtype for x in inputs)
        gradients[type] = [x.grad.double().numpy() for x in inputs]
    for got, want in zip(gradients[dtype], gradients[lib.float32], strict=True):
        finite = np.isfinite(got) & (np.abs(want) <= lib.finfo(dtype).max)
        # Beside the gradient that came in, of about 1, where the formula takes a difference.
        scale = max(1.0, 8 * float(np.max(np.abs(want[finite]), initial=0)))
        assert np.max(np.abs(got - want)[finite], initial=0) <= lib.finfo(dtype).eps * scale, f"got\n{got}\nin float32\n{want}"


def single_precision_gradients(lib, row, sample):
    """float32 has kernels of its own: its gradients are those of float64, as exactly as float32 can say them."""
    gradients = {}
    for dtype in ("float64", "float32"):
        arrays = replace(materialise(sample, "float32"), lambda a: a.astype(dtype) if a.dtype.kind == "f" else a)
        args, kwargs = library_arguments(lib, sample, arrays)
        inputs = differentiable(row, sample, args)
        for x in inputs:
            x.requires_grad_()
        results = floating(outputs(row.run(lib, args, kwargs)))
        seeds = [lib.from_numpy(w.astype(str(r.dtype).split(".")[-1])) for w, r in zip(weights_of(results, "contiguous"), results)]
        lib.autograd.backward(results, seeds)
        gradients[dtype] = [x.grad.numpy() for x in inputs]
    for got, want in zip(gradients["float32"], gradients["float64"], strict=True):
        assert got.dtype == np.float32
        scale = max(1e-30, float(np.max(np.abs(want), initial=0)))
        assert np.max(np.abs(got - want), initial=0) <= 2e-6 * scale, f"got\n{got}\nin float64\n{want}"
