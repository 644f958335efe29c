"""Questions that programs ask of a tensor and that have one answer here: there is one device and one layout."""

from . import _C
from ._tensor import _method

Tensor = _C.Tensor


def _never(name, doc):
    setattr(Tensor, name, property(lambda self: False, doc=doc))


for _name in ("is_cuda", "is_mps", "is_xpu", "is_meta", "is_sparse", "is_sparse_csr", "is_quantized", "is_nested", "is_mkldnn"):
    _never(_name, "False: tensors lie on the CPU, with all their elements.")
Tensor.is_cpu = property(lambda self: True, doc="True.")


@_method
def is_complex(self):
    """False: complex numbers are not offered."""
    return False


@_method
def is_conj(self):
    """False: complex numbers are not offered."""
    return False


@_method
def is_neg(self):
    """False: a negated tensor has its own memory."""
    return False


@_method
def is_signed(self):
    """Whether the dtype has negative numbers."""
    return self.dtype.is_signed


@_method
def is_pinned(self, device=None):
    """False: there is no accelerator that memory would be pinned for."""
    return False


@_method
def get_device(self):
    """-1: the CPU."""
    return -1


@_method
def is_nonzero(self):
    """Whether the one element is not zero."""
    if self.numel() != 1:
        raise RuntimeError(f"is_nonzero(): expected a tensor of one element, got shape {list(self.shape)}")
    return bool(self)


@_method
def is_set_to(self, tensor):
    """Whether two tensors look at the same memory in the same way."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"is_set_to(): argument 'tensor' must be Tensor, not {type(tensor).__name__}")
    return self.dtype is tensor.dtype and self.data_ptr() == tensor.data_ptr() and self.shape == tensor.shape and (
        self.stride() == tensor.stride()
    )


@_method
def fill_diagonal_(self, fill_value, wrap=False):
    """Writes ``fill_value`` to the main diagonal; with ``wrap``, of a tall matrix, again below each square."""
    if self.dim() < 2:
        raise RuntimeError(f"fill_diagonal_(): expected at least 2 dimensions, got shape {list(self.shape)}")
    if self.dim() > 2 and len(set(self.shape)) > 1:
        raise RuntimeError(f"fill_diagonal_(): all dimensions must be of equal length, got shape {list(self.shape)}")
    step, size = sum(self.stride()), min(self.shape)
    self.as_strided((size,), (step,)).fill_(fill_value)
    if wrap and self.dim() == 2 and self.shape[0] > self.shape[1] + 1:
        width = self.shape[1]
        more = (self.numel() + width) // (width + 1) - size
        self.as_strided((more,), (step,), self.storage_offset() + self.stride(0) * (width + 1)).fill_(fill_value)
    return self


def is_complex_function(input):
    """False: complex numbers are not offered."""
    if not isinstance(input, Tensor):
        raise TypeError(f"is_complex(): argument 'input' must be Tensor, not {type(input).__name__}")
    return False


def is_signed_function(input):
    """Whether the dtype of ``input`` has negative numbers."""
    if not isinstance(input, Tensor):
        raise TypeError(f"is_signed(): argument 'input' must be Tensor, not {type(input).__name__}")
    return input.dtype.is_signed


def is_nonzero_function(input):
    """Whether the one element of ``input`` is not zero."""
    if not isinstance(input, Tensor):
        raise TypeError(f"is_nonzero(): argument 'input' must be Tensor, not {type(input).__name__}")
    return Tensor.is_nonzero(input)


FUNCTIONS = {"is_complex": is_complex_function, "is_nonzero": is_nonzero_function, "is_signed": is_signed_function}
for _name, _function in FUNCTIONS.items():
    _function.__name__ = _function.__qualname__ = _name
