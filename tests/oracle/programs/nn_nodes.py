import torch
import torch.nn as nn
x = torch.randn(2, 4, 6, 6, requires_grad=True)
x1 = torch.randn(2, 4, 9, requires_grad=True)
x2 = torch.randn(3, 4, requires_grad=True)
for m in [nn.Conv2d(4, 8, 3), nn.Conv2d(4, 4, 3, padding=1, padding_mode='circular'), nn.ConvTranspose2d(4, 2, 3), nn.MaxPool2d(2), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1), nn.AdaptiveAvgPool2d(2), nn.AdaptiveMaxPool2d(2), nn.ZeroPad2d(1), nn.ReflectionPad2d(1), nn.Upsample(scale_factor=2), nn.Upsample(scale_factor=2, mode='bilinear'), nn.PixelShuffle(2), nn.Dropout2d(0.5), nn.BatchNorm2d(4), nn.BatchNorm2d(4).eval(), nn.InstanceNorm2d(4), nn.GroupNorm(2, 4), nn.Flatten(), nn.Softmax2d(), nn.LocalResponseNorm(2), nn.Unfold(2), nn.ChannelShuffle(2)]:
    y = m(x)
    print(type(m).__name__, m.training, y.grad_fn.name())
for m in [nn.Conv1d(4, 2, 3), nn.MaxPool1d(2), nn.AvgPool1d(2), nn.AdaptiveAvgPool1d(3), nn.BatchNorm1d(4), nn.BatchNorm1d(4).eval(), nn.LayerNorm(9), nn.RMSNorm(9), nn.Linear(9, 3), nn.Linear(9, 3, bias=False), nn.ReflectionPad1d(1), nn.InstanceNorm1d(4)]:
    print(type(m).__name__, m(x1).grad_fn.name())
for m in [nn.Linear(4, 3), nn.Linear(4, 3, bias=False), nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.GELU(), nn.SiLU(), nn.ELU(), nn.SELU(), nn.LeakyReLU(), nn.PReLU(), nn.Softplus(), nn.Hardtanh(), nn.ReLU6(), nn.Softmax(1), nn.LogSoftmax(1), nn.LogSigmoid(), nn.Mish(), nn.GLU(), nn.Hardswish(), nn.Hardsigmoid(), nn.Softsign(), nn.Tanhshrink(), nn.Dropout(), nn.Dropout().eval(), nn.Identity(), nn.BatchNorm1d(4), nn.BatchNorm1d(4).eval(), nn.BatchNorm1d(4, affine=False), nn.LayerNorm(4), nn.Softmin(1), nn.Threshold(0., 1.), nn.CELU(), nn.Softshrink(), nn.Hardshrink(), nn.Unflatten(1, (2, 2)), nn.ReLU(inplace=False)]:
    print(type(m).__name__, m.training, m(x2).grad_fn)  if m(x2).grad_fn is None else print(type(m).__name__, m.training, m(x2).grad_fn.name())
t = torch.rand(3, 4)
for m in [nn.MSELoss(), nn.L1Loss(), nn.SmoothL1Loss(), nn.HuberLoss(), nn.BCEWithLogitsLoss(), nn.KLDivLoss(), nn.PoissonNLLLoss(), nn.SoftMarginLoss(), nn.MultiLabelSoftMarginLoss(), nn.HingeEmbeddingLoss()]:
    print(type(m).__name__, m(x2, t).grad_fn.name())
c = torch.tensor([0, 1, 2])
print(nn.CrossEntropyLoss()(x2, c).grad_fn.name(), nn.NLLLoss()(x2, c).grad_fn.name(), nn.BCELoss()(torch.sigmoid(x2), t).grad_fn.name(), nn.CrossEntropyLoss(reduction='none')(x2, c).grad_fn.name(), nn.MultiMarginLoss()(x2, c).grad_fn.name())
print(nn.Embedding(3, 2)(c).grad_fn.name(), nn.Bilinear(4, 4, 2)(x2, x2).grad_fn.name(), nn.CosineSimilarity()(x2, x2).grad_fn.name(), nn.TripletMarginLoss()(x2, x2, x2).grad_fn.name(), nn.GRU(4, 3)(x2)[0].grad_fn.name(), nn.RNN(4, 3)(x2)[1].grad_fn.name(), nn.LSTMCell(4, 3)(x2)[0].grad_fn.name(), nn.GRUCell(4, 3)(x2).grad_fn.name(), nn.RNNCell(4, 3)(x2).grad_fn.name())
