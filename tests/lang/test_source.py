"""Sources: spans in characters, caps, mathematical definitions, syntax messages, input that wants another line."""

from __future__ import annotations

import time

import pytest

from tcalc.lang.diagnostic import Diagnostic, LangError
from tcalc.lang.source import MAX_BRACKETS, MAX_SOURCE, Source, Span, Where, is_incomplete


def refused(text: str) -> Diagnostic:
    with pytest.raises(LangError) as caught:
        Source("<expr>", text).parse()
    return caught.value.diagnostic


def marked(d: Diagnostic) -> str:
    assert d.source is not None and d.span is not None
    return d.source.segment(d.span)


def test_lines_and_segments() -> None:
    s = Source("a.py", "x = 1\r\ny = (2 +\r  3)\n")
    assert s.lines == ["x = 1", "y = (2 +", "  3)", ""]
    assert s.line(2) == "y = (2 +" and s.line(0) == s.line(9) == ""
    assert s.segment(Span(2, 4, 3, 4)) == "(2 +\n  3)"
    assert Source("b", "\ufeffx").text == "x"
    assert Span(1, 2, 3, 4) == Span(1, 2, 3, 4) != Span(1, 2, 3, 5)
    assert len({Span(1, 2, 3, 4), Span(1, 2, 3, 4)}) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + y", "x + y"),
        ("'é' + y", "'é' + y"),
        ("'日本𝄞', naïve", "'日本𝄞', naïve"),
        ("\t'ü'.x".lstrip(), "'ü'.x"),
    ],
)
def test_spans_count_characters(text: str, expected: str) -> None:
    s = Source("<expr>", text)
    node = s.parse().body[0].value
    assert s.segment(s.span(node)) == expected
    where = s.where(node, "f")
    assert (where.text, where.source_name, where.scope) == (expected, "<expr>", "f")
    assert where.span == s.span(node)


def test_spans_behind_wide_characters() -> None:
    s = Source("<expr>", "α = 'é'; βeta(γ, 'ß') + 1")
    call = s.parse().body[1].value.left
    assert s.segment(s.span(call)) == "βeta(γ, 'ß')"
    assert s.segment(s.span(call.args[1])) == "'ß'"


def test_where_prints() -> None:
    w = Where(Source("f.py", "abc"), 1, 0, 1, 3, "g")
    assert repr(w) == "Where('f.py', 1:0-1:3, 'g')"


# -- caps -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "[" * (MAX_BRACKETS + 1) + "]" * (MAX_BRACKETS + 1),
        "-" * 100_000 + "1",
        "not " * 5_000 + "1",
        "~" * 5_000 + "1",
        "x" + "[1]" * 100_000,
        "x" + ".a" * 100_000,
        "1" + "+1" * 100_000,
        "2" + "**2" * 50_000,
        "lambda: " * 20_000 + "1",
        "1 if 1 else " * 20_000 + "1",
        "f(" * 120 + "1" + ")" * 119,
        "x" * (MAX_SOURCE + 1),
        "if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 200)),
        "if x: pass\n" + "elif x: pass\n" * 5_000,
        "a = " * 5_000 + "1",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_deep_texts_are_refused_quickly(text: str) -> None:
    from tcalc.lang.run import Session

    start = time.perf_counter()
    try:
        Session().compile(text)
    except LangError as error:
        assert error.diagnostic.exception in ("SyntaxError", "IndentationError")
        assert error.diagnostic.span is not None
    assert time.perf_counter() - start < 10


def test_caps_do_not_count_strings_and_comments() -> None:
    Source("a", f"x = '{'(' * 500}'  # {'[' * 500}\ny = '''{'{' * 500}\n{'-' * 600}'''").parse()


def test_cap_names_its_place() -> None:
    d = refused("x = 1\ny = " + "(" * 200 + "1" + ")" * 200)
    assert d.kind == "limit" and d.span == Span(2, 4 + MAX_BRACKETS, 2, 5 + MAX_BRACKETS)


def test_null_characters_and_surrogates() -> None:
    d = refused("x = 1\nab\0c")
    assert d.span == Span(2, 2, 2, 3)
    assert refused("x = '\ud800'").span is not None


def test_long_numbers() -> None:
    d = refused("x = " + "1" * 5_000)
    assert d.sentence == "the number is too long: 4300 decimal digits are allowed"


def test_no_warnings_reach_the_screen(recwarn: pytest.WarningsRecorder, capfd: pytest.CaptureFixture[str]) -> None:
    Source("a", r"x = '\d'; y = 1if x else 2").parse()
    assert not recwarn.list
    assert capfd.readouterr() == ("", "")


# -- syntax messages --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mark", "hint"),
    [
        ("2 x", "x", "write 2*x"),
        ("y = 2 x", "x", "write 2*x"),
        ("2x + 1", "2", "write 2*x"),
        ("x y", "y", "write x*y"),
        ("x = = 3", "=", "`==` compares"),
        ("“a”", "“", 'write "'),
        ("3 × 4", "×", "write *"),
        ("x²", "²", "write **2"),
        ("3 − 4", "−", "write -"),
        ("a && b", "&", "`and`"),
        ("a || b", "|", "`and`"),
        ("!x", "!", "`not x`"),
        ("lambda = 3", "=", "lambda_"),
        ("x++", "", "x += 1"),
        ("x = 3 +", "", "missing after +"),
        ("a ? b : c", "?", "if condition else"),
        ("x\u200b", "\u200b", "invisible"),
    ],
)
def test_hints(text: str, mark: str, hint: str) -> None:
    d = refused(text)
    assert d.exception == "SyntaxError" and d.kind == "syntax"
    assert any(hint in h for h in d.hints), d.hints
    assert marked(d) == mark


