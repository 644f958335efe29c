"""Weights that are computed before each call, by a hook: the older forms of ``parametrizations``."""

import warnings

from ... import _C
from ..parameter import Parameter, is_lazy
from .parametrizations import normalized, norm_except, power_method, as_rows, weight_from

__all__ = ["remove_spectral_norm", "remove_weight_norm", "spectral_norm", "weight_norm"]


class _Hook:
    """A forward pre-hook that sets the attribute ``name`` of its block."""

    def __init__(self, name):
        self.name = name

    @classmethod
    def of(cls, module, name):
        """The number and the hook of this kind that ``module`` has for ``name``."""
        for number, hook in module._forward_pre_hooks.items():
            if isinstance(hook, cls) and hook.name == name:
                return number, hook
        return None, None

    @classmethod
    def take_off(cls, module, name):
        number, hook = cls.of(module, name)
        if hook is not None:
            hook.remove(module)
            del module._forward_pre_hooks[number]
        return hook

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute(module))


class _WeightNorm(_Hook):
    def __init__(self, name, dim):
        super().__init__(name)
        self.dim = -1 if dim is None else dim

    def compute(self, module):
        return weight_from(getattr(module, self.name + "_v"), getattr(module, self.name + "_g"), self.dim)

    def remove(self, module):
        weight = self.compute(module)
        delattr(module, self.name)
        for end in ("_g", "_v"):
            del module._parameters[self.name + end]
        setattr(module, self.name, Parameter(weight.detach()))


def weight_norm(module, name="weight", dim=0):
    """Replaces the parameter ``name`` by its length ``name_g`` and its direction ``name_v``, as an older form of
    :func:`swiftnn.nn.utils.parametrizations.weight_norm`: the weight is computed by a hook before each call.

    Args:
        module: the block.
        name: the parameter.
        dim: the dimension that keeps a length of its own for each place; None for one length of the whole.
    """
    warnings.warn(
        "`nn.utils.weight_norm` is deprecated in favor of `nn.utils.parametrizations.weight_norm`.",
        FutureWarning,
        stacklevel=2,
    )
    if _WeightNorm.of(module, name)[1] is not None:
        raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    hook = _WeightNorm(name, dim)
    weight = getattr(module, name)
    if is_lazy(weight):
        raise ValueError(
            "The module passed to `WeightNorm` can't have uninitialized parameters. Make sure to run the dummy forward "
            "before applying weight normalization"
        )
    del module._parameters[name]
    module.register_parameter(name + "_g", Parameter(norm_except(weight, hook.dim).detach()))
    module.register_parameter(name + "_v", Parameter(weight.detach()))
    setattr(module, name, hook.compute(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module, name="weight"):
    """Takes :func:`weight_norm` off again: the weight is an ordinary parameter of the value that it has."""
    if _WeightNorm.take_off(module, name) is None:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    return module


class _SpectralNorm(_Hook):
    def __init__(self, name, iterations, dim, eps):
        super().__init__(name)
        self.iterations, self.dim, self.eps = iterations, dim, eps

    def compute(self, module, training=None):
        weight = getattr(module, self.name + "_orig")
        u, v = getattr(module, self.name + "_u"), getattr(module, self.name + "_v")
        rows = as_rows(weight, self.dim)
        if module.training if training is None else training:
            power_method(rows, u, v, self.iterations, self.eps, u_first=False)
            # The values of now, for the gradient: the next call writes to the buffers.
            u, v = u.clone(), v.clone()
        return weight / _C.functions["dot"](u, rows.mv(v))

    def remove(self, module):
        weight = self.compute(module, training=False).detach()
        delattr(module, self.name)
        for end in ("_u", "_v", "_orig"):
            delattr(module, self.name + end)
        module.register_parameter(self.name, Parameter(weight))


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """Divides the parameter ``name`` by its largest singular value, as an older form of
    :func:`swiftnn.nn.utils.parametrizations.spectral_norm`: the weight is computed by a hook before each call.

    Args:
        module: the block.
        name: the parameter.
        n_power_iterations: the steps of the power method at each call in training mode.
        eps: a bound from below for the norms that are divided by.
        dim: the dimension of the outputs; by default 0, or 1 for transposed convolutions.
    """
    if _SpectralNorm.of(module, name)[1] is not None:
        raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    if n_power_iterations <= 0:
        raise ValueError(f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}")
    if dim is None:
        dim = 1 if "ConvTranspose" in type(module).__name__ else 0
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    if is_lazy(weight):
        raise ValueError(
            "The module passed to `SpectralNorm` can't have uninitialized parameters. Make sure to run the dummy forward "
            "before applying spectral normalization"
        )
    hook = _SpectralNorm(name, n_power_iterations, dim, eps)
    rows = as_rows(weight.detach(), dim)
    u = normalized(rows.new_empty(rows.size(0)).normal_(0, 1), eps)
    v = normalized(rows.new_empty(rows.size(1)).normal_(0, 1), eps)
    delattr(module, name)
    module.register_parameter(name + "_orig", weight)
    # The weight itself until the first call, as an attribute and no parameter.
    setattr(module, name, weight.detach())
    module.register_buffer(name + "_u", u)
    module.register_buffer(name + "_v", v)
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module, name="weight"):
    """Takes :func:`spectral_norm` off again: the weight is an ordinary parameter of the value that it has."""
    if _SpectralNorm.take_off(module, name) is None:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    return module
