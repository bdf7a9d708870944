"""torch.utils.data: datasets, samplers, DataLoader. Orders under a seed are PyTorch's, with the numbers its iterators draw.

Everything runs in this process. With num_workers the examples are fetched as PyTorch's workers would (each with a random stream of its own), one after another.
"""

from __future__ import annotations

import bisect
import copy
import itertools
import math
from collections.abc import Mapping, Sequence

from . import dtypes, graph, limits, random
from .apply import TENSORS as T
from .errors import fail
from .tensors import Tensor
from .torchlike import Generator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


# -- datasets -----------------------------------------------------------------------------------------------------------------------


class Dataset:
    """Base of data sets: __getitem__ gives example i, __len__ their number."""

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other: Any) -> ConcatDataset:
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """Base of data sets that are only walked through: __iter__ gives the examples."""

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError("Subclasses of IterableDataset should implement __iter__.")

    def __add__(self, other: Any) -> Any:
        return ChainDataset([self, other])


class TensorDataset(Dataset):
    """Tensors of the same first size; example i is the tuple of their i-th rows.

    >>> utils.data.TensorDataset(tensor([1, 2]), tensor([3, 4]))[1]
    (tensor(2), tensor(4))
    """

    tensors: tuple[Tensor, ...]

    def __init__(self, *tensors: Tensor) -> None:
        if any(tensors[0].size(0) != t.size(0) for t in tensors):
            fail(
                AssertionError,
                "Size mismatch between tensors",
                kind="shape",
                explain=[f"First sizes: {', '.join(str(t.size(0)) for t in tensors)}. Each row is one example, so they must agree."],
            )
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(t[index] for t in self.tensors)

    def __len__(self) -> int:
        return self.tensors[0].size(0)  # type: ignore[no-any-return]


class StackDataset(Dataset):
    """Several data sets side by side: example i is the tuple (or dict) of theirs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ValueError("Supported either ``tuple``- (via ``args``) or``dict``- (via ``kwargs``) like input/output, but both types are given.")
        if not args and not kwargs:
            raise ValueError("At least one dataset should be passed")
        self.datasets: Any = args or kwargs
        sizes = {len(d) for d in (args or kwargs.values())}
        if len(sizes) > 1:
            raise ValueError("Size mismatch between datasets")
        self._length = sizes.pop()

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: d[index] for name, d in self.datasets.items()}
        return tuple(d[index] for d in self.datasets)

    def __len__(self) -> int:
        return self._length


class ConcatDataset(Dataset):
    """Data sets one after another."""

    def __init__(self, datasets: Any) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            fail(AssertionError, "datasets should not be an empty iterable", kind="value")
        if any(isinstance(d, IterableDataset) for d in self.datasets):
            fail(AssertionError, "ConcatDataset does not support IterableDataset", kind="value")
        self.cumulative_sizes = list(itertools.accumulate(len(d) for d in self.datasets))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: Any) -> Any:
        if index < 0:
            if -index > len(self):
                raise ValueError("absolute value of index should not exceed dataset length")
            index += len(self)
        k = bisect.bisect_right(self.cumulative_sizes, index)
        if k == len(self.datasets):
            raise IndexError("list index out of range")
        return self.datasets[k][index - (self.cumulative_sizes[k - 1] if k else 0)]


class ChainDataset(IterableDataset):
    """Iterable data sets one after another."""

    def __init__(self, datasets: Any) -> None:
        self.datasets = datasets

    def __iter__(self) -> Iterator[Any]:
        for d in self.datasets:
            if not isinstance(d, IterableDataset):
                fail(AssertionError, "ChainDataset only supports IterableDataset", kind="value")
            yield from d

    def __len__(self) -> int:
        return sum(len(d) for d in self.datasets)


class Subset(Dataset):
    """Some examples of a data set, by their indices."""

    def __init__(self, dataset: Any, indices: Any) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(dataset: Any, lengths: Any, generator: Any = None) -> list[Subset]:
    """Cut a data set at random into parts of these lengths (or fractions that sum to 1).

    Raises ValueError where the lengths do not sum to the data set's.

    >>> [len(part) for part in utils.data.random_split(range(10), [0.7, 0.3])]
    [7, 3]
    """
    n = len(dataset)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        sizes = []
        for k, part in enumerate(lengths):
            if part < 0 or part > 1:
                raise ValueError(f"Fraction at index {k} is not between 0 and 1")
            sizes.append(math.floor(n * part))
        for k in range(n - sum(sizes)):
            sizes[k % len(sizes)] += 1
        for k, size in enumerate(sizes):
            if size == 0:
                graph.warn(f"Length of split at index {k} is 0. This might result in an empty dataset.")
        lengths = sizes
    if sum(lengths) != n:
        fail(
            ValueError,
            "Sum of input lengths does not equal the length of the input dataset!",
            kind="value",
            op="random_split",
            explain=[f"The lengths sum to {sum(lengths)}; the data set has {n} examples."],
        )
    order = _listed(T.randperm(n, generator=generator))
    ends = itertools.accumulate(lengths)
    return [Subset(dataset, order[end - size : end]) for end, size in zip(ends, lengths, strict=True)]


# -- samplers -----------------------------------------------------------------------------------------------------------------------


class Sampler:
    """Base of samplers: __iter__ gives indices (or lists of them)."""

    def __init__(self, data_source: Any = None) -> None:
        """Nothing to keep."""

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError


def _listed(t: Tensor) -> list[int]:
    """Indices as Python's integers, counted against the memory bound."""
    limits.grown(t.numel() * 40)
    return t.tolist()  # type: ignore[no-any-return]


