"""Data sets and loaders: orders, shapes and types; PyTorch's seeded orders are in the golden programs."""

from __future__ import annotations

import pytest

import tcalc as torch

data = torch.utils.data


def test_a_loader_takes_rows_in_one_go_as_it_would_one_by_one() -> None:
    x, y = torch.randn(10, 3), torch.arange(10)
    fast = list(data.DataLoader(data.TensorDataset(x, y), batch_size=4))
    slow = list(data.DataLoader([(x[i], y[i]) for i in range(10)], batch_size=4))
    assert len(fast) == len(slow) == 3
    for a, b in zip(fast, slow, strict=True):
        assert type(a) is type(b) is list
        assert all(torch.equal(p, q) and p.stride() == q.stride() and p.dtype is q.dtype for p, q in zip(a, b, strict=True))


def test_tensors_that_are_recorded_stay_recorded() -> None:
    x = torch.ones(4, 2, requires_grad=True)
    (batch,) = next(iter(data.DataLoader(data.TensorDataset(x), batch_size=2)))
    batch.sum().backward()
    assert x.grad.tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]


@pytest.mark.parametrize(("drop", "count"), [(False, 4), (True, 3)])
def test_steps_an_epoch(drop: bool, count: int) -> None:
    loader = data.DataLoader(range(10), batch_size=3, drop_last=drop)
    assert len(loader) == len(list(loader)) == count


def test_every_epoch_has_its_own_order_and_every_example() -> None:
    loader = data.DataLoader(range(50), batch_size=7, shuffle=True)
    orders = [torch.cat(list(loader)).tolist() for _ in range(3)]
    assert all(sorted(o) == list(range(50)) for o in orders) and orders[0] != orders[1]


def test_workers_have_streams_of_their_own() -> None:
    class Noise(data.Dataset):
        def __len__(self) -> int:
            return 6

        def __getitem__(self, i: int) -> torch.Tensor:
            info = data.get_worker_info()
            return torch.rand(1) + 10 * info.id

    torch.manual_seed(0)
    told = []
    first = torch.cat(list(data.DataLoader(Noise(), batch_size=2, num_workers=2, worker_init_fn=told.append)))
    rest = torch.rand(1)
    torch.manual_seed(0)
    again = torch.cat(list(data.DataLoader(Noise(), batch_size=2, num_workers=2)))
    assert torch.equal(first, again) and torch.equal(rest, torch.rand(1)) and told == [0, 1]
    assert (first[2:4] > 10).all() and (first[:2] < 1).all() and data.get_worker_info() is None


def test_collating_by_hand() -> None:
    loader = data.DataLoader([[1], [2, 3]], batch_size=2, collate_fn=lambda batch: sum(batch, []))
    assert list(loader) == [[1, 2, 3]]


def test_a_subset_of_a_subset() -> None:
    inner = data.Subset(range(0, 100, 10), [5, 6, 7])
    assert [data.Subset(inner, [2, 0])[i] for i in range(2)] == [70, 50]
    both = data.ConcatDataset([inner, range(2)])
    assert [both[i] for i in range(5)] == [50, 60, 70, 0, 1] and both[-1] == 1
    with pytest.raises(ValueError, match="should not exceed dataset length"):
        both[-6]
    assert data.StackDataset(range(3), range(3, 6))[1] == (1, 4)


def test_an_error_in_the_data_set_comes_through() -> None:
    class Bad(data.Dataset):
        def __len__(self) -> int:
            return 2

        def __getitem__(self, i: int) -> int:
            raise ValueError("broken example")

    with pytest.raises(ValueError, match="broken example"):
        list(data.DataLoader(Bad(), num_workers=1))
    assert data.get_worker_info() is None
