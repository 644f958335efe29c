"""Sequences of different lengths, padded in one tensor or packed without padding."""

from collections import namedtuple
from collections.abc import Iterable

from ... import _C

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]

_arange, _tensor, _sort = _C.functions["arange"], _C.functions["tensor"], _C.functions["sort"]


class PackedSequence(namedtuple("PackedSequence", ["data", "batch_sizes", "sorted_indices", "unsorted_indices"])):
    """Sequences of different lengths step by step: the first elements of all, then the second elements of those that have
    one, and so on. ``pack_padded_sequence`` and ``pack_sequence`` make it; recurrent layers take it and give it back.

    Attributes:
        data: the elements, ``[sum of the lengths, *]``.
        batch_sizes: how many sequences have an element at each step.
        sorted_indices: which of the sequences given stands where; None where they came by falling length.
        unsorted_indices: where each of the sequences given stands; None likewise.

    Examples::

        >>> import swiftnn
        >>> from swiftnn.nn.utils.rnn import pack_sequence
        >>> pack_sequence([swiftnn.tensor([1, 2, 3]), swiftnn.tensor([4])])
        PackedSequence(data=tensor([1, 4, 2, 3]), batch_sizes=tensor([2, 1, 1]), sorted_indices=None, unsorted_indices=None)
    """

    __slots__ = ()

    def __new__(cls, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        if batch_sizes is None:
            if not (isinstance(data, (list, tuple)) and len(data) == 2):
                raise AssertionError("Expected data to be a list or tuple of length 2")
            data, batch_sizes = data
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args, **kwargs):
        """With ``data`` converted as by ``Tensor.to``; itself where nothing changes."""
        data = self.data.to(*args, **kwargs)
        return self if data is self.data else type(self)(data, *self[1:])

    def cpu(self):
        """Itself: there is no other device."""
        return self

    def double(self):
        return self.to(_C.dtypes["float64"])

    def float(self):
        return self.to(_C.dtypes["float32"])

    def half(self):
        return self.to(_C.dtypes["float16"])

    def long(self):
        return self.to(_C.dtypes["int64"])

    def int(self):
        return self.to(_C.dtypes["int32"])

    def short(self):
        return self.to(_C.dtypes["int16"])

    def char(self):
        return self.to(_C.dtypes["int8"])

    def byte(self):
        return self.to(_C.dtypes["uint8"])

    @property
    def is_cuda(self):
        """False: the CPU is the only device."""
        return False


def invert_permutation(permutation):
    """The permutation that undoes ``permutation``, a tensor of indices; None for None."""
    if permutation is None:
        return None
    count = _arange(permutation.numel())
    return permutation.new_empty(permutation.shape).scatter_(0, permutation, count)


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    """Packs padded sequences.

    Args:
        input: ``[T, B, *]``, or ``[B, T, *]`` with ``batch_first``.
        lengths: how much of each sequence counts, a list or a tensor.
        batch_first: where the batch is.
        enforce_sorted: with ``False`` the sequences are sorted by falling length here; with ``True`` they have to be.

    Examples::

        >>> import swiftnn
        >>> from swiftnn.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
        >>> seq = swiftnn.tensor([[1, 2, 0], [3, 0, 0], [4, 5, 6]])
        >>> packed = pack_padded_sequence(seq, [2, 1, 3], batch_first=True, enforce_sorted=False)
        >>> packed.data, packed.batch_sizes
        (tensor([4, 1, 3, 5, 2, 6]), tensor([3, 2, 1]))
        >>> padded, lengths = pad_packed_sequence(packed, batch_first=True)
        >>> padded.tolist(), lengths
        ([[1, 2, 0], [3, 0, 0], [4, 5, 6]], tensor([2, 1, 3]))
    """
    int64 = _C.dtypes["int64"]
    lengths = lengths.to(int64) if isinstance(lengths, _C.Tensor) else _tensor(lengths, dtype=int64)
    sorted_indices = None
    if not enforce_sorted:
        lengths, sorted_indices = _sort(lengths, descending=True)
        input = input.index_select(0 if batch_first else 1, sorted_indices)
    data, batch_sizes = _C._pack_padded_sequence(input, lengths, batch_first)
    return PackedSequence(data, batch_sizes, sorted_indices)


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    """The padded sequences of a packed one, and their lengths, in the order in which they were packed.

    Args:
        sequence: a ``PackedSequence``.
        batch_first: gives ``[B, T, *]``, not ``[T, B, *]``.
        padding_value: what stands behind a sequence.
        total_length: ``T``; by default the length of the longest sequence.
    """
    longest = sequence.batch_sizes.size(0)
    if total_length is not None and total_length < longest:
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, but got "
            f"total_length={total_length} and max sequence length being {longest}"
        )
    padded, lengths = _C._pad_packed_sequence(
        sequence.data, sequence.batch_sizes, batch_first, padding_value, longest if total_length is None else total_length
    )
    order = sequence.unsorted_indices
    if order is None:
        return padded, lengths
    return padded.index_select(0 if batch_first else 1, order), lengths[order]


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    """Sequences of different lengths in one tensor, padded to the length of the longest.

    Args:
        sequences: tensors ``[L, *]``.
        batch_first: gives ``[B, T, *]``, not ``[T, B, *]``.
        padding_value: what the shorter ones are filled up with.
        padding_side: "right" or "left".

    Examples::

        >>> import swiftnn
        >>> from swiftnn.nn.utils.rnn import pad_sequence
        >>> pad_sequence([swiftnn.ones(25, 300), swiftnn.ones(22, 300), swiftnn.ones(15, 300)]).shape
        swiftnn.Size([25, 3, 300])
    """
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}"
        )
    return _C._pad_sequence(tuple(sequences), batch_first, padding_value, padding_side)


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    """The list of sequences of these lengths in a padded tensor ``[T, B, *]``, or ``[B, T, *]`` with ``batch_first``."""
    if not batch_first:
        padded_sequences = padded_sequences.transpose(0, 1)
    steps = _arange(padded_sequences.shape[1])
    return [sequence[steps < length] for sequence, length in zip(padded_sequences, lengths, strict=True)]


def pack_sequence(sequences, enforce_sorted=True):
    """Packs a list of tensors ``[L, *]``; with ``enforce_sorted`` they have to come by falling length."""
    lengths = [sequence.size(0) for sequence in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences):
    """The list of tensors that were packed.

    Examples::

        >>> import swiftnn
        >>> from swiftnn.nn.utils.rnn import pack_sequence, unpack_sequence
        >>> unpack_sequence(pack_sequence([swiftnn.tensor([1, 2, 3]), swiftnn.tensor([4, 5])]))
        [tensor([1, 2, 3]), tensor([4, 5])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
