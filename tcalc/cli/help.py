"""`tcalc --help`: examples first, then everything that the option tables say. No Typer, so it comes at once."""

from __future__ import annotations

from . import options

HEAD = """\
tcalc: a tensor calculator and autograd inspector, with PyTorch's names and semantics.

  tcalc 'grad(sin(x**2), x=pi)'                       a gradient
  tcalc 'x = arange(6.).reshape(2,3); x @ x.T'        statements and a result
  tcalc -v A=@data.csv 'A.mean(dim=0)'                a tensor from a file
  echo 'zeros(2,3).T' | tcalc                         a program from a pipe
  tcalc graph '(w*x + b)**2' -v w=3. -v x=2. -v b=1. -o loss.svg
  tcalc run train.py                                  a batch file, written as PyTorch programs are
  tcalc                                               the prompt

Usage: tcalc [OPTIONS] EXPR
       tcalc COMMAND [OPTIONS] ...      (tcalc COMMAND --help)
"""

TAIL = """\
Quoting: in a Unix shell put the expression in single quotes. In cmd.exe and PowerShell use double quotes outside and single
quotes inside: tcalc "x = 'text'". Whatever the shell, -f FILE and -f - (stdin) need no quotes at all.
An expression may begin with a dash (tcalc '-2**2 + 1'); behind -- it may even look like an option.

Exit codes: 0 done, 1 the program failed, 2 usage, 3 a check did not hold, 124 --timeout, 130 interrupted.
"""


def top_help() -> str:
    lines = [HEAD, "Commands:"]
    wide = max(map(len, options.COMMANDS)) + 2
    lines += [f"  {name:<{wide}}{text}" for name, text in options.COMMANDS.items()]
    lines += ["", "Options:"]
    for o in (*options.PROGRAM, *options.COMMON):
        left = f"  {', '.join(o.flags)} {o.metavar}".rstrip()
        lines += [f"{left:<27} {o.help}"] if len(left) < 27 else [left, f"{'':<27} {o.help}"]
    lines += [f"{'  -h, --help':<27} This text.", f"{'  --version':<27} The version.", f"{'  --install-completion':<27} Completion for the current shell.", ""]
    return "\n".join([*lines, TAIL])
