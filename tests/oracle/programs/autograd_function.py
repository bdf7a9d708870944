import torch

G = torch.autograd.graph
Function, once_differentiable = (
    torch.autograd.Function,
    torch.autograd.function.once_differentiable,
)


@G.disable_saved_tensors_hooks("no hooks")
def f():
    with G.saved_tensors_hooks(lambda x: x, lambda x: x):
        pass


try:
    f()
except Exception as e:
    print(type(e), e)
with G.saved_tensors_hooks(
    lambda x: (print("pack", x, x.requires_grad), x.detach().numpy())[1],
    lambda a: (print("unpack"), torch.from_numpy(a))[1],
):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x.exp()
    z = (y * x).sum()
(g,) = torch.autograd.grad(z, x, create_graph=True)
print(g)
print(torch.autograd.grad(g.sum(), x))
with G.saved_tensors_hooks(lambda x: x, lambda a: 3):
    z = (x * x).sum()
try:
    z.backward()
except Exception as e:
    print(type(e), e)


def inpl(t):
    t.add_(1)
    return t


with G.saved_tensors_hooks(inpl, lambda a: a):
    try:
        z = (x * 2).exp().sum()
        z.backward()
    except Exception as e:
        print(type(e), e)
with G.save_on_cpu():
    z = (x.tanh() * x.sigmoid()).prod()
z.backward()
print(x.grad)
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.tensor([1.0, 3.0], requires_grad=True)
c = x * y
d = c + x
h = G.register_multi_grad_hook((x, y, c), lambda gs: print("multi", gs))
d.sum().backward()
x.grad = None
(x.sum()).backward()

h.remove()
e = G.get_gradient_edge(c)
print(e.output_nr, e.node.name())


class Cube(Function):
    @staticmethod
    def forward(ctx, x, k, name=None):
        ctx.save_for_backward(x)
        ctx.foo = 3
        print(ctx.needs_input_grad)
        return x**3 * k

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x**2, None, None


x = torch.tensor([2.0, 3.0], requires_grad=True)
y = Cube.apply(x, 2.0)
print(
    y,
    y.grad_fn.foo,
    y.grad_fn.saved_tensors,
    y.grad_fn.next_functions[0][0].name(),
    y.grad_fn.name(),
)
try:
    y.sum().backward()
except Exception as e:
    print(type(e), e)
y = Cube.apply(x, 2.0, "a")
y.sum().backward()
print(x.grad)
try:
    y.sum().backward()
except Exception as e:
    print(type(e), e)


class Two(Function):
    @staticmethod
    def forward(a, b):
        return a * b, a + b, a.argmax()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.mark_non_differentiable(output[2])

    @staticmethod
    def backward(ctx, g1, g2, g3):
        print("g", g1, g2, g3)
        a, b = ctx.saved_tensors
        return g1 * b + g2, g1 * a + g2


a = torch.tensor(
    [1.0, 2.0],
    requires_grad=True,
)
b = torch.tensor([3.0, 4.0], requires_grad=True)
o = Two.apply(a, b)
print(o)
print(torch.autograd.grad(o[0].sum(), (a, b)))


class Exp(Function):
    @staticmethod
    def forward(ctx, i):
        r = i.exp()
        ctx.save_for_backward(r)
        return r

    @staticmethod
    def backward(ctx, g):
        (r,) = ctx.saved_tensors
        return g * r


y = Exp.apply(a)
(g,) = torch.autograd.grad(y.sum(), a, create_graph=True)
print(g)
print(torch.autograd.grad(g.sum(), a))
y = Exp.apply(a)
with torch.no_grad():
    y.add_(1)
try:
    y.sum().backward()
except Exception as e:
    print(type(e), e)


class Od(Function):
    @staticmethod
    def forward(ctx, i):
        ctx.save_for_backward(i)
        return i * i

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        return 2 * g * ctx.saved_tensors[0]


y = Od.apply(a)
(g,) = torch.autograd.grad(y.sum(), a, create_graph=True)
print(g.requires_grad)
try:
    g.sum().backward()
except Exception as e:
    print(type(e), e)


class Inp(Function):
    @staticmethod
    def forward(ctx, i):
        i.mul_(2)
        ctx.mark_dirty(i)
        return i

    @staticmethod
    def backward(ctx, g):
        return 2 * g


t = a * 1
y = Inp.apply(t)
print(y is t, y, t._version)
print(torch.autograd.grad(y.sum(), a))
try:
    Inp.apply(a)
except Exception as e:
    print(type(e), e)
v = (a * 1)[0:1]
base = v._base
y = Inp.apply(v)
print(y)
print(torch.autograd.grad(base.sum(), a))


class Id(Function):
    @staticmethod
    def forward(ctx, i):
        return i

    @staticmethod
    def backward(ctx, g):
        return g * 5


y = Id.apply(a)
print(y is a, y)
print(torch.autograd.grad(y.sum(), a))


class Bad(Function):
    @staticmethod
    def forward(ctx, i):
        return i * 1

    @staticmethod
    def backward(ctx, g):
        return torch.ones(3)


try:
    Bad.apply(a).sum().backward()
except Exception as e:
    print(type(e), e)


class Bad2(Bad):
    @staticmethod
    def backward(ctx, g):
        return 3


try:
    Bad2.apply(a).sum().backward()
except Exception as e:
    print(type(e), e)


class Bad3(Bad):
    @staticmethod
    def backward(ctx, g):
        return g, g


try:
    Bad3.apply(a).sum().backward()
except Exception as e:
    print(type(e), e)


class Bad4(Function):
    @staticmethod
    def forward(ctx, i, j):
        return i * 1

    @staticmethod
    def backward(ctx, g):
        return g, g


try:
    Bad4.apply(a, 3).sum().backward()
except Exception as e:
    print(type(e), e)


class NB(Function):
    @staticmethod
    def forward(ctx, i):
        return 3


try:
    print(NB.apply(a))
except Exception as e:
    print(type(e), e)


class NB(Function):
    @staticmethod
    def forward(ctx, i):
        ctx.save_for_backward(3)
        return i


try:
    print(NB.apply(a))
except Exception as e:
    print(type(e), e)


class NB(Function):
    @staticmethod
    def forward(ctx, i):
        return i * 2


try:
    NB.apply(a).sum().backward()
except Exception as e:
    print(type(e), e)


class NB(Function):
    pass


try:
    NB.apply(a).sum().backward()
except Exception as e:
    print(type(e), e)
try:
    NB()(a)
except Exception as e:
    print(type(e), e)


class M(Function):
    @staticmethod
    def forward(ctx, i):
        ctx.set_materialize_grads(False)
        return i * 2, i * 3, "x"

    @staticmethod
    def backward(ctx, g, h, k):
        print(g, h, k)
        return g * 2


r = M.apply(a)
print(r)
r[0].sum().backward()
with torch.no_grad():
    print(Cube.apply(a, 1.0, None))


class K(Function):
    @staticmethod
    def forward(ctx, i, *, k):
        return i * k


try:
    print(K.apply(a, k=3.0))
except Exception as e:
    print(type(e), e)
