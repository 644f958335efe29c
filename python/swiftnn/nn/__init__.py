"""Blocks of networks: PyTorch's ``torch.nn`` by name and meaning, with Gluon's ``Block``, ``Dense`` and ``add``."""

from importlib import import_module
from typing import TYPE_CHECKING

from . import functional, init
from .container import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from .linear import Dense, Identity, LazyLinear, Linear, NonDynamicallyQuantizableLinear
from .module import Module
from .parameter import Buffer, Parameter, UninitializedParameter

if TYPE_CHECKING:
    from .activation import *
    from .adaptive import *
    from .attention import *
    from .convolution import *
    from .dropout import *
    from .embedding import *
    from .flatten import *
    from .folding import *
    from .loss import *
    from .normalization import *
    from .recurrent import *
    from .transformer import *

# Gluon's names of the base class: a block is a block, whichever name it was derived from.
Block = HybridBlock = Module
HybridSequential = Sequential

# The layers by the file that defines them, which is read when one of them is asked for: `import swiftnn` stays quick.
_FILES = {
    "activation": [
        "Activation", "CELU", "ELU", "GELU", "GLU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh",
        "LeakyReLU", "LogSigmoid", "LogSoftmax", "Mish", "PReLU", "RReLU", "ReLU", "ReLU6", "SELU", "SiLU",
        "Sigmoid", "Softmax", "Softmax2d", "Softmin", "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink",
        "Threshold",
    ],
    "adaptive": ["AdaptiveLogSoftmaxWithLoss"],
    "attention": ["MultiheadAttention"],
    "convolution": [
        "Conv1d", "Conv2D", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d",
        "LazyConv1d", "LazyConv2d", "LazyConv3d", "LazyConvTranspose1d", "LazyConvTranspose2d",
        "LazyConvTranspose3d",
    ],
    "dropout": ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"],
    "embedding": ["Bilinear", "Embedding", "EmbeddingBag"],
    "flatten": ["Flatten"],
    "folding": ["ChannelShuffle", "Fold", "PixelShuffle", "PixelUnshuffle", "Unfold"],
    "loss": [
        "BCELoss", "BCEWithLogitsLoss", "CTCLoss", "CosineEmbeddingLoss", "CrossEntropyLoss", "GaussianNLLLoss",
        "HingeEmbeddingLoss", "HuberLoss", "KLDivLoss", "L1Loss", "LinearCrossEntropyLoss", "MSELoss",
        "MarginRankingLoss", "MultiLabelMarginLoss", "MultiLabelSoftMarginLoss", "MultiMarginLoss", "NLLLoss", "NLLLoss2d",
        "PoissonNLLLoss", "SmoothL1Loss", "SoftMarginLoss", "TripletMarginLoss", "TripletMarginWithDistanceLoss",
    ],
    "normalization": [
        "BatchNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "CosineSimilarity", "CrossMapLRN2d", "GroupNorm",
        "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "LayerNorm", "LazyBatchNorm1d", "LazyBatchNorm2d",
        "LazyBatchNorm3d", "LazyInstanceNorm1d", "LazyInstanceNorm2d", "LazyInstanceNorm3d", "LocalResponseNorm",
        "PairwiseDistance", "RMSNorm",
    ],
    "recurrent": ["GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNBase", "RNNCell", "RNNCellBase"],
    "transformer": [
        "Transformer", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
        "TransformerEncoderLayer",
    ],
}
_PLACES = {name: file for file, names in _FILES.items() for name in names}

__all__ = sorted(
    {
        "Block", "Buffer", "Dense", "HybridBlock", "HybridSequential", "Identity", "LazyLinear", "Linear", "Module", "ModuleDict",
        "ModuleList", "Parameter", "ParameterDict", "ParameterList", "Sequential", "UninitializedParameter", "functional",
        "init", "utils", *_PLACES,
    }
)


if not TYPE_CHECKING:  # to a type checker there are the names above and no others

    def __getattr__(name):
        if name in _PLACES:
            value = getattr(import_module("." + _PLACES[name], __name__), name)
            globals()[name] = value
            return value
        if name in _FILES or name in ("modules", "utils"):
            return import_module("." + name, __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
