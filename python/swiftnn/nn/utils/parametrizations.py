"""Parametrisations that networks use: weights of a length of their own, of spectral norm 1, orthogonal ones."""

from ... import _C, linalg
from ...autograd import no_grad
from ..module import Module
from .parametrize import register_parametrization

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


# ------------------------------------------------------------------------------------------ lengths


def norm_except(v, dim):
    """The 2-norm over all dimensions but ``dim``, which are kept with size 1; over all of them for -1."""
    if dim == -1:
        return v.pow(2).sum().sqrt()
    dim %= max(v.ndim, 1)
    return v.pow(2).sum([other for other in range(v.ndim) if other != dim], keepdim=True).sqrt() if v.ndim > 1 else v.abs()


def weight_from(v, g, dim):
    """The weight of direction ``v`` and length ``g``."""
    return v * (g / norm_except(v, dim))


class _WeightNorm(Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g, weight_v):
        return weight_from(weight_v, weight_g, self.dim)

    def right_inverse(self, weight):
        return norm_except(weight, self.dim), weight


def weight_norm(module, name="weight", dim=0):
    """Replaces a parameter by its length and its direction, which are trained in its place.

    They are ``module.parametrizations.weight.original0`` and ``original1``; entries ``weight_g`` and ``weight_v`` of an
    older state_dict are read as these.

    Args:
        module: the block.
        name: the parameter.
        dim: the dimension that keeps a length of its own for each place; None for one length of the whole.

    Examples::

        >>> from swiftnn import nn
        >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(20, 40))
        >>> layer.parametrizations.weight.original0.shape
        swiftnn.Size([40, 1])
        >>> layer.parametrizations.weight.original1.shape
        swiftnn.Size([40, 20])
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def read_older_names(state_dict, prefix, *rest):
        older = [f"{prefix}{name}_g", f"{prefix}{name}_v"]
        if all(key in state_dict for key in older):
            for number, key in enumerate(older):
                state_dict[f"{prefix}parametrizations.{name}.original{number}"] = state_dict.pop(key)

    module._register_load_state_dict_pre_hook(read_older_names)
    return module


# ------------------------------------------------------------------------------------------ spectral norm


def normalized(vector, eps):
    """A vector divided by its length, which counts as ``eps`` at least."""
    return vector / vector.norm().clamp(min=eps)


def as_rows(weight, dim):
    """A weight as a matrix whose rows are the places of ``dim``."""
    if dim != 0:
        weight = weight.movedim(dim, 0)
    return weight.reshape(weight.size(0), -1)


@no_grad()
def power_method(rows, u, v, iterations, eps, u_first=True):
    """Brings u and v, in place, closer to the first singular vectors."""
    rows = rows.detach()
    for step in range(2 * iterations):
        if (step % 2 == 0) == u_first:
            u.copy_(normalized(rows.mv(v), eps))
        else:
            v.copy_(normalized(rows.t().mv(u), eps))


class _SpectralNorm(Module):
    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [-{weight.ndim}, {weight.ndim - 1}] but got {dim})"
            )
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        self.dim = dim if dim >= 0 else dim + weight.ndim
        self.eps, self.n_power_iterations = eps, n_power_iterations
        if weight.ndim > 1:
            rows = as_rows(weight.detach(), self.dim)
            u = rows.new_empty(rows.size(0)).normal_(0, 1)
            v = rows.new_empty(rows.size(1)).normal_(0, 1)
            self.register_buffer("_u", normalized(u, eps))
            self.register_buffer("_v", normalized(v, eps))
            power_method(rows, self._u, self._v, 15, eps)

    def forward(self, weight):
        if weight.ndim == 1:
            return normalized(weight, self.eps)
        rows = as_rows(weight, self.dim)
        if self.training:
            power_method(rows, self._u, self._v, self.n_power_iterations, self.eps)
        # The values of now, for the gradient: the next call writes to the buffers.
        u, v = self._u.clone(), self._v.clone()
        return weight / _C.functions["dot"](u, rows.mv(v))

    def right_inverse(self, value):
        return value


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """Divides a parameter by its largest singular value, which the power method follows as the parameter changes.

    Args:
        module: the block.
        name: the parameter.
        n_power_iterations: the steps of the power method at each use in training mode.
        eps: a bound from below for the norms that are divided by.
        dim: the dimension of the outputs; by default 0, or 1 for transposed convolutions.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4), n_power_iterations=50)
        >>> round(float(swiftnn.linalg.matrix_norm(layer.weight, 2).detach()), 3)
        1.0
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, _C.Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if dim is None:
        dim = 1 if "ConvTranspose" in type(module).__name__ else 0
    register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))
    return module


# ------------------------------------------------------------------------------------------ orthogonal weights


