"""Facts for the reports, from PyTorch: `python tests/oracle/make_reports.py` writes reports.json beside it.

flops      expression -> [forward, forward + backward] of torch.utils.flop_counter (products and convolutions are all that it counts)
parts      expression -> shape, dtype, strides, offset, whether its memory is that of x
moves      expression -> whether it is a view of x (shares its storage) and its result's strides
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

HERE = Path(__file__).parent

FLOPS = {
    "a @ b": {"a": (5, 7), "b": (7, 3)},
    "q @ q.mT": {"q": (2, 4, 16, 8)},
    "F.linear(a, w)": {"a": (5, 7), "w": (3, 7)},
    "F.conv2d(x, w)": {"x": (2, 3, 8, 8), "w": (4, 3, 3, 3)},
    "F.conv2d(x, w, stride=2, padding=1)": {"x": (2, 3, 8, 8), "w": (4, 3, 3, 3)},
    "F.conv1d(x, w)": {"x": (2, 3, 9), "w": (5, 3, 4)},
    "F.conv_transpose2d(x, w, stride=2)": {"x": (2, 3, 8, 8), "w": (3, 4, 3, 3)},
    "torch.einsum('bhqd,bhkd->bhqk', q, k)": {"q": (2, 4, 16, 8), "k": (2, 4, 12, 8)},
    "(a @ b) @ c": {"a": (5, 7), "b": (7, 3), "c": (3, 2)},
}

# On x = arange(24.).reshape(2, 3, 4), i = tensor([0, 2]), m = x > 5, n = arange(4).
PARTS = [
    "x.transpose(0, 2)", "x.permute(2, 0, 1)", "x[0]", "x[:, 1]", "x[:, :, ::2]", "x[..., None]", "x[:, i]", "x[:, i, 1:3]", "x[m]",
    "x[0, :, i]", "x[i[:1], :, i]", "x.reshape(6, 4)", "x.reshape(24)", "x.transpose(1, 2).reshape(24)", "x.transpose(0, 1).reshape(3, 8)",
    "x.view(3, 8)", "x[:, :, :2].reshape(2, 6)", "x[:1].reshape(12)", "x.flatten(1)", "x.unsqueeze(1)", "x[:1].squeeze(0)",
    "x.expand(5, 2, 3, 4)", "x.contiguous()", "x.transpose(0, 1).contiguous()", "x.clone()", "x.double()", "x.float()", "x + n", "x * 2",
    "n / 2", "n + 1.5", "x > n", "x + x[:, :1]", "x[:, :, 0] @ x[:, 0].T[:3]", "torch.cat([x, x], 1)", "torch.stack([x, x], -1)", "n.sum()",
    "m.sum()", "x.double() + x", "x + torch.tensor(2., dtype=torch.float64)", "n + m", "torch.einsum('ijk,ijk->ij', x, x)",
    "x.movedim(0, -1)", "x.unfold(2, 2, 1)", "x.flip(0)", "x.T if False else x.mT", "x.detach()", "x.narrow(1, 0, 2)", "x.chunk(2, 1)[1]",
    "x.diagonal(0, 1, 2)", "x.repeat(1, 2, 1)", "x.half() + x.bfloat16()", "x[:, 0, 0] - x[:, 0, :1]",
]  # fmt: skip


def flops(text: str, shapes: dict[str, tuple[int, ...]]) -> list[int]:
    names = {n: torch.randn(s, requires_grad=True) for n, s in shapes.items()}
    counts = []
    for back in (False, True):
        with FlopCounterMode(display=False) as counter:
            y = eval(text, {"torch": torch, "F": F}, dict(names))
            if back:
                y.sum().backward()
        counts.append(counter.get_total_flops())
    return counts


def parts() -> dict[str, object]:
    found = {}
    for text in PARTS:
        x = torch.arange(24.0).reshape(2, 3, 4)
        names = {"x": x, "i": torch.tensor([0, 2]), "m": x > 5, "n": torch.arange(4)}
        y = eval(text, {"torch": torch}, names)
        found[text] = {
            "shape": list(y.shape),
            "dtype": str(y.dtype).removeprefix("torch."),
            "stride": list(y.stride()),
            "offset": y.storage_offset(),
            "shares": y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr(),
            "contiguous": y.is_contiguous(),
        }
    return found


if __name__ == "__main__":
    data = {"torch": torch.__version__, "flops": {t: {"shapes": s, "counts": flops(t, s)} for t, s in FLOPS.items()}, "parts": parts()}
    body = json.dumps(data, separators=(",", ":")).replace('},"', '},\n"')
    (HERE / "reports.json").write_text(body + "\n", encoding="utf-8")
