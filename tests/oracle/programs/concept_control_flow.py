import torch
# A different graph at each run: define by run.
def f(x):
    y = x
    steps = 0
    while y.abs().sum() < 100:
        y = y * 2
        steps = steps + 1
    if y.sum() > 0:
        return (y * 3).sum(), steps
    else:
        return (y * y).sum(), steps
for start in [[1.0, 2.0], [-1.0, -2.0], [50.0, 60.0]]:
    x = torch.tensor(start, requires_grad=True)
    out, steps = f(x)
    out.backward()
    print(steps, out, x.grad)
