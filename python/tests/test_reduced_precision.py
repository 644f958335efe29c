"""float16 and bfloat16: every bit pattern, NumPy, creation, files, training; and what dtypes are said to hold."""

import copy
import itertools
import pickle

import numpy as np
import pytest

import swiftnn
from swiftnn import nn, optim

HALVES = (swiftnn.float16, swiftnn.bfloat16)
PATTERNS = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16)
both = pytest.mark.parametrize("dtype", HALVES, ids=str)


def from_bits(bits, dtype):
    return swiftnn._C._rebuild_tensor(swiftnn.Tensor, dtype, bits.shape, np.ascontiguousarray(bits, np.uint16).tobytes(), False)


def bits_of(tensor):
    return np.frombuffer(swiftnn._C._tensor_bytes(tensor), np.uint16).reshape(tuple(tensor.shape))


# ---------------------------------------------------------------------------------------------------- conversion


def widened(dtype):
    """All numbers of the dtype as float32, by NumPy or by bits."""
    if dtype is swiftnn.float16:
        return PATTERNS.view(np.float16).astype(np.float32)
    return (PATTERNS.astype(np.uint32) << 16).view(np.float32)


@both
def test_every_pattern_to_float32_and_back(dtype):
    wide = from_bits(PATTERNS, dtype).float().numpy()
    want = widened(dtype)
    assert np.array_equal(wide, want, equal_nan=True)
    assert np.array_equal(np.signbit(wide), np.signbit(want))
    back = bits_of(swiftnn.from_numpy(wide).to(dtype))
    numbers = ~np.isnan(want)
    assert np.array_equal(back[numbers], PATTERNS[numbers])
    # A NaN stays one, with its sign and the payload that it had, and is quiet.
    quiet = np.uint16(0x200 if dtype is swiftnn.float16 else 0x40)
    assert np.array_equal(back[~numbers], PATTERNS[~numbers] | quiet)


@both
@pytest.mark.parametrize("name", ["float64", "int64", "int32", "int16", "int8", "uint8", "bool"])
def test_every_pattern_to_other_dtypes(dtype, name):
    """As from float32."""
    narrow = from_bits(PATTERNS, dtype)
    got, want = (x.to(getattr(swiftnn, name)).numpy() for x in (narrow, narrow.float()))
    assert np.array_equal(got, want, equal_nan=got.dtype.kind == "f")


def neighbours():
    """float32 at, just below and just above every number of the two dtypes and every middle of two."""
    found = [np.random.default_rng(0).integers(0, 1 << 32, 300_000, dtype=np.uint64).astype(np.uint32)]
    half = PATTERNS.view(np.float16).astype(np.float64)
    half = np.sort(half[np.isfinite(half)])
    with np.errstate(over="ignore"):
        middles = np.concatenate([half, (half[1:] + half[:-1]) / 2, [65520.0, -65520.0]]).astype(np.float32).view(np.uint32)
    brain = np.arange(1 << 17, dtype=np.uint32) << 15
    for bits in (middles, brain):
        found += [bits, bits + np.uint32(1), bits - np.uint32(1)]
    return np.concatenate(found).view(np.float32)


def rounded(values, dtype):
    if dtype is swiftnn.float16:
        with np.errstate(over="ignore"):
            return values.astype(np.float16).view(np.uint16)
    bits = values.view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


@both
def test_rounding_to_nearest_even(dtype):
    values = neighbours()
    values = values[~np.isnan(values)]
    assert np.array_equal(bits_of(swiftnn.from_numpy(values).to(dtype)), rounded(values, dtype))
    # Through float32 from the wider dtypes: a double beside a middle rounds to the middle first.
    double = np.array([1 + 2**-11 + 2**-40, 1 + 2**-8 + 2**-40, 1e300, -1e300, 65519.999, 65520.0])
    with np.errstate(over="ignore"):
        assert np.array_equal(bits_of(swiftnn.from_numpy(double).to(dtype)), rounded(double.astype(np.float32), dtype))
    whole = np.array([2049, 2050, 2051, 65519, 65520, 257, 259, -(2**62), 2**62])
    assert np.array_equal(bits_of(swiftnn.from_numpy(whole).to(dtype)), rounded(whole.astype(np.float32), dtype))


