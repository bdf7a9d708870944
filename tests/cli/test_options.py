"""The option table and its parser: what is an option, what is an expression, what is a mistake."""

from __future__ import annotations

import pytest

from tcalc.cli import options
from tcalc.cli.exits import UsageError
from tcalc.cli.options import Command, Settings, parse
from tests.support import tcalc


def settings(*argv: str) -> Settings:
    parsed = parse(argv)
    assert isinstance(parsed, Settings)
    return parsed


@pytest.mark.parametrize("text", ["1+1", "-2**2 + 1", "-x+1", "-x", "-e**2", "--2", "--(1)", "-v*2", "-f(2)", "-v==2", "- 1", "-.5", "-v1 == v2"])
def test_an_expression_may_begin_with_a_dash(text: str) -> None:
    assert settings(text).program == [("", text)]


def test_behind_two_dashes_anything_is_an_expression() -> None:
    assert settings("--json", "--", "--x").program == [("", "--x")]
    assert settings("--json", "--", "--x").json is True
    assert settings("--", "run").program == [("", "run")]


def test_options_may_stand_on_either_side() -> None:
    s = settings("-v", "x=2", "-x+1", "--seed", "7", "--dtype=float64", "-vy=3")
    assert s.program == [("", "-x+1")]
    assert s.bindings == [("x", "2"), ("y", "3")]
    assert (s.seed, s.dtype) == (7, "float64")


def test_an_option_takes_the_next_word_even_with_a_dash() -> None:
    assert settings("-v", "x=-2", "--seed", "-1", "x").seed == -1
    assert settings("-e", "-1").program == [("-e", "-1")]


def test_programs_run_in_the_order_given() -> None:
    assert settings("-f", "a.py", "-e", "x", "y").program == [("-f", "a.py"), ("-e", "x"), ("", "y")]
    assert settings("-").program == [("-f", "-")]


@pytest.mark.parametrize("name", list(options.COMMANDS))
def test_a_subcommand_takes_the_options_before_it_along(name: str) -> None:
    parsed = parse(["--json", "-v", "x=1", name, "a", "-o", "b"])
    assert isinstance(parsed, Command)
    assert (parsed.name, parsed.args) == (name, ["--json", "-v", "x=1", "a", "-o", "b"])


def test_a_name_of_a_later_subcommand_is_an_expression() -> None:
    assert settings("serve").program == [("", "serve")]


@pytest.mark.parametrize("flag", ["--help", "-h", "--version"])
def test_help_goes_to_the_app(flag: str) -> None:
    assert isinstance(parse([flag]), Command)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--jsno", "1"], "Did you mean --json?"),
        (["--zzz"], "no such option: --zzz"),
        (["--seed"], "--seed needs a value"),
        (["--seed", "x", "1"], "whole number"),
        (["--seed", str(2**64), "1"], "64 bits"),
        (["--json=1", "1"], "takes no value"),
        (["-v", "x", "1"], "NAME=VALUE"),
        (["-v", "x==2", "1"], "NAME=VALUE"),
        (["-v", "2x=1", "1"], "not a name"),
        (["-v", "if=1", "1"], "not a name"),
        (["-v", "x=", "1"], "no value"),
        (["--dtype", "flaot32", "1"], "Did you mean float32?"),
        (["--device", "gpu", "1"], "cpu, cuda"),
        (["--device", "cuda:x", "1"], "cpu, cuda"),
        (["--digits", "99", "1"], "0 to 17"),
        (["--timeout", "0", "1"], "seconds"),
        (["--timeout", "nan", "1"], "seconds"),
        (["--max-memory", "lots", "1"], "2GB"),
        (["1", "+", "1"], "one expression"),
        (["grph", "x"], "Did you mean graph?"),
    ],
)
def test_mistakes(argv: list[str], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(argv)
    assert says in f"{caught.value.sentence} {caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "n"),
    [("2GB", 2 * 10**9), ("512MiB", 512 << 20), ("1.5G", 3 << 29), ("64k", 64 << 10), ("1kB", 1000), ("1000000", 10**6), ("100B", 100), ("1e9", 10**9)],
)
def test_memory_sizes(text: str, n: int) -> None:
    assert options.nbytes(text, "--max-memory") == n


def test_dtype_spellings() -> None:
    assert [options.dtype(d, "--dtype") for d in ("double", "torch.float16", "bf16", "f32")] == ["float64", "float16", "bfloat16", "float32"]


def test_each_flag_is_declared_once() -> None:
    flags = [flag for o in (*options.COMMON, *options.PROGRAM) for flag in o.flags]
    assert len(flags) == len(set(flags))
    assert all(o.help.endswith(".") for o in (*options.COMMON, *options.PROGRAM))


def test_the_dashes_alone_suggest_nothing() -> None:
    known = ("--json", "--dtype", "--digits")
    assert options.did_you_mean("--nope", known) == ""
    assert options.did_you_mean("--jsn", known) == ". Did you mean --json?"
    assert options.did_you_mean("grpah", ("graph", "run")) == ". Did you mean graph?"


def test_what_a_warning_does() -> None:
    assert settings("-W", "error", "1").warnings == "error"
    assert settings("1").warnings is None
    with pytest.raises(UsageError, match="-W takes one of error, ignore, always, once, default"):
        parse(["-W", "loud", "1"])
    program = ("-e", "x = tensor(1., requires_grad=True)", "-e", "y = x * 2", "-e", "y.grad")
    said = tcalc(*program)
    assert said.returncode == 0
    assert "UserWarning: The .grad attribute of a Tensor that is not a leaf" in said.stderr
    assert tcalc("-W", "ignore", *program).stderr == ""
    raised = tcalc("-W", "error", *program)
    assert raised.returncode == 1
    assert raised.stderr.startswith("UserWarning: The .grad attribute")
    assert "InternalError" not in raised.stderr
