import torch
import torch.nn as nn
from torch.cuda.amp import autocast, GradScaler
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = GradScaler()
print(scaler.is_enabled(), scaler.get_scale(), scaler.state_dict())
x, y = torch.randn(16, 4), torch.randn(16, 1)
for step in range(3):
    opt.zero_grad()
    with autocast():
        out = model(x)
        loss = nn.functional.mse_loss(out, y)
    scaler.scale(loss).backward()
    scaler.unscale_(opt)
    scaler.step(opt)
    scaler.update()
    print(out.dtype, f"{loss.item():.4f}")
with torch.autocast("cpu"):
    a = torch.ones(2, 2)
    b = a @ a
    print(b.dtype, model(x).dtype, (b + 1).dtype, (b + a).dtype, torch.exp(b).dtype, nn.functional.mse_loss(b, b).dtype, torch.cat([b, a]).dtype, torch.mm(a, a).dtype)
    with torch.autocast("cpu", enabled=False):
        print((a @ a).dtype)
    print(torch.is_autocast_enabled("cpu"), torch.get_autocast_dtype("cpu"))
    out = model(x)
    loss = nn.functional.mse_loss(out, y)
print(torch.is_autocast_enabled("cpu"), loss.dtype)
opt.zero_grad()
loss.backward()
print(model[0].weight.grad.dtype, model[0].weight.grad)
with torch.amp.autocast(device_type="cuda", dtype=torch.float16):
    print((a @ a).dtype)
s = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=2)
print(s.get_scale(), s.is_enabled(), s.state_dict())
w = torch.ones(2, requires_grad=True)
o = torch.optim.SGD([w], lr=0.1)
for k in range(4):
    o.zero_grad()
    l = (w * (float("inf") if k == 1 else 1.0)).sum()
    s.scale(l).backward()
    s.step(o)
    s.update()
    print(s.get_scale(), w)
try:
    s.step(o); s.step(o)
except RuntimeError as e:
    print(e)
try:
    torch.autocast("tpu")
except RuntimeError as e:
    print(e)