@both
@pytest.mark.parametrize("layout", [np.s_[::2], np.s_[1::3], np.s_[:7], np.s_[5:6]])
def test_conversion_of_strided_memory(dtype, layout):
    values = np.random.default_rng(1).normal(size=100).astype(np.float32)
    assert np.array_equal(bits_of(swiftnn.from_numpy(values)[layout].to(dtype)), rounded(values[layout], dtype))
    target = swiftnn.zeros(100, dtype=dtype)
    target[layout] = swiftnn.from_numpy(values)[layout]
    want = np.zeros(100, np.uint16)
    want[layout] = rounded(values[layout], dtype)
    assert np.array_equal(bits_of(target), want)


@both
@pytest.mark.parametrize("operator", ["add", "sub", "mul", "div", "maximum", "minimum"])
def test_every_pattern_in_arithmetic(dtype, operator):
    """float32's result, rounded once."""
    other = np.random.default_rng(2).permutation(PATTERNS)
    a, b = from_bits(PATTERNS, dtype), from_bits(other, dtype)
    got, want = getattr(swiftnn, operator)(a, b), getattr(swiftnn, operator)(a.float(), b.float()).to(dtype)
    numbers = ~want.isnan().numpy()
    assert np.array_equal(bits_of(got)[numbers], bits_of(want)[numbers]) and np.array_equal(~got.isnan().numpy(), numbers)


@both
def test_numbers_in_expressions(dtype):
    """Factors and divisors keep the digits of float32; terms, limits and alpha are rounded first. So it is in PyTorch."""
    x = from_bits(PATTERNS[:0x7000], dtype)
    tenth = swiftnn.tensor(0.1, dtype=dtype).item()
    assert swiftnn.equal(x * 0.1, (x.float() * 0.1).to(dtype)) and swiftnn.equal(0.1 * x, x * 0.1)
    assert swiftnn.equal(x / 0.1, (x.float() / 0.1).to(dtype))
    assert swiftnn.equal(x * swiftnn.tensor(0.1), x * 0.1)
    assert swiftnn.equal(x + 0.1, (x.float() + tenth).to(dtype)) and swiftnn.equal(0.1 - x, (tenth - x.float()).to(dtype))
    assert swiftnn.equal(swiftnn.add(x, x, alpha=0.1), (x.float() + swiftnn.tensor(tenth) * x.float()).to(dtype))
    assert (x * 0.1).dtype is dtype and (x + 1).dtype is dtype and (x + swiftnn.tensor(1.0)).dtype is dtype
    assert (x[:1] + swiftnn.ones(1)).dtype is swiftnn.float32


def test_numbers_that_do_not_fit():
    """PyTorch's choice of where infinity is an error."""
    x = swiftnn.zeros(1, dtype=swiftnn.float16)
    assert (x + 1e6).item() == np.inf and x.clone().fill_(1e6).item() == np.inf
    assert swiftnn.full((1,), 1e6, dtype=swiftnn.float16).item() == np.inf
    assert swiftnn.tensor([65519.0, 65520.0, -1e9], dtype=swiftnn.float16).tolist() == [65504.0, np.inf, -np.inf]
    for call in (lambda: x.masked_fill(x == 0, -1e9), lambda: x.clamp(max=1e6), lambda: swiftnn.add(x, x, alpha=1e6),
                 lambda: x.clone().uniform_(0, 1e6), lambda: swiftnn.randint(0, 70000, (1,), dtype=swiftnn.float16),
                 lambda: swiftnn.randperm(2050, dtype=swiftnn.float16)):
        with pytest.raises(RuntimeError, match="float16"):
            call()
    assert x.masked_fill(x == 0, -np.inf).item() == -np.inf
    assert x.bfloat16().masked_fill(x == 0, -1e9).item() == -998244352.0


