"""Linear algebra beyond the rows of the operator table: errors that name a matrix, numbers that are not finite, tolerances,
products whose arguments come in several forms."""

import numpy as np
import pytest

import swiftnn
from swiftnn import linalg

nan, inf = float("nan"), float("inf")
generator = np.random.default_rng(1)


def random(*shape, dtype=np.float64):
    return swiftnn.from_numpy(generator.normal(size=shape).astype(dtype))


def stack(*matrices):
    return swiftnn.stack([swiftnn.tensor(m) for m in matrices])


EYE, ZERO = [[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]
BAD = stack(EYE, ZERO)


# ---------------------------------------------------------------------------------------------------- errors


def test_the_error_is_a_runtime_error_of_its_own():
    assert issubclass(linalg.LinAlgError, RuntimeError)
    assert linalg.LinAlgError.__module__ == "swiftnn.linalg" and linalg.LinAlgError.__name__ == "LinAlgError"
    with pytest.raises(linalg.LinAlgError):
        linalg.inv(BAD)
    with pytest.raises(RuntimeError) as other:
        linalg.inv(swiftnn.ones(2, 3))
    assert type(other.value) is RuntimeError


@pytest.mark.parametrize("call, message", [
    (lambda: linalg.inv(BAD), r"linalg.inv: \(Batch element 1\): The diagonal element 1 is zero, the inversion could not be completed because the input matrix is singular"),
    (lambda: swiftnn.inverse(BAD), r"linalg.inv: \(Batch element 1\): The diagonal"),
    (lambda: linalg.inv_ex(BAD, check_errors=True), r"linalg.inv_ex: \(Batch element 1\): The diagonal"),
    (lambda: linalg.solve(BAD, swiftnn.ones(2, 2, 1)), r"linalg.solve: \(Batch element 1\): The solver failed because the input matrix is singular"),
    (lambda: linalg.cholesky(BAD), r"linalg.cholesky: \(Batch element 1\): The factorization could not be completed because the input is not positive-definite "
                                   r"\(the leading minor of order 1 is not positive-definite\)"),
    (lambda: linalg.cholesky(-swiftnn.tensor(EYE)), r"linalg.cholesky: The factorization"),
    (lambda: swiftnn.cholesky_inverse(stack(EYE, [[1.0, 0.0], [5.0, 0.0]])), r"cholesky_inverse: \(Batch element 1\): The diagonal element 2 is zero"),
    (lambda: linalg.svd(stack(EYE, EYE, [[nan, 0.0], [0.0, 1.0]])), r"linalg.svd: \(Batch element 2\): The algorithm failed to converge because the input matrix contained non-finite values"),
    (lambda: linalg.svdvals(swiftnn.tensor([[inf]])), r"linalg.svd: The algorithm failed to converge because the input matrix contained non-finite values"),
    (lambda: linalg.pinv(swiftnn.tensor([[nan]])), r"linalg.svd: .*non-finite"),
    (lambda: linalg.lstsq(stack([[1.0, 0.0]] * 3, [[1.0, 0.0]] * 3), swiftnn.ones(2, 3, 1), driver="gels"),
     r"linalg.lstsq: \(Batch element 0\): The least squares solution could not be computed because the input matrix does not have full rank \(error code: 2\)"),
])
def test_messages(call, message):
    with pytest.raises(linalg.LinAlgError, match=message):
        call()


def test_info_instead_of_an_error():
    inverse, info = linalg.inv_ex(BAD)
    assert info.dtype == swiftnn.int32 and info.tolist() == [0, 1] and inverse[0].tolist() == EYE
    factor, info = linalg.cholesky_ex(swiftnn.tensor([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 2.0]]))
    assert info.shape == () and info.item() == 2
    result, info = linalg.solve_ex(BAD, swiftnn.ones(2, 2, 1))
    assert info.tolist() == [0, 1] and result[0].tolist() == [[1.0], [1.0]]
    lu, pivots, info = linalg.lu_factor_ex(BAD)
    assert info.tolist() == [0, 1] and pivots.dtype == swiftnn.int32 and pivots.tolist() == [[1, 2], [1, 2]]
    with pytest.raises(RuntimeError, match=r"linalg.lu_factor: \(Batch element 1\): U\[1,1\] is zero and using it on lu_solve would result in a division by zero") as error:
        linalg.lu_factor(BAD)
    assert type(error.value) is RuntimeError


