"""torch.nn: modules, parameters, layers, losses, containers; nn.init and nn.utils beside them. nn.functional is made of ops (engine/ops).

A module's class comes from its file when its name is first asked for, so `nn.Linear` loads no more than linear layers need.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# file of this folder -> what it gives
FILES = {
    "module": "Module Parameter Buffer",
    "containers": "Sequential ModuleList ModuleDict ParameterList ParameterDict",
    "layers": "Identity Flatten Unflatten Linear Bilinear Embedding EmbeddingBag Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout "
    "LayerNorm RMSNorm GroupNorm BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d CosineSimilarity PairwiseDistance",
    "convolution": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Unfold Fold ConstantPad1d ConstantPad2d ConstantPad3d ZeroPad1d "
    "ZeroPad2d ZeroPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d CircularPad1d CircularPad2d "
    "CircularPad3d Upsample UpsamplingNearest2d UpsamplingBilinear2d PixelShuffle PixelUnshuffle ChannelShuffle LocalResponseNorm",
    "pooling": "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d AdaptiveAvgPool1d AdaptiveAvgPool2d "
    "AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d FractionalMaxPool2d FractionalMaxPool3d",
    "attention": "MultiheadAttention Transformer TransformerEncoder TransformerDecoder TransformerEncoderLayer TransformerDecoderLayer "
    "NonDynamicallyQuantizableLinear",
    "recurrent": "RNN LSTM GRU RNNCell LSTMCell GRUCell",
    "activations": "Sigmoid Tanh LogSigmoid Softsign Tanhshrink ReLU SELU SiLU Mish Hardswish Hardsigmoid Hardtanh ReLU6 LeakyReLU ELU CELU Threshold RReLU "
    "PReLU GELU Softplus Softshrink Hardshrink GLU Softmax LogSoftmax Softmin Softmax2d",
    "losses": "MSELoss L1Loss SmoothL1Loss HuberLoss CrossEntropyLoss NLLLoss BCELoss BCEWithLogitsLoss KLDivLoss PoissonNLLLoss GaussianNLLLoss "
    "HingeEmbeddingLoss SoftMarginLoss MarginRankingLoss CosineEmbeddingLoss TripletMarginLoss TripletMarginWithDistanceLoss "
    "MultiMarginLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss CTCLoss",
}
CLASSES = {name: file for file, names in FILES.items() for name in names.split()}
# file of torch.nn.modules -> what stands in it: the names that type(layer) and error texts print
_HOMES = {
    "module": "Module",
    "container": "Sequential ModuleList ModuleDict ParameterList ParameterDict",
    "linear": "Identity Linear Bilinear NonDynamicallyQuantizableLinear",
    "transformer": "Transformer TransformerEncoder TransformerDecoder TransformerEncoderLayer TransformerDecoderLayer",
    "flatten": "Flatten Unflatten",
    "sparse": "Embedding EmbeddingBag",
    "dropout": "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout",
    "normalization": "LayerNorm RMSNorm GroupNorm LocalResponseNorm",
    "batchnorm": "BatchNorm1d BatchNorm2d BatchNorm3d",
    "instancenorm": "InstanceNorm1d InstanceNorm2d InstanceNorm3d",
    "distance": "CosineSimilarity PairwiseDistance",
    "conv": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "fold": "Unfold Fold",
    "padding": "ConstantPad1d ConstantPad2d ConstantPad3d ZeroPad1d ZeroPad2d ZeroPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d "
    "ReplicationPad2d ReplicationPad3d CircularPad1d CircularPad2d CircularPad3d",
    "upsampling": "Upsample UpsamplingNearest2d UpsamplingBilinear2d",
    "pixelshuffle": "PixelShuffle PixelUnshuffle",
    "channelshuffle": "ChannelShuffle",
    "pooling": FILES["pooling"],
    "rnn": FILES["recurrent"],
    "activation": FILES["activations"] + " MultiheadAttention",
    "loss": FILES["losses"],
}
HOMES = {name: home for home, names in _HOMES.items() for name in names.split()}
MODULES = ("init", "utils")  # namespaces of their own


def __getattr__(name: str) -> Any:
    if name in MODULES:
        __import__(f"{__name__}.{name}")
        return sys.modules[f"{__name__}.{name}"]
    if name == "functional":
        from ..torchlike import F

        return F
    file = CLASSES.get(name)
    if file is None:
        raise AttributeError(f"module 'torch.nn' has no attribute '{name}'")
    __import__(f"{__name__}.{file}")
    found = globals()[name] = getattr(sys.modules[f"{__name__}.{file}"], name)
    return found


def __dir__() -> list[str]:
    return sorted({*CLASSES, *MODULES, "functional"})