# ---------------------------------------------------------------------------------------------------- reductions


@both
def test_reductions_round_once(dtype):
    x = swiftnn.full((3, 5000), 20.0, dtype=dtype)
    assert x.mean().item() == 20.0, "a sum beyond the range is no matter for a mean"
    assert x.sum().item() == (swiftnn.tensor(300000.0).to(dtype).item())
    ones = swiftnn.ones(5, 4096, dtype=dtype)
    assert ones.sum(1).tolist() == [4096.0] * 5 and ones.t().sum(0).tolist() == [4096.0] * 5
    assert ones.t().contiguous().sum(0).tolist() == [4096.0] * 5
    y = swiftnn.randn(37, 65, dtype=dtype)
    for dim in (0, 1, [0, 1]):
        assert swiftnn.equal(y.sum(dim), y.float().sum(dim).to(dtype)) and swiftnn.equal(y.mean(dim), y.float().mean(dim).to(dtype))
        assert swiftnn.equal(y.t().sum(dim), y.float().t().sum(dim).to(dtype))
        assert swiftnn.equal(y.amax(dim).float(), y.float().amax(dim)) and swiftnn.equal(y.amin(dim).float(), y.float().amin(dim))
    for dim in (0, 1):
        for name in ("argmax", "argmin"):
            assert swiftnn.equal(getattr(y, name)(dim), getattr(y.float(), name)(dim))
        assert swiftnn.equal(y.max(dim)[0].float(), y.float().max(dim)[0])
    assert y.sum(dtype=swiftnn.float32).dtype is swiftnn.float32 and y.sum(dtype=swiftnn.float64).dtype is swiftnn.float64
    z = from_bits(np.array([0, 0x8000, 1, 0], np.uint16), dtype)
    assert z.any() and not z[:2].any() and not z.all() and z[2:3].all() and z.view(2, 2).any(0).tolist() == [True, False]
    special = swiftnn.tensor([1.0, np.nan, np.inf], dtype=dtype)
    assert special.argmax().item() == 1 and special.amin().isnan().item() and special[::2].argmax().item() == 1


@both
def test_sum_to_float32_gives_gradients_of_the_input(dtype):
    x = swiftnn.ones(3, 4, dtype=dtype, requires_grad=True)
    x.sum(0, dtype=swiftnn.float32).sum().backward()
    assert x.grad.dtype is dtype and x.grad.tolist() == [[1.0] * 4] * 3


# ---------------------------------------------------------------------------------------------------- NumPy and Python


def test_numpy_float16_shares_memory():
    array = np.arange(6, dtype=np.float16).reshape(2, 3)
    tensor = swiftnn.from_numpy(array)
    assert tensor.dtype is swiftnn.float16 and tensor.tolist() == array.tolist()
    tensor[0, 0] = 7
    assert array[0, 0] == 7
    assert tensor.numpy().dtype == np.float16 and np.shares_memory(tensor.numpy(), array)
    assert memoryview(tensor).format == "e" and np.asarray(tensor.t()).tolist() == array.T.tolist()
    assert swiftnn.tensor(np.float16(1.5)).dtype is swiftnn.float16
    assert swiftnn.tensor([np.float16(1.5), np.float16(2)]).dtype is swiftnn.float16
    assert swiftnn.tensor([np.float16(1.5), 2.0]).dtype is swiftnn.float32
    assert swiftnn.as_tensor(array).data_ptr() == tensor.data_ptr()
    assert (swiftnn.ones(2, dtype=swiftnn.float16) * np.float16(2)).dtype is swiftnn.float16


