import torch
import torch.nn as nn
torch.manual_seed(0)
x = torch.randn(2, 4, 6, 6)
x1 = torch.randn(2, 4, 9)
for m in [nn.Conv2d(4, 8, 3), nn.Conv2d(4, 8, (3, 2), stride=2, padding=1, dilation=2, bias=False), nn.Conv2d(4, 4, 3, groups=2, padding_mode='circular', padding=1), nn.Conv2d(4, 2, 3, padding='same'),
          nn.ConvTranspose2d(4, 2, 3, output_padding=1, stride=2), nn.MaxPool2d(2), nn.MaxPool2d(3, 2, 1), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d((1, None)), nn.AdaptiveMaxPool2d(2), nn.LPPool2d(2, 3), nn.ZeroPad2d(1), nn.ReflectionPad2d((1, 2, 3, 4)), nn.ConstantPad2d(1, 3.), nn.ReplicationPad2d(1), nn.CircularPad2d(1),
          nn.Upsample(scale_factor=2), nn.Upsample(size=(3, 3), mode='bilinear'), nn.PixelShuffle(2), nn.Unfold(3), nn.ChannelShuffle(2), nn.LocalResponseNorm(2), nn.UpsamplingNearest2d(scale_factor=2), nn.UpsamplingBilinear2d(size=4), nn.Dropout2d(0.5), nn.BatchNorm2d(4), nn.InstanceNorm2d(4), nn.GroupNorm(2, 4), nn.Softmax2d(), nn.Flatten(), nn.Unflatten(1, (2, 2))]:
    y = m(x)
    print(m, tuple(y.shape), f"{y.sum().item():.3f}", len(list(m.parameters())))
for m in [nn.Conv1d(4, 2, 3), nn.Conv1d(4, 2, 3, padding=1, padding_mode='reflect'), nn.ConvTranspose1d(4, 2, 3), nn.MaxPool1d(2), nn.AvgPool1d(3), nn.AdaptiveAvgPool1d(2), nn.AdaptiveMaxPool1d(3), nn.ReflectionPad1d(2), nn.BatchNorm1d(4), nn.Dropout1d(0.3)]:
    y = m(x1)
    print(m, tuple(y.shape), f"{y.pow(2).sum().item():.3f}")
p, idx = nn.MaxPool2d(2, return_indices=True)(x)
print(nn.MaxUnpool2d(2)(p, idx).sum().item() == p.sum().item(), nn.MaxUnpool2d(2))
print(nn.Fold((6, 6), 3)(nn.Unfold(3)(x)).shape, nn.Conv3d(1, 2, 2)(torch.ones(1, 1, 3, 3, 3)).shape)
class CNN(nn.Module):
    def __init__(self):
        super(CNN, self).__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(4, 8, 3)
        self.fc = nn.Linear(8 * 2 * 2, 3)
    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = torch.relu(self.conv2(x))
        return self.fc(x.view(-1, 8 * 2 * 2))
net = CNN()
print(net)
opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
data, target = torch.randn(6, 1, 8, 8), torch.tensor([0, 1, 2, 0, 1, 2])
for k in range(5):
    opt.zero_grad()
    loss = nn.CrossEntropyLoss()(net(data), target)
    loss.backward()
    opt.step()
    print(f"{loss.item():.4f}")
print(net.conv1.weight.grad[0], net.conv2.bias)
for f in [lambda: nn.Conv2d(3, 4, 3, groups=2), lambda: nn.Conv2d(3, 3, 3, stride=2, padding='same'), lambda: nn.Conv2d(3, 4, 3)(x), lambda: nn.BatchNorm2d(4)(x1), lambda: nn.BatchNorm2d(3)(x)]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
