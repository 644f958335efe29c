"""Runs every row of the operator table: values, dtypes, layouts, gradients, in-place operators, spellings, errors."""

import collections
import inspect

import numpy as np
import pytest

import swiftnn
from swiftnn import _C

from . import creation, distributions, geometry, random_numbers, ranges, steps, table
from .arithmetic import MIXTURES, SPECIAL_EXPONENTS, mixture
from .harness import (
    ALL, LAYOUTS, NUMBERS_OF, SHORT, In, Sample, as_dtype, assert_close, dtype_names, expected, find, for_layout,
    library_arguments, materialise, numpy_of, operator_goldens, operator_table, outputs, placed, promotion_operand, promotion_pairs,
    replace, tolerance_of,
)
from .numeric import (
    check_first, check_second, differentiable, floating, prepare, reduced_precision_gradients, single_precision_gradients,
)  # fmt: skip

OPERATORS, IN_PLACE, ALIASES = operator_table()
GOLDEN = operator_goldens()
ROWS = table.ROWS + table.IN_PLACE
UNSET = creation.UNSET + ranges.UNSET
# Rows of another kind: functions that check an operator.
SPECIAL = {**random_numbers.BY_NAME, **distributions.BY_NAME, **geometry.BY_NAME, **steps.BY_NAME}
REFUSALS = (RuntimeError, TypeError, NotImplementedError)
COUNTS = collections.Counter()


def cases(rows, layouts=("contiguous",)):
    """One parameter for each row, sample, dtype and layout; the name of the test shows all four."""
    for row in rows:
        for sample, dtype in row.cases():
            for layout in layouts:
                if layout != "contiguous" and not (sample.layouts and has_dimensions(sample)):
                    continue
                yield pytest.param(row, sample, dtype, layout, id=f"{row.name}-{dtype}-{layout}-{sample.id}")


def has_dimensions(sample):
    found = []
    replace(list(sample.args), lambda a: found.append(len(a.shape) > 0), In)
    return any(found)


def result_dtypes(row, sample, dtype):
    if dtype in row.gives:
        return [row.gives[dtype][0]]
    results = GOLDEN["results"][row.name]
    return results.get(sample.id, results["all"])[dtype].split()


# ---------------------------------------------------------------------------------------------------- the table


def test_every_operator_has_a_row():
    special = set(SPECIAL)
    rows = {row.name for row in table.ROWS} | special
    assert {python for python, _ in OPERATORS.values()} - rows == set(), "operators without a row"
    in_place = {row.name for row in table.IN_PLACE} | special
    assert set(IN_PLACE.values()) - in_place == set(), "in-place operators without a row"
    assert rows | in_place <= {python for python, _ in OPERATORS.values()} | set(IN_PLACE.values()), "rows without an operator"
    assert {name for _, name, _ in ALIASES} <= set(OPERATORS), "aliases of nothing"


def test_samples_of_a_row_have_names_of_their_own():
    for row in ROWS:
        names = collections.Counter(sample.id for sample in row.samples)
        assert not [name for name, count in names.items() if count > 1], row.name


def test_rows_show_what_matters():
    """Each row of an operator on tensors has an empty sample, one without dimensions (given or refused), and errors."""
    for row in table.ROWS:
        assert row.errors, row.name
        shapes = []
        for sample in row.samples:
            replace(list(sample.args), lambda a: shapes.append(a.shape), In)
        if shapes:
            # These two refuse what is empty.
            assert row.name in ("affine_grid", "_pack_padded_sequence") or any(0 in shape for shape in shapes), f"{row.name}: no empty sample"
            for error in row.errors:
                replace(list(error.args), lambda a: shapes.append(a.shape), In)
            matrices = table.FAMILY_OF[row.name] in ("products", "contractions", "linalg", "decompositions")
            assert matrices or any(shape == () for shape in shapes), f"{row.name}: no scalar"


# ---------------------------------------------------------------------------------------------------- values


