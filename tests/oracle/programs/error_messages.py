import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
x = torch.ones(3, requires_grad=True)
def exp_version():
    y = torch.exp(x)
    y.add_(1)
    y.sum().backward()
err(exp_version)
def mul_version():
    a = x * 1
    y = a * a
    a.add_(1)
    y.sum().backward()
err(mul_version)
def detach_version():
    a = x * 1
    y = a * a
    a.detach().zero_()
    y.sum().backward()
err(detach_version)
def data_version():
    a = x * 1
    y = a * a
    a.data.zero_()
    y.sum().backward()
    return x.grad
err(data_version)
def view_version():
    a = torch.ones(4)
    y = (x * a[:3])
    a[0] = 5
    y.sum().backward()
err(view_version)
def split_write():
    a, b = (x * 1).split([1, 2])
    b.add_(1)
err(split_write)
def unbind_write():
    a, b, c = (x * 1).unbind()
    b.add_(1)
err(unbind_write)
def iter_write():
    for row in x * 1:
        row.add_(1)
err(iter_write)
def chunk_write():
    a, b = (x * 1).chunk(2)
    a.zero_()
err(chunk_write)
def nograd_view():
    y = x * 1
    with torch.no_grad():
        v = y[0:2]
    v.mul_(2)
err(nograd_view)
def expanded():
    torch.zeros(1).expand(3).add_(1)
err(expanded)
def expanded_grad():
    (x[0:1] * 1).expand(3).mul_(2)
err(expanded_grad)
def matmul_version():
    w = torch.ones(3, 3)
    y = w @ x
    w.fill_(2)
    y.sum().backward()
err(matmul_version)
def f64_version():
    v = torch.ones(2, 2, dtype=torch.float64, requires_grad=True)
    y = v.sigmoid()
    y.mul_(2)
    y.sum().backward()
err(f64_version)
def no_grad_version():
    w = torch.ones(2, requires_grad=True)
    y = (w * w).sum()
    with torch.no_grad():
        w.add_(1)
    y.backward()
err(no_grad_version)