@pytest.mark.parametrize("dtype", [swiftnn.float16, swiftnn.bfloat16])
def test_no_16_bit_decompositions(dtype):
    x = swiftnn.tensor(EYE).to(dtype)
    for call in (linalg.inv, linalg.det, linalg.svd, linalg.qr, linalg.eigh, linalg.cholesky, linalg.pinv, linalg.lu, lambda a: linalg.solve(a, a), lambda a: linalg.lstsq(a, a),
                 lambda a: linalg.matrix_power(a, -1), linalg.matrix_rank, linalg.cond):
        with pytest.raises(RuntimeError, match="low precision dtypes are not supported"):
            call(x)


# ---------------------------------------------------------------------------------------------------- numbers that are not finite


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bad", [nan, inf, -inf])
@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_what_is_not_finite_comes_back(dtype, bad, n):
    """Nothing hangs, and nothing that the number does not belong to is touched."""
    a = np.stack([np.eye(n), np.eye(n)]).astype(dtype)
    a[1, n - 1, 0] = bad
    x = swiftnn.from_numpy(a)
    values, vectors = linalg.eigh(x)
    assert np.isfinite(values[0].numpy()).all() and np.isnan(values[1].numpy()).all() and np.isnan(vectors[1].numpy()).all()
    assert np.isnan(linalg.eigvalsh(x)[1].numpy()).all()
    if n > 1:
        assert np.isfinite(linalg.eigvalsh(x, UPLO="U").numpy()).all()  # the other triangle
    found = linalg.lstsq(x, swiftnn.ones(2, n, 1, dtype=x.dtype))
    assert np.isfinite(found.solution[0].numpy()).all() and np.isnan(found.solution[1].numpy()).all() and found.rank.tolist() == [n, 0]
    for call in (linalg.inv_ex, linalg.qr, linalg.lu_factor_ex, linalg.matrix_exp, linalg.det, linalg.slogdet, linalg.cholesky_ex):
        result = call(x)
        first = result[0] if isinstance(result, tuple) else result
        assert np.isfinite(first[0].numpy()).all()


def test_solutions_with_nan_on_the_right():
    x = linalg.solve(swiftnn.tensor(EYE), swiftnn.tensor([[1.0, nan], [2.0, 3.0]]))
    assert x[:, 0].tolist() == [1.0, 2.0] and np.isnan(x[0, 1].item())
    assert np.isnan(linalg.solve_triangular(swiftnn.tensor(EYE), swiftnn.tensor([[nan], [1.0]]), upper=True)[0, 0].item())


def test_beta_of_zero_does_not_read_the_input():
    bad = swiftnn.full((2, 2), nan)
    a = swiftnn.tensor([[1.0, 2.0], [3.0, 4.0]])
    eye = swiftnn.tensor(EYE)
    assert swiftnn.addmm(bad, a, eye, beta=0).tolist() == a.tolist()
    assert swiftnn.baddbmm(bad, a.unsqueeze(0), eye.unsqueeze(0), beta=0, alpha=2).tolist() == [(2 * a).tolist()]
    assert swiftnn.addbmm(bad, a.unsqueeze(0), eye.unsqueeze(0), beta=0).tolist() == a.tolist()
    assert swiftnn.addmv(bad[0], a, eye[0], beta=0).tolist() == [1.0, 3.0]
    assert swiftnn.addr(bad, eye[0], eye[0], beta=0).tolist() == [[1.0, 0.0], [0.0, 0.0]]
    # A product of nothing: beta alone decides.
    empty = swiftnn.ones(2, 0), swiftnn.ones(0, 2)
    assert swiftnn.addmm(bad, *empty, beta=0).tolist() == ZERO and swiftnn.addmm(a, *empty, beta=2).tolist() == (2 * a).tolist()
    x = a.clone().requires_grad_()
    swiftnn.addmm(x, eye, eye, beta=0).sum().backward()
    assert x.grad.tolist() == ZERO