def check_values(row, sample, dtype, layout):
    arrays = replace(materialise(sample, dtype), lambda a: for_layout(a, layout))
    args, kwargs = library_arguments(swiftnn, sample, arrays, layout)
    before = replace(args, lambda t: t._version, swiftnn.Tensor)
    got = outputs(row.run(swiftnn, args, kwargs))
    names = result_dtypes(row, sample, dtype)
    assert dtype_names(got) == names
    if row.name in UNSET:
        got = [result.fill_(7) for result in got]
    tolerance, relative = tolerance_of(row, sample, names[0])
    for result, array in zip(got, expected(row, sample, arrays, names), strict=True):
        assert_close(result.numpy(), array, tolerance, relative, "result")
    for argument, array in zip(tensors(args), tensors(arrays, np.ndarray), strict=True):
        assert_close(argument.numpy(), array, 0, label="an argument was changed")
    assert replace(args, lambda t: t._version, swiftnn.Tensor) == before


def tensors(arguments, kind=None):
    found = []
    replace(list(arguments), found.append, kind or swiftnn.Tensor)
    return found


@pytest.mark.parametrize("row, sample, dtype, layout", list(cases(ROWS)))
def test_values(row, sample, dtype, layout):
    COUNTS["values"] += 1
    check_values(row, sample, dtype, layout)


@pytest.mark.parametrize("row, sample, dtype, layout", list(cases(ROWS, LAYOUTS)))
def test_layouts(row, sample, dtype, layout):
    if row.name == "view" and layout != "contiguous":
        check_view(sample, dtype, layout)
    else:
        check_values(row, sample, dtype, layout)
    COUNTS["values in other layouts"] += 1


def check_view(sample, dtype, layout):
    """A view of memory that does not allow it is an error; else it is the reshaped tensor, on the same memory."""
    arrays = replace(materialise(sample, dtype), lambda a: for_layout(a, layout))
    (x, *shape), _ = library_arguments(swiftnn, sample, arrays, layout)
    try:
        got = x.view(*shape)
    except RuntimeError as error:
        assert "cannot be viewed as" in str(error)
        assert x.reshape(*shape).data_ptr() != x.data_ptr()
        return
    assert got.data_ptr() == x.data_ptr()
    assert_close(got.numpy(), arrays[0].reshape(tuple(got.shape)), 0)


def refused():
    for row in table.ROWS:
        for dtype in ALL:
            if dtype not in row.dtypes and len(row.dtypes) > 1:
                yield pytest.param(row, dtype, id=f"{row.name}-{dtype}")


@pytest.mark.parametrize("row, dtype", list(refused()))
def test_refused_dtypes(row, dtype):
    """Dtypes that a row leaves out are refused by an error that names the operator and the dtype."""
    for sample in row.samples:
        if sample.dtypes is not None:
            continue
        args, kwargs = library_arguments(swiftnn, sample, materialise(sample, dtype))
        if all(t.numel() for t in tensors(args)):
            # affine_grid counts a dtype among the values.
            with pytest.raises((*REFUSALS, ValueError) if row.name == "affine_grid" else REFUSALS, match=rf"{row.name}.*|{dtype}"):
                row.run(swiftnn, args, kwargs)
            COUNTS["dtypes refused"] += 1


# ---------------------------------------------------------------------------------------------------- 16 bits


def reduced_precision():
    for row in ROWS:
        for dtype in ("float16", "bfloat16"):
            if "float32" in row.dtypes and row.name not in table.NOT_IN_REDUCED_PRECISION | table.OF_THEIR_DTYPE and row.name not in UNSET:
                yield pytest.param(row, dtype, id=f"{row.name}-{dtype}")


@pytest.mark.parametrize("row, dtype", list(reduced_precision()))
def test_reduced_precision(row, dtype):
    """Every sample in float16 and bfloat16: what float32 gives for the same numbers, rounded to the dtype."""
    narrow = getattr(swiftnn, dtype)
    for sample in row.samples:
        if sample.dtypes is not None and "float32" not in sample.dtypes:
            continue
        args, kwargs = library_arguments(swiftnn, sample, materialise(sample, "float32"))
        args = as_dtype(sample.args, args, swiftnn.Tensor, swiftnn.float32, narrow)
        wide = replace(args, lambda t: t.float() if t.dtype is narrow else t, swiftnn.Tensor)
        got, want = outputs(row.run(swiftnn, args, kwargs)), outputs(row.run(swiftnn, wide, kwargs))
        for result, reference in zip(got, want, strict=True):
            check_reduced(row, result, reference, narrow, f"{row.name}-{sample.id}")
        COUNTS["values in float16 and bfloat16"] += 1


