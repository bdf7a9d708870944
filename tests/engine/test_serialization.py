"""torch.save and torch.load: a round trip, PyTorch's own files, and files that were tampered with."""

from __future__ import annotations

import io
import pathlib
import random
import struct
import zipfile
from collections import OrderedDict

import pytest

import tcalc as torch
from tcalc.engine import serialization
from tcalc.engine.serialization import UnpicklingError

STATE = pathlib.Path(__file__).parent.parent / "oracle" / "golden" / "state.pt"


def same(a: object, b: object) -> None:
    """The same types, structure and values."""
    assert type(a).__name__ == type(b).__name__
    if isinstance(a, dict):
        assert list(a) == list(b)
        for k in a:
            same(a[k], b[k])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif isinstance(a, torch.Tensor):
        assert (a.tolist(), a.dtype, a.stride(), a.requires_grad) == (b.tolist(), b.dtype, b.stride(), b.requires_grad)
    else:
        assert a == b


def everything() -> dict:
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(5, 3)).sum().backward()
    optimizer.step()
    x = torch.arange(6.0).reshape(2, 3)
    return {
        "model": model.state_dict(), "optimizer": optimizer.state_dict(), "x": x, "xt": x.T, "row": x[1], "none": torch.empty(0, 3), "zero": torch.tensor(2.5),
        "half": x.half(), "bf": x.bfloat16(), "flags": torch.tensor([True]), "leaf": torch.ones(2, requires_grad=True), "p": torch.nn.Parameter(x + 1),
        "size": x.shape, "dtype": torch.float16, "where": torch.device("cpu"), "big": 1 << 70, "minus": -5, "c": 1 + 2j, "text": "é", "set": {1, 2},
        "deep": [1, (2, [None, True])], "by name": OrderedDict(a=1),
    }  # fmt: skip


def test_a_round_trip_keeps_types_values_strides_and_what_shares_memory(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "state.pt"
    obj = everything()
    torch.save(obj, path)
    back = torch.load(path)
    same(back, obj)
    back["x"][0, 0] = 99
    assert back["xt"][0, 0] == 99
    assert type(back["p"]) is torch.nn.Parameter
    assert [p.name for p in tmp_path.iterdir()] == ["state.pt"]


def test_pytorchs_own_file() -> None:
    state = torch.load(STATE)
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    assert repr(model.load_state_dict(state["model"])) == "<All keys matched successfully>"
    assert model[1].num_batches_tracked == 1
    optimizer = torch.optim.Adam(model.parameters())
    optimizer.load_state_dict(state["optimizer"])
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert (state["epoch"], state["loss"], state["name"], state["size"], state["dtype"]) == (3, 0.25, "héllo", torch.Size([2, 3]), torch.int64)
    assert state["xt"].stride() == (1, 3) and state["row"].tolist() == [3, 4, 5] and state["bf"].dtype is torch.bfloat16
    assert state["schedule"]["last_epoch"] == 0 and state["deep"] == [(1, [2, None])] and state["none"].shape == (0, 3)


def test_a_module_is_refused_with_what_works() -> None:
    with pytest.raises(TypeError, match="cannot pickle 'Linear' object") as e:
        torch.save(torch.nn.Linear(1, 1), io.BytesIO())
    assert e.value.facts.hints == ["torch.save(model.state_dict(), path)"]


def test_a_failed_save_leaves_the_old_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.pt"
    torch.save([1], path)
    with pytest.raises(TypeError):
        torch.save([object()], path)
    assert torch.load(path) == [1]
    with pytest.raises(RuntimeError, match="Parent directory .* does not exist"):
        torch.save([1], tmp_path / "no" / "a.pt")


def archive(code: bytes, **records: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("archive/data.pkl", code)
        for name, data in records.items():
            z.writestr(f"archive/data/{name}", data)
    out.seek(0)
    return out


CALL = b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R."


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (CALL, "Unsupported global: GLOBAL os.system"),
        (b"\x80\x02cbuiltins\neval\n)R.", "GLOBAL builtins.eval"),
        (b"\x80\x02ctcalc.engine\nsave\n)R.", "GLOBAL tcalc.engine.save"),
        (b"\x80\x02X\x01\x00\x00\x00a)R.", "calls what is no name"),
        (b"\x80\x02i", "Unsupported operand"),
        (b"\x80\x02(", "ends in the middle"),
        (b"\x80\x02e.", "out of order"),
        (b"\x80\x02}(K\x01\x85K\x02u.", "A key of a dict is a tuple"),
        (b"\x80\x02X\xff\xff\xff\xffa.", "ends in the middle"),
        (b"\x80\x02h\x07.", "out of order"),
    ],
)
def test_byte_code_that_does_more_than_describe_data(code: bytes, text: str) -> None:
    with pytest.raises(UnpicklingError, match=text):
        torch.load(archive(code))