# ---------------------------------------------------------------------------------------------------- tolerances


def test_tolerances_may_be_tensors():
    x = swiftnn.tensor(np.diag([4.0, 1.0, 0.1]))
    assert linalg.matrix_rank(x, atol=swiftnn.tensor([2.0, 0.5, 0.0])).tolist() == [1, 2, 3]
    assert linalg.matrix_rank(x, rtol=swiftnn.tensor(0.3)).item() == 1 and linalg.matrix_rank(x, 0.5).item() == 2
    assert linalg.matrix_rank(x, atol=0.05, rtol=0.5).item() == 1 and linalg.matrix_rank(x, hermitian=True).item() == 3
    batch = swiftnn.stack([x, x])
    assert np.allclose(linalg.pinv(batch, atol=swiftnn.tensor([0.5, 2.0], dtype=swiftnn.float64)).numpy(),
                       [np.diag([0.25, 1.0, 0.0]), np.diag([0.25, 0.0, 0.0])])
    assert np.allclose(linalg.pinv(x, 0.5).numpy(), np.diag([0.25, 0, 0])) and np.allclose(swiftnn.pinverse(x, 0.5).numpy(), np.diag([0.25, 0, 0]))
    assert linalg.matrix_rank(swiftnn.ones(2, 2, requires_grad=True)).requires_grad is False


def test_condition_numbers_of_singular_matrices():
    assert linalg.cond(BAD, 1).tolist() == [1.0, inf] and linalg.cond(BAD, "fro").tolist()[1] == inf
    assert linalg.cond(swiftnn.tensor([[1.0, 0.0], [0.0, 0.0]])).item() == inf


# ---------------------------------------------------------------------------------------------------- least squares


def test_least_squares_gives_what_the_driver_finds():
    a, b = random(5, 3), random(5, 2)
    want = np.linalg.lstsq(a.numpy(), b.numpy(), rcond=None)
    shapes = {}
    for driver in ("gels", "gelsy", "gelsd", "gelss"):
        found = linalg.lstsq(a, b, driver=driver)
        assert len(found) == 4
        assert np.allclose(found.solution.numpy(), want[0])
        shapes[driver] = [tuple(r.shape) for r in found]
        if found.residuals.numel():
            assert np.allclose(found.residuals.numpy(), want[1])
        if found.singular_values.numel():
            assert np.allclose(found.singular_values.numpy(), want[3])
        if driver != "gels":
            assert found.rank.item() == 3 and found.rank.dtype == swiftnn.int64
    assert shapes == {"gels": [(3, 2), (2,), (0,), (0,)], "gelsy": [(3, 2), (0,), (), (0,)], "gelsd": [(3, 2), (2,), (), (3,)], "gelss": [(3, 2), (2,), (), (3,)]}


def test_least_squares_of_low_rank():
    ones, b = swiftnn.ones(3, 2), swiftnn.arange(3.0).unsqueeze(1)
    for driver in ("gelsy", "gelsd", "gelss"):
        found = linalg.lstsq(ones, b, driver=driver)
        assert np.allclose(found.solution.numpy(), 0.5) and found.rank.item() == 1 and found.residuals.numel() == 0
    assert linalg.lstsq(swiftnn.tensor(np.diag([1.0, 1e-3])), swiftnn.ones(2, 1, dtype=swiftnn.float64), rcond=0.1).rank.item() == 1


def test_least_squares_without_right_sides(capfd):
    """LAPACK's routines complain to the terminal about them."""
    for driver in ("gels", "gelsy", "gelsd", "gelss"):
        found = linalg.lstsq(random(4, 2), random(4, 0), driver=driver)
        assert found.solution.shape == (2, 0) and (driver == "gels" or found.rank.item() == 2)
    assert capfd.readouterr() == ("", "")


# ---------------------------------------------------------------------------------------------------- results are tensors of their own


