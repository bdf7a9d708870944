import torch
import torch.nn as nn
from collections import OrderedDict

torch.manual_seed(0)
model = nn.Sequential(OrderedDict([
    ("fc1", nn.Linear(4, 8)),
    ("bn", nn.BatchNorm1d(8)),
    ("relu", nn.ReLU()),
    ("fc2", nn.Linear(8, 2)),
]))
print(model)
print(model.fc1, model[0] is model.fc1)
for param in model.fc1.parameters():
    param.requires_grad = False
trainable = [p for p in model.parameters() if p.requires_grad]
print(len(trainable), sum(p.numel() for p in trainable))
opt = torch.optim.AdamW([
    {"params": model.bn.parameters()},
    {"params": model.fc2.parameters(), "lr": 0.1, "weight_decay": 0.0},
], lr=0.01)
print(opt)
before = model.fc1.weight.clone()
x = torch.randn(10, 4)
t = torch.randint(0, 2, (10,))
for _ in range(3):
    opt.zero_grad()
    loss = nn.functional.cross_entropy(model(x), t)
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5)
    nn.utils.clip_grad_value_(model.parameters(), 0.1)
    opt.step()
    print(f"{loss.item():.4f} {norm.item():.4f} {model.fc2.weight.grad.abs().max().item():.4f}")
print(torch.equal(before, model.fc1.weight), model.fc1.weight.grad)
print(model.bn.running_mean.shape, model.bn.num_batches_tracked.item())
model.fc2 = nn.Linear(8, 3)
print(model[-1], model(x).shape)
model.eval()
print(torch.allclose(model(x[:1]), model(x)[:1], atol=1e-6))
weights = {k: v.shape for k, v in model.state_dict().items()}
print(weights)
model.add_module("extra", nn.Identity())
print([name for name, _ in model.named_children()])
for i, layer in enumerate(model):
    print(i, layer.__class__.__name__)
print(hasattr(model, "fc1") if False else "fc1" in dict(model.named_children()))
model.zero_grad(set_to_none=False)
print(model.bn.weight.grad)
vec = nn.utils.parameters_to_vector(model.parameters())
print(vec.shape)