def check_reduced(row, got, want, dtype, label):
    if not isinstance(got, swiftnn.Tensor):
        assert got == want, label
        return
    assert got.shape == want.shape, label
    if got.dtype is not dtype:  # bool and int64, and where a dtype is asked for
        assert got.dtype is want.dtype and swiftnn.allclose(got, want, 0, 0, equal_nan=True), label
        return
    assert want.dtype is swiftnn.float32, label
    got, want = got.double().numpy(), want.to(dtype).double().numpy()
    finite = np.isfinite(want)
    assert np.array_equal(got[~finite], want[~finite], equal_nan=True), f"{label}\ngot\n{got}\nexpected\n{want}"
    limits = swiftnn.finfo(dtype)
    scale = np.maximum(np.abs(want[finite]), limits.tiny)
    if row.relative == "array" and scale.size:
        scale = np.full_like(scale, scale.max())
    # Two units in the last place for operators that are made of others.
    allowed = 2 * limits.eps * scale if row.tolerance[0] or row.relative != "element" else 0.5 * limits.eps * scale
    assert np.all(np.abs(got[finite] - want[finite]) <= allowed), f"{label}\ngot\n{got}\nexpected\n{want}"


# ---------------------------------------------------------------------------------------------------- mixtures


def mixtures():
    for name in MIXTURES:
        for kind in GOLDEN["promotion"][name]:
            for i, left in enumerate(ALL if kind.split(",")[0] in ("tensor", "scalar") else [None]):
                yield pytest.param(name, kind, left, GOLDEN["promotion"][name][kind][i], id=f"{name}-{kind}-{left}")


@pytest.mark.parametrize("name, kind, left, golden", list(mixtures()))
def test_mixtures_of_dtypes(name, kind, left, golden):
    """Operands of different dtypes, with dimensions and without, and numbers: PyTorch's result dtype, NumPy's values."""
    short = {code: dtype for dtype, code in SHORT.items()}
    for pair, code in zip(promotion_pairs(kind, left), golden.split(), strict=True):
        operands = [promotion_operand(swiftnn, k, dtype) for k, dtype in zip(kind.split(","), pair)]
        function = mixture(swiftnn, name, kind)
        COUNTS["mixtures of dtypes"] += 1
        if code == "--" or (SPECIAL_EXPONENTS and name == "pow" and kind.endswith(",bool") and left == "bool"):
            with pytest.raises(REFUSALS):
                function(operands[0][0], operands[1][0])
            continue
        result = function(operands[0][0], operands[1][0])
        assert dtype_names(result) == [short[code]], f"{pair}"
        wide = [np.asarray(v).astype(np.float64 if np.asarray(v).dtype.kind == "f" else np.int64) for _, v in operands]
        want = np.asarray(MIXTURES[name](*wide)).astype(short[code])
        assert_close(result.numpy(), want, 3e-7 if code == "f4" else 4e-16, label=f"{pair}")


# ---------------------------------------------------------------------------------------------------- gradients


def gradient_cases(rows, layouts=("contiguous",) + LAYOUTS):
    found = []
    for row in rows:
        for sample in row.samples:
            if row.gradients is None or not sample.gradient or not (sample.dtypes is None or "float64" in sample.dtypes):
                continue
            if result_dtypes(row, sample, "float64")[0] != "float64":
                continue  # a step too small for the result to show
            for layout in layouts:
                allowed = layout == "contiguous" or (has_dimensions(sample) and layout in row.gradient_layouts)
                if allowed and not (row.name == "view" and layout != "contiguous"):
                    found.append(pytest.param(row, sample, layout, id=f"{row.name}-{layout}-{sample.id}"))
    return found


@pytest.mark.parametrize("row, sample, layout", gradient_cases(ROWS))
def test_gradient(row, sample, layout):
    COUNTS["numerical gradients"] += check_first(swiftnn, row, sample, layout)


@pytest.mark.parametrize("row, sample, layout", gradient_cases(ROWS, ("contiguous", "transposed")))
def test_second_derivative(row, sample, layout):
    COUNTS["numerical second derivatives"] += check_second(swiftnn, row, sample, layout)