def test_results_can_be_written_to_under_autograd():
    """A result that lies transposed in memory is no view."""
    a = (random(3, 3) + 3 * swiftnn.tensor(np.eye(3))).requires_grad_()
    for result in (linalg.inv(a), linalg.solve(a, random(3, 2)), linalg.qr(a)[0], linalg.eigh(a)[1], linalg.lu_factor(a)[0], linalg.lstsq(a, random(3, 2)).solution):
        result.mul_(2)
    x = linalg.solve(a, swiftnn.ones(3, 1, dtype=swiftnn.float64))
    with pytest.raises(RuntimeError, match="modified by an in-?place operation"):
        x.mul_(2).sum().backward()


def test_a_gradient_by_one_result_of_several():
    """The derivative of a derivative with regard to eigenvectors that were an intermediate result."""
    a = random(3, 3)
    a = ((a + a.T) / 2 + swiftnn.tensor(np.diag([0.0, 3.0, 7.0]))).requires_grad_()
    values, vectors = linalg.eigh(a)
    (first,) = swiftnn.autograd.grad((vectors**4).sum(), a, create_graph=True)
    by_vectors, by_values = swiftnn.autograd.grad((first**2).sum(), [vectors, values], retain_graph=True)
    (whole,) = swiftnn.autograd.grad((first**2).sum(), a, retain_graph=True)
    (parts,) = swiftnn.autograd.grad([vectors, values], a, [by_vectors, by_values])
    assert np.allclose(parts.numpy(), whole.numpy(), atol=1e-9)


def test_determinant_of_a_singular_matrix_has_its_cofactors_as_gradient():
    x = swiftnn.tensor([[1.0, 2.0], [2.0, 4.0]], dtype=swiftnn.float64, requires_grad=True)
    linalg.det(x).backward()
    assert np.allclose(x.grad.numpy(), [[4.0, -2.0], [-2.0, 1.0]])
    z = swiftnn.zeros(2, 3, 3, dtype=swiftnn.float64, requires_grad=True)
    linalg.det(z).sum().backward()
    assert np.allclose(z.grad.numpy(), 0)
    assert linalg.slogdet(x.detach())[0].item() == 0 and linalg.slogdet(x.detach()).logabsdet.item() == -inf
    assert swiftnn.logdet(-swiftnn.tensor(np.eye(3))).isnan().item()


# ---------------------------------------------------------------------------------------------------- products in several forms


def test_einsum_forms():
    a, b = random(2, 3), random(3, 4)
    want = a.numpy() @ b.numpy()
    for got in (swiftnn.einsum("ij,jk->ik", a, b), swiftnn.einsum("ij,jk->ik", [a, b]), swiftnn.einsum("ij,jk->ik", (a, b)), swiftnn.einsum(a, [0, 1], b, [1, 2], [0, 2]),
                swiftnn.einsum(a, [0, 1], b, [1, 2]), swiftnn.einsum(a, [..., 30], b, [30, 51], [..., 51])):
        assert np.allclose(got.numpy(), want)
    assert swiftnn.einsum("ii->i", b[:3, :3]).data_ptr() == b.data_ptr()
    with pytest.raises(ValueError, match="must specify the equation string and at least one operand"):
        swiftnn.einsum("ij")
    with pytest.raises(ValueError, match=r"not within the valid range \[0, 52\)"):
        swiftnn.einsum(a, [0, 52])
    with pytest.raises(ValueError, match="at least one operand and its subscripts list"):
        swiftnn.einsum(a)
    with pytest.raises(TypeError):
        swiftnn.einsum(3, a)
    with pytest.raises(TypeError):
        swiftnn.einsum(a, 3)
    with pytest.raises(TypeError):
        swiftnn.einsum(a, ["i", 1])
    with pytest.raises(TypeError):
        swiftnn.einsum("ij,jk", a, 2.0)


