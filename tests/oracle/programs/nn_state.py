import torch
import torch.nn as nn
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
torch.manual_seed(0)
for m in net.modules():
    if isinstance(m, nn.Linear):
        nn.init.kaiming_uniform_(m.weight, nonlinearity='relu')
        nn.init.zeros_(m.bias)
x = torch.randn(4, 2)
net(x).sum().backward()
opt.step()
ck = {"model": net.state_dict(), "opt": opt.state_dict()}
n2 = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
print(n2.load_state_dict(ck["model"]))
print(torch.equal(n2(x), net(x)))
o2 = torch.optim.SGD(n2.parameters(), lr=0.5)
o2.load_state_dict(ck["opt"])
print(o2.param_groups[0]["lr"], o2.state_dict()["state"][0]["momentum_buffer"])
try:
    n2.load_state_dict({"0.weight": torch.ones(3, 2), "x": torch.ones(1)})
except RuntimeError as e:
    print(e)
bn = nn.BatchNorm1d(2)
bn(x); print(bn.running_mean, bn.num_batches_tracked)
bn.eval(); print(bn.training, bn(x).shape)
print(bn.state_dict())
drop = nn.Dropout(0.5)
torch.manual_seed(1); print(drop(torch.ones(2, 5))); drop.eval(); print(drop(torch.ones(5)))
h = net[1].register_forward_hook(lambda m, i, o: print("hook", tuple(o.shape)))
net(x); h.remove(); net(x)
from torch.utils.checkpoint import checkpoint
y = checkpoint(net, x, use_reentrant=False).sum()
net.zero_grad(); y.backward(); g = net[0].weight.grad.clone()
net.zero_grad(); net(x).sum().backward(); print(torch.equal(g, net[0].weight.grad))
class Reg(nn.Module):
    def __init__(self):
        super(Reg, self).__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(2)])
        self.d = nn.ModuleDict({"act": nn.Tanh()})
        self.emb = nn.Embedding(5, 2)
    def forward(self, i):
        x = self.emb(i)
        for l in self.layers:
            x = self.d["act"](l(x))
        return x
    def extra_repr(self):
        return "custom=1"
torch.manual_seed(3)
r = Reg(); print(r); print(r(torch.tensor([0, 4])))
print([n for n, _ in r.named_modules()])
for k, v in r.state_dict().items():
    print(k, tuple(v.size()))
r.half(); print(r.emb.weight.dtype); r.float()
print(next(r.parameters()).device, len(list(r.parameters())))
print(nn.CrossEntropyLoss(), nn.MSELoss(reduction="sum")(torch.ones(3), torch.zeros(3)))
lr_s = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, patience=0)
lr_s.step(1.0); lr_s.step(1.0); print(opt.param_groups[0]["lr"])
lam = torch.optim.lr_scheduler.LambdaLR(opt, lr_lambda=lambda e: 0.5 ** e)
opt.step(); lam.step(); print(lam.get_last_lr())
def closure():
    opt.zero_grad(); loss = net(x).pow(2).mean(); loss.backward(); return loss
print(opt.step(closure))
class Opt(torch.optim.Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))
    def step(self, closure=None):
        for g in self.param_groups:
            for p in g["params"]:
                if p.grad is not None:
                    p.data.add_(p.grad, alpha=-g["lr"])
w = torch.ones(2, requires_grad=True); o = Opt([w]); (w * 3).sum().backward(); o.step(); print(w, o)
