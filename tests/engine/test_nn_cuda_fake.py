"""Training on the CUDA backend, on the tests' own CuPy: what runs on the CPU runs there with the same numbers, and amp does what it does on a GPU."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import pytest

import tcalc as torch

pytest.importorskip("numpy")
from tests.engine import fake_cupy


@pytest.fixture(autouse=True)
def cupy() -> Iterator[None]:
    with fake_cupy.installed(devices=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def model() -> torch.nn.Module:
    torch.manual_seed(0)
    nn = torch.nn
    return nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.GELU(), nn.LayerNorm(6), nn.Linear(6, 3))


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"])
def test_a_training_is_the_same_on_both_devices(name: str) -> None:
    losses = []
    for where in ("cpu", "cuda"):
        m = model().to(where)
        o = getattr(torch.optim, name)(m.parameters(), lr=0.05, weight_decay=0.01)
        x, y = torch.randn(8, 4).to(where), torch.randint(0, 3, (8,)).to(where)
        assert {p.device.type for p in m.parameters()} | {b.device.type for b in m.buffers()} == {where}
        row = []
        for _ in range(4):
            o.zero_grad()
            loss = torch.nn.functional.cross_entropy(m(x), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(m.parameters(), 1.0)
            o.step()
            row.append(loss.item())
        losses.append(row)
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_state_moves_with_files_and_devices() -> None:
    m = model().cuda()
    o = torch.optim.Adam(m.parameters())
    m(torch.randn(8, 4, device="cuda")).sum().backward()
    o.step()
    out = io.BytesIO()
    torch.save({"m": m.state_dict(), "o": o.state_dict()}, out)
    out.seek(0)
    back = torch.load(out, map_location="cpu")
    assert {t.device.type for t in back["m"].values()} == {"cpu"}
    out.seek(0)
    assert torch.load(out)["m"]["0.weight"].is_cuda
    other = model().cuda()
    other.load_state_dict(back["m"])
    again = torch.optim.Adam(other.parameters())
    again.load_state_dict(back["o"])
    assert again.state[other[0].weight]["exp_avg"].is_cuda


def test_autocast_and_scaler_with_a_gpu() -> None:
    m = torch.nn.Linear(4, 2).cuda()
    o = torch.optim.SGD(m.parameters(), lr=0.1)
    scaler = torch.cuda.amp.GradScaler(init_scale=128.0, growth_interval=1)
    x = torch.randn(8, 4, device="cuda")
    with torch.cuda.amp.autocast():
        y = m(x)
        assert y.dtype is torch.float16 and torch.exp(y).dtype is torch.float32 and torch.nn.functional.softmax(y, -1).dtype is torch.float32
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype is torch.float32
        loss = torch.nn.functional.mse_loss(y, torch.zeros_like(y))
        with pytest.raises(RuntimeError, match="unsafe to autocast"):
            torch.nn.functional.binary_cross_entropy(torch.rand(2, device="cuda"), torch.ones(2, device="cuda"))
    scaler.scale(loss).backward()
    assert m.weight.grad.dtype is torch.float32
    before = m.weight.detach().clone()
    scaler.step(o)
    scaler.update()
    assert scaler.get_scale() == 256 and not torch.equal(before, m.weight)
    m.weight.grad.fill_(float("inf"))
    before = m.weight.detach().clone()
    scaler.step(o)
    scaler.update()
    assert scaler.get_scale() == 128 and torch.equal(before, m.weight)


def test_recurrent_embedding_dropout_and_loaders_run_on_the_device() -> None:
    nn = torch.nn
    data = torch.utils.data
    emb, rnn, drop = nn.Embedding(5, 3).cuda(), nn.GRU(3, 4, batch_first=True).cuda(), nn.Dropout(0.5).cuda()
    loader = data.DataLoader(data.TensorDataset(torch.arange(10).remainder(5).view(5, 2)), batch_size=2)
    for (xb,) in loader:
        out, h = rnn(drop(emb(xb.cuda())))
        out.sum().backward()
        assert out.is_cuda and h.shape == (1, len(xb), 4)
    assert emb.weight.grad.is_cuda
    y = torch.utils.checkpoint.checkpoint(nn.Linear(3, 1).cuda(), torch.ones(2, 3, device="cuda"), use_reentrant=False)
    y.sum().backward()