@pytest.mark.parametrize(
    ("text", "sentence", "mark"),
    [
        ("(1, 2", "'(' was never closed", "("),
        ("1 + 2)", "unmatched ')'", ")"),
        ("[1, 2)", "closing parenthesis ')' does not match opening parenthesis '['", ")"),
        ("x = 'abc", "unterminated string literal (detected at line 1)", "'"),
        ("print x", "Missing parentheses in call to 'print'. Did you mean print(...)?", "print x"),
        ("if x = 3: pass", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", "x = 3"),
    ],
)
def test_python_sentences(text: str, sentence: str, mark: str) -> None:
    d = refused(text)
    assert d.sentence == sentence
    assert marked(d) == mark


def test_indentation() -> None:
    d = refused("if x:\ny = 1")
    assert d.exception == "IndentationError" and d.location == "<expr>:2:1"
    assert refused("x = 1\n  y = 2").exception == "IndentationError"
    assert refused("if 1:\n\tif 1:\n        x").exception == "TabError"


# -- mathematical definitions -------------------------------------------------------------------------------------------------------


def names_of(text: str) -> list[str]:
    tree = Source("a", text).parse()
    return [n.targets[0].id for n in tree.body if type(n).__name__ == "Assign"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("f(x) = x**2 + 1", ["f"]),
        ("f (x , y)=x*y", ["f"]),
        ("f(x) = x; g(x, a=2) = f(x)*a  # twice", ["f", "g"]),
        ("f(x) = (x +\n  1)\ny = 3", ["f", "y"]),
        ("σ(x) = 1/(1 + exp(-x))", ["σ"]),
        ("f(x) = 'a;b#c' + x", ["f"]),
        ("f(x) = x, 1", ["f"]),
        ("f(*xs) = sum(xs)", ["f"]),
    ],
)
def test_definitions(text: str, names: list[str]) -> None:
    assert names_of(text) == names


def test_definitions_map_their_spans_back() -> None:
    text = "é = 1; f(x) = x**2 + é; f(3)\ng(x, y) = (x +\n   y)"
    s = Source("a", text)
    tree = s.parse()
    shown = [s.segment(s.span(n)) for n in tree.body]
    assert shown == ["é = 1", "f(x) = x**2 + é", "f(3)", "g(x, y) = (x +\n   y)"]
    assert s.segment(s.span(tree.body[1].value.body)) == "x**2 + é"
    assert s.segment(s.span(tree.body[2].value.args[0])) == "3"
    assert s.segment(s.span(tree.body[3].value.body)) == "x +\n   y"
    assert s.definitions == {(1, 7), (2, 0)}


@pytest.mark.parametrize("text", ["f(2) = 3", "f() = 3", "x.f(y) = 3", "f(x)(y) = 3", "if(x) = 3", "f(x) == 3 4", "f((x)) = 3"])
def test_what_is_no_definition(text: str) -> None:
    assert refused(text).exception == "SyntaxError"


def test_a_mistake_in_a_definition_is_found_there() -> None:
    d = refused("y = 1; f(x) = x 2")
    assert d.span is not None and d.span.start_col == 14 and "x*2" in d.hints[0]


def test_a_plain_program_is_not_rewritten() -> None:
    s = Source("a", "f(x) == 3")
    s.parse()
    assert not s.definitions


# -- input that wants another line ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("1 + 1", False),
        ("x = (1,", True),
        ("x = (1,\n 2)", False),
        ("f(", True),
        ("'''abc", True),
        ("'abc", False),
        ("x \\", True),
        ("for i in range(3):", True),
        ("for i in range(3):\n    print(i)", True),
        ("for i in range(3):\n    print(i)\n", False),
        ("if x: y", True),
        ("if x: y\n", False),
        ("def f(x):\n    return x", True),
        ("def f(x):\n    return (x +", True),
        ("def f(x):\n    return x\n\n", False),
        ("@torch.no_grad()", True),
        ("@torch.no_grad()\ndef f(): pass\n", False),
        ("if x:\n    y\nelse:", True),
        ("x = [1,\n  2,\n  3]", False),
        ("x = {\n  'a': 1\n  }", False),
        ("f(x) = x**2", False),
        ("f(x) = (x +", True),
        ("2 x", False),
        ("1 +", False),
        ("", False),
        ("   ", False),
        ("# comment", False),
        ("x = 1; y = 2", False),
        ("class A:", True),
        ("print('''a\nb''')", False),
        ("(" * 200, False),
    ],
)
def test_is_incomplete(text: str, wants: bool) -> None:
    assert is_incomplete(text) is wants


@pytest.mark.parametrize(
    ("pasted", "program"),
    [
        (">>> x = 1\n>>> x\n1\n", "x = 1\nx\n\n"),
        (">>> for i in range(2):\n...     print(i)\n...\n0\n1\n>>> x", "for i in range(2):\n    print(i)\n\n\n\nx"),
        ("In [1]: x = 3\n   ...: y = 4\n\nIn [12]: x + y\nOut[12]: 7", "x = 3\ny = 4\n\nx + y\n"),
        ("tcalc> def f(a):\n   ...     return a\n   ...\ntcalc> f(1)\n1", "def f(a):\n    return a\n\nf(1)\n"),
        ("\n  >>> x\n  >>>\n", "\nx\n\n"),
        ("x = 1\n>>> x", "x = 1\n>>> x"),
        (">>>x", ">>>x"),
        ("tcalc>1", "tcalc>1"),
        ("In [x]: y", "In [x]: y"),
        ("Input = 3", "Input = 3"),
    ],
)
def test_pasted_prompts(pasted: str, program: str) -> None:
    assert Source("<expr>", pasted).text == program
