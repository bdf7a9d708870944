"""Folding: groups are disjoint intervals, what must show shows, and the room is kept."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from tcalc.insight.fold import Group, fold


def plain(groups: list[Group]) -> list[tuple[int, int, str]]:
    return [(g.start, g.stop, g.label) for g in groups]


def test_small_graphs_stay() -> None:
    assert fold([("mul", ())] * 5, [None] * 5, 5, {4}) == []


def test_repeats_keep_their_first_and_last_round() -> None:
    signs = [("sin", ())] + [("mul", ()), ("add", ())] * 50 + [("sum", ())]
    assert plain(fold(signs, [None] * len(signs), 20, {101})) == [(3, 99, "48 x (mul, add)")]


def test_a_run_of_one_op() -> None:
    assert plain(fold([("add", ())] * 100, [None] * 100, 10, {99})) == [(1, 99, "98 x add")]


def test_scopes_come_first() -> None:
    scopes = ["f"] * 40 + ["g"] * 40 + [None]
    signs = [(f"op{i}", ()) for i in range(81)]
    assert plain(fold(signs, scopes, 20, {80})) == [(0, 40, "f"), (40, 80, "g")]


def test_without_structure_both_ends_stay() -> None:
    groups = fold([(f"op{i}", ()) for i in range(500)], [None] * 500, 40, {499})
    assert len(groups) == 5 and groups[0].start >= 8 and groups[-1].stop <= 499
    assert all(a.stop <= b.start for a, b in zip(groups, groups[1:], strict=False))


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=200),
    st.lists(st.sampled_from([None, "f", "g"]), min_size=200, max_size=200),
    st.integers(8, 60),
    st.sets(st.integers(0, 199), max_size=2),
)
def test_groups_are_intervals_that_leave_room(names: list[str], scopes: list[str | None], room: int, keep: set[int]) -> None:
    m = len(names)
    keep = {k % m for k in keep} | {m - 1}
    groups = fold([(n, ()) for n in names], scopes[:m], room, keep)
    at = 0
    for g in groups:
        assert at <= g.start < g.stop <= m and g.stop - g.start > 1
        assert not any(g.start <= k < g.stop for k in keep)
        at = g.stop
    assert m - sum(g.stop - g.start for g in groups) + len(groups) <= max(room, 8) + 2 * len(keep)


def test_a_large_graph_folds_fast() -> None:
    signs = [("mul", ()), ("add", ()), ("tanh", ())] * 100_000
    start = time.perf_counter()
    assert len(fold(signs, [None] * len(signs), 40, {len(signs) - 1})) == 1
    assert time.perf_counter() - start < 5


def test_inner_modules_close_before_what_is_around_them() -> None:
    inner = [f"net.{block}.{part}" for block in range(4) for part in ("a", "b", "c") for _ in range(3)]
    signs = [(f"op{i}", ()) for i in range(len(inner) + 1)]
    scopes = [*inner, None]
    assert [g.label for g in fold(signs, scopes, 15, {36})] == [f"net.{block}.{part}" for block in range(4) for part in "abc"]
    assert [g.label for g in fold(signs, scopes, 8, {36})] == [f"net.{block}" for block in range(4)]
    assert [g.label for g in fold(signs, scopes, 4, {36})] == ["net"]


def test_one_scope_around_everything_opens_where_it_repeats() -> None:
    signs = [(name, ()) for _ in range(50) for name in ("mul", "add", "tanh")]
    groups = fold(signs, ["LSTM"] * 150, 40, {149})
    assert plain(groups) == [(3, 147, "48 x (mul, add, tanh)")]