def test_einsum_against_numpy_on_random_equations():
    letters = "abcAB"
    for trial in range(300):
        sizes = {c: int(generator.integers(0, 4)) if trial % 10 == 0 else int(generator.integers(1, 4)) for c in letters}
        terms = ["".join(generator.choice(list(letters), int(generator.integers(0, 4)))) for _ in range(int(generator.integers(1, 4)))]
        used = sorted(set("".join(terms)))
        out = "".join(generator.permutation(used)[: int(generator.integers(0, len(used) + 1))]) if used else ""
        equation = ",".join(terms) + "->" + out
        arrays = [generator.normal(size=tuple(sizes[c] for c in term)) for term in terms]
        got = swiftnn.einsum(equation, *(swiftnn.from_numpy(np.asarray(x)) for x in arrays)).numpy()
        want = np.einsum(equation, *arrays)
        assert got.shape == want.shape and np.allclose(got, want), equation


def test_many_operands():
    """More than the order of the contraction is looked for among."""
    matrices = [random(2, 2) for _ in range(26)]
    letters = "abcdefghijklmnopqrstuvwxyzA"
    equation = ",".join(letters[i:i + 2] for i in range(26)) + "->aA"
    want = np.linalg.multi_dot([m.numpy() for m in matrices])
    assert np.allclose(swiftnn.einsum(equation, matrices).numpy(), want) and np.allclose(linalg.multi_dot(matrices).numpy(), want)
    assert np.allclose(linalg.multi_dot(matrices * 11).numpy(), np.linalg.multi_dot([m.numpy() for m in matrices * 11]), rtol=1e-6)


def test_tensordot_forms():
    a, b = random(2, 3, 4), random(3, 4, 5)
    want = np.tensordot(a.numpy(), b.numpy(), 2)
    for dims in (2, ([1, 2], [0, 1]), ((-2, -1), (0, 1)), [[1, 2], [0, 1]], swiftnn.tensor([[1, 2], [0, 1]]), swiftnn.tensor(2)):
        assert np.allclose(swiftnn.tensordot(a, b, dims).numpy(), want)
    out = swiftnn.empty(0, dtype=swiftnn.float64)
    assert swiftnn.tensordot(a, b, out=out) is out and np.allclose(out.numpy(), want)
    assert swiftnn.tensordot(a, b, 0).shape == (2, 3, 4, 3, 4, 5)
    assert np.allclose(swiftnn.tensordot(random(2, 1), b, ([1], [0])).shape, (2, 4, 5))
    for dims, error in ((-1, RuntimeError), (4, RuntimeError), ([1], RuntimeError), ((1, 0), TypeError), ("x", (TypeError, AttributeError)), (1.5, (TypeError, AttributeError))):
        with pytest.raises(error):
            swiftnn.tensordot(a, b, dims)


def test_chain_matmul():
    a, b, c = random(2, 3), random(3, 4), random(4, 1)
    assert np.allclose(swiftnn.chain_matmul(a, b, c).numpy(), a.numpy() @ b.numpy() @ c.numpy())
    assert swiftnn.chain_matmul(a).tolist() == a.tolist()
    for bad in ((), (a[0], b)):
        with pytest.raises(RuntimeError):
            swiftnn.chain_matmul(*bad)


def test_products_of_broadcast_stacks_do_not_copy_them():
    """One matrix against a stack, in every layout, with the gradients of both."""
    for left, right in (((3, 1, 4, 5), (1, 2, 5, 6)), ((4, 5), (7, 5, 6)), ((7, 4, 5), (1, 5, 6)), ((2, 3, 4, 5), (5,)), ((5,), (2, 3, 5, 6)), ((2, 3, 4, 5), (3, 5, 6))):
        a, b = random(*left).requires_grad_(), random(*right).requires_grad_()
        result = swiftnn.matmul(a, b)
        want = np.matmul(a.detach().numpy(), b.detach().numpy())
        assert np.allclose(result.detach().numpy(), want)
        weight = random(*want.shape)
        result.backward(weight)
        step = 1e-6
        for x in (a, b):
            base = x.detach().clone()
            direction = random(*x.shape)
            above, below = base + direction * step, base - direction * step
            f = lambda y: float((swiftnn.matmul(y if x is a else a.detach(), y if x is b else b.detach()) * weight).sum())
            assert np.isclose((f(above) - f(below)) / (2 * step), float((x.grad * direction).sum()), rtol=1e-5)