def tensor_code(count: int, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> bytes:
    w = serialization._Writer()
    w.name("torch._utils", "_rebuild_tensor_v2")
    w.out += b"("
    w.tuple(["storage", serialization._Global("torch", "FloatStorage"), "0", "cpu", count])
    w.out += b"Q"
    for v in (offset, size, stride, False, None):
        w.write(v)
    w.out += b"tR"
    return w.finish()


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((4, 0, (5,), (1,)), "beyond its storage"),
        ((4, 3, (2,), (1,)), "beyond its storage"),
        ((4, 0, (2,), (1 << 40,)), "beyond its storage"),
        ((4, -1, (1,), (1,)), "a shape that cannot be"),
        ((4, 0, (2,), (-1,)), "a shape that cannot be"),
        ((1 << 40, 0, (1 << 40,), (1,)), "A storage of"),
    ],
)
def test_a_tensor_stays_inside_its_storage(args: tuple, text: str) -> None:
    with pytest.raises(UnpicklingError, match=text):
        torch.load(archive(tensor_code(*args), **{"0": struct.pack("<4f", 1, 2, 3, 4)}))
    assert torch.load(archive(tensor_code(4, 1, (2,), (2,)), **{"0": struct.pack("<4f", 1, 2, 3, 4)})).tolist() == [2, 4]


def test_what_grows_when_unpacked_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("archive/data.pkl", b"\x80\x02N.")
        z.writestr("archive/data/0", bytes(10_000_000))
    out.seek(0)
    with pytest.raises(UnpicklingError, match="does not compress|would unpack"):
        torch.load(out)


def test_other_files() -> None:
    for data in (b"", b"not a zip", b"\x80\x02}.", b"PK\x03\x04" + bytes(50)):
        with pytest.raises(UnpicklingError, match="not a file of torch.save"):
            torch.load(io.BytesIO(data))
    with pytest.raises(FileNotFoundError):
        torch.load("no such file.pt")


def test_tampered_byte_code_is_data_or_an_error_and_nothing_else() -> None:
    raw = STATE.read_bytes()
    code = zipfile.ZipFile(io.BytesIO(raw)).read(next(n for n in zipfile.ZipFile(io.BytesIO(raw)).namelist() if n.endswith("data.pkl")))
    rnd = random.Random(0)
    refused = 0
    for _ in range(400):
        text = bytearray(code)
        for _ in range(rnd.randint(1, 4)):
            i = rnd.randrange(len(text))
            kind = rnd.randrange(3)
            if kind == 0:
                text[i] = rnd.randrange(256)
            elif kind == 1:
                del text[i : i + rnd.randrange(1, 9)]
            else:
                text[i:i] = bytes(rnd.choice(b"(.tNaes}]u)Rbc\x93QK\x8f\x90\x85\x86\x870") for _ in range(rnd.randrange(1, 5)))
        opened = serialization._Archive(io.BytesIO(raw), len(raw), None)
        try:
            serialization._Reader(bytes(text), opened.tensor).run()
        except UnpicklingError:
            refused += 1
    assert refused > 150