def test_a_formula_looks_once_at_what_it_saved():
    # Hooks on saved values may compute it, and a checkpoint does not keep it.
    looks = []

    def pack(tensor):
        looks.append(0)
        return tensor, len(looks) - 1

    def unpack(packed):
        looks[packed[1]] += 1
        return packed[0]

    for case in gradient_cases(ROWS, ("contiguous",)):
        row, sample, layout = case.values
        _, args, kwargs, _ = prepare(swiftnn, row, sample, layout)
        with swiftnn.autograd.graph.saved_tensors_hooks(pack, unpack):
            results = floating(outputs(row.run(swiftnn, args, kwargs)))
        swiftnn.autograd.backward(results, [swiftnn.ones_like(result) for result in results])
        assert max(looks, default=0) <= 1, case.id
        del looks[:]


@pytest.mark.parametrize("row, sample, layout", gradient_cases(ROWS, ("contiguous",)))
def test_gradient_in_single_precision(row, sample, layout):
    single_precision_gradients(swiftnn, row, sample)
    COUNTS["gradients in float32"] += 1


@pytest.mark.parametrize("row, dtype", [p for p in reduced_precision() if p.values[0].gradients is not None])
def test_gradient_in_reduced_precision(row, dtype):
    for sample in row.samples:
        if sample.gradient and (sample.dtypes is None or "float32" in sample.dtypes):
            reduced_precision_gradients(swiftnn, row, sample, getattr(swiftnn, dtype))
            COUNTS["gradients in float16 and bfloat16"] += 1


def test_what_is_not_differentiable_records_nothing():
    for row in table.ROWS:
        for sample in row.samples:
            if row.gradients is None and (sample.dtypes is None or "float32" in sample.dtypes) and "float32" in row.dtypes:
                args, kwargs = library_arguments(swiftnn, sample, materialise(sample, "float32"))
                inputs = differentiable(row, sample, args)
                for x in inputs:
                    x.requires_grad_()
                assert not any(result.requires_grad for result in outputs(row.run(swiftnn, args, kwargs))), row.name


# ---------------------------------------------------------------------------------------------------- in place


@pytest.mark.parametrize("row, sample, dtype, layout", list(cases(table.IN_PLACE, ("contiguous", "transposed", "strided"))))
def test_in_place(row, sample, dtype, layout):
    """The same object comes back, with another version and the result out of place; no memory beside it is written to."""
    arrays = materialise(sample, dtype)
    args, kwargs = library_arguments(swiftnn, sample, arrays, layout)
    x = args[0]
    version, address = x._version, x.data_ptr()
    result = getattr(x, row.name)(*args[1:], **kwargs)
    assert result is x and x.data_ptr() == address
    assert x._version == version + 1
    (want,) = expected(row, sample, arrays, [dtype])
    tolerance, relative = tolerance_of(row, sample, dtype)
    assert_close(x.numpy(), want, tolerance, relative)
    COUNTS["in place"] += 1


def arguments_beside(row):
    sample = Sample((In((2, 3)), *row.beside), {})
    return library_arguments(swiftnn, sample, materialise(sample, "float64"))[0]


@pytest.mark.parametrize("row", table.IN_PLACE, ids=lambda row: row.name)
def test_in_place_leaves_neighbours_alone(row):
    shape = (2, 3)
    dtype = "float64" if "float64" in row.dtypes else row.dtypes[0]
    filling, number = (0.75, 2.0) if dtype == "float64" else (17, 2)
    usable = [s for s in row.samples if s.dtypes is None or dtype in s.dtypes]
    others = [t for s in usable for t in [library_arguments(swiftnn, s, materialise(s, dtype))]
              if all(a.dim() == 0 for a in tensors(t[0][1:]))]
    if row.beside is not None:
        others = [(arguments_beside(row), {})]
    elif not others and any(isinstance(a, In) for s in usable for a in s.args[2:]):
        # Several operands, which fit the shape of one sample.
        sample = next(s for s in usable if s.args[0].shape and 0 not in s.args[0].shape)
        shape = sample.args[0].shape
        others = [library_arguments(swiftnn, sample, materialise(sample, dtype))]
    wide = swiftnn.full(tuple(2 * size + 1 for size in shape), filling, dtype=getattr(swiftnn, dtype))
    inside = tuple(slice(1, 2 * size, 2) for size in shape)
    part = wide[inside]
    args, kwargs = others[0] if others else ([None, swiftnn.full((2, 3), number, dtype=getattr(swiftnn, dtype))], {})
    getattr(part, row.name)(*args[1:], **kwargs)
    outside = np.ones(tuple(wide.shape), bool)
    outside[inside] = False
    assert not (wide.numpy() != filling)[outside].any()
    assert wide._version == part._version == 1


