"""Writes testing.json: what torch.testing.assert_close says of pairs of values. Run under PyTorch: python tests/oracle/make_testing.py"""

from __future__ import annotations

import json
from pathlib import Path

# Calls of assert_close, `A` below.
CALLS = [
    "A(t([1., 2., 3.]), t([1., 2., 4.]))",
    "A(t([1., 2., 3.]), t([1., 2., 3.00000001]))",
    "A(t(1.), t(2.))",
    "A(1.0, 2.0)",
    "A(1, 2)",
    "A(1.0, 1.0 + 1e-9)",
    "A(t([[1., 2.], [3., 4.]]), t([[1., 2.], [3.5, 4.]]))",
    "A(t([1]), t([2]))",
    "A(t([1.]), t([1.], dtype=torch.float64))",
    "A(t([1.]), t([1.], dtype=torch.float64), check_dtype=False)",
    "A(t([1., 2.]), t([1.]))",
    "A([1., 2.], [1., 3.])",
    "A({'a': t([1.])}, {'a': t([2.])})",
    "A({'a': 1}, {'b': 1})",
    "A([1, 2], [1])",
    "A(t([float('nan')]), t([float('nan')]))",
    "A(t([float('nan')]), t([float('nan')]), equal_nan=True)",
    "A(t([True, False]), t([False, False]))",
    "A(None, None)",
    "A(None, 1)",
    "A(1, 1.0)",
    "A(True, False)",
    "A('a', 'a')",
    "A([t([1.]), t([2.])], [t([1.]), t([3.])])",
    "A(t([0., 1.]), t([1e-3, 1.]))",
    "A(t([float('inf'), 1.]), t([float('inf'), 2.]))",
    "A(t([float('inf')]), t([1.]))",
    "A(t([]), t([]))",
    "A(t([1., 2.]), t([1., 3.]), rtol=1.)",
    "A(t([1., 2.]), t([1., 3.]), atol=1.)",
    "A(t([1., 2.]), t([1., 3.]), rtol=0., atol=0.)",
    "A(t([1., 2.]), t([1., 3.]), rtol=1., atol=0.)",
    "A(t([1., 2.]), t([1., 3.]), msg='hello')",
    "A(t([1., 2.]), t([1., 3.]), msg=lambda m: 'X ' + m)",
    "A(torch.ones(2, 3), torch.ones(3, 2).t(), check_stride=True)",
    "A(torch.ones(2, 2, dtype=torch.int64), torch.zeros(2, 2, dtype=torch.int64))",
    "A([[1., 2.], {'k': t([1.])}], [[1., 2.], {'k': t([2.])}])",
    "A(t([1.], dtype=torch.float16), t([1.002], dtype=torch.float16))",
    "A(t([1.], dtype=torch.bfloat16), t([1.01], dtype=torch.bfloat16))",
    "A(t([1.], dtype=torch.float64), t([1.0000002], dtype=torch.float64))",
]


def said(call: str, torch: object) -> str:
    """The class and text of the error of a call, or ''."""
    try:
        eval(call, {"A": torch.testing.assert_close, "t": torch.tensor, "torch": torch})  # type: ignore[attr-defined]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    import torch

    where = Path(__file__).parent / "testing.json"
    where.write_text(json.dumps({"torch": torch.__version__, "said": {call: said(call, torch) for call in CALLS}}, indent=0) + "\n")
