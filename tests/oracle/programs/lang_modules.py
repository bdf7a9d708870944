"""Classes that derive from nn.Module: attributes, nesting, hooks, properties, printing, what fails."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    """A small network."""

    made = 0

    def __init__(self, d, h=4, *, bias=True):
        super(Net, self).__init__()
        self.fc1 = nn.Linear(d, h, bias=bias)
        self.fc2 = nn.Linear(h, 1, bias=False)
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("steps", torch.zeros(1))
        self.name = "net"
        self.sizes = [d, h]
        Net.made += 1

    def forward(self, x, gain=1.0):
        self.steps += 1
        return self.fc2(F.relu(self.fc1(x))) * self.scale * gain

    @property
    def count(self):
        return sum(p.numel() for p in self.parameters() if p.requires_grad)

    @classmethod
    def small(cls):
        return cls(2, 3, bias=False)

    @staticmethod
    def title(n):
        return f"Net {n}"


class Deep(Net):
    def __init__(self, d):
        super().__init__(d)
        self.blocks = nn.ModuleList([nn.Linear(1, 1) for _ in range(2)])
        self.head = nn.Sequential(nn.Linear(1, 2), nn.Tanh())

    def forward(self, x):
        x = super().forward(x, gain=2.0)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)

    def extra_repr(self):
        return f"sizes={self.sizes}"


torch.manual_seed(0)
net = Net(2)
x = torch.arange(6.0).reshape(3, 2) / 6
print(net)
print(net.count, net.name, net.sizes, net.training, net.fc1.in_features, Net.title(3), net.title(4), net.__doc__)
print(net(x), net(x, gain=0.5).shape, net.steps)
for name, p in net.named_parameters():
    print(name, tuple(p.shape), p.requires_grad, type(p).__name__)
print([n for n, _ in net.named_modules()], [type(m).__name__ for m in net.children()], [n for n, _ in net.named_buffers()])
print(type(net), type(net.fc1).__name__, isinstance(net, nn.Module), isinstance(net.fc1, nn.Linear), issubclass(Net, nn.Module), Net.made)
small = Net.small()
print(small, small.count, Net.made)

deep = Deep(2)
print(deep)
print(deep(x))
print(isinstance(deep, Net), type(deep).__name__, deep.count, len(deep.blocks), deep.head[0], deep.blocks[-1])
deep.apply(lambda m: nn.init.constant_(m.weight, 0.5) if isinstance(m, nn.Linear) else None)
print(deep.fc2.weight, deep.head[0].weight)
deep.eval()
print(deep.training, deep.fc1.training, deep.train().head.training)

seen = []
handle = net.fc1.register_forward_hook(lambda module, inputs, output: seen.append((type(module).__name__, inputs[0].shape, output.shape)))
net(x)
handle.remove()
net(x)
print(seen)
net.register_forward_hook(lambda module, inputs, output: output * 0)
print(net(x).sum())

net.extra = nn.Linear(1, 1)
print([n for n, _ in net.named_children()], hasattr(net, "extra"))
del net.extra
print([n for n, _ in net.named_children()], hasattr(net, "extra"))
net.fc2 = nn.Identity()
print(net)


class Forgot(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(1, 1)


class Empty(nn.Module):
    pass


for attempt in (Forgot, lambda: net.nothing, lambda: Empty()(x), lambda: net(torch.ones(3, 5)), lambda: nn.Linear(2, 2)(torch.ones(3))):
    try:
        attempt()
    except (AttributeError, NotImplementedError, RuntimeError) as e:
        print(type(e).__name__, e)


class Counted:
    """A mix-in without a base."""

    def hello(self):
        return f"hello from {type(self).__name__} with {len(list(self.parameters()))}"


class Mixed(Counted, nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(1, 1)

    def forward(self, x):
        return self.l(x)


print(Mixed(), Mixed().hello(), nn.Sequential(Mixed(), nn.ReLU())(torch.zeros(1, 1)).shape)
model = nn.Sequential(Net(2), nn.Sigmoid())
print(model)
print(sum(p.numel() for p in model.parameters()), list(model.state_dict().keys()))