def test_bfloat16_has_no_numpy():
    x = swiftnn.ones(2, dtype=swiftnn.bfloat16)
    for call in (x.numpy, lambda: np.asarray(x)):
        with pytest.raises(TypeError, match="BFloat16"):
            call()
    with pytest.raises(BufferError, match="bfloat16"):
        memoryview(x)
    assert x.float().numpy().tolist() == [1, 1] and x.tolist() == [1.0, 1.0]


@both
def test_numbers_of_python(dtype):
    x = from_bits(PATTERNS, dtype)
    assert np.array_equal(np.array(x.tolist()), widened(dtype), equal_nan=True)
    one = swiftnn.tensor(1.5, dtype=dtype)
    assert one.item() == 1.5 and float(one) == 1.5 and int(one) == 1 and bool(one) and type(one.item()) is float
    with pytest.raises(TypeError):
        [1, 2][one]
    with pytest.raises(IndexError):
        swiftnn.ones(3)[one]


@both
def test_text(dtype):
    assert repr(swiftnn.tensor([1.5, 2], dtype=dtype)) == f"tensor([1.5000, 2.0000], dtype={dtype})"
    assert repr(swiftnn.tensor(3.25, dtype=dtype)) == f"tensor(3.2500, dtype={dtype})"
    assert repr(swiftnn.zeros(0, dtype=dtype)) == f"tensor([], dtype={dtype})"
    assert repr(swiftnn.ones(1, dtype=dtype, requires_grad=True)) == f"tensor([1.], dtype={dtype}, requires_grad=True)"


@both
def test_attributes(dtype):
    name = str(dtype).split(".")[1]
    assert dtype.itemsize == 2 and dtype.is_floating_point and dtype.is_signed and not dtype.is_complex
    assert pickle.loads(pickle.dumps(dtype)) is dtype and copy.deepcopy(dtype) is dtype
    x = swiftnn.randn(2, 3)
    assert x.to(dtype).dtype is dtype and getattr(x, {"float16": "half"}.get(name, name))().dtype is dtype
    assert x.to(dtype).element_size() == 2 and x.to(dtype).is_floating_point() and x.to(dtype).to(dtype).dtype is dtype
    assert swiftnn.half is swiftnn.float16
    assert x.to(dtype).type() == {"float16": "swiftnn.HalfTensor", "bfloat16": "swiftnn.BFloat16Tensor"}[name]


@both
def test_copies(dtype, tmp_path):
    x = swiftnn.randn(3, 4, dtype=dtype).t()
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(x, protocol))
        assert again.dtype is dtype and np.array_equal(bits_of(again), bits_of(x))
    assert swiftnn.equal(copy.deepcopy(x), x) and swiftnn.equal(x.clone(), x)
    swiftnn.save_file({"x": x, "f": swiftnn.ones(1), "i": swiftnn.ones(3, dtype=swiftnn.int16)}, tmp_path / "x.safetensors")
    loaded = swiftnn.load_file(tmp_path / "x.safetensors")
    assert loaded["x"].dtype is dtype and np.array_equal(bits_of(loaded["x"]), bits_of(x)) and loaded["f"].item() == 1
    header = (tmp_path / "x.safetensors").read_bytes()
    assert {swiftnn.float16: b'"F16"', swiftnn.bfloat16: b'"BF16"'}[dtype] in header
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU()).to(dtype)
    swiftnn.save_model(model, tmp_path / "m.safetensors")
    loaded = swiftnn.load_model(tmp_path / "m.safetensors")
    assert loaded[0].weight.dtype is dtype and swiftnn.equal(loaded[0].weight, model[0].weight)


