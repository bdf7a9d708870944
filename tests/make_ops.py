"""Writes docs/ops.md: every public function and method that an op stands behind, from the registry. Run it after adding an op: python tests/make_ops.py"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TARGET = ROOT / "docs" / "ops.md"

TITLES = {"torch": "torch", "Tensor": "torch.Tensor (methods that are no functions of torch)", "nn.functional": "torch.nn.functional", "linalg": "torch.linalg",
          "special": "torch.special", "fft": "torch.fft"}  # fmt: skip

# What a program can notice. (Last places of a result, and of equal answers which, are not listed.)
DIFFERS = {
    "torch.complex": "no complex32, so no float16",
    "torch.as_strided_scatter": "the gradient of input is 0 where src was written; PyTorch's is 0 everywhere else",
    "torch.select_copy": "complex numbers have a gradient",
    "torch.slice_copy": "complex numbers have a gradient",
    "torch.view_as_complex_copy": "has a gradient",
    "torch.unsafe_split": "a write into a piece counts as one into the input",
    "torch.unsafe_split_with_sizes": "a write into a piece counts as one into the input",
    "torch.view_as_complex": "the same",
    "torch.mvlgamma": "at most 2**20 terms",
    "torch.scatter_reduce": "complex numbers have a gradient",
    "torch.nan_to_num": "complex numbers have a gradient",
    "torch.slice_scatter": "complex numbers have a gradient",
    "torch.select_scatter": "complex numbers have a gradient",
    "linalg.eig": "the sign (the phase) of a vector is LAPACK's choice",
    **dict.fromkeys("linalg.eigh linalg.svd linalg.qr torch.svd torch.qr torch.svd_lowrank torch.pca_lowrank torch.lobpcg".split(), "the same"),
    "torch.matrix_exp": "16-bit floats are right: PyTorch's overflow on the way",
    "linalg.matrix_exp": "the same",
    "linalg.ldl_factor": "a D with a zero is returned, where PyTorch fails inside",
    "torch.digamma": "its derivative is good to the last place, PyTorch's to 1e-10",
    "torch.polygamma": "the same",
    **dict.fromkeys(["special.i1", "special.i1e"], "has a gradient in 16 bits, too"),
    "torch.kthvalue": "of equal elements PyTorch's choice only on lines of up to 8192 elements",
    "torch.mode": "the same, and where none is nan",
    **dict.fromkeys([f"torch.{n}" for n in "sort argsort msort topk".split()], "of equal elements PyTorch's choice only in tensors of up to 8192 elements"),
    "torch.logcumsumexp": "its gradient is good to the last places; PyTorch's loses them where elements are large",
    "torch.cdist": "computed from differences; PyTorch's matrix products (more than 25 rows) are off by rounding where rows are close",
    "torch.gradient": "places that are not as many as their dimension's elements are refused",
    **dict.fromkeys(
        [f"special.{n}" for n in """airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1
         scaled_modified_bessel_k0 scaled_modified_bessel_k1 spherical_bessel_j0 chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v
         chebyshev_polynomial_w shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w
         hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p""".split()],
        "has a gradient; PyTorch's has none",
    ),
    "torch.conv_transpose3d": "16-bit floats are summed in 32 bits and rounded once, as in two dimensions; PyTorch rounds at each step",
    "nn.functional.conv_transpose3d": "the same",
    "torch.affine_grid_generator": "of integers: PyTorch rounds the coordinates of the pixels",
    "torch.pixel_unshuffle": "of no elements it has the shape it should have",
    "nn.functional.pixel_unshuffle": "the same",
    "nn.functional.linear_cross_entropy": "`options` chooses no other nodes, and keeps second gradients",
    "nn.functional.scaled_dot_product_attention": "second gradients also where PyTorch has none",
    "torch.native_group_norm": "means and deviations carry no graph",
    **dict.fromkeys(["nn.functional.fractional_max_pool2d", "nn.functional.fractional_max_pool3d"], "kernels of less than nothing are refused"),
}  # fmt: skip


def cell(text: str) -> str:
    """Text that may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def cost(o: object) -> str:
    """Floating-point operations: an element's for pointwise ops, as a formula for others."""
    if o.kind in ("view", "composite"):
        return "0" if o.kind == "view" else ""
    return str(o.flops) if o.flops != 1 or o.kind == "map" else "1"


def gradient(overloads: list) -> str:
    """The rules, one a parameter."""
    rules = {p: o.rule(p) for o in overloads for p in o.vjps if o.rule(p)}
    if not rules:
        return "its ops'" if any(o.kind == "composite" for o in overloads) else ""
    if len(set(rules.values())) == 1 and len(rules) == 1:
        return f"`{next(iter(rules.values()))}`"
    return "<br>".join(f"{p}: `{cell(r)}`" for p, r in rules.items())


def rows(space: str) -> list[str]:
    """The lines of one namespace's table."""
    from tcalc.engine.registry import FAMILIES

    out = []
    for key, family in sorted(FAMILIES.items()):
        if not key.startswith(space + ".") or (space == "torch" and key[6:].startswith("_")):
            continue
        name = key[len(space) + 1 :]
        if "." in name or (family.name != name and space != "torch" and f"{space}.{family.name}" == key):
            continue
        if family.name != name:
            out.append(f"| {name} | another name of {family.name} | | | |")
            continue
        signatures = "<br>".join(f"`{cell(o.schema.signature())}`" for o in family.overloads)
        costs = dict.fromkeys(cost(o) for o in family.overloads)
        out.append(f"| {name} | {signatures} | {cell(gradient(family.overloads))} | {', '.join(c for c in costs if c)} | {DIFFERS.get(key, '')} |")
    return out


def text() -> str:
    """The document."""
    import tcalc.engine  # noqa: F401 - registers the ops
    from tcalc.engine import registry

    registry.load_all()
    tables = {space: rows(space) for space in TITLES}
    count = sum(map(len, tables.values()))
    head = f"""# Operations

Written by `python tests/make_ops.py` from the op declarations; a test keeps it fresh. {count} functions and methods; `tcalc ops NAME` prints one with an
example, `tcalc ops --missing` what PyTorch has more.

Gradient: the rule by parameter, where *g* is the gradient that arrives and other names are what the op was given or gave (`out`); "its ops'" stands for a
function made of others. In complex numbers the rule's derivative is conjugated (PyTorch's convention) unless the rule says conj itself. Cost: floating-point
operations, an element's for pointwise ops; views cost nothing. Every pointwise op with an in-place twin (`add_`) writes by the same kernel and rule.
`out=` works wherever PyTorch's function has it. Differs: what a program can notice besides last places; empty is the rule.
"""
    for space, title in TITLES.items():
        head += f"\n## {title}\n\n| name | signature | gradient | cost | differs |\n| --- | --- | --- | --- | --- |\n" + "\n".join(tables[space]) + "\n"
    return head


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
