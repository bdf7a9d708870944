"""NumPy in the language: programs give what Python gives; arrays keep memory, files and objects to themselves; sizes are checked first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tcalc.engine.limits import set_max_memory
from tests.lang.beside import failure, language, programs, python, value

IMPORT = "import numpy as np\nimport torch\n"


@pytest.mark.parametrize("program", programs("numpy.txt"))
def test_programs_print_what_python_prints(program: str) -> None:
    np.set_printoptions(precision=8, suppress=False, linewidth=75)
    assert language(program) == python(program)


def test_tensors_and_arrays_share_memory() -> None:
    text = "a = np.array([1., 2., 3.]); t = torch.from_numpy(a); a[0] = 999.; b = t.numpy(); t[1] = 5.; print(t, a, b)"
    assert language(IMPORT + text) == "tensor([999.,   5.,   3.], dtype=torch.float64) [999.   5.   3.] [999.   5.   3.]\n"
    assert (
        language(IMPORT + "a = np.array([10, 20, 30]); t = torch.tensor(a); t[0] = -1; print(a, np.asarray(torch.ones(2)), np.array(torch.ones(2)))")
        == "[10 20 30] [1. 1.] [1. 1.]\n"
    )


def test_a_function_of_elements_gives_a_tensor_for_a_tensor() -> None:
    assert language(IMPORT + "print(np.sin(torch.zeros(2)), np.exp(torch.tensor([0.])), np.mean([1, 2]))") == "tensor([0., 0.]) tensor([1.]) 1.5\n"


def test_types_are_one_value_each() -> None:
    text = "x = np.ones(2); print(type(x) is np.ndarray, type(x[0]) is np.float64, x.dtype == np.float64, x.dtype == float, x.dtype != np.float32, "
    text += "np.float64 == type(x[1]))"
    assert language(IMPORT + text) == "True True True True True True\n"
    assert (
        language(IMPORT + "print(np.issubdtype(np.int64, np.integer), isinstance(np.float32(1), np.floating), np.dtype('f4'), np.dtype(np.int8).itemsize)")
        == "True True float32 1\n"
    )


def test_written_over_by_views_and_out() -> None:
    text = "x = np.zeros((2, 3)); "
    text += "x.T[0] = 1; x.flat[5] = 7; y = np.empty(3); np.add(x[0], 1, out=y); print(x.tolist(), y, x.flags.c_contiguous, x.T.flags['F_CONTIGUOUS'])"
    assert language(IMPORT + text) == "[[1.0, 0.0, 0.0], [1.0, 0.0, 7.0]] [2. 1. 1.] True True\n"


def test_a_warning_names_the_line_of_the_program() -> None:
    from tcalc.lang.run import Session

    with pytest.warns(RuntimeWarning, match="divide by zero encountered in log") as caught:
        Session(sink=lambda s: None).run("import numpy as np\n\nx = np.log(np.array([0.]))\n", "warned.py")
    assert (caught[0].filename, caught[0].lineno) == ("warned.py", 3)


def test_errors_are_numpys() -> None:
    assert failure(IMPORT + "np.ones(3).sum(axis=2)") == "AxisError: axis 2 is out of bounds for array of dimension 1"
    assert failure(IMPORT + "np.linalg.inv(np.zeros((2, 2)))") == "LinAlgError: Singular matrix"
    assert failure(IMPORT + "x = np.arange(3); x += 0.5").startswith("TypeError: Cannot cast ufunc 'add' output")
    assert "np.nan" in str(hints(IMPORT + "np.NaN")) and "load('data.csv')" in str(hints(IMPORT + "np.loadtxt('x.csv')"))


def hints(program: str) -> list[str]:
    from tcalc.lang.diagnostic import LangError
    from tcalc.lang.run import Session

    with pytest.raises(LangError) as caught:
        Session().run(program)
    return [*caught.value.diagnostic.explain, *caught.value.diagnostic.hints]


def test_the_streams_are_numpys_and_the_programs_own() -> None:
    np.random.seed(5)
    before = np.random.get_state()[1].tolist()  # type: ignore[union-attr]
    assert value(IMPORT + "np.random.seed(0); np.random.rand()") == np.random.RandomState(0).rand()
    assert np.random.get_state()[1].tolist() == before  # type: ignore[union-attr]


CLOSED = [
    "np.zeros(2, 'O')",
    "np.zeros(2, 'S1000000000')",
    "np.zeros(2, dtype='V1000000000')",
    "np.zeros(2, dtype=[('a', int)])",
    "np.array([print])",
    "np.array([{}])",
    "np.array({'a': 1})",
    "np.array([None])",
    "np.array(torch)",
    "np.arange(0, 1e12, 0.1)",
    "np.r_[0:1:1000000000000j]",
    "x=[]; x.append(x); np.array(x)",
    "np.array([1]).ctypes",
    "np.array([1]).data",
    "np.array([1]).base",
    "np.array([1]).tobytes()",
    "np.array([1]).dump('/tmp/x')",
    "np.array([1]).tofile('/tmp/x')",
    "np.array([1]).setflags(write=1)",
    "np.array([1]).__array_interface__",
    "np.array([1]).astype('S10')",
    "np.array([1]).astype(type(print))",
    "np.lib.stride_tricks",
    "np.ctypeslib",
    "np.load('/etc/passwd')",
    "np.frombuffer('a')",
    "np.sum.__self__",
    "np.add.reduce",
    "np.vectorize(print).function",
    "np.ndarray((2,), buffer='')",
    "np.dtype('O')",
    "np.dtype([('a', 'O')])",
    "np.finfo(float).__class__.__base__",
    "np.random.default_rng(0).bit_generator",
    "np.random.RandomState(0).__reduce__()",
    "np.array([1]).flat.array",
    "np.array([1]).flags.writeable.x",
    "np.put(np.ones(2), [0], print)",
    "np.save('/tmp/x', 1)",
    "np.array(np.dtype('f'))",
    "np.ones_like(np.ones(2), dtype='O')",
    "np.linalg.vector_norm([1], axis=10)",
    "np.interp(np.ones(10), [1], [1], left=print)",
    "np.cumsum(np.ones(3), axis=None, dtype='O')",
    "np.sum(np.ones(3), None, 'O')",
    "np.isin(np.ones(10**5), np.ones(10**5)).x",
    "np.sinc(np.ones(3)).x",
    "np.lexsort(np.ones((2,3)), axis=5)",
]


@pytest.mark.parametrize("text", CLOSED)
def test_nothing_gets_out(text: str) -> None:
    headline = failure(IMPORT + text)
    assert not headline.startswith(("MemoryError", "TimeoutError")), headline


TOO_LARGE = [
    "a=[0]*1000; b=[a]*1000; c=[b]*1000; np.array(c)",
    "np.zeros(10**12)",
    "np.zeros((10**6,10**6))",
    "np.ones(10**12, dtype='int8')",
    "np.array(['a'*10**6]*10**6)",
    "np.array('a').repeat(10**12)",
    "np.empty(10**12)",
    "np.arange(10**12)",
    "np.linspace(0, 1, 10**12)",
    "np.linspace(np.zeros(10**6), 1, 10**6)",
    "np.eye(10**6)",
    "np.identity(10**6)",
    "np.tri(10**6)",
    "np.full((10**6, 10**6), 1)",
    "np.broadcast_to(0, (10**12,))",
    "np.tile([1], 10**12)",
    "np.repeat(1, 10**12)",
    "np.arange(10**5)[:, None] + np.arange(10**5)",
    "np.add(np.arange(10**5)[:, None], np.arange(10**5))",
    "np.where(np.arange(10**5)[:, None] > 0, np.arange(10**5), 0)",
    "np.where(True, np.arange(10**5)[:, None], np.arange(10**5))",
    "np.clip(np.arange(10**5)[:, None], np.arange(10**5), 1)",
    "np.isclose(np.arange(10**5)[:, None], np.arange(10**5))",
    "np.outer(np.arange(10**5), np.arange(10**5))",
    "np.kron(np.arange(10**5), np.arange(10**5))",
    "np.meshgrid(np.arange(10**5), np.arange(10**5))",
    "np.einsum('i,j->ij', np.arange(10**5), np.arange(10**5))",
    "np.einsum('i,j,k->', np.arange(10**5), np.arange(10**5), np.arange(10**5))",
    "np.tensordot(np.arange(10**5), np.arange(10**5), axes=0)",
    "np.pad([1], 10**12)",
    "np.pad(np.ones((2,2)), 10**6)",
    "np.diag(np.ones(10**6))",
    "np.diag([1], 10**6)",
    "np.diag([1], k=10**6)",
    "np.cov(np.ones((10**6, 1)))",
    "np.bincount([10**12])",
    "np.bincount([0], minlength=10**12)",
    "np.histogram([1], bins=10**12)",
    "np.histogram2d([1], [1], bins=10**6)",
    "np.indices((10**6, 10**6))",
    "np.mgrid[0:10**6, 0:10**6]",
    "np.ogrid[0:10**12]",
    "np.r_[0:10**12]",
    "np.vander([1], 10**12)",
    "np.take([1], np.zeros(10**6, dtype=int)).repeat(10**9)",
    "np.zeros((10**3, 10**3))[np.zeros(10**6, dtype=int)]",
    "np.zeros((10**3, 10**3))[np.zeros((10**4, 1), dtype=int), np.zeros((1, 10**8), dtype=bool)]",
    "np.zeros((1000, 1000)).take(np.zeros(10**6, dtype=int), axis=0)",
    "np.random.rand(10**6, 10**6)",
    "np.random.randn(10**12)",
    "np.random.normal(0, 1, 10**12)",
    "np.random.normal(size=10**12)",
    "np.random.normal(np.arange(10**5)[:, None], np.arange(1, 10**5+1))",
    "np.random.randint(0, 2, (10**6, 10**6))",
    "np.random.choice(10**12)",
    "np.random.choice(10**12, replace=False)",
    "np.random.permutation(10**12)",
    "np.random.default_rng(0).permutation(10**12)",
    "np.random.default_rng(0).random(10**12)",
    "np.random.default_rng(0).integers(0, 2, 10**12)",
    "np.random.multinomial(10, [0.5]*2, 10**12)",
    "np.random.uniform(0, 1, (10**6, 10**6))",
    "np.fft.fft([1], 10**12)",
    "np.fft.fftfreq(10**12)",
    "np.hanning(10**12)",
    "np.triu_indices(10**6)",
    "np.fromfunction(lambda i, j: i, (10**6, 10**6))",
    "np.vectorize(lambda a, b: a)(np.arange(10**5)[:, None], np.arange(10**5))",
    "np.resize([1], 10**12)",
    "np.ones(10**4)[:, None].dot(np.ones((1, 10**6)))",
    "np.ones((10**5, 1)) @ np.ones((1, 10**5))",
    "np.matmul(np.ones((10**5, 1)), np.ones((1, 10**5)))",
    "np.array([[0]*10**4]*10**4)",
    "np.ndindex(10**9, 10**9)",
    "np.logspace(0, 1, 10**12)",
    "np.geomspace(1, 2, num=10**12)",
    "np.full_like(1, 2, shape=(10**12,))",
    "np.zeros_like(1, shape=(10**12,))",
    "np.cross(np.ones((10**6,1,3)), np.ones((1,10**6,3)))",
    "np.linalg.matrix_power(np.eye(2), 10**30)",
    "np.linalg.outer(np.ones(10**6), np.ones(10**6))",
    "np.linalg.multi_dot([np.ones((10**5,1)), np.ones((1,10**5))])",
    "np.trapezoid(np.ones((10**5,1)), np.ones((1,10**5)))",
    "np.average(np.ones((10**5,1)), weights=np.ones((1,10**5)))",
    "np.gcd(np.arange(10**5)[:, None], np.arange(10**5))",
    "np.select([np.ones((10**5,1), dtype=bool)], [np.ones((1,10**5))])",
    "np.ix_(range(10**9))",
    "np.array(range(10**12))",
    "np.unwrap(np.ones(2), period=np.ones((10**5,1)))",
    "np.nan_to_num(np.ones((10**5,1)), nan=np.ones((1,10**5)))",
    "np.unravel_index(np.arange(3), (10**9, 10**12))",
    "np.base_repr(10**9, padding=10**12)",
    "np.binary_repr(5, width=10**12)",
    "np.diff(np.ones(3), n=10**12)",
    "np.diff(np.ones(3), prepend=np.ones(10**9))",
    "np.broadcast_arrays(np.ones((10**5,1)), np.ones((1,10**5)))[0].copy()",
    "np.argwhere(np.ones((10**7,)).reshape((1,)*20+(-1,)))",
    "np.nonzero(np.ones((10**7,)).reshape((1,)*60+(-1,)))",
    "np.unstack(np.ones((10**7, 1)))",
    "np.split(np.ones(10), 10**9)",
    "np.array_split(np.ones(10), 10**9)",
    "np.moveaxis(np.ones(3), 10**30, 0)",
    "np.left_shift(1, 10**30)",
    "np.int64(10**30)",
    "np.tri(10, 10**12)",
    "np.tri(10, M=10**12)",
    "np.eye(10, M=10**12)",
]


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    set_max_memory(400_000_000)
    yield
    set_max_memory(None)
    np.set_printoptions(precision=8, suppress=False, linewidth=75, threshold=1000)


@pytest.mark.parametrize("text", TOO_LARGE)
def test_a_size_is_refused_before_anything_is_allocated(text: str) -> None:
    assert (
        "memory" in (said := failure(IMPORT + text))
        or "limit" in said
        or said.startswith(("MemoryError", "OverflowError", "ValueError", "TypeError", "IndexError"))
    ), said