@both
def test_index_and_join(dtype):
    x = swiftnn.arange(12, dtype=dtype).view(3, 4)
    assert x.dtype is dtype and x[1].tolist() == [4, 5, 6, 7] and x[:, swiftnn.tensor([3, 0])].tolist() == [[3, 0], [7, 4], [11, 8]]
    assert x[x > 9].tolist() == [10, 11] and swiftnn.cat([x, x], 1).shape == (3, 8) and swiftnn.stack([x[0], x[1]]).dtype is dtype
    assert swiftnn.cat([x, x.float()]).dtype is swiftnn.float32
    x[0] = swiftnn.ones(4)
    x[swiftnn.tensor([1])] = 2.5
    assert x.tolist() == [[1.0] * 4, [2.5] * 4, [8, 9, 10, 11]]
    assert x.index_select(0, swiftnn.tensor([2])).tolist() == [[8, 9, 10, 11]]
    leaf = swiftnn.ones(3, dtype=dtype, requires_grad=True)
    leaf[swiftnn.zeros(3000, dtype=swiftnn.int64)].sum().backward()
    assert leaf.grad.dtype is dtype and leaf.grad[0].item() == swiftnn.tensor(3000.0).to(dtype).item(), "one rounding"


# ---------------------------------------------------------------------------------------------------- training


@both
@pytest.mark.parametrize("make", [
    lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-3), lambda p: optim.SGD(p, lr=1.0),
    lambda p: optim.Adam(p, lr=0.02), lambda p: optim.AdamW(p, lr=0.02)], ids=["momentum", "sgd", "adam", "adamw"])
def test_training(dtype, make):
    swiftnn.manual_seed(1)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3)).to(dtype)
    assert all(p.dtype is dtype and p.requires_grad for p in model.parameters())
    x, y = swiftnn.randn(60, 8, dtype=dtype), swiftnn.randint(0, 3, (60,))
    optimizer, losses = make(model.parameters()), []
    for _ in range(60):
        loss = nn.functional.cross_entropy(model(x), y)
        assert loss.dtype is dtype
        optimizer.zero_grad()
        loss.backward()
        assert all(p.grad.dtype is dtype for p in model.parameters())
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    for state in optimizer.state.values():
        assert all(value.dtype is dtype for key, value in state.items() if key != "step" and isinstance(value, swiftnn.Tensor))


@both
def test_step_on_a_strided_parameter(dtype):
    weight = nn.Parameter(swiftnn.ones(3, 4, dtype=dtype).t())
    weight.grad = swiftnn.ones(4, 3, dtype=dtype)
    optim.SGD([weight], lr=0.25).step()
    assert weight.tolist() == [[0.75] * 3] * 4


@both
def test_modules(dtype):
    name = {swiftnn.float16: "half", swiftnn.bfloat16: "bfloat16"}[dtype]
    model = getattr(nn.Sequential(nn.Linear(4, 5), nn.Dropout(0.5), nn.Linear(5, 2, dtype=swiftnn.float64)), name)()
    assert {p.dtype for p in model.parameters()} == {dtype} and model(swiftnn.ones(3, 4, dtype=dtype)).dtype is dtype
    assert nn.Linear(3, 2, dtype=dtype).weight.dtype is dtype
    with pytest.raises(RuntimeError, match="float32"):
        model(swiftnn.ones(3, 4))


@both
@pytest.mark.parametrize("rows", [1, 3, 8, 9, 40])
def test_linear_and_its_gradients(dtype, rows):
    """Products are summed in float32 and rounded once, for few rows and for many."""
    x, w, b = (swiftnn.randn(*shape, dtype=dtype) for shape in ((rows, 33), (17, 33), (17,)))
    wide = [t.float().requires_grad_() for t in (x, w, b)]
    narrow = [t.requires_grad_() for t in (x, w, b)]
    got, want = nn.functional.linear(*narrow), nn.functional.linear(*wide)
    assert swiftnn.equal(got, want.to(dtype))
    seed = swiftnn.randn(rows, 17, dtype=dtype)
    got.backward(seed)
    want.backward(seed.float())
    for a, c in zip(narrow, wide):
        assert swiftnn.equal(a.grad, c.grad.to(dtype))
    assert swiftnn.equal(x.detach() @ w.detach().t(), (x.detach().float() @ w.detach().float().t()).to(dtype))


# ---------------------------------------------------------------------------------------------------- random numbers

