"""torch.typename, nn.utils.skip_init, anomaly mode, a Function's node as its context, handles as blocks."""

import torch
from torch import nn

for v in (
    3,
    "a",
    torch.ones(1),
    torch.ones(1).long(),
    [],
    int,
    torch.float32,
    torch.Size([1]),
    None,
    torch.tensor(1.0, dtype=torch.complex64),
    len,
    torch.device("cpu"),
):
    print(torch.typename(v))
m2 = nn.utils.skip_init(nn.Linear, in_features=6, out_features=1)
print(m2.weight.shape, m2.weight.requires_grad, m2.weight.device, m2)


class M(nn.Module):
    def __init__(self, n, device=None):
        super().__init__()
        self.l = nn.Linear(n, n, device=device)


class N(nn.Module):
    def __init__(self):
        super().__init__()


class O(M):
    pass


print(nn.utils.skip_init(M, 3), nn.utils.skip_init(O, 2).l.bias.shape)
for bad in (
    lambda: nn.utils.skip_init(N),
    lambda: nn.utils.skip_init(nn.ReLU),
    lambda: nn.utils.skip_init(nn.Linear),
):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, str(e)[:80])
with torch.autograd.set_detect_anomaly(True, check_nan=False):
    x = torch.tensor(0.0, requires_grad=True)
    (x.sqrt() * 0).backward()
    print(x.grad, torch.is_anomaly_check_nan_enabled())
with torch.autograd.set_detect_anomaly(True):
    x = torch.tensor(0.0, requires_grad=True)
    try:
        (x.sqrt() * 0).backward()
    except Exception as e:
        print(e)
print(torch.is_anomaly_enabled())
torch.autograd.set_detect_anomaly(True)
print(torch.is_anomaly_enabled())
torch.autograd.set_detect_anomaly(False)


class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        ctx.k = k
        return x * k

    @staticmethod
    def backward(ctx, g):
        return g * ctx.k, None


y = F.apply(torch.ones(2, requires_grad=True), 3)
print(
    y.grad_fn.k, y.grad_fn.saved_tensors, y.grad_fn.name(), y.grad_fn.needs_input_grad
)
with y.register_hook(lambda g: print("hook", g)) as h:
    y.sum().backward(retain_graph=True)
y.sum().backward()


class Share(torch.utils.data.IterableDataset):
    def __init__(self, start, end):
        super(Share).__init__()
        self.start = start
        self.end = end

    def __iter__(self):
        return iter(range(self.start, self.end))


def cut(k):
    info = torch.utils.data.get_worker_info()
    data = info.dataset
    each = -(-(data.end - data.start) // info.num_workers)
    data.start, data.end = (
        data.start + k * each,
        min(data.start + (k + 1) * each, data.end),
    )


print(list(torch.utils.data.DataLoader(Share(3, 7), num_workers=2, worker_init_fn=cut)))