# Those of operators that are differentiable, or would be if their dtypes were.
RECORDED_IN_PLACE = [r for r in table.IN_PLACE if r.name[:-1] in table.BY_NAME and "float32" in r.dtypes]


@pytest.mark.parametrize("row", RECORDED_IN_PLACE, ids=lambda row: row.name)
def test_in_place_under_autograd_is_refused_where_it_must_be(row):
    sample = next(s for s in row.samples if s.dtypes is None and has_dimensions(s))
    args, kwargs = library_arguments(swiftnn, sample, materialise(sample, "float32"))
    leaf = args[0].requires_grad_()
    with pytest.raises(RuntimeError, match=rf"{row.name}: a leaf Variable that requires grad"):
        getattr(leaf, row.name)(*args[1:], **kwargs)
    with pytest.raises(RuntimeError, match=rf"{row.name}: a view of a leaf Variable that requires grad"):
        getattr(leaf.view(leaf.shape), row.name)(*args[1:], **kwargs)
    with swiftnn.no_grad():
        getattr(leaf, row.name)(*args[1:], **kwargs)
    if row.beside is not None:
        with pytest.raises(RuntimeError, match=rf"{row.name}: more than one element"):
            getattr(swiftnn.ones(1, dtype=swiftnn.float64).expand(2, 3), row.name)(*arguments_beside(row)[1:])
        return
    expanded = swiftnn.ones(1).expand(3)
    with pytest.raises(RuntimeError, match=rf"{row.name}: more than one element"):
        getattr(expanded, row.name)(*[swiftnn.ones(3, dtype=a.dtype) if isinstance(a, swiftnn.Tensor) and a.dim() else a
                                      for a in args[1:]], **kwargs)


@pytest.mark.parametrize("row", [r for r in RECORDED_IN_PLACE if any(s.gradient for s in r.samples)], ids=lambda row: row.name)
def test_in_place_on_a_view_is_part_of_the_history_of_its_base(row):
    sample = next(s for s in row.samples if s.dtypes is None and has_dimensions(s))
    args, kwargs = library_arguments(swiftnn, sample, materialise(sample, "float32"))
    first, gradients = args[0].detach(), []
    for through_a_view in (False, True):
        leaf = first.clone().requires_grad_()
        base = swiftnn.stack([leaf * 1, leaf * 2])
        target = base[0] if through_a_view else leaf * 1
        getattr(target, row.name)(*args[1:], **kwargs)
        total = base[0] + base[1] if through_a_view else target + leaf * 2
        total.sum().backward()
        gradients.append(leaf.grad)
    assert swiftnn.allclose(*gradients, rtol=1e-6, equal_nan=True)


# ---------------------------------------------------------------------------------------------------- out=


def with_out():
    names = {python for python, surfaces in OPERATORS.values() if "O" in surfaces}
    for row in table.ROWS:
        for sample in [s for s in row.samples if row.name in names and row.name not in UNSET and (s.dtypes is None or "float32" in s.dtypes)][:4]:
            yield pytest.param(row, sample, id=f"{row.name}-{sample.id}")