# PyTorch's, from torch.manual_seed(0): rand, randn (fewer than 16 are made otherwise), uniform_(-0.7, 2.3), randint.
UNIFORM = {swiftnn.float16: [0.496337890625, 0.76806640625, 0.0885009765625],
           swiftnn.bfloat16: [0.49609375, 0.76953125, 0.08837890625]}
NORMAL = {swiftnn.float16: [1.541015625, -0.29345703125, -2.1796875], swiftnn.bfloat16: [1.5390625, -0.29296875, -2.171875]}
NORMALS = {swiftnn.float16: [-1.1259765625, -1.3525390625, -1.6962890625, 0.56689453125, 0.79345703125, 0.5986328125],
           swiftnn.bfloat16: [-1.125, -1.3515625, -1.6953125, 0.56640625, 0.79296875, 0.59765625]}


@both
def test_random_numbers_are_those_of_pytorch(dtype):
    for make, want in ((lambda: swiftnn.rand(3, dtype=dtype), UNIFORM), (lambda: swiftnn.randn(3, dtype=dtype), NORMAL),
                       (lambda: swiftnn.randn(17, dtype=dtype)[:6], NORMALS)):
        swiftnn.manual_seed(0)
        assert make().tolist() == want[dtype]
    swiftnn.manual_seed(0)
    x = swiftnn.rand(20000, dtype=dtype)
    assert 0 <= x.amin().item() and x.amax().item() < 1, "rounding does not reach the upper bound"
    assert set(swiftnn.empty(1000, dtype=dtype).bernoulli_(0.3).tolist()) == {0.0, 1.0}
    whole = swiftnn.randint(-5, 200, (500,), dtype=dtype)
    assert whole.dtype is dtype and -5 <= whole.amin().item() and whole.amax().item() < 200
    assert sorted(swiftnn.randperm(100, dtype=dtype).tolist()) == list(range(100))


# ---------------------------------------------------------------------------------------------------- dtypes


def test_promotion():
    """PyTorch's table: the floating types win over the others as they are, two different ones meet in the wider."""
    f2, b2, f4, f8 = swiftnn.float16, swiftnn.bfloat16, swiftnn.float32, swiftnn.float64
    for half in HALVES:
        for other in (swiftnn.int64, swiftnn.int32, swiftnn.int16, swiftnn.int8, swiftnn.uint8, swiftnn.bool):
            assert swiftnn.promote_types(half, other) is half and swiftnn.promote_types(other, half) is half
    for a, b, want in [(f2, b2, f4), (f2, f4, f4), (b2, f4, f4), (f2, f8, f8), (b2, f8, f8), (f4, f8, f8), (f2, f2, f2)]:
        assert swiftnn.promote_types(a, b) is want and swiftnn.promote_types(b, a) is want
        assert (swiftnn.ones(2, dtype=a) + swiftnn.ones(2, dtype=b)).dtype is want
        # One without dimensions gives way; so does a number.
        assert swiftnn.result_type(swiftnn.ones(2, dtype=a), swiftnn.ones((), dtype=b)) is a
        assert swiftnn.result_type(swiftnn.ones(2, dtype=a), 1.5) is a and swiftnn.result_type(2, swiftnn.ones((), dtype=a)) is a
    assert swiftnn.promote_types(swiftnn.uint8, swiftnn.int8) is swiftnn.int16 and swiftnn.promote_types(float, int) is f8
    assert swiftnn.result_type(1, 1.5) is f4 and swiftnn.result_type(True, 1) is swiftnn.int64
    assert swiftnn.result_type(True, False) is swiftnn.bool and swiftnn.result_type(swiftnn.ones(1, dtype=swiftnn.int8), 2.5) is f4
    for bad in (("float16", f2), (f2, None)):
        with pytest.raises(TypeError, match="promote_types"):
            swiftnn.promote_types(*bad)
    with pytest.raises(TypeError, match="result_type"):
        swiftnn.result_type(swiftnn.ones(1), "x")


