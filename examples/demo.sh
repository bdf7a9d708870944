#!/usr/bin/env bash
# The main job on real data: what `make demo` runs. Needs `tcalc` on PATH; leaves its pictures in ./demo.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
mkdir -p "$root/demo"
cd "$root/demo"

show() { # print a command as one would type it, then run it
    printf '\n\033[1m$ %s\033[0m\n' "$1"
    bash -o pipefail -c "$1"
}
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || show() { printf '\n$ %s\n' "$1"; bash -o pipefail -c "$1"; }

show "tcalc 'grad(sin(x**2), x=pi)'"
show "tcalc 'grad((w*x1 + v*x2 + b - 10)**2, w=3., v=-2., b=1., x1=4., x2=5.)'"
show "tcalc 'x = arange(6.).reshape(2,3); (x @ x.T).softmax(dim=-1)'"
show "tcalc '-2**2 + 1'"
show "tcalc -v A=@../examples/data/iris.csv 'A.mean(dim=0)'"
show "echo 'zeros(2,3).T' | tcalc"
show "tcalc --json 'ones(2,3).T'"
show "tcalc graph '((x@W + b).tanh() - t).pow(2).mean()' -v 'x=randn(2,3)' -v 'W=randn(3,2)' -v 'b=zeros(2)' -v 't=ones(2,2)' --seed 0"
show "tcalc graph '((x@W + b).tanh() - t).pow(2).mean()' -v 'x=randn(2,3)' -v 'W=randn(3,2)' -v 'b=zeros(2)' -v 't=ones(2,2)' --seed 0 -o loss.svg"
show "tcalc run ../examples/linear_regression.py"
show "tcalc run ../examples/iris_softmax.py"
show "tcalc doctor"

printf '\nPictures: %s\n' "$(ls -1 "$PWD"/*.svg | tr '\n' ' ')"
printf 'The prompt: .venv/bin/tcalc\n'
