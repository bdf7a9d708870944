"""Files and pipes as tensors: every format, selections, and what is refused."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tcalc.cli import data
from tcalc.cli.exits import DataError
from tests.support import ROOT, fails, out, tcalc

IRIS = str(ROOT / "examples" / "data" / "iris.csv")


def write(path: Path, text: str | bytes) -> str:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def dtype_of(t: object) -> str:
    return str(t.dtype).removeprefix("torch.")  # type: ignore[attr-defined]


# ---- tables ----


def test_iris_numeric_columns() -> None:
    t = data.load(IRIS)
    assert tuple(t.shape) == (150, 4)
    assert dtype_of(t) == "float32"
    assert [round(v, 4) for v in t[0].tolist()] == [5.1, 3.5, 1.4, 0.2]
    assert t.is_contiguous()


def test_iris_species_as_codes() -> None:
    y = data.load(IRIS, "species")
    assert (tuple(y.shape), dtype_of(y)) == ((150,), "int64")
    assert [y.tolist().count(c) for c in range(3)] == [50, 50, 50]
    assert y.tolist()[0] == 0 and y.tolist()[149] == 2


@pytest.mark.parametrize(
    ("select", "shape", "first"),
    [
        ("0", (150,), 5.1),
        ("sepal_length", (150,), 5.1),
        ("petal_length,petal_width", (150, 2), [1.4, 0.2]),
        ("2:4", (150, 2), [1.4, 0.2]),
        ("3,0", (150, 2), [0.2, 5.1]),
        ("0:1", (150, 1), [5.1]),
        ("-2", (150,), 0.2),
        ("-1", (150,), 0),
    ],
)
def test_selections(select: str, shape: tuple[int, ...], first: object) -> None:
    t = data.load(IRIS, select)
    assert tuple(t.shape) == shape
    assert np.allclose(t[0].tolist(), first)


@pytest.mark.parametrize(
    ("select", "says"),
    [
        ("specis", "Did you mean species?"),
        ("9", "columns 0 to 4"),
        ("species,0", "is text"),
        ("5:9", "selects no column"),
    ],
)
def test_wrong_selections(select: str, says: str) -> None:
    with pytest.raises(DataError) as caught:
        data.load(IRIS, select)
    assert says in caught.value.sentence


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "1,2\n3,4\n", [[1.0, 2.0], [3.0, 4.0]]),
        ("a.csv", "a,b\n1,2\n3,4\n", [[1.0, 2.0], [3.0, 4.0]]),
        ("a.csv", "\ufeffa;b\r\n1;2\r\n3;4\r\n", [[1.0, 2.0], [3.0, 4.0]]),
        ("a.csv", '"a, b",c\n"1",2\n', [[1.0, 2.0]]),
        ("a.csv", "# a remark\nx\n1\n2\n", [1.0, 2.0]),
        ("a.csv", "-1e3\n+.5\n", [-1000.0, 0.5]),
        ("a.tsv", "a\tb\n1\t2\n", [[1.0, 2.0]]),
        ("a.txt", "1 2  3\n4 5 6\n", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        ("a.txt", "1\n2\n3\n", [1.0, 2.0, 3.0]),
        ("a.csv", "name,v\nx,1\ny,2\n", [[1.0], [2.0]]),
    ],
)
def test_tables(tmp_path: Path, name: str, text: str, expected: list[object]) -> None:
    assert data.load(write(tmp_path / name, text)).tolist() == expected


def test_missing_cells_are_nan(tmp_path: Path) -> None:
    t = data.load(write(tmp_path / "a.csv", "a,b\n1,\nNA,4\n")).tolist()
    assert t[0][0] == 1 and t[1][1] == 4 and t[0][1] != t[0][1] and t[1][0] != t[1][0]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "", "has no rows"),
        ("a.csv", "a,b\n", "a header and no rows"),
        ("a.csv", "1,2\n3\n", "row 2 has 1 cells, the first row has 2"),
        ("a.csv", "a,b\nx,y\n", "no numeric column"),
        ("a.csv", b"\x00\x01\x02", "not text"),
        ("a.csv", "a".encode("utf-16"), "UTF-16"),
        ("a.csv", '"1,2\n3,4', "not a table"),
        ("a.json", "[1, 2", "not JSON"),
        ("a.json", "[[1, 2], [3]]", "no tensor"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.npy", b"hello", "not a .npy"),
        ("a.npz", b"hello", "not a .npz"),
        ("a.safetensors", b"hello", "not a safetensors"),
        ("a.png", b"hello", "not a PNG"),
        ("a.pt", b"hello", "pickle"),
        ("a.xyz", b"hello", "cannot tell"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, content: str | bytes, says: str) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(DataError) as caught:
        data.load(path)
    assert says in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path / "iris.csv", "1\n")
    with pytest.raises(DataError, match=r"no such file.*Did you mean .*iris\.csv"):
        data.load(str(tmp_path / "irsi.csv"))
    with pytest.raises(DataError, match="there is no folder"):
        data.load(str(tmp_path / "nowhere" / "iris.csv"))
    (tmp_path / "d.csv").mkdir()
    with pytest.raises(DataError, match="is a folder"):
        data.load(str(tmp_path / "d.csv"))


# ---- arrays ----


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool", ">f4", "uint16"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy(tmp_path: Path, dtype: str, order: str) -> None:
    a = np.array([[0, 1, 2], [3, 4, 5]]).astype(dtype, order=order)
    np.save(tmp_path / "a.npy", a)
    t = data.load(str(tmp_path / "a.npy"))
    assert t.tolist() == a.tolist()
    assert dtype_of(t) == {">f4": "float32", "uint16": "int32"}.get(dtype, dtype)


def test_npy_is_never_unpickled(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self):  # type: ignore[no-untyped-def]
            return (open, (str(tmp_path / "owned"), "w"))

    np.save(tmp_path / "a.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="pickle"):
        data.load(str(tmp_path / "a.npy"))
    with open(tmp_path / "b.pkl", "wb") as f:
        pickle.dump(Bomb(), f)
    with pytest.raises(DataError, match="pickles"):
        data.load(str(tmp_path / "b.pkl"))
    assert not (tmp_path / "owned").exists()


def test_npy_header_larger_than_the_file(tmp_path: Path) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f4", "fortran_order": False, "shape": (1 << 35,)})
    with pytest.raises(DataError, match="cut short: its header claims 128.0 GiB"):
        data.load(write(tmp_path / "a.npy", stream.getvalue()))


def test_npz(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "one.npz", a=np.arange(3))
    np.savez(tmp_path / "two.npz", a=np.arange(3), b=np.eye(2))
    assert data.load(str(tmp_path / "one.npz")).tolist() == [0, 1, 2]
    assert {k: v.tolist() for k, v in data.load(str(tmp_path / "two.npz")).items()} == {"a": [0, 1, 2], "b": [[1.0, 0.0], [0.0, 1.0]]}
    assert data.load(str(tmp_path / "two.npz"), "b").tolist() == [[1.0, 0.0], [0.0, 1.0]]
    with pytest.raises(DataError, match="no array 'c'"):
        data.load(str(tmp_path / "two.npz"), "c")


def test_npz_bomb(tmp_path: Path) -> None:
    """A member whose directory entry promises an exabyte."""
    path = tmp_path / "a.npz"
    np.savez(path, a=np.arange(3))
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(raw)
    from tcalc.engine import limits

    limits.set_max_memory(1 << 30)
    try:
        with pytest.raises(DataError):
            data.load(str(path))
    finally:
        limits.set_max_memory(None)


def test_npz_with_a_pickle(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as z:
        stream = io.BytesIO()
        np.save(stream, np.array([{}], dtype=object), allow_pickle=True)
        z.writestr("a.npy", stream.getvalue())
    with pytest.raises(DataError, match="pickle"):
        data.load(str(tmp_path / "a.npz"))


def safetensors(header: dict[str, object], body: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def test_safetensors(tmp_path: Path) -> None:
    body = np.arange(6, dtype="<f4").tobytes() + np.array([7, 8], dtype="<i8").tobytes() + struct.pack("<HH", 0x3F80, 0x4000)
    header = {
        "__metadata__": {"format": "pt"},
        "W": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "n": {"dtype": "I64", "shape": [2], "data_offsets": [24, 40]},
        "h": {"dtype": "BF16", "shape": [2], "data_offsets": [40, 44]},
    }
    path = write(tmp_path / "a.safetensors", safetensors(header, body))
    found = data.load(path)
    assert found["W"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert found["n"].tolist() == [7, 8]
    assert (dtype_of(found["h"]), found["h"].tolist()) == ("bfloat16", [1.0, 2.0])
    assert data.load(path, "n").tolist() == [7, 8]


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]},
        {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]},
        {"dtype": "Q4", "shape": [2], "data_offsets": [0, 8]},
        {"dtype": "F32"},
        7,
    ],
)
def test_safetensors_that_lie(tmp_path: Path, entry: object) -> None:
    with pytest.raises(DataError):
        data.load(write(tmp_path / "a.safetensors", safetensors({"x": entry}, b"12345678")))


def test_json(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", '{"x": [[1, 2], [3, 4]], "lr": 0.1, "name": "run", "tags": ["a", "b"]}')
    found = data.load(path)
    assert found["x"].tolist() == [[1, 2], [3, 4]]
    assert (found["lr"], found["name"], found["tags"]) == (0.1, "run", ["a", "b"])
    assert data.load(path, "lr") == 0.1


def test_png(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    image.fromarray(np.arange(24, dtype=np.uint8).reshape(2, 4, 3)).save(tmp_path / "a.png")
    t = data.load(str(tmp_path / "a.png"))
    assert (tuple(t.shape), dtype_of(t)) == ((3, 2, 4), "uint8")
    assert t[:, 0, 0].tolist() == [0, 1, 2]


def test_selection_syntax(tmp_path: Path) -> None:
    assert data.split_selection("iris.csv:species") == ("iris.csv", "species")
    assert data.split_selection("C:\\data\\iris.csv") == ("C:\\data\\iris.csv", None)
    assert data.split_selection("C:\\data\\IRIS.CSV:0:2") == ("C:\\data\\IRIS.CSV", "0:2")
    assert data.split_selection("model.safetensors:layer.csv:0") == ("model.safetensors", "layer.csv:0")


# ---- the command line ----


def test_bindings_from_files() -> None:
    assert out("-v", "A=@examples/data/iris.csv", "A.mean(dim=0)") == "tensor([5.8433, 3.0573, 3.7580, 1.1993])\n"
    assert out("-v", "y=@examples/data/iris.csv:species", "y[48:52]") == "tensor([0, 0, 1, 1])\n"
    assert out("-v", "x=@examples/data/iris.csv:0", "--dtype", "float64", "x.dtype") == "torch.float64\n"


def test_bindings_are_expressions_in_order() -> None:
    assert out("-v", "x=2", "-v", "y=x + 1", "x*y") == "6\n"
    assert out("-x+1", "-v", "x=2") == "-1\n"
    assert out("-v", "W=ones(2, 3)", "W.sum().item()") == "6.0\n"


def test_data_on_stdin() -> None:
    assert out("-v", "x=-", "x.sum().item()", stdin="1\n2\n3\n") == "6.0\n"
    assert out("-v", "x=-", "x.tolist()", stdin="[[1, 2], [3, 4]]") == "[[1, 2], [3, 4]]\n"
    stream = io.BytesIO()
    np.save(stream, np.eye(2))
    assert out("-v", "x=-", "x.dtype", stdin=stream.getvalue()) == "torch.float64\n"
    assert "empty" in fails("-v", "x=-", "x", stdin="")


def test_bad_bindings() -> None:
    assert "no such file: nope.csv" in fails("-v", "A=@nope.csv", "A")
    assert "randm" in fails("-v", "A=randm(2)", "A")
    assert "^" in fails("-v", "A=1 +", "A")
    done = tcalc("-v", "A=@setup.exe", "A")
    assert done.returncode == 1 and "cannot tell what this file holds" in done.stderr


def test_info() -> None:
    text = out("info", "examples/data/iris.csv")
    assert "petal_width   number [150]  min 0.1  max 2.5" in text
    assert "3 classes: setosa, versicolor, virginica" in text
    report = json.loads(out("info", "--json", "examples/data/iris.csv"))
    assert [e["name"] for e in report["files"][0]["entries"]][-1] == "species"
    assert "no such file" in fails("info", "nope.npy")


# ---- checkpoints ----


def test_info_of_a_checkpoint(tmp_path: Path) -> None:
    text = "m = torch.nn.Linear(3, 2)\ntorch.save({'model': m.state_dict(), 'epoch': 4, 'seen': [torch.zeros(5, dtype=torch.int64)]}, 'm.pt')\n"
    (tmp_path / "p.py").write_text("import torch\n" + text)
    out("run", "p.py", cwd=tmp_path)
    shown = out("info", "m.pt", cwd=tmp_path).splitlines()
    assert shown[0].startswith("m.pt  pt  ")
    assert [row.split(maxsplit=2)[1:] for row in shown[1:]] == [
        ["model.weight", "float32 [2, 3]"],
        ["model.bias", "float32 [2]"],
        ["epoch", "int []"],
        ["seen.0", "int64 [5]"],
    ]


def test_info_of_what_is_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "x.pt").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    assert "not a file of torch.save" in fails("info", "x.pt", cwd=tmp_path)