def _check_count(value: Any, name: str = "num_samples") -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} should be a positive integer value, but got {name}={value}")


class SequentialSampler(Sampler):
    """0, 1, 2, ..."""

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """The indices in random order, or drawn with replacement.

    Without a generator of its own it seeds one from the default stream each time it is walked through.
    """

    def __init__(self, data_source: Any, replacement: bool = False, num_samples: Any = None, generator: Any = None) -> None:
        self.data_source, self.replacement, self._num_samples, self.generator = data_source, replacement, num_samples, generator
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got replacement={replacement}")
        _check_count(self.num_samples)

    @property
    def num_samples(self) -> int:
        """How many indices it gives."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n = len(self.data_source)
        generator = self.generator or Generator().manual_seed(_draw_seed(None))
        if self.replacement:
            for _ in range(self.num_samples // 32):
                yield from _listed(T.randint(n, (32,), generator=generator))
            yield from _listed(T.randint(n, (self.num_samples % 32,), generator=generator))
            return
        for _ in range(self.num_samples // n):
            yield from _listed(T.randperm(n, generator=generator))
        yield from _listed(T.randperm(n, generator=generator))[: self.num_samples % n]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """Given indices in random order."""

    def __init__(self, indices: Any, generator: Any = None) -> None:
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[Any]:
        for k in _listed(T.randperm(len(self.indices), generator=self.generator)):
            yield self.indices[k]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Indices drawn by weights."""

    def __init__(self, weights: Any, num_samples: int, replacement: bool = True, generator: Any = None) -> None:
        _check_count(num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.weights = weights.to(dtypes.float64) if isinstance(weights, Tensor) else T.tensor(list(weights), dtype=dtypes.float64)
        if self.weights.ndim != 1:
            raise ValueError(f"weights should be a 1d sequence but given weights have shape {tuple(self.weights.shape)}")
        self.num_samples, self.replacement, self.generator = num_samples, replacement, generator

    def __iter__(self) -> Iterator[int]:
        yield from _listed(T.multinomial(self.weights, self.num_samples, self.replacement, generator=self.generator))

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler):
    """Another sampler's indices in lists of batch_size; drop_last leaves out a shorter last one.

    >>> list(utils.data.BatchSampler(range(5), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Any, batch_size: int, drop_last: bool) -> None:
        _check_count(batch_size, "batch_size")
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        source = iter(self.sampler)
        while batch := list(itertools.islice(source, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield batch

    def __len__(self) -> int:
        n = len(self.sampler)
        return n // self.batch_size if self.drop_last else (n + self.batch_size - 1) // self.batch_size


class _Endless(Sampler):
    """None, forever: an iterable data set decides itself what comes."""

    def __iter__(self) -> Iterator[None]:
        return itertools.repeat(None)


# -- batches ------------------------------------------------------------------------------------------------------------------------


def _is_array(value: Any) -> bool:
    return type(value).__module__ == "numpy"


def default_convert(data: Any) -> Any:
    """Arrays and NumPy numbers as tensors, inside dicts and sequences too; anything else as it is."""
    if isinstance(data, Tensor) or isinstance(data, (str, bytes)):
        return data
    if _is_array(data):
        return data if getattr(data, "dtype", None) is not None and data.dtype.kind in "SaUO" else T.as_tensor(data)
    if isinstance(data, Mapping):
        return {key: default_convert(value) for key, value in data.items()}
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*(default_convert(v) for v in data))
    if isinstance(data, tuple):
        return [default_convert(v) for v in data]
    if isinstance(data, Sequence):
        return [default_convert(v) for v in data]
    return data


def default_collate(batch: Any) -> Any:
    """A list of examples as one batch: tensors stacked, numbers as a tensor, dicts and tuples element by element.

    Raises RuntimeError where examples differ in length, TypeError for what has no batch.

    >>> utils.data.default_collate([(tensor([1.]), 0), (tensor([2.]), 1)])
    [tensor([[1.],
            [2.]]), tensor([0, 1])]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return T.stack(list(batch), 0)
    if _is_array(first):
        if getattr(first, "shape", ()) == ():
            return T.as_tensor([v.item() for v in batch], dtype=T.as_tensor(first).dtype)
        if first.dtype.kind in "SaUO":
            raise TypeError(f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {first.dtype}")
        return T.stack([T.as_tensor(v) for v in batch], 0)
    if isinstance(first, float):
        return T.tensor(list(batch), dtype=dtypes.float64)
    if isinstance(first, int):
        return T.tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return {key: default_collate([example[key] for example in batch]) for key in first}
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*(default_collate(part) for part in zip(*batch, strict=True)))
    if isinstance(first, Sequence):
        if any(len(example) != len(first) for example in batch):
            fail(
                RuntimeError,
                "each element in list of batch should be of equal size",
                kind="shape",
                op="default_collate",
                explain=["The examples of one batch have different numbers of parts."],
                hints=["DataLoader(..., collate_fn=f), where f pads them or leaves them as a list"],
            )
        return [default_collate(list(part)) for part in zip(*batch, strict=True)]
    raise TypeError(f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {type(first)}")


# -- DataLoader ---------------------------------------------------------------------------------------------------------------------


def _draw_seed(generator: Any) -> int:
    """A seed from a random stream, as PyTorch's iterators draw theirs."""
    return T.empty((), dtype=dtypes.int64).random_(generator=generator).item()  # type: ignore[no-any-return]


class WorkerInfo:
    """What get_worker_info() tells a data set: id, num_workers, seed, dataset."""

    def __init__(self, id: int, num_workers: int, seed: int, dataset: Any) -> None:
        self.id, self.num_workers, self.seed, self.dataset = id, num_workers, seed, dataset


_worker: list[WorkerInfo] = []


def get_worker_info() -> WorkerInfo | None:
    """The worker that is fetching; None outside."""
    return _worker[-1] if _worker else None


class _Workers:
    """num_workers random streams; fetch number k runs on stream k % num_workers."""

    def __init__(self, loader: DataLoader, seed: int) -> None:
        n = loader.num_workers
        each = loader._iterable and loader.worker_init_fn is not None  # which cuts each worker's copy down to its share
        self.infos = [WorkerInfo(k, n, seed + k, copy.copy(loader.dataset) if each else loader.dataset) for k in range(n)]
        self.streams = [Generator().manual_seed(seed + k) for k in range(n)]
        self.turn = 0
        if loader.worker_init_fn is not None:
            for k in range(n):
                self.run(k, loader.worker_init_fn, k)

    def run(self, k: int, fetch: Any, *args: Any) -> Any:
        """Call something as worker k."""
        before = random.default_generator
        random.default_generator = self.streams[k]
        _worker.append(self.infos[k])
        try:
            return fetch(*args)
        finally:
            _worker.pop()
            random.default_generator = before

    def fetch(self, fetch: Any, *args: Any) -> Any:
        """Call something as the worker whose turn it is."""
        k = self.turn % len(self.streams)
        self.turn += 1
        return self.run(k, fetch, *args)


class DataLoader:
    """Batches of a data set: sampled, fetched, collated.

    batch_size: examples a batch (None: single examples); shuffle: in random order; drop_last: leave out a shorter last batch;
    sampler, batch_sampler: orders of one's own; collate_fn: how a list of examples becomes a batch; generator: the random stream.

    >>> [x for x in utils.data.DataLoader(range(5), batch_size=2)]
    [tensor([0, 1]), tensor([2, 3]), tensor([4])]
    """

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Any = None,
        batch_sampler: Any = None,
        num_workers: int = 0,
        collate_fn: Any = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Any = None,
        multiprocessing_context: Any = None,
        generator: Any = None,
        *,
        prefetch_factor: Any = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        if num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers == 0 and prefetch_factor is not None:
            raise ValueError(
                "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable multiprocessing, otherwise set "
                "prefetch_factor to None."
            )
        if persistent_workers and num_workers == 0:
            raise ValueError("persistent_workers option needs num_workers > 0")
        self._iterable = isinstance(dataset, IterableDataset)
        if self._iterable:
            for name, value in (("shuffle", shuffle or None), ("sampler", sampler), ("batch_sampler", batch_sampler)):
                if value is not None:
                    raise ValueError(f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={value}")
        elif sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last")
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None:
            sampler = _Endless() if self._iterable else RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        if batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset, self.batch_size, self.drop_last, self.sampler, self.batch_sampler = dataset, batch_size, drop_last, sampler, batch_sampler
        self.num_workers, self.pin_memory, self.timeout, self.worker_init_fn = num_workers, pin_memory, timeout, worker_init_fn
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.persistent_workers, self.pin_memory_device, self.in_order = persistent_workers, pin_memory_device, in_order
        self.multiprocessing_context, self.generator = multiprocessing_context, generator
        self._batched = batch_sampler is not None
        self.collate_fn = collate_fn if collate_fn is not None else default_collate if self._batched else default_convert

    @property
    def _order(self) -> Any:
        return self.batch_sampler if self._batched else self.sampler

    def __iter__(self) -> Iterator[Any]:
        if self.pin_memory:
            from . import cuda

            if not cuda.is_available():
                graph.warn("'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used.")
        order = iter(self._order)
        seed = _draw_seed(self.generator)
        workers = _Workers(self, seed) if self.num_workers else None
        return self._walk(order, workers) if self._iterable else self._fetch(order, workers)

    def __len__(self) -> int:
        if not self._iterable:
            return len(self._order)
        n = len(self.dataset)
        if self.batch_size is None:
            return n
        return n // self.batch_size if self.drop_last else math.ceil(n / self.batch_size)

    def _fetch(self, order: Iterator[Any], workers: _Workers | None) -> Iterator[Any]:
        """Batches of a data set with indices."""
        for index in order:
            yield self._example(index) if workers is None else workers.fetch(self._example, index)

    def _example(self, index: Any) -> Any:
        dataset = self.dataset
        if not self._batched:
            return self.collate_fn(dataset[index])
        if self.collate_fn is default_collate and type(dataset) is TensorDataset:
            rows = _rows(dataset.tensors, index)
            if rows is not None:
                return rows
        many = getattr(dataset, "__getitems__", None)
        examples = many(index) if many is not None else [dataset[i] for i in index]
        return self.collate_fn(examples)

    def _walk(self, order: Iterator[Any], workers: _Workers | None) -> Iterator[Any]:
        """Batches of a data set that is only walked through; each worker walks a copy of its own."""
        fetch = workers.fetch if workers is not None else lambda call, *args: call(*args)
        walks = [workers.run(k, iter, workers.infos[k].dataset) for k in range(self.num_workers)] if workers is not None else [iter(self.dataset)]
        live = list(range(len(walks)))
        turn = 0
        while live:
            k = live[turn % len(live)]
            if workers is not None:
                workers.turn = k
            batch = fetch(lambda source: list(itertools.islice(source, self.batch_size if self._batched else 1)), walks[k])
            if not batch or (self._batched and self.drop_last and len(batch) < (self.batch_size or 0)):
                live.remove(k)
                continue
            turn += 1
            yield self.collate_fn(batch if self._batched else batch[0])


def _rows(tensors: tuple[Tensor, ...], index: list[int]) -> list[Tensor] | None:
    """The rows of all tensors in one go: what stacking the examples would give. None where a graph would have to be recorded."""
    if any(t.requires_grad for t in tensors) or not index or not all(type(i) is int for i in index):
        return None
    n = tensors[0].size(0)
    if not all(-n <= i < n for i in index):
        return None
    at = T.tensor([i % n for i in index])
    return [t.index_select(0, at.to(t.device)) for t in tensors]


__all__ = [
    "BatchSampler", "ChainDataset", "ConcatDataset", "DataLoader", "Dataset", "IterableDataset", "RandomSampler", "Sampler", "SequentialSampler",
    "StackDataset", "Subset", "SubsetRandomSampler", "TensorDataset", "WeightedRandomSampler", "default_collate", "default_convert", "get_worker_info",
    "random_split",
]  # fmt: skip
