"""What tensors print inside transforms, which levels they name, and what is refused there."""
import torch

func = torch.func


def t(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, "|", str(e)[:300])


def show(x):
    print(x, x * 2)
    return x.sin().sum()


x = torch.arange(6.0).view(2, 3)
w = torch.ones(3, requires_grad=True)
func.grad(show)(x[0])
func.vmap(show)(x)
func.vmap(show, in_dims=1)(x)
func.vmap(func.grad(show))(x)
func.grad(lambda a: func.vmap(show)(a).sum())(x)
func.grad(func.grad(show))(torch.tensor(2.0))
func.jvp(show, (x[0],), (x[1],))
func.vjp(show, x[0])
func.jacrev(show)(x[0])
func.jacfwd(show)(x[0])
func.hessian(show)(x[0])
func.grad(show)(w)
func.grad(lambda a: show(a * w))(x[0])
func.vmap(func.vmap(lambda a: (print(a), a)[1]))(x)
t(func.vmap(lambda a: f"{a}"), x[:, 0])
t(func.grad(lambda a: a.requires_grad_().sum()), x)
t(func.grad(lambda a: a.sum().backward()), x)
t(func.vmap(lambda a: torch.randint_like(a, 3)), x)
t(func.vmap(lambda a: a.unique()), x)
t(func.vmap(lambda a, m: torch.masked_select(a, m)), x, x > 2)
t(func.vmap(lambda a: a.sum().is_nonzero()), x)
t(func.vmap(lambda a: torch.allclose(a, a)), x)
t(func.vmap(lambda a: torch.bincount(a)), x.long())
t(func.vmap(lambda a: a.shape), x)
t(func.vmap(lambda a: a.shape, out_dims=None), x)
t(func.vmap(lambda a: torch.argwhere(a < 9)), x)
t(func.vmap(lambda a, b: torch.nn.functional.batch_norm(a, b, b, training=True), in_dims=(0, None)), torch.ones(2, 4, 3), w.detach())
b = torch.zeros(2)
t(func.vmap(lambda a: b.uniform_(), randomness="different"), x)
for mode in ("same", "different"):
    torch.manual_seed(0)
    t(func.vmap(lambda a: a.uniform_(), randomness=mode), torch.zeros(2, 3))
    t(func.vmap(lambda a: torch.normal(a, 1.0), randomness=mode), torch.zeros(2, 3))
    t(func.vmap(lambda a: torch.multinomial(a, 2), randomness=mode), torch.ones(2, 4))
    t(func.vmap(lambda a: torch.bernoulli(a), randomness=mode), torch.full((2, 4), 0.5))
y, pull = func.vjp(lambda a: (a.sin(), {"b": a * 2}), x)
t(pull, x)
t(pull, (x, x))
t(func.vjp, lambda a: (), x)
t(func.vjp, lambda a: None, x)
t(func.jvp, torch.sin, (), ())
t(func.jvp, torch.sin, (3.0,), (1.0,))
t(func.grad(lambda a, b: a.sum(), argnums=(0, 1.5)), x, x)
t(func.linearize(torch.sin, x)[1], torch.ones(4))
t(func.functional_call, torch.nn.Linear(3, 2), ({"weight": w, "bias": w}, {"bias": w, "weight": w}), (x,))