@pytest.mark.parametrize("row, sample", list(with_out()))
def test_out(row, sample):
    """The results go to the tensors named, whatever their layout; they take on the shape; they come back themselves."""
    dtype = "float32" if "float32" in row.dtypes else row.dtypes[0]
    args, kwargs = library_arguments(swiftnn, sample, materialise(sample, dtype))
    function = find(swiftnn, row.name)
    want = outputs(function(*args, **kwargs))
    several = isinstance(function(*args, **kwargs), tuple)
    for make in (lambda w: swiftnn.empty(0, dtype=w.dtype), lambda w: swiftnn.zeros(w.shape, dtype=w.dtype),
                 lambda w: swiftnn.zeros(tuple(reversed(w.shape)), dtype=w.dtype).permute(tuple(reversed(range(w.dim()))))):
        targets = [make(w) for w in want]
        got = function(*args, **kwargs, out=tuple(targets) if several else targets[0])
        for result, target, w in zip(outputs(got), targets, want, strict=True):
            assert result is target
            assert_close(target.numpy(), w.numpy(), 0)
    # What is made from nothing is made in the dtype of out.
    if want[0].is_floating_point() and tensors(args):
        narrow = [swiftnn.zeros(w.shape, dtype=swiftnn.int64) for w in want]
        with pytest.raises(RuntimeError, match=rf"{row.name.strip('_')}\w*: result type .* can't be cast to the desired output type int64"):
            function(*args, **kwargs, out=tuple(narrow) if several else narrow[0])
        inputs = differentiable(row, sample, args) if row.gradients else []
        if inputs and inputs[0].is_floating_point():
            inputs[0].requires_grad_()
            with pytest.raises(RuntimeError, match=rf"{row.name.strip('_')}\w*: .*out=.* don't support automatic differentiation"):
                function(*args, **kwargs, out=tuple(targets) if several else targets[0])
    COUNTS["out="] += 1


# ---------------------------------------------------------------------------------------------------- spellings


def spellings():
    for name, (python, surfaces) in OPERATORS.items():
        yield pytest.param(python, python, surfaces, id=python)
    for alias, name, surfaces in ALIASES:
        yield pytest.param(alias, OPERATORS[name][0], surfaces, id=alias)


# Of all operators and aliases with that name in Python: linalg.cross is another operator than cross.
SURFACES = collections.defaultdict(str)
for case in spellings():
    SURFACES[case.values[0]] += case.values[2]


@pytest.mark.parametrize("name, operator, surfaces", list(spellings()))
def test_spellings(name, operator, surfaces):
    """Function, method, nn.functional and alias are there, have a signature and a docstring, and give the same."""
    places = {"F": swiftnn, "M": swiftnn.Tensor, "N": swiftnn.nn.functional, "L": swiftnn.linalg, "E": swiftnn.special, "P": _C}
    functions = [getattr(places[surface], name) for surface in surfaces if surface in places]
    for surface in "FMN":
        if surface not in surfaces and name not in ("max", "min"):
            assert not hasattr(places[surface], name) or name in EXTRA_SPELLINGS or surface in SURFACES[name], (
                f"{name}: not in the table for {surface}")
    for function in functions:
        assert function.__doc__
        assert inspect.signature(function)
    row = table.BY_NAME.get(operator)
    if row is None or operator in UNSET:
        return
    dtype = "float32" if "float32" in row.dtypes else row.dtypes[0]
    for sample in [s for s in row.samples if s.dtypes is None or dtype in s.dtypes][:3]:
        args, kwargs = library_arguments(swiftnn, sample, materialise(sample, dtype))
        if set(surfaces) & set("M") and not isinstance(args[0], swiftnn.Tensor):
            continue
        reference = [r.numpy() for r in outputs(row.run(swiftnn, args, kwargs))]
        for function in functions:
            result = row.through(swiftnn, function, *args, **kwargs) if row.through else function(*args, **kwargs)
            for got, want in zip(outputs(result), reference, strict=True):
                assert_close(numpy_of(got), want, 0)
        COUNTS["spellings"] += len(functions)


# Names of Tensor that are something else than the operator of that name, or are written in Python.
EXTRA_SPELLINGS = ("alpha_dropout", "dropout", "equal", "feature_alpha_dropout", "relu", "softmax", "unfold", "where")


@pytest.mark.parametrize("alias, operator", [(a, OPERATORS[n][0]) for a, n, surfaces in ALIASES if "I" in surfaces])
def test_in_place_aliases(alias, operator):
    row = table.BY_NAME[operator + "_"]
    dtype = "float64" if "float64" in row.dtypes else row.dtypes[0]
    for sample in [s for s in row.samples if s.dtypes is None or dtype in s.dtypes][:2]:
        results = []
        for name in (operator + "_", alias + "_"):
            args, kwargs = library_arguments(swiftnn, sample, materialise(sample, dtype))
            assert getattr(args[0], name)(*args[1:], **kwargs) is args[0]
            results.append(args[0].numpy())
        assert_close(*results, 0)
    COUNTS["spellings"] += 1


