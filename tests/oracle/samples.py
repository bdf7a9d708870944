"""The registry's own samples, run on PyTorch (for golden/samples.json) or on tcalc: a new op is covered as soon as it has samples.

A sample function ``fn(make)`` yields the arguments of one call each: a tensor, a tuple of arguments, or a tuple whose last item is a dict of
keywords. ``make`` is cases.Make on either library, so both sides see the same values. Names that PyTorch lacks are left out.
"""

from __future__ import annotations

import cases

DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "uint8", "bool")


def ops() -> list:
    """The ops that carry samples, one an overload, in the order of their names."""
    import tcalc.engine  # noqa: F401 - fills the registry
    from tcalc.engine.registry import OPS

    return [o for _, o in sorted(OPS.items()) if o.samples and not o.name.startswith("internal.")]


def public(torch, op):
    """The public function an op is reached by on a library, or None."""
    for space in op.namespaces:
        at = torch if space in ("torch", "Tensor") else None
        if at is None:
            at = torch
            for part in space.split("."):
                at = getattr(at, part, None)
        found = getattr(at, op.public, None)
        if callable(found):
            return found
    return getattr(torch.Tensor, op.public, None)


def runs(torch, op, dtypes=DTYPES):
    """Key and outcome of every call: every sample in every dtype."""
    call = public(torch, op)
    if call is None:
        return
    for f, fn in enumerate(op.samples):
        for dtype in dtypes:
            try:
                given = list(fn(cases.Make(torch, dtype)))
            except Exception as e:
                yield f"{op.name}#{f} {dtype}", {"setup": f"{type(e).__name__}: {e}"}
                continue
            for i, sample in enumerate(given):
                args, kwargs = arguments(sample)
                leaves: dict = {}
                args = [tracked(torch, a, leaves) for a in args]
                kwargs = {k: tracked(torch, v, leaves) for k, v in kwargs.items()}
                yield f"{op.name}#{f}.{i} {dtype}", cases.outcome(torch, lambda a=args, k=kwargs: (torch.manual_seed(0), call(*a, **k))[1], leaves)


def arguments(sample):
    """Positional and keyword arguments of one sample."""
    if not isinstance(sample, tuple):
        return [sample], {}
    if sample and isinstance(sample[-1], dict):
        return list(sample[:-1]), sample[-1]
    return list(sample), {}


def tracked(torch, value, leaves):
    """The value with every floating tensor in it a leaf that requires grad."""
    if isinstance(value, torch.Tensor):
        value = value.detach()
        if value.is_floating_point() or value.is_complex():
            value.requires_grad_()
            leaves[f"x{len(leaves)}"] = value
        return value
    if isinstance(value, (list, tuple)) and any(isinstance(v, torch.Tensor) for v in value):
        return type(value)(tracked(torch, v, leaves) for v in value)
    return value


def golden(torch) -> dict:
    """All outcomes under PyTorch. Where it refuses a dtype other than float32, that is often an accident of its kernels: not recorded."""
    return {k: v for op in ops() for k, v in runs(torch, op) if "setup" not in v and ("error" not in v or k.endswith(" float32"))}


def complex_golden(torch) -> dict:
    """The outcomes in complex numbers, refusals too: which ops take them is PyTorch's choice."""
    return {k: v for op in ops() for k, v in runs(torch, op, ("complex64",)) if "setup" not in v}
