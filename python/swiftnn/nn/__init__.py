"""Blocks of networks: PyTorch's ``torch.nn`` by name and meaning, with Gluon's ``Block``, ``Dense`` and ``add``."""

from importlib import import_module

from . import functional, init
from .container import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from .linear import Dense, Identity, LazyLinear, Linear, NonDynamicallyQuantizableLinear
from .module import Module
from .parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter

TYPE_CHECKING = False  # to a type checker it is true, and `typing` takes its time
if TYPE_CHECKING:
    from .activation import *
    from .adaptive import *
    from .attention import *
    from .convolution import *
    from .dropout import *
    from .embedding import *
    from .flatten import *
    from .folding import *
    from .layer_normalization import *
    from .loss import *
    from .margin_loss import *
    from .normalization import *
    from .padding import *
    from .pooling import *
    from .recurrent import *
    from .similarity import *
    from .transformer import *
    from .transposed_convolution import *
    from .upsampling import *

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
    "convolution": ["Conv1d", "Conv2D", "Conv2d", "Conv3d", "LazyConv1d", "LazyConv2d", "LazyConv3d"],
    "dropout": ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"],
    "embedding": ["Bilinear", "Embedding", "EmbeddingBag"],
    "flatten": ["Flatten", "Unflatten"],
    "folding": ["ChannelShuffle", "Fold", "PixelShuffle", "PixelUnshuffle", "Unfold"],
    "layer_normalization": ["CrossMapLRN2d", "GroupNorm", "LayerNorm", "LocalResponseNorm", "RMSNorm"],
    "loss": [
        "BCELoss", "BCEWithLogitsLoss", "CTCLoss", "CrossEntropyLoss", "GaussianNLLLoss", "HuberLoss", "KLDivLoss",
        "L1Loss", "LinearCrossEntropyLoss", "MSELoss", "NLLLoss", "NLLLoss2d", "PoissonNLLLoss", "SmoothL1Loss",
        "SoftMarginLoss",
    ],
    "margin_loss": [
        "CosineEmbeddingLoss", "HingeEmbeddingLoss", "MarginRankingLoss", "MultiLabelMarginLoss",
        "MultiLabelSoftMarginLoss", "MultiMarginLoss", "TripletMarginLoss", "TripletMarginWithDistanceLoss",
    ],
    "normalization": [
        "BatchNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "InstanceNorm1d", "InstanceNorm2d",
        "InstanceNorm3d", "LazyBatchNorm1d", "LazyBatchNorm2d", "LazyBatchNorm3d", "LazyInstanceNorm1d",
        "LazyInstanceNorm2d", "LazyInstanceNorm3d",
    ],
    "padding": [
        "CircularPad1d", "CircularPad2d", "CircularPad3d", "ConstantPad1d", "ConstantPad2d", "ConstantPad3d",
        "ReflectionPad1d", "ReflectionPad2d", "ReflectionPad3d", "ReplicationPad1d", "ReplicationPad2d",
        "ReplicationPad3d", "ZeroPad1d", "ZeroPad2d", "ZeroPad3d",
    ],
    "pooling": [
        "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d",
        "AdaptiveMaxPool3d", "AvgPool1d", "AvgPool2D", "AvgPool2d", "AvgPool3d", "FractionalMaxPool2d",
        "FractionalMaxPool3d", "GlobalAvgPool2D", "GlobalMaxPool2D", "LPPool1d", "LPPool2d", "LPPool3d",
        "MaxPool1d", "MaxPool2D", "MaxPool2d", "MaxPool3d", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d",
    ],
    "recurrent": ["GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNBase", "RNNCell", "RNNCellBase"],
    "similarity": ["CosineSimilarity", "PairwiseDistance"],
    "transformer": [
        "Transformer", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
        "TransformerEncoderLayer",
    ],
    "transposed_convolution": [
        "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "LazyConvTranspose1d", "LazyConvTranspose2d",
        "LazyConvTranspose3d",
    ],
    "upsampling": ["Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"],
}
_PLACES = {name: file for file, names in _FILES.items() for name in names}

__all__ = sorted(
    {
        "Block", "Buffer", "Dense", "HybridBlock", "HybridSequential", "Identity", "LazyLinear", "Linear", "Module",
        "ModuleDict", "ModuleList", "Parameter", "ParameterDict", "ParameterList", "Sequential", "UninitializedBuffer",
        "UninitializedParameter", "functional",
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