@pytest.mark.parametrize("name", list(IN_PLACE.values()))
def test_in_place_spellings(name):
    assert getattr(swiftnn.Tensor, name).__doc__ and inspect.signature(getattr(swiftnn.Tensor, name))


# ---------------------------------------------------------------------------------------------------- errors


def errors():
    for row in ROWS:
        for i, error in enumerate(row.errors):
            yield pytest.param(row, error, id=f"{row.name}-{i}-{error.id}")
    for row in SPECIAL.values():
        for i, error in enumerate(row.errors):
            yield pytest.param(row, error, id=f"{row.name}-{i}-{error.id}")


@pytest.mark.parametrize("row, error", list(errors()))
def test_errors(row, error):
    sample = Sample(error.args, error.kwargs)
    args, kwargs = library_arguments(swiftnn, sample, materialise(sample, "float32"))
    before = [t.tolist() for t in tensors(args)]
    # A method is looked up on its class, so that a wrong first argument gets there.
    with pytest.raises(error.exception, match=error.message):
        find(swiftnn, row.name)(*args, **kwargs)
    assert [t.tolist() for t in tensors(args)] == before, "an argument was changed by a call that failed"
    COUNTS["errors"] += 1


# ---------------------------------------------------------------------------------------------------- the rest


def checks(*families):
    return [pytest.param(c, id=f"{row.name}-{c.__name__}") for family in families for row in family.ROWS for c in row.checks]


@pytest.mark.parametrize("check", checks(random_numbers, distributions))
def test_random_numbers(check):
    check(swiftnn)
    COUNTS["random numbers"] += 1


@pytest.mark.parametrize("check", checks(geometry))
def test_shapes_in_place(check):
    check(swiftnn)
    COUNTS["shapes in place"] += 1


@pytest.mark.parametrize("check", checks(steps))
def test_steps(check):
    check(swiftnn)
    COUNTS["steps of optimisers"] += 1


def test_views_share_memory():
    """What only looks at memory in another way does so: a write shows on both sides."""
    x = swiftnn.zeros(2, 3)
    for view in (x.view(3, 2), x.reshape(6), x.flatten(), x.squeeze(), x.unsqueeze(0), x.transpose(0, 1), x.t(), x.permute(1, 0),
                 x.expand(2, 3), x.contiguous(), x.detach()):
        assert view.data_ptr() == x.data_ptr()
        view += 1
    assert x.tolist() == [[11.0] * 3] * 2
    for copy in (x.clone(), swiftnn.cat([x]), x.t().contiguous(), x.t().reshape(6), x + 0):
        assert copy.data_ptr() != x.data_ptr()
    assert x.t().clone().is_contiguous() and x.t().contiguous().is_contiguous()


def test_arange_over_more_than_the_integers():
    """The distance of the limits does not fit into int64. (PyTorch gives an empty tensor.)"""
    low, high = -(2**63), 2**63 - 1
    assert swiftnn.arange(low, high, 2**62).tolist() == [low, -(2**62), 0, 2**62]
    assert swiftnn.arange(high, low, low).tolist() == [high, -1]
    with pytest.raises(MemoryError, match="arange"):
        swiftnn.arange(low, high)


def test_placed_layouts():
    """The layouts are what they are called, so that the tests above do not compare contiguous tensors with themselves."""
    array = np.arange(6.0).reshape(2, 3)
    assert placed(swiftnn, array).is_contiguous()
    for layout in LAYOUTS:
        tensor = placed(swiftnn, for_layout(array, layout), layout)
        assert not tensor.is_contiguous() and tuple(tensor.shape) == (2, 3)
        assert np.array_equal(tensor.numpy(), for_layout(array, layout))


def test_summary(capsys):
    """The last of this file: how many checks of each kind have run."""
    with capsys.disabled():
        print("\noperators:", len(table.ROWS) + len(SPECIAL), "rows,", len(table.IN_PLACE),
              "in place;", ", ".join(f"{count} {kind}" for kind, count in COUNTS.items()) or "nothing selected")