def test_cdist_propagates_nan_and_is_flat_where_rows_are_equal():
    got = swiftnn.cdist(swiftnn.tensor([[1.0, nan]]), swiftnn.tensor([[1.0, 0.5]]), inf)
    assert np.isnan(got.item())
    for p in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, inf):
        x = swiftnn.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
        for recorded in (False, True):
            (slope,) = swiftnn.autograd.grad(swiftnn.cdist(x, x.detach(), p).diagonal().sum(), x, create_graph=recorded)
            assert slope.tolist() == ZERO, p


def test_sizes_that_nothing_can_hold():
    for call in (lambda: swiftnn.outer(swiftnn.ones(1).expand(2**40), swiftnn.ones(1).expand(2**40)), lambda: swiftnn.kron(swiftnn.ones(1).expand(2**40), swiftnn.ones(1).expand(2**40)),
                 lambda: swiftnn.mm(swiftnn.ones(1, 1).expand(2**32, 1), swiftnn.ones(1, 1)), lambda: linalg.vander(swiftnn.ones(2), N=2**60),
                 lambda: swiftnn.bmm(swiftnn.ones(1, 1, 1).expand(2**31 - 1, 2**31 - 1, 1), swiftnn.ones(1, 1, 1).expand(2**31 - 1, 1, 2**31 - 1)),
                 lambda: swiftnn.cdist(swiftnn.ones(1, 1).expand(2**31 - 1, 1), swiftnn.ones(1, 1).expand(2**31 - 1, 1)),
                 lambda: linalg.inv(swiftnn.ones(1, 1).expand(2**26, 2**26)), lambda: linalg.svd(swiftnn.ones(1, 1).expand(2**26, 2**26)),
                 lambda: swiftnn.einsum("i,j->ij", swiftnn.ones(1).expand(2**40), swiftnn.ones(1).expand(2**40)),
                 lambda: swiftnn.tensordot(swiftnn.ones(1).expand(2**40), swiftnn.ones(1).expand(2**40), 0)):
        with pytest.raises((RuntimeError, MemoryError)):
            call()
    assert linalg.matrix_power(swiftnn.tensor(EYE), 2**63 - 1).tolist() == EYE
    assert linalg.matrix_power(swiftnn.tensor(EYE), -(2**63)).tolist() == EYE


def test_keyword_input_is_taken_where_linalg_says_a():
    x = swiftnn.tensor(EYE)
    assert swiftnn.det(input=x).item() == 1 and linalg.det(A=x).item() == 1 and x.det().item() == 1
    assert swiftnn.inverse(input=x).tolist() == EYE and swiftnn.matrix_exp(input=x * 0).tolist() == EYE
    with pytest.raises(TypeError):
        linalg.det(B=x)


def test_large_matrices():
    """Blocked code, of LAPACK and of the products."""
    for dtype, tolerance in ((np.float32, 2e-3), (np.float64, 1e-10)):
        a = random(150, 150, dtype=dtype) + 20 * swiftnn.from_numpy(np.eye(150, dtype=dtype))
        identity = np.eye(150)
        assert np.abs((a @ linalg.inv(a)).numpy() - identity).max() < tolerance
        q, r = linalg.qr(a)
        assert np.abs((q @ r - a).numpy()).max() < tolerance and np.abs((q.T @ q).numpy() - identity).max() < tolerance
        u, s, vh = linalg.svd(a)
        assert np.abs(((u * s) @ vh - a).numpy()).max() < tolerance * 10
        values, vectors = linalg.eigh(a + a.T)
        assert np.abs(((vectors * values) @ vectors.T - a - a.T).numpy()).max() < tolerance * 10
        p, l, upper = linalg.lu(a)
        assert np.abs((p @ l @ upper - a).numpy()).max() < tolerance
        factor = linalg.cholesky(a @ a.T)
        assert np.abs((factor @ factor.T - a @ a.T).numpy()).max() < tolerance * 100