def _reflections(x):
    """The Householder vectors of a matrix below its diagonal, and their factors, as LAPACK's geqrf leaves them."""
    x, factors = x.clone(), []
    for column in range(x.size(-1)):
        alpha, below = x[..., column, column].clone(), x[..., column + 1 :, column]
        rest = below.pow(2).sum(-1)
        beta = -alpha.sign().where(alpha != 0, 1.0) * (alpha.pow(2) + rest).sqrt()
        trivial = rest == 0
        beta = alpha.where(trivial, beta)
        safe = (alpha - beta).where(~trivial, 1.0)
        tau = ((beta - alpha) / beta.where(~trivial, 1.0)).where(~trivial, 0.0)
        vector = _C.functions["cat"]([_C.functions["ones_like"](safe)[..., None], below / safe[..., None]], -1)
        if column + 1 < x.size(-1):
            later = x[..., column:, column + 1 :]
            later -= tau[..., None, None] * vector[..., None] * (vector[..., None, :] @ later)
        x[..., column, column] = beta
        x[..., column + 1 :, column] = vector[..., 1:]
        factors.append(tau)
    return x, _C.functions["stack"](factors, -1)


def _householder_product(a, tau):
    """The first columns of the product of the reflections whose vectors are the columns of ``a`` below the diagonal."""
    n, k = a.size(-2), a.size(-1)
    product = _C.functions["eye"](n, k, dtype=a.dtype).expand(a.shape)
    for column in reversed(range(k)):
        vector = a[..., column]
        place = _C.functions["arange"](n)
        vector = vector * (place > column) + (place == column)
        scaled = tau[..., column, None] * vector
        product = product - scaled[..., None] * (vector[..., None, :] @ product)
    return product


def _made_orthogonal(a):
    """The orthogonal factor of a QR decomposition, made unique by a positive diagonal of the other."""
    q, r = linalg.qr(a)
    return q * r.diagonal(dim1=-2, dim2=-1).sign().unsqueeze(-2)


def _is_orthogonal(q):
    eye = _C.functions["eye"](q.size(-1), dtype=q.dtype)
    tolerance = 10.0 * q.size(-2) * (2.0**-52 if q.dtype is _C.dtypes["float64"] else 2.0**-23)
    return bool(((q.mT @ q - eye).abs() <= tolerance).all())


class _Orthogonal(Module):
    def __init__(self, weight, orthogonal_map, use_trivialization=True):
        super().__init__()
        self.shape, self.orthogonal_map = weight.shape, orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x):
        transposed = x.size(-2) < x.size(-1)
        if transposed:
            x = x.mT
        n, k = x.size(-2), x.size(-1)
        if self.orthogonal_map == "householder":
            a = x.tril(-1)
            q = _householder_product(a, 2.0 / (1.0 + (a * a).sum(-2)))
            # The diagonal is ±1 and not trained: it tells the two halves of the orthogonal group apart.
            q = q * x.diagonal(dim1=-2, dim2=-1).detach().sign().unsqueeze(-2)
        else:
            x = x.tril()
            if n != k:
                x = _C.functions["cat"]([x, x.new_zeros(*x.shape[:-1], n - k)], -1)
            skew = x - x.mT
            if self.orthogonal_map == "matrix_exp":
                q = linalg.matrix_exp(skew)
            else:
                eye = _C.functions["eye"](n, dtype=x.dtype)
                q = linalg.solve(eye - skew * 0.5, eye + skew * 0.5)
            if n != k:
                q = q[..., :k]
        if "base" in self._buffers:
            q = self.base @ q
        return q.mT if transposed else q

    @no_grad()
    def right_inverse(self, value):
        if value.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of shape {value.shape}."
            )
        transposed = value.size(-2) < value.size(-1)
        q = value.mT if transposed else value
        n, k = q.size(-2), q.size(-1)
        if "base" not in self._buffers:
            if self.orthogonal_map != "householder":
                raise NotImplementedError(
                    "It is not possible to assign to the matrix exponential or the Cayley parametrizations when "
                    "use_trivialization=False."
                )
            a, tau = _reflections(q)
            diagonal = a.diagonal(dim1=-2, dim2=-1)
            diagonal.copy_(diagonal.sign() * (1.0 - 2.0 * (tau == 0)))
            return a.mT if transposed else a
        if n == k:
            q = q.clone() if _is_orthogonal(q) else _made_orthogonal(q)
        else:
            noise = _C.functions["randn"](*q.shape[:-1], n - k, dtype=q.dtype)
            q = _made_orthogonal(_C.functions["cat"]([q, noise], -1))
        self.base = q
        # What all three maps take to the identity, up to a sign that `base` has for the Householder map.
        start = _C.functions["zeros_like"](value)
        start.diagonal(dim1=-2, dim2=-1).fill_(-1.0)
        return start


def orthogonal(module, name="weight", orthogonal_map=None, *, use_trivialization=True):
    """Keeps a matrix, or a batch of them, orthogonal: its columns, or rows if these are fewer, are orthonormal.

    Args:
        module: the block.
        name: the parameter.
        orthogonal_map: "matrix_exp", "cayley" or "householder"; by default the first for square matrices, else the last.
        use_trivialization: whether the map starts from the present value, which makes the parameter assignable.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.utils.parametrizations.orthogonal(nn.Linear(20, 40))
        >>> q = layer.weight
        >>> swiftnn.allclose(q.mT @ q, swiftnn.eye(20), atol=1e-5)
        True
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, _C.Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if weight.ndim < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions.")
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.size(-2) == weight.size(-1) else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise ValueError(
            f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}'
        )
    register_parametrization(module, name, _Orthogonal(weight, orthogonal_map, use_trivialization), unsafe=True)
    return module