def test_can_cast():
    kinds = {swiftnn.bool: 0, swiftnn.uint8: 1, swiftnn.int64: 1, swiftnn.int8: 1, **dict.fromkeys(HALVES + (swiftnn.float32, swiftnn.float64), 2)}
    for a, b in itertools.product(kinds, kinds):
        assert swiftnn.can_cast(a, b) == (kinds[a] <= kinds[b]), (a, b)


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_finfo(name):
    got, want = swiftnn.finfo(getattr(swiftnn, name)), np.finfo(name)
    for attribute in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution"):
        assert getattr(got, attribute) == pytest.approx(float(getattr(want, attribute)), rel=1e-3 if attribute == "resolution" else 0), attribute
    assert got.dtype == name and got == swiftnn.finfo(getattr(swiftnn, name)) and got != swiftnn.finfo(swiftnn.bfloat16)


def test_finfo_of_bfloat16():
    info = swiftnn.finfo(swiftnn.bfloat16)
    assert repr(info) == ("finfo(resolution=0.01, min=-3.38953e+38, max=3.38953e+38, eps=0.0078125, smallest_normal=1.17549e-38, "
                          "tiny=1.17549e-38, dtype=bfloat16)")
    assert info.bits == 16 and swiftnn.tensor(info.max, dtype=swiftnn.bfloat16).item() == info.max
    assert swiftnn.finfo().dtype == "float32"
    with pytest.raises(TypeError, match="iinfo"):
        swiftnn.finfo(swiftnn.int8)


@pytest.mark.parametrize("name", ["int64", "int32", "int16", "int8", "uint8"])
def test_iinfo(name):
    got, want = swiftnn.iinfo(getattr(swiftnn, name)), np.iinfo(name)
    assert (got.bits, got.max, got.min, got.dtype) == (want.bits, want.max, want.min, name)
    assert repr(swiftnn.iinfo(swiftnn.int8)) == "iinfo(min=-128, max=127, dtype=int8)"
    for bad in (swiftnn.float16, swiftnn.bool):
        with pytest.raises(TypeError, match="finfo"):
            swiftnn.iinfo(bad)


@pytest.fixture
def default_dtype():
    yield
    swiftnn.set_default_dtype(swiftnn.float32)


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float64", "float32"])
def test_default_dtype(name, default_dtype):
    dtype = getattr(swiftnn, name)
    swiftnn.set_default_dtype(dtype)
    assert swiftnn.get_default_dtype() is dtype
    whole = swiftnn.tensor([1])
    made = [swiftnn.tensor(1.5), swiftnn.zeros(2), swiftnn.rand(2), swiftnn.full((2,), 1.5), swiftnn.arange(2.0), swiftnn.Tensor([1.0]),
            swiftnn.Tensor(2), whole / 2, whole * 1.5, whole.exp(), swiftnn.tensor([True]) + 0.5, nn.Linear(2, 3).weight]
    assert [x.dtype for x in made] == [dtype] * len(made)
    assert whole.dtype is swiftnn.int64 and swiftnn.full((1,), 2).dtype is swiftnn.int64
    assert swiftnn.tensor([swiftnn.tensor(1.0, dtype=swiftnn.float16), 2.0]).dtype is swiftnn.promote_types(swiftnn.float16, dtype)
    assert repr(swiftnn.tensor([1.5])) == "tensor([1.5000])" and swiftnn.finfo().dtype == name
    assert ("dtype" in repr(swiftnn.tensor([1.5], dtype=swiftnn.float32))) == (name != "float32")


def test_default_dtype_errors():
    with pytest.raises(TypeError, match="only floating-point types .*int32"):
        swiftnn.set_default_dtype(swiftnn.int32)
    for bad in ("float16", None, 1):
        with pytest.raises(TypeError, match="set_default_dtype"):
            swiftnn.set_default_dtype(bad)
    assert swiftnn.get_default_dtype() is swiftnn.float32
