"""Subclasses of autograd.Function, decorators, context managers and exceptions of a program's own."""

import torch
from torch.autograd import Function


class Square(Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        ctx.k = k
        return k * x**2

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        print("needs", ctx.needs_input_grad)
        return grad_output * 2 * ctx.k * x, None


class ClampSTE(Function):
    """Straight-through: the gradient passes as if nothing was cut."""

    @staticmethod
    def forward(ctx, x):
        return x.clamp(-1, 1)

    @staticmethod
    def backward(ctx, g):
        return g


class Pair(Function):
    @staticmethod
    def forward(x, y):
        return x * y, x + y

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, gp, gs):
        x, y = ctx.saved_tensors
        return gp * y + gs, gp * x + gs


x = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
y = Square.apply(x, 3.0)
print(y)
y.sum().backward()
print(x.grad)
x.grad = None
ste = ClampSTE.apply
ste(x).sum().backward()
print(x.grad, ste(x).grad_fn.name())
a, b = torch.tensor(2.0, requires_grad=True), torch.tensor(5.0, requires_grad=True)
p, s = Pair.apply(a, b)
(p * s).backward()
print(p, s, a.grad, b.grad)


class Bad(Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2


try:
    Bad.apply(x).sum().backward()
except NotImplementedError as e:
    print("NotImplementedError:", e)


class ShapeError(ValueError):
    def __init__(self, shape, wanted):
        super().__init__(f"shape {tuple(shape)}, wanted {tuple(wanted)}")
        self.shape = shape


def checked(*wanted):
    def decorate(fn):
        def inner(t, *args, **kwargs):
            if t.shape != torch.Size(wanted):
                raise ShapeError(t.shape, wanted)
            return fn(t, *args, **kwargs)

        return inner

    return decorate


@checked(2, 2)
def trace(t, *, scale=1):
    return t.diagonal().sum() * scale


print(trace(torch.eye(2), scale=3))
try:
    trace(torch.ones(3))
except ShapeError as e:
    print(e, e.shape, isinstance(e, ValueError), repr(e))


class freeze:
    """Gradients off for a module's parameters inside the block."""

    def __init__(self, *tensors):
        self.tensors = tensors

    def __enter__(self):
        self.before = [t.requires_grad for t in self.tensors]
        for t in self.tensors:
            t.requires_grad_(False)
        return self

    def __exit__(self, kind, value, trace):
        for t, before in zip(self.tensors, self.before):
            t.requires_grad_(before)
        if kind is not None:
            print("left by", kind.__name__, value)
        return kind is RuntimeError


w = torch.ones(2, requires_grad=True)
with freeze(w) as f, torch.no_grad():
    print(w.requires_grad, len(f.tensors), torch.is_grad_enabled())
print(w.requires_grad, torch.is_grad_enabled())
with freeze(w):
    torch.ones(2, 3) @ torch.ones(2, 3)
print("on")


@torch.no_grad()
def quiet(t):
    return (t * 2).requires_grad


class Model:
    @torch.no_grad()
    def predict(self, t):
        return (t * w).requires_grad

    @torch.enable_grad()
    def learn(self, t):
        return (t * w).requires_grad


with torch.no_grad():
    print(quiet(w), Model().predict(w), Model().learn(w), (w * 2).requires_grad)


def attempt(thunk):
    try:
        return thunk()
    except (RuntimeError, IndexError) as e:
        return f"{type(e).__name__}: {e}"
    except Exception as e:
        return f"other {type(e).__name__}"
    finally:
        count()


calls = 0


def count():
    global calls
    calls += 1
    return calls


print(attempt(lambda: torch.ones(2, 3) @ torch.ones(2, 3)))
print(attempt(lambda: torch.zeros(2)[5]))
print(attempt(lambda: torch.ones(2).view(3)))
print(attempt(lambda: torch.ones(2, requires_grad=True).numpy()))
print(attempt(lambda: torch.cat([torch.ones(2, 2), torch.ones(3, 3)])))
print(attempt(lambda: torch.tensor([1, 2]).mean()))
print(attempt(lambda: x.backward()))
print(attempt(lambda: torch.tensor("x")))
print(attempt(lambda: 1 / 0), calls)
